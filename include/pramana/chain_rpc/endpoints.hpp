#pragma once

#include "pramana/core/errc.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How the configured endpoints are doing: a snapshot for metrics and `pramana chain check`.
/// RpcClient::report() makes it. Plain values; no credentials.
namespace pramana::chain_rpc {

/// Where one endpoint stands.
enum class EndpointState : std::uint8_t {
    kUntried,     ///< nothing was asked yet
    kHealthy,     ///< answers on our chain, near the head
    kLagging,     ///< its head is too far behind the others'; no read counts it, writes go to it
    kForked,      ///< its block at a height that a quorum shows is another one; as kLagging
    kLimited,     ///< it said 429; waits for Retry-After or a backoff
    kOpen,        ///< failed too often in a row; not asked until the backoff has passed
    kWrongChain,  ///< another chain id: not asked but for its chain id
};
/// Stable, snake_case: "healthy", "wrong_chain".
[[nodiscard]] std::string_view name_of(EndpointState state) noexcept;

struct EndpointHealth {
    std::string origin;  ///< scheme://host:port; the path is left out, vendors put keys into it
    EndpointState state = EndpointState::kUntried;
    std::uint64_t head = 0;                     ///< newest block that it named; 0 = none yet
    std::uint64_t lag_blocks = 0;               ///< behind the head that the others support
    std::uint64_t exchanges = 0;                ///< HTTP requests
    std::uint64_t failures = 0;                 ///< of them without a usable answer
    std::uint64_t failures_in_row = 0;          ///< until now
    std::uint64_t rate_limited = 0;             ///< answers 429
    std::uint64_t disagreements = 0;            ///< answers that a quorum contradicted
    std::uint64_t logs_left_out = 0;            ///< times it hid logs that a block has
    std::optional<Errc> last_error;             ///< of the last failure; stays after it recovered
    std::chrono::milliseconds retry_in{0};      ///< kLimited, kOpen: until it is asked again
    std::chrono::microseconds last_latency{0};  ///< of the last exchange that succeeded
};

struct EndpointsReport {
    std::vector<EndpointHealth> endpoints;   ///< in the order of the configuration
    std::size_t quorum = 1;                  ///< how many must agree on what decides
    std::uint64_t reads_disagreed = 0;       ///< deciding reads refused with kEndpointsDisagree
    std::uint64_t reads_without_quorum = 0;  ///< deciding reads refused with kNoQuorum
    /// Nobody contradicts a single endpoint: finality then demands the `finalized` tag.
    [[nodiscard]] bool single() const noexcept { return endpoints.size() == 1; }
    /// Endpoints that reads count now.
    [[nodiscard]] std::size_t healthy() const noexcept {
        std::size_t count = 0;
        for (const EndpointHealth& each : endpoints)
            if (each.state == EndpointState::kHealthy) ++count;
        return count;
    }
};

}  // namespace pramana::chain_rpc
