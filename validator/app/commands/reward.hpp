#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pramana::app {

/// What a DLP pays for a score of 1, in millionths of its token.
struct Reward {
    std::uint64_t micro = 0;
    /// "12.5": up to nine digits before the point and six behind it. Nothing: it is no amount.
    [[nodiscard]] static std::optional<Reward> read(std::string_view text);
    /// Of a score of so many 1,024ths, rounded down: "0.131"; no zeros at the end.
    [[nodiscard]] std::string part(std::uint64_t pay_1024) const;
};

/// 65536 as "65,536".
[[nodiscard]] std::string grouped(std::uint64_t number);
/// Thousandths: 131 is "0.131".
[[nodiscard]] std::string thousandths(std::uint64_t milli);

}  // namespace pramana::app
