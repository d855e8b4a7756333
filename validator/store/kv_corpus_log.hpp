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
    [[nodiscard]] Result<std::optional<JobId>> scored_job_of(const CorpusKey& corpus,
                                                             const ContributionId& id) override;
    [[nodiscard]] Status inherit(JobRecord& job) override;

  private:
    /// Where a contribution stands, and who has its score; `heir` nullopt = who filled the place.
    struct Standing {
        CorpusPosition place{};
        std::optional<JobId> heir;
    };
    [[nodiscard]] Result<std::optional<Standing>> standing_of(const CorpusKey& corpus,
                                                              const ContributionId& id);
    /// The head, if `job` holds the place that it says. Errors: kConflict.
    [[nodiscard]] Result<CorpusHead> held_head(const JobRecord& job);

    Tables tables_;
};

}  // namespace pramana::store
