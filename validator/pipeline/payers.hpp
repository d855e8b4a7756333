#pragma once

#include "pramana/store/records.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <set>

namespace pramana::pipeline {

/// What each payer has in work here, so that none takes all of it. In memory; made anew from the
/// stored jobs. Thread: any.
class Payers {
  public:
    /// Whether the job may begin to cost something: it does already, or its payer has fewer than
    /// `jobs_max` that do. Otherwise it is remembered, for note() to name it.
    [[nodiscard]] bool may_begin(const store::JobRecord& job, std::size_t jobs_max);
    /// The job as it is stored now. A job of the same payer that may begin because this one ended.
    std::optional<JobId> note(const store::JobRecord& job);
    /// The job is another request's now. A job of the payer that it had, that may begin because of
    /// that.
    std::optional<JobId> forget(const store::JobRecord& job);

    /// Whether the payer has had fewer than `proofs_max` other proofs signed on this UTC day.
    [[nodiscard]] bool may_sign(const store::JobRecord& job, std::int64_t now_unix_s,
                                std::uint64_t proofs_max);
    /// The job's was signed at `unix_s`, or given to be signed; once counted, it stays so. What is
    /// not of the newest day is not counted.
    void count_signed(const store::JobRecord& job, std::int64_t unix_s);

  private:
    struct Load {
        std::set<JobId> in_work;
        std::set<JobId> waiting;
    };
    /// Takes the job out of what its payer has in work. Under the mutex.
    std::optional<JobId> end(std::map<Address, Load>::iterator found, JobId job);

    std::mutex mutex_;
    std::map<Address, Load> loads_;  ///< payers with jobs in one of the two
    std::int64_t day_ = 0;
    std::map<Address, std::set<JobId>> signed_today_;
};

/// Whether the job holds a fetched file, a place or a transaction.
[[nodiscard]] bool is_in_work(const store::JobRecord& job) noexcept;
/// When its first transaction was signed, as far as its history says; nothing = never.
[[nodiscard]] std::optional<std::int64_t> signed_at(const store::JobRecord& job) noexcept;

}  // namespace pramana::pipeline
