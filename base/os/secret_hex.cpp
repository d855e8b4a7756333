#include "pramana/os/secret_hex.hpp"

#include "pramana/os/decided.hpp"

namespace pramana {
namespace {

/// All ones where first <= c <= last, otherwise zero. Arguments are below 256.
constexpr std::uint32_t in_range(std::uint32_t c, char first, char last) noexcept {
    const auto low = static_cast<std::uint32_t>(first);
    const auto high = static_cast<std::uint32_t>(last);
    const std::uint32_t outside = ((c - low) | (high - c)) >> 31U;  // a difference below zero
    return outside - 1U;
}

/// A digit's value in the low four bits; bit 8 is set for another character.
constexpr std::uint32_t digit(std::uint32_t c) noexcept {
    const std::uint32_t decimal = in_range(c, '0', '9');
    const std::uint32_t lower = in_range(c, 'a', 'f');
    const std::uint32_t upper = in_range(c, 'A', 'F');
    const std::uint32_t known = decimal | lower | upper;
    return (decimal & (c - '0')) | (lower & (c - 'a' + 10U)) | (upper & (c - 'A' + 10U)) |
           (~known & 0x100U);
}

constexpr std::uint8_t letter(std::uint32_t nibble) noexcept {
    const std::uint32_t above_nine = 0U - ((9U - nibble) >> 31U);
    return static_cast<std::uint8_t>('0' + nibble + (above_nine & ('a' - '0' - 10U)));
}

}  // namespace

Result<SecretBytes> secret_from_hex(std::span<const std::uint8_t> digits) {
    if (digits.size() % 2 != 0) return Error{Errc::kMalformedKey, "os.secret_hex.length"};
    SecretBytes out{digits.size() / 2};
    std::uint32_t wrong = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::uint32_t high = digit(digits[2 * i]);
        const std::uint32_t low = digit(digits[2 * i + 1]);
        wrong |= high | low;
        out.expose_mutable()[i] = static_cast<std::uint8_t>((high << 4U) | (low & 0xFU));
    }
    if (decided((wrong & 0x100U) != 0)) return Error{Errc::kMalformedKey, "os.secret_hex.digit"};
    return out;
}

SecretBytes secret_to_hex(std::span<const std::uint8_t> bytes) {
    SecretBytes out{2 * bytes.size()};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        out.expose_mutable()[2 * i] = letter(bytes[i] >> 4U);
        out.expose_mutable()[2 * i + 1] = letter(bytes[i] & 0xFU);
    }
    return out;
}

}  // namespace pramana
