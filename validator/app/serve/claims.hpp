#pragma once

#include "pramana/chain_rpc/submitter.hpp"
#include "pramana/os/clock.hpp"
#include "pramana/store/store.hpp"

#include <functional>
#include <set>

namespace pramana::app {

/// What one is owed: our fees in the pool, from time to time; and, while a previous key is in use,
/// the contributors' rewards for its proofs, because once it has left the pool no reward for them
/// is paid any more. Rewards are claimed by the previous key, at our cost. Both are slots of the
/// journal, so each is claimed once whatever happens. Thread: one, the chain worker's.
class Claims {
  public:
    struct Key {
        chain_rpc::Submitter& submitter;
        chain::SubmissionJournal& journal;
    };
    struct Parts {
        chain_rpc::ChainReader& reader;
        store::Store& store;
        const Clock& clock;
        std::chrono::seconds fees_every;  ///< 0 = never
        Key current;
        std::optional<Key> previous;
        /// A job that the pool gave to the previous key before this start.
        std::function<Status(JobId)> on_job;
    };
    explicit Claims(Parts parts) : parts_{std::move(parts)} {}
    /// Looks at what is due and does a little of it.
    void round();

  private:
    /// Whether the fees that wait in the pool are worth a transaction; then claims them.
    [[nodiscard]] Status claim_fees(const Key& key);
    [[nodiscard]] Status take_jobs_of_previous();
    [[nodiscard]] Status claim_rewards();
    [[nodiscard]] Status claim_reward(const store::JobRecord& job);

    const Parts parts_;
    std::optional<std::chrono::steady_clock::time_point> fees_due_;
    std::optional<std::chrono::steady_clock::time_point> rewards_due_;
    bool jobs_taken_ = false;
    std::set<JobId> taken_;    ///< what the pool had given to the previous key at this start
    std::set<JobId> settled_;  ///< jobs of the previous key with nothing left to claim
    std::uint64_t unclaimed_ = UINT64_MAX;  ///< as told last
};

}  // namespace pramana::app
