#include "secret_hex.hpp"

namespace pramana::sealing {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

int value_of(std::uint8_t c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::optional<SecretBytes> secret_from_hex(ByteView digits) {
    if (digits.size() % 2 != 0) return std::nullopt;
    SecretBytes out{digits.size() / 2};
    const std::span<std::uint8_t> bytes = out.expose_mutable();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int high = value_of(digits[2 * i]);
        const int low = value_of(digits[2 * i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return out;
}

SecretBytes secret_to_hex(std::string_view prefix, const SecretBytes& bytes) {
    SecretBytes out{prefix.size() + 2 * bytes.size()};
    const std::span<std::uint8_t> text = out.expose_mutable();
    std::copy(prefix.begin(), prefix.end(), text.begin());
    std::size_t at = prefix.size();
    for (const std::uint8_t b : bytes.expose()) {
        text[at++] = static_cast<std::uint8_t>(kDigits[b >> 4U]);
        text[at++] = static_cast<std::uint8_t>(kDigits[b & 0xFU]);
    }
    return out;
}

}  // namespace pramana::sealing
