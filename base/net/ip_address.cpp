#include "pramana/net/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace pramana::net {
namespace {

struct Block {
    std::array<std::uint8_t, 16> prefix;
    unsigned bits;
};

bool within(const IpAddress& address, const Block& block) noexcept {
    for (unsigned bit = 0; bit < block.bits; ++bit) {
        const unsigned mask = 0x80U >> (bit % 8);
        if ((address.bytes[bit / 8] & mask) != (block.prefix[bit / 8] & mask)) return false;
    }
    return true;
}

// IANA IPv4 Special-Purpose Address Registry, and multicast.
constexpr Block kNotPublicV4[] = {
    {{0}, 8},              // this network, RFC 791
    {{10}, 8},             // private, RFC 1918
    {{100, 64}, 10},       // shared (CGNAT), RFC 6598
    {{127}, 8},            // loopback
    {{169, 254}, 16},      // link-local; 169.254.169.254 is cloud metadata
    {{172, 16}, 12},       // private
    {{192, 0, 0}, 24},     // protocol assignments, RFC 6890
    {{192, 0, 2}, 24},     // documentation, RFC 5737
    {{192, 31, 196}, 24},  // AS112, RFC 7535
    {{192, 52, 193}, 24},  // AMT, RFC 7450
    {{192, 88, 99}, 24},   // 6to4 relay, RFC 7526
    {{192, 168}, 16},      // private
    {{192, 175, 48}, 24},  // AS112, RFC 7534
    {{198, 18}, 15},       // benchmarking, RFC 2544
    {{198, 51, 100}, 24},  // documentation
    {{203, 0, 113}, 24},   // documentation
    {{224}, 4},            // multicast
    {{240}, 4},            // reserved and limited broadcast
};

constexpr Block kGlobalUnicastV6 = {{0x20}, 3};  // RFC 4291 section 2.4; everything else is refused
constexpr Block kNotPublicV6[] = {
    {{0x20, 0x01, 0x00}, 23},              // protocol assignments: Teredo, ORCHID, benchmarking
    {{0x20, 0x01, 0x0d, 0xb8}, 32},        // documentation, RFC 3849
    {{0x20, 0x02}, 16},                    // 6to4: carries an IPv4 address, RFC 3056
    {{0x26, 0x20, 0x00, 0x4f, 0x80}, 48},  // AS112, RFC 7534
    {{0x3f, 0xff, 0x00}, 20},              // documentation, RFC 9637
};

}  // namespace

std::string IpAddress::text() const {
    std::array<char, INET6_ADDRSTRLEN> out{};
    ::inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), out.data(),
                static_cast<socklen_t>(out.size()));
    return out.data();
}

Result<IpAddress> parse_ip_address(std::string_view text) {
    const std::string terminated{text};
    if (terminated.find('\0') != std::string::npos) return Error{Errc::kBadRequest, "net.ip.nul"};
    IpAddress address;
    if (::inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) return address;
    address.v6 = true;
    address.bytes = {};
    if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
    return Error{Errc::kBadRequest, "net.ip.text"};
}

bool is_public(const IpAddress& address) noexcept {
    const auto holds = [&](const Block& block) { return within(address, block); };
    if (!address.v6) return std::none_of(std::begin(kNotPublicV4), std::end(kNotPublicV4), holds);
    return within(address, kGlobalUnicastV6) &&
           std::none_of(std::begin(kNotPublicV6), std::end(kNotPublicV6), holds);
}

}  // namespace pramana::net
