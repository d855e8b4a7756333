#pragma once

#include "pramana/chain_rpc/rpc_client.hpp"

namespace pramana::chain_rpc {

/// Whether an endpoint may be asked now: circuit breaker, pauses after 429, token bucket. A state
/// machine over a steady clock that the caller reads; no thread of its own, the caller locks.
class EndpointGate {
  public:
    using Time = std::chrono::steady_clock::time_point;
    enum class State : std::uint8_t { kClosed, kLimited, kOpen };

    /// `seed` spreads the backoffs of several endpoints and daemons.
    EndpointGate(const EndpointPolicy& policy, std::uint64_t seed) noexcept
        : policy_{policy}, random_{seed | 1U} {}

    /// Takes tokens for `calls` and says yes; each yes is answered by exactly one of the three
    /// below. An open breaker whose time has passed lets one probe through at a time.
    [[nodiscard]] bool enter(Time now, std::size_t calls);
    void succeeded(Time now);
    void failed(Time now);
    void limited(Time now, std::optional<std::chrono::seconds> retry_after);

    [[nodiscard]] State state(Time now) const noexcept;
    /// Until it may be asked again; 0 = now.
    [[nodiscard]] std::chrono::milliseconds retry_in(Time now) const noexcept;
    [[nodiscard]] std::uint64_t failures_in_row() const noexcept { return failures_in_row_; }
    [[nodiscard]] std::uint64_t times_limited() const noexcept { return times_limited_; }

  private:
    [[nodiscard]] std::chrono::milliseconds backoff(unsigned level);
    void refill(Time now);

    EndpointPolicy policy_;
    std::uint64_t random_;
    std::uint64_t failures_in_row_ = 0;
    std::uint64_t times_limited_ = 0;
    bool open_ = false;
    bool probing_ = false;
    unsigned open_level_ = 0;
    unsigned limit_level_ = 0;
    Time open_until_{};
    Time paused_until_{};
    std::optional<double> rate_;  ///< calls a second; none = no limit
    double tokens_ = 0;
    Time refilled_at_{};
    Time calmer_at_{};  ///< when the rate after a 429 doubles next
};

}  // namespace pramana::chain_rpc
