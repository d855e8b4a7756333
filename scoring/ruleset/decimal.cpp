#include "ruleset/decimal.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

constexpr std::int32_t kExponentMax = 100'000;  // farther ones change nothing
constexpr std::uint64_t kMost = std::uint64_t{1} << 63U;
constexpr std::int32_t kTensMax = 18;  // 10^18 fits twice

std::uint64_t power_of_ten(std::int32_t exponent) noexcept {
    std::uint64_t power = 1;
    for (std::int32_t i = 0; i < exponent; ++i) power *= 10;
    return power;
}

/// The exponent behind an `e`, cut to what can matter.
std::int32_t exponent_in(std::string_view text) noexcept {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    std::int32_t value = 0;
    for (const char c : text) value = std::min(value * 10 + (c - '0'), kExponentMax);
    return negative ? -value : value;
}

}  // namespace

std::optional<Decimal> decimal_in(std::string_view text) noexcept {
    Decimal out;
    const std::size_t mark = std::min(text.find_first_of("eE"), text.size());
    if (mark < text.size()) out.exponent = exponent_in(text.substr(mark + 1));
    text = text.substr(0, mark);
    out.negative = text.starts_with('-');
    if (out.negative) text.remove_prefix(1);
    bool fraction = false;
    std::int32_t zeros = 0;  // that may turn out to stand at the end
    std::int32_t count = 0;
    for (const char c : text) {
        if (c == '.') {
            fraction = true;
            continue;
        }
        if (fraction) --out.exponent;
        if (c == '0') {
            zeros += out.digits == 0 ? 0 : 1;
            continue;
        }
        count += zeros + 1;
        if (count > Decimal::kDigitsMax) return std::nullopt;
        out.digits = out.digits * power_of_ten(zeros + 1) + static_cast<std::uint64_t>(c - '0');
        zeros = 0;
    }
    out.exponent += zeros;
    if (out.digits == 0) return Decimal{};
    return out;
}

std::optional<Decimal::Scaled> Decimal::scaled(std::uint64_t scale) const noexcept {
    if (negative) return std::nullopt;
    std::uint64_t value = digits * scale;                            // below 10^18
    if (exponent < -kTensMax) return Scaled{0, digits == 0, false};  // below a half
    if (exponent < 0) {
        const std::uint64_t divisor = power_of_ten(-exponent);
        return Scaled{value / divisor, value % divisor == 0, value % divisor * 2 >= divisor};
    }
    for (std::int32_t i = 0; i < exponent && value > 0; ++i) {
        if (value > kMost / 10) return std::nullopt;
        value *= 10;
    }
    return Scaled{value, true, false};
}

std::optional<std::uint64_t> Decimal::whole() const noexcept {
    const std::optional<Scaled> value = scaled(1);
    if (!value || !value->exact) return std::nullopt;
    return value->floor;
}

}  // namespace pramana::scoring
