#pragma once

#include "pramana/core/bytes.hpp"

#include <type_traits>

namespace pramana {

/// Writes `value` big-endian into the first sizeof(value) bytes of `out`.
template <class Unsigned>
    requires std::is_unsigned_v<Unsigned>
constexpr void store_be(Unsigned value, std::uint8_t* out) noexcept {
    for (std::size_t i = sizeof(Unsigned); i-- > 0;) {
        out[i] = static_cast<std::uint8_t>(value & 0xFFU);
        value = static_cast<Unsigned>(std::uint64_t{value} >> 8U);
    }
}
/// Reads a big-endian Unsigned from the first sizeof(Unsigned) bytes at `in`.
template <class Unsigned>
    requires std::is_unsigned_v<Unsigned>
[[nodiscard]] constexpr Unsigned load_be(const std::uint8_t* in) noexcept {
    Unsigned value = 0;
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i)
        value = static_cast<Unsigned>((std::uint64_t{value} << 8U) | in[i]);
    return value;
}
template <class Unsigned>
    requires std::is_unsigned_v<Unsigned>
constexpr void store_le(Unsigned value, std::uint8_t* out) noexcept {
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
        out[i] = static_cast<std::uint8_t>(value & 0xFFU);
        value = static_cast<Unsigned>(std::uint64_t{value} >> 8U);
    }
}
template <class Unsigned>
    requires std::is_unsigned_v<Unsigned>
[[nodiscard]] constexpr Unsigned load_le(const std::uint8_t* in) noexcept {
    Unsigned value = 0;
    for (std::size_t i = sizeof(Unsigned); i-- > 0;)
        value = static_cast<Unsigned>((std::uint64_t{value} << 8U) | in[i]);
    return value;
}
template <class Unsigned>
void append_be(Bytes& out, Unsigned value) {
    std::uint8_t raw[sizeof(Unsigned)];
    store_be(value, raw);
    append(out, ByteView{raw, sizeof raw});
}
template <class Unsigned>
void append_le(Bytes& out, Unsigned value) {
    std::uint8_t raw[sizeof(Unsigned)];
    store_le(value, raw);
    append(out, ByteView{raw, sizeof raw});
}

}  // namespace pramana
