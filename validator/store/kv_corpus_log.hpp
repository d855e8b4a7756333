#pragma once

#include "pramana/store/store.hpp"

#include "tables.hpp"

namespace pramana::store {

class KvCorpusLog final : public CorpusLog {
  public:
    explicit KvCorpusLog(Tables tables) : tables_{tables} {}

    [[nodiscard]] Result<CorpusHead> head(const CorpusKey& corpus) override;
    [[nodiscard]] Result<std::optional<std::uint32_t>> newest_epoch(
        const Hash32& corpus_id) override;
    [[nodiscard]] Result<CorpusPosition> take_place(JobRecord& job,
                                                    const CorpusKey& corpus) override;
    [[nodiscard]] Status append(JobRecord& job, const CorpusEntry& entry) override;
    [[nodiscard]] Status release_place(JobRecord& job) override;
    [[nodiscard]] Result<CorpusEntry> entry(const CorpusKey& corpus, CorpusPosition place) override;
    [[nodiscard]] Result<std::optional<CorpusPosition>> place_of(const CorpusKey& corpus,
                                                                 const ContributionId& id) override;

  private:
    /// The head, if `job` holds the place that it says. Errors: kConflict.
    [[nodiscard]] Result<CorpusHead> held_head(const JobRecord& job);

    Tables tables_;
};

}  // namespace pramana::store
