#include "reward.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

constexpr std::size_t kWholeDigitsMax = 9;
constexpr std::size_t kFractionDigitsMax = 6;
constexpr std::uint64_t kMicro = 1'000'000;

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::uint64_t number_in(std::string_view digits) {
    std::uint64_t number = 0;
    for (const char c : digits) number = number * 10 + static_cast<std::uint64_t>(c - '0');
    return number;
}

}  // namespace

std::optional<Reward> Reward::read(std::string_view text) {
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view whole = text.substr(0, point);
    std::string fraction{text.substr(std::min(point + 1, text.size()))};
    if (whole.empty() || whole.size() > kWholeDigitsMax || fraction.size() > kFractionDigitsMax ||
        !all_digits(whole) || !all_digits(fraction) || (point < text.size() && fraction.empty()))
        return std::nullopt;
    fraction.resize(kFractionDigitsMax, '0');
    return Reward{number_in(whole) * kMicro + number_in(fraction)};
}

std::string Reward::part(std::uint64_t pay_1024) const {
    // No overflow: below 10^15 times 2^10.
    const std::uint64_t amount = micro * pay_1024 / 1024;
    std::string out = grouped(amount / kMicro);
    std::string fraction = std::to_string(kMicro + amount % kMicro).substr(1);
    while (fraction.ends_with('0')) fraction.pop_back();
    return fraction.empty() ? out : out + '.' + fraction;
}

std::string grouped(std::uint64_t number) {
    std::string out = std::to_string(number);
    for (std::size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, 1, ',');
    return out;
}

std::string thousandths(std::uint64_t milli) {
    return std::to_string(milli / 1000) + '.' + std::to_string(1000 + milli % 1000).substr(1);
}

}  // namespace pramana::app
