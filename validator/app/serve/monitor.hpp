#pragma once

#include "operator_view.hpp"
#include "pramana/chain_rpc/submitter.hpp"
#include "pramana/os/clock.hpp"
#include "pramana/store/store.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace pramana::app {

struct MonitorOptions {
    Address tee;
    std::uint64_t proof_gas = 0;
    std::uint64_t tip_wei_min = 0;
    std::uint64_t tip_wei_max = 0;
    bool watch_finality = true;
    std::chrono::milliseconds every{10'000};
    AlarmLimits limits;
};

/// Looks at the journal and the chain every few seconds, on a thread of its own, so that metrics
/// and alarms cost no request a read. Tells each alarm's rise and fall once, in the log. Thread of
/// the other functions: any.
class Monitor {
  public:
    struct Parts {
        store::Store& store;
        chain_rpc::ChainReader& reader;
        const chain_rpc::RpcClient& rpc;  ///< the one that the validator works with
        const chain_rpc::Submitter& submitter;
        const Clock& clock;
        std::function<std::vector<std::string>()> troubles;
    };
    /// The parts outlive it.
    Monitor(Parts parts, const MonitorOptions& options);
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;
    /// Ends after the call to the node that is running.
    ~Monitor() = default;

    /// As it was at the last look; empty before the first.
    [[nodiscard]] std::string metrics() const;
    /// Names of the alarms that are raised.
    [[nodiscard]] std::vector<std::string> raised() const;

  private:
    void work(const std::stop_token& stop);
    void look();
    void look_at_jobs(OperatorView& view);
    std::optional<std::int64_t> asked_unix_s(JobId id, unsigned& reads) const;
    void look_at_slots(OperatorView& view);
    void look_at_chain(OperatorView& view);
    void look_at_endpoints(OperatorView& view) const;
    void look_at_finality(OperatorView& view);
    void tell_changes(const std::vector<Alarm>& alarms);

    const Parts parts_;
    const MonitorOptions options_;
    std::map<JobId, std::int64_t> asked_;     ///< of open jobs: when, by the chain's time
    std::optional<std::uint64_t> finalized_;  ///< when it was last seen to move
    std::uint64_t head_then_ = 0;
    std::int64_t moved_unix_s_ = 0;
    mutable std::mutex mutex_;
    std::string metrics_;
    std::vector<std::string> raised_;
    std::condition_variable_any wake_;
    std::jthread thread_;
};

}  // namespace pramana::app
