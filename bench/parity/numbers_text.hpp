#pragma once

#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"

#include <bit>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

/// How golden vectors write numbers down.
namespace pramana::parity {

template <class T>
concept Number = std::is_same_v<T, float> || std::is_integral_v<T>;

/// The bits of a number: f32 as binary32, integers as two's complement.
template <Number T>
[[nodiscard]] auto bits_of(T value) {
    if constexpr (std::is_same_v<T, float>)
        return std::bit_cast<std::uint32_t>(value);
    else
        return static_cast<std::make_unsigned_t<T>>(value);
}

/// "f32", "u8", "i32", ...
template <Number T>
[[nodiscard]] std::string type_name() {
    const char* kind = std::is_same_v<T, float> ? "f" : std::is_signed_v<T> ? "i" : "u";
    return kind + std::to_string(8 * sizeof(T));
}

/// Two, four, eight or sixteen hex digits a number, the highest first, nothing between them.
template <Number T>
[[nodiscard]] std::string hex_of(std::span<const T> numbers) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const T number : numbers)
        for (std::size_t i = 2 * sizeof(T); i-- > 0;)
            out += kDigits[static_cast<std::size_t>(bits_of(number) >> (4 * i)) & 0xFU];
    return out;
}

/// SHA-256 of the numbers, each little-endian.
template <Number T>
[[nodiscard]] Hash32 digest_of(std::span<const T> numbers) {
    Bytes bytes;
    for (const T number : numbers) append_le(bytes, bits_of(number));
    return sha256(ByteView{bytes});
}

}  // namespace pramana::parity
