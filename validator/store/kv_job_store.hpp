#pragma once

#include "pramana/store/store.hpp"

#include "tables.hpp"

#include <map>
#include <mutex>

namespace pramana::store {

/// Quota counters of what is open. They live in memory and are counted anew at open, so they cannot
/// drift.
class OpenCounters {
  public:
    /// Adds the contribution unless a bound would be passed. Errors: kQuotaExceeded, kBusy.
    [[nodiscard]] Status reserve(const Address& wallet, std::uint64_t bytes, const Quota& quota);
    void add(const Address& wallet, std::uint64_t bytes);
    void remove(const Address& wallet, std::uint64_t bytes);
    [[nodiscard]] Usage of(const Address& wallet) const;
    [[nodiscard]] Usage total() const;

  private:
    mutable std::mutex mutex_;
    std::map<Address, Usage> wallets_;
    Usage total_;
};

class KvJobStore final : public JobStore {
  public:
    explicit KvJobStore(Tables tables) : tables_{tables} {}
    /// Counts the open contributions. Call once, before use.
    [[nodiscard]] Status load();

    [[nodiscard]] Status admit(ContributionRecord& contribution, const Quota& quota) override;
    [[nodiscard]] Status put(ContributionRecord& contribution) override;
    [[nodiscard]] Status put(JobRecord& job) override { return put(std::span{&job, 1}); }
    [[nodiscard]] Status put(std::span<JobRecord> jobs) override;
    [[nodiscard]] Status put(JobRecord& job, ContributionRecord& contribution) override;
    [[nodiscard]] Status put(JobRecord& job, const ProofDocument& document) override;
    [[nodiscard]] Status purge(const ContributionRecord& contribution) override;
    [[nodiscard]] Status purge(const JobRecord& job) override;
    [[nodiscard]] Result<std::optional<JobRemains>> remains(JobId id) override;
    [[nodiscard]] Result<ContributionRecord> contribution(const ContributionId& id) override;
    [[nodiscard]] Result<JobRecord> job(JobId id) override;
    [[nodiscard]] Result<Bytes> proof_document(const Hash32& hash) override;
    [[nodiscard]] Result<JobId> job_of_document(const Hash32& hash) override;
    [[nodiscard]] Result<std::uint64_t> seen_block(JobId id) override;
    [[nodiscard]] Status note_seen_block(JobId id, std::uint64_t block_number) override;
    [[nodiscard]] Result<std::vector<JobId>> open_jobs() override;
    [[nodiscard]] Result<std::vector<JobRecord>> jobs_below(std::optional<JobId> below,
                                                            std::size_t count_max) override;
    [[nodiscard]] Result<std::vector<DueItem>> due(std::int64_t now_unix_s,
                                                   std::size_t count_max) override;
    [[nodiscard]] Result<bool> blob_held(const Hash32& sha256) override;
    [[nodiscard]] Usage usage(const Address& wallet) override;
    [[nodiscard]] Usage usage_total() override;
    [[nodiscard]] Result<std::optional<Bytes>> cursor() override;
    [[nodiscard]] Status put_cursor(ByteView record) override;

  private:
    [[nodiscard]] Result<std::optional<std::uint64_t>> number_at(const std::string& key);
    [[nodiscard]] Status write_contribution(JobRecord* job, ContributionRecord& contribution);

    Tables tables_;
    OpenCounters open_;
};

}  // namespace pramana::store
