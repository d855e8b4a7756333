#include "pramana/pipeline/corpus_replay.hpp"

#include "rules.hpp"

namespace pramana::pipeline {

Status replay_corpus(store::CorpusLog& log, VaultPort& vault, const CorpusName& corpus,
                     std::uint64_t places, const TakeEntry& take) {
    const store::CorpusKey key = key_of(corpus);
    const Result<store::CorpusHead> head = log.head(key);
    if (!head) return head.error();
    if (head->size < places) return Error{Errc::kConflict, "pipeline.replay.places"};
    for (std::uint64_t place = 0; place < places; ++place) {
        const Result<store::CorpusEntry> entry = log.entry(key, CorpusPosition{place});
        if (!entry) return entry.error();
        const Result<SecretBytes> opened =
            vault.open(entry->sealed_entry, corpus_place(corpus, CorpusPosition{place}));
        if (!opened) return Error{Errc::kCorpusCorrupt, "pipeline.replay.entry"};
        const Result<Hash32> root = take(*opened);
        if (!root) return root.error();
        if (*root != entry->new_root) return Error{Errc::kCorpusCorrupt, "pipeline.replay.root"};
    }
    return Done{};
}

}  // namespace pramana::pipeline
