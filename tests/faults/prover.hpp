#pragma once

#include "pramana/chain_rpc/watcher.hpp"
#include "serve/proof_adapter.hpp"

#include <condition_variable>
#include <deque>
#include <thread>

namespace pramana::faults {

/// Takes the pipeline's place: every job that the watcher shows gets a made-up proof, in the order
/// of its coming, and is followed to its end in the store. What it does with an answer of the
/// submitter is what the pipeline does. Reports on standard output, one JSON object a line:
/// {"event":"seen|proved|submitted|final|ended|trouble", "job":…, "us":…}.
class Prover {
  public:
    struct Parts {
        store::JobStore& jobs;
        app::ProofAdapter& proofs;
        chain_rpc::Submitter& submitter;
        const SigningKey& key;
        chain_rpc::ChainReader& reader;
        std::chrono::milliseconds poll;
        std::size_t batch_max = 1;        ///< proofs in one transaction
        std::size_t handed_at_once = 16;  ///< proofs that the submitter is given together
    };
    /// Takes up the open jobs of the store. Errors: those of the store.
    [[nodiscard]] static Result<std::unique_ptr<Prover>> start(Parts parts);
    Prover(const Prover&) = delete;
    Prover& operator=(const Prover&) = delete;
    ~Prover() = default;

    /// The watcher's sink: stores the jobs that are new, in one write.
    [[nodiscard]] Status on_jobs_seen(std::span<const chain_rpc::JobSeen> jobs);

  private:
    explicit Prover(Parts parts) : parts_{parts} {}
    void work(const std::stop_token& stop);
    void take_new();
    void submit_waiting();
    void follow_submitted();
    /// What became of a job that was handed over.
    enum class Fate : std::uint8_t {
        kTaken,   ///< its proof is on its way, or the job is at its end
        kWaits,   ///< the job itself is not ready; the next one may be
        kNobody,  ///< no job can be handed over now
    };
    [[nodiscard]] Fate fate_of(JobId job, const Status& sent);
    [[nodiscard]] std::vector<Status> hand_over(const std::vector<pipeline::ProofCall>& calls);
    /// The call for the job's proof.
    [[nodiscard]] Result<pipeline::ProofCall> call_for(const store::JobRecord& record);
    /// The next calls, in order, their jobs stored as proved. False = nothing more now.
    [[nodiscard]] bool prove_some(std::vector<pipeline::ProofCall>& calls,
                                  std::deque<JobId>& later);
    [[nodiscard]] bool settle_refused(JobId job);
    /// Stores that the jobs are at their end, in one write.
    void end(const std::vector<std::pair<JobId, store::Stage>>& jobs);
    void trouble(JobId job, const Error& error);

    Parts parts_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<JobId> seen_;       ///< under mutex_
    std::deque<JobId> waiting_;    ///< of the thread
    std::deque<JobId> submitted_;  ///< of the thread
    bool under_way_ = false;       ///< the submitter has taken a proof of this run
    std::optional<Errc> last_trouble_;
    std::map<FileId, std::string> urls_;  ///< bounded by the files of one run
    std::jthread thread_;
};

}  // namespace pramana::faults
