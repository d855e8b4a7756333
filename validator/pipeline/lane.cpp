#include "lane.hpp"

#include "rules.hpp"

namespace pramana::pipeline {

Lane::Entrant::Entrant(Lane& lane, JobId job) : lane_{lane}, job_{job} {
    const std::lock_guard lock{lane_.entrants_mutex_};
    lane_.entrants_.insert(job_);
}

Lane::Entrant::~Entrant() {
    {
        const std::lock_guard lock{lane_.entrants_mutex_};
        lane_.entrants_.erase(job_);
    }
    lane_.left_.notify_all();
}

std::unique_lock<std::mutex> Lane::Entrant::wait_for_turn() {
    {
        std::unique_lock lock{lane_.entrants_mutex_};
        lane_.left_.wait(lock, [&] { return *lane_.entrants_.begin() == job_; });
    }
    return std::unique_lock{lane_.turn_};
}

Status load_lane(Lane& lane, store::Store& store, ScorePort& score, VaultPort& vault) {
    lane.loaded = false;
    score.reset(lane.name());
    const store::CorpusKey key = key_of(lane.name());
    Result<store::CorpusHead> head = store.corpus().head(key);
    if (!head) return head.error();
    for (std::uint64_t place = 0; place < head->size; ++place) {
        const Result<store::CorpusEntry> entry = store.corpus().entry(key, CorpusPosition{place});
        if (!entry) return entry.error();
        if (score.state(lane.name()).root != entry->previous_root)
            return Error{Errc::kCorpusCorrupt, "pipeline.lane.previous_root"};
        const Result<SecretBytes> opened =
            vault.open(entry->sealed_entry, corpus_place(lane.name(), CorpusPosition{place}));
        if (!opened) return opened.error();
        PRAMANA_TRY(score.append(lane.name(), *opened));
        if (score.state(lane.name()).root != entry->new_root)
            return Error{Errc::kCorpusCorrupt, "pipeline.lane.new_root"};
    }
    const CorpusState state = score.state(lane.name());
    if (state.size != head->size || (head->size > 0 && state.root != head->root))
        return Error{Errc::kCorpusCorrupt, "pipeline.lane.head"};
    lane.loaded = true;
    return Done{};
}

}  // namespace pramana::pipeline
