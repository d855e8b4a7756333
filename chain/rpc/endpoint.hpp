#pragma once

#include "endpoint_gate.hpp"

#include <mutex>

namespace pramana::chain_rpc {

/// One node behind its gate: carries calls there, believes whole answers only, and keeps the
/// record. Thread: any.
class Endpoint {
  public:
    /// `origin` for the record. `options` and `clock` outlive it.
    Endpoint(std::string origin, std::shared_ptr<RpcTransport> transport, const RpcOptions& options,
             const Clock& clock, std::uint64_t seed);

    /// The answers in the order of the calls; its chain id is asked first when due. Errors: those
    /// of RpcClient::batch; kRpcUnavailable without asking while its gate is shut.
    [[nodiscard]] Result<std::vector<RpcAnswer>> exchange(const std::vector<RpcCall>& calls);
    /// Asks for the chain id now. Errors: kWrongChain and those of exchange().
    [[nodiscard]] Status check_chain();

    [[nodiscard]] bool on_other_chain() const;
    /// Neither on another chain nor behind nor on another fork, as far as known.
    [[nodiscard]] bool trusted() const;
    [[nodiscard]] EndpointHealth health() const;

    bool note_head(std::uint64_t head, std::uint64_t reference);
    void note_fork(bool forked);
    void note_disagreement();
    void note_left_out();
    void note_failure(const Error& error);

  private:
    [[nodiscard]] Result<std::vector<RpcAnswer>> gated(const std::vector<RpcCall>& calls);
    [[nodiscard]] Result<std::vector<RpcAnswer>> unchecked(const std::vector<RpcCall>& calls,
                                                           bool& limited);
    [[nodiscard]] Result<std::shared_ptr<const std::string>> carry(const std::string& request,
                                                                   bool& limited);
    [[nodiscard]] std::uint64_t take_ids(std::size_t count);
    [[nodiscard]] bool chain_check_due() const;

    std::shared_ptr<RpcTransport> transport_;
    const RpcOptions& options_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    EndpointGate gate_;
    EndpointHealth health_;  ///< state and retry_in are filled in by health()
    std::uint64_t next_id_ = 1;
    std::uint32_t in_flight_ = 0;
    bool wrong_chain_ = false;
    bool lagging_ = false;
    bool forked_ = false;
    std::optional<EndpointGate::Time> chain_checked_at_;
    std::optional<std::chrono::seconds> retry_after_;  ///< of the last 429
};

}  // namespace pramana::chain_rpc
