#pragma once

#include "proof_adapter.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>

namespace pramana::app {

/// The threads that follow the chain: one finds jobs, one brings transactions to finality, and
/// neither waits for the other. A node that stops or lies is reported once for each kind of trouble
/// and asked again; it never ends the daemon.
class ChainWorker {
  public:
    /// A key with its transactions and proofs.
    struct Signer {
        chain_rpc::Submitter& submitter;
        ProofAdapter& proofs;
    };
    struct Parts {
        chain_rpc::Watcher& watcher;
        chain_rpc::Submitter& submitter;
        ProofAdapter& proofs;
        std::chrono::milliseconds poll;
        std::optional<Signer> previous{};  ///< a second key that finishes what it began
        /// One round of what else goes on chain, after the submitters'.
        std::function<void()> more{};
        /// What stands against it, as stable codes.
        std::function<std::vector<std::string>()> more_troubles{};
    };
    explicit ChainWorker(Parts parts);
    ChainWorker(const ChainWorker&) = delete;
    ChainWorker& operator=(const ChainWorker&) = delete;
    /// Ends after the call to the node that is running.
    ~ChainWorker() = default;

    /// Something may have happened on the chain: both threads look soon, not only at the next poll.
    /// However often it is called, they look at most ten times a second more. Thread: any.
    void wake();

    /// Stable codes of what is wrong now, for readiness: "watcher_rpc_unavailable",
    /// "watcher_worker_not_active", "submitter_nonce_gap", "submitter_spend_ceiling",
    /// "previous_submitter_nonce_gap".
    [[nodiscard]] std::vector<std::string> troubles() const;

  private:
    /// The last trouble of one of the two.
    struct Trouble {
        std::atomic<std::uint16_t> code{0};  ///< number of an Errc; 0 = none
        void set(const char* event, const std::optional<Error>& error);
    };
    /// One of the keys while it is followed.
    struct Followed {
        Signer signer;
        const char* name;  ///< of its submitter in the troubles
        Trouble trouble{};
        bool recovered = false;
    };
    /// Calls `step` every poll until it is to stop.
    void work(const std::stop_token& stop, void (ChainWorker::*step)(const std::stop_token&));
    void follow_signers(const std::stop_token& stop);
    static void follow_submissions(Followed& followed);
    void follow_jobs(const std::stop_token& stop);

    Parts parts_;
    Trouble watcher_trouble_;
    std::deque<Followed> signers_;  ///< current, previous
    std::mutex mutex_;
    std::uint64_t wakes_ = 0;  ///< under mutex_
    std::condition_variable_any wake_;
    std::jthread submissions_;
    std::jthread jobs_;
};

}  // namespace pramana::app
