#include "lane.hpp"

#include "pramana/os/log.hpp"

#include "rules.hpp"

#include <algorithm>

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
        // Those with a lower id who are here now, not those who come later: a flood of low ids does
        // not keep a higher one out.
        const std::set<JobId> before{lane_.entrants_.begin(), lane_.entrants_.find(job_)};
        lane_.left_.wait(lock, [&] {
            return std::none_of(before.begin(), before.end(),
                                [&](JobId job) { return lane_.entrants_.contains(job); });
        });
    }
    return std::unique_lock{lane_.turn_};
}

namespace {

/// Whether the log agrees that the corpus in memory is its beginning.
Result<bool> begins_the_log(const CorpusState& state, const store::CorpusHead& head,
                            const store::CorpusKey& key, store::Store& store) {
    if (state.size == 0) return true;
    if (state.size > head.size) return false;
    const Result<store::CorpusEntry> last =
        store.corpus().entry(key, CorpusPosition{state.size - 1});
    if (!last) return last.error();
    return last->new_root == state.root;
}

}  // namespace

Status load_lane(Lane& lane, store::Store& store, ScorePort& score, VaultPort& vault) {
    lane.loaded = false;
    const store::CorpusKey key = key_of(lane.name());
    const Result<store::CorpusHead> head = store.corpus().head(key);
    if (!head) return head.error();
    score.restore(lane.name());
    const Result<bool> sound = begins_the_log(score.state(lane.name()), *head, key, store);
    if (!sound) return sound.error();
    if (!*sound) {
        log::error("pipeline.lane.segments_refused", {{"corpus", key.id},
                                                      {"expected", head->root},
                                                      {"found", score.state(lane.name()).root}});
        score.reset(lane.name());
    }
    for (std::uint64_t place = score.state(lane.name()).size; place < head->size; ++place) {
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
    score.keep(lane.name());
    lane.loaded = true;
    return Done{};
}

}  // namespace pramana::pipeline
