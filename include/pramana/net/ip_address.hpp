#pragma once

#include "pramana/core/result.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace pramana::net {

/// An IPv4 (first four bytes) or IPv6 address, network order.
struct IpAddress {
    bool v6 = false;
    std::array<std::uint8_t, 16> bytes{};
    friend bool operator==(const IpAddress&, const IpAddress&) = default;
    [[nodiscard]] std::string text() const;
};

/// Dotted quad or RFC 4291 text, no zone id. Errors: kBadRequest.
[[nodiscard]] Result<IpAddress> parse_ip_address(std::string_view text);

/// Whether a stranger's URL may lead there: an ordinary unicast address of the public internet.
/// Everything in the IANA special-purpose registries is refused: this network, private, shared
/// (CGNAT), loopback, link-local (cloud metadata), documentation, benchmarking, multicast,
/// reserved; for IPv6 whatever lies outside 2000::/3 (so v4-mapped, NAT64, ULA, link-local), and
/// inside it 2001::/23, documentation and 6to4, which carry other addresses. Source: RFC 6890 and
/// the IANA IPv4/IPv6 Special-Purpose Address Registries.
[[nodiscard]] bool is_public(const IpAddress& address) noexcept;

}  // namespace pramana::net
