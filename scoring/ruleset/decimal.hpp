#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pramana::scoring {

/// A number of JSON, exactly: digits * 10^exponent, so that 0.3, 0.30 and 3e-1 are one number and
/// no float is between a builder and a digest. Thread: any.
struct Decimal {
    bool negative = false;
    std::uint64_t digits = 0;  ///< without zeros at its end; below 10^kDigitsMax
    std::int32_t exponent = 0;
    static constexpr std::int32_t kDigitsMax = 12;

    /// floor(number * scale), and what is left over: whether nothing is, and whether half or more.
    struct Scaled {
        std::uint64_t floor = 0;
        bool exact = true;
        bool half = false;
        [[nodiscard]] std::uint64_t nearest() const noexcept { return floor + (half ? 1U : 0U); }
    };
    /// Nothing below 0 and from 2^63 on. `scale` is at most 10^6.
    [[nodiscard]] std::optional<Scaled> scaled(std::uint64_t scale) const noexcept;
    /// Nothing where there is a fraction, a sign, or more than 2^63.
    [[nodiscard]] std::optional<std::uint64_t> whole() const noexcept;
};

/// `text` is a number of JSON. Nothing: it has more than Decimal::kDigitsMax significant digits.
[[nodiscard]] std::optional<Decimal> decimal_in(std::string_view text) noexcept;

}  // namespace pramana::scoring
