#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/endian.hpp"

namespace pramana {

/// An amount of wei below 2^128: gas times price, and sums of that. A sum that does not fit is the
/// largest amount, so that a bound which is compared with it holds.
struct Wei {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    [[nodiscard]] static constexpr Wei of(std::uint64_t wei) noexcept { return {0, wei}; }
    /// gas * price.
    [[nodiscard]] static constexpr Wei product(std::uint64_t a, std::uint64_t b) noexcept {
        constexpr std::uint64_t kHalf = 0xffffffff;
        const std::uint64_t least = (a & kHalf) * (b & kHalf);
        const std::uint64_t middle = (a >> 32U) * (b & kHalf) + (least >> 32U);  // no carry is lost
        const std::uint64_t other = (a & kHalf) * (b >> 32U) + (middle & kHalf);
        return {(a >> 32U) * (b >> 32U) + (middle >> 32U) + (other >> 32U),
                (other << 32U) | (least & kHalf)};
    }
    [[nodiscard]] friend constexpr Wei operator+(Wei a, Wei b) noexcept {
        const std::uint64_t least = a.low + b.low;
        const std::uint64_t carry = least < a.low ? 1 : 0;
        const std::uint64_t most = a.high + b.high;
        if (most < a.high || (carry == 1 && most == UINT64_MAX)) return {UINT64_MAX, UINT64_MAX};
        return {most + carry, least};
    }
    /// 0 where the difference is negative.
    [[nodiscard]] friend constexpr Wei operator-(Wei a, Wei b) noexcept {
        if (a < b) return {};
        return {a.high - b.high - (a.low < b.low ? 1 : 0), a.low - b.low};
    }
    friend constexpr auto operator<=>(const Wei&, const Wei&) = default;

    [[nodiscard]] Word256 word() const noexcept {
        Word256 out;
        store_be(high, out.bytes.data() + 16);
        store_be(low, out.bytes.data() + 24);
        return out;
    }
    /// The amount, or the largest one if it is 2^128 or more.
    [[nodiscard]] static Wei from(const Word256& word) noexcept {
        for (std::size_t i = 0; i < 16; ++i)
            if (word.bytes[i] != 0) return {UINT64_MAX, UINT64_MAX};
        return {load_be<std::uint64_t>(word.bytes.data() + 16),
                load_be<std::uint64_t>(word.bytes.data() + 24)};
    }
};

}  // namespace pramana
