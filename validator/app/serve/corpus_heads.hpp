#pragma once

#include "pramana/chain/result_batch.hpp"
#include "pramana/store/store.hpp"

#include <map>

namespace pramana::app {

/// Finds a root in our own log of a corpus. A log is long and its roots are not indexed: an answer
/// is kept, a search goes back from the newest entry over several calls, and entries that come
/// later are looked at once. Thread: one.
class CorpusHeads {
  public:
    /// `entries_at_once` bounds what one call reads.
    explicit CorpusHeads(store::CorpusLog& log, std::uint64_t entries_at_once = 2'000)
        : log_{log}, entries_at_once_{entries_at_once} {}
    /// @param empty_root  of this corpus without entries
    /// Errors: kBusy (call again: the search goes on), kCorpusHeadForeign (no root of our log),
    /// those of the store.
    [[nodiscard]] Result<chain::RecordedHead> find(const store::CorpusKey& corpus,
                                                   const Hash32& empty_root, const Hash32& root);

  private:
    struct Search {
        Hash32 root;
        std::uint64_t low = 0;  ///< sizes in [low, high] were looked at
        std::uint64_t high = 0;
        bool begun = false;
        std::optional<std::uint64_t> found{};
    };
    [[nodiscard]] Result<bool> look(const store::CorpusKey& corpus, const Hash32& empty_root,
                                    Search& search, std::uint64_t size);
    store::CorpusLog& log_;
    const std::uint64_t entries_at_once_;
    std::map<store::CorpusKey, Search> searches_;
};

}  // namespace pramana::app
