#pragma once

#include "pramana/core/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace pramana::net {

inline constexpr std::size_t kUrlBytesMax = 2048;

/// An absolute http or https URL, taken apart. Strict on purpose: what two parsers could read
/// differently is refused.
struct Url {
    bool https = true;
    std::string host;         ///< lower-case name or dotted IPv4; IPv6 without brackets
    bool ip_literal = false;  ///< `host` is an IPv4 or IPv6 address
    std::uint16_t port = 443;
    std::string target;  ///< path and query as sent, begins with '/'; the fragment is dropped

    /// host[:port] as the Host header has it: brackets around IPv6, the scheme's own port left out.
    [[nodiscard]] std::string authority() const;
    /// host:port with the port always there; the form of allow-lists and connection pools.
    [[nodiscard]] std::string host_port() const;
    [[nodiscard]] std::string text() const;
};

/// Reads an absolute URL (RFC 3986). Refused: other schemes, userinfo, empty or non-ASCII hosts (an
/// international name must be punycode), percent-encoded hosts, hosts that look like a number
/// without being a dotted quad (0x7f.1, 2130706433, 127.1, 010.0.0.1), IPv6 zone ids, port 0,
/// controls, blanks, backslashes, more than kUrlBytesMax bytes. Errors: kBadRequest.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

/// The target of a redirect: `location` is absolute, //authority/path, /path, ?query or relative to
/// the base's folder. Errors: kBadRequest.
[[nodiscard]] Result<Url> resolve_location(const Url& base, std::string_view location);

}  // namespace pramana::net
