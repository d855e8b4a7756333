#pragma once

#include "chain_adapters.hpp"

#include <atomic>
#include <map>
#include <mutex>

namespace pramana::app {

/// Where an open or ended slot leaves one of its jobs.
[[nodiscard]] pipeline::ProofProgress progress_of(const chain::Slot& slot, JobId job);

/// Signs proofs for the pool and hands them to the submitter: one by one, or, with `batch_max`
/// above 1, in batches that send_queued() makes of what came since. Thread: any.
class ProofAdapter final : public pipeline::ProofPort {
  public:
    ProofAdapter(chain_rpc::Submitter& submitter, chain::SubmissionJournal& journal,
                 const SigningKey& key, std::size_t batch_max = 1)
        : submitter_{submitter}, journal_{journal}, key_{key}, batch_max_{batch_max} {}
    Status submit(const pipeline::ProofCall& call) override;
    Result<pipeline::ProofProgress> progress(JobId job) override;

    /// Before it nothing is submitted: the journal's transactions were not sent again yet.
    void set_recovered() { recovered_ = true; }
    /// Hands what is queued to the submitter. What concerns a job ends its place in the queue and
    /// is the answer to the next submit() of it; what does not (the node, fees, the window) is why
    /// it waits.
    void send_queued();
    /// What the submitter's poll told; keeps why a job is held.
    void note(const chain_rpc::SubmissionEvent& event);

  private:
    struct Queued {
        chain_rpc::ProofCall call;
        std::optional<Error> cause;
    };
    [[nodiscard]] std::vector<chain_rpc::ProofOrder> take_orders();
    void settle(JobId job, const Result<chain::Slot>& answer);

    chain_rpc::Submitter& submitter_;
    chain::SubmissionJournal& journal_;
    const SigningKey& key_;
    const std::size_t batch_max_;
    std::atomic<bool> recovered_{false};
    std::mutex mutex_;
    std::map<JobId, Error> held_;  ///< at most the jobs of the submitter's window
    std::map<JobId, Queued> queue_;
    std::map<JobId, Error> answers_;  ///< of jobs that left the queue without a slot
};

}  // namespace pramana::app
