#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pramana {

/// Bytes of the UTF-8 sequence that `text` begins with, 1..4; 0 when it begins with none (Unicode
/// 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
[[nodiscard]] constexpr std::size_t utf8_sequence_length(std::string_view text) noexcept {
    const auto byte = [text](std::size_t i) {
        return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0U;
    };
    const auto in = [](unsigned value, unsigned least, unsigned most) {
        return value >= least && value <= most;
    };
    const unsigned first = byte(0);
    if (text.empty()) return 0;
    if (first < 0x80) return 1;
    const unsigned second = byte(1);
    if (in(first, 0xC2, 0xDF)) return in(second, 0x80, 0xBF) ? 2 : 0;
    const bool third = in(byte(2), 0x80, 0xBF);
    if (first == 0xE0) return in(second, 0xA0, 0xBF) && third ? 3 : 0;
    if (first == 0xED) return in(second, 0x80, 0x9F) && third ? 3 : 0;
    if (in(first, 0xE1, 0xEF)) return in(second, 0x80, 0xBF) && third ? 3 : 0;
    const bool fourth = in(byte(3), 0x80, 0xBF);
    if (first == 0xF0) return in(second, 0x90, 0xBF) && third && fourth ? 4 : 0;
    if (in(first, 0xF1, 0xF3)) return in(second, 0x80, 0xBF) && third && fourth ? 4 : 0;
    if (first == 0xF4) return in(second, 0x80, 0x8F) && third && fourth ? 4 : 0;
    return 0;
}

}  // namespace pramana
