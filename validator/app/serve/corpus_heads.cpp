#include "corpus_heads.hpp"

namespace pramana::app {

/// Whether the log's first `size` entries have the root that is searched.
Result<bool> CorpusHeads::look(const store::CorpusKey& corpus, const Hash32& empty_root,
                               Search& search, std::uint64_t size) {
    Hash32 root = empty_root;
    if (size > 0) {
        const Result<store::CorpusEntry> entry = log_.entry(corpus, CorpusPosition{size - 1});
        if (!entry) return entry.error();
        root = entry->new_root;
    }
    if (root != search.root) return false;
    search.found = size;
    return true;
}

Result<chain::RecordedHead> CorpusHeads::find(const store::CorpusKey& corpus,
                                              const Hash32& empty_root, const Hash32& root) {
    Search& search = searches_[corpus];
    if (search.root != root || !search.begun) search = {.root = root, .begun = true};
    if (search.found) return chain::RecordedHead{.root = root, .size = *search.found};
    const Result<store::CorpusHead> log = log_.head(corpus);
    if (!log) return log.error();
    if (search.low == 0 && search.high == 0) {  // nothing was looked at
        search.low = log->size + 1;
        search.high = log->size;
    }
    std::uint64_t budget = entries_at_once_;
    const auto try_size = [&](std::uint64_t size) {
        return look(corpus, empty_root, search, size);
    };
    for (; search.high < log->size && budget > 0; --budget) {
        const Result<bool> here = try_size(search.high + 1);
        if (!here) return here.error();
        if (*here) return chain::RecordedHead{.root = root, .size = *search.found};
        ++search.high;
    }
    for (; search.low > 0 && budget > 0; --budget) {
        const Result<bool> here = try_size(search.low - 1);
        if (!here) return here.error();
        if (*here) return chain::RecordedHead{.root = root, .size = *search.found};
        --search.low;
    }
    if (search.low > 0 || search.high < log->size) return Error{Errc::kBusy, "app.heads.search"};
    return Error{Errc::kCorpusHeadForeign, "app.heads.foreign"};
}

}  // namespace pramana::app
