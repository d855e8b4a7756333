#include "reading.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace pramana::scoring {

Reading::Reading(const ExtractLimits& limits, Document& out) : limits_{limits}, out_{out} {}

void Reading::begin_unit(Format format, std::int64_t time_us, std::string_view id) {
    const std::size_t id_begin = ids_.size();
    ids_.insert(ids_.end(), id.begin(), id.end());
    units_.push_back({out_.records.size(), time_us, id_begin, ids_.size(), format});
}

Status Reading::add(Role role, std::int64_t time_us, SecretText source, SecretText text) {
    if (text.empty()) {
        skip(NotRead::kEmptyPart);
        return Done{};
    }
    if (out_.records.size() >= limits_.records_max)
        return Error{Errc::kTooLarge, "scoring.document.reading.records"};
    const std::int64_t unix_s = std::max<std::int64_t>(time_us, 0) / 1'000'000;
    out_.records.push_back({std::move(source), role, unix_s, std::move(text)});
    return Done{};
}

void Reading::check(Format format, Check which, bool good) noexcept {
    if (!checks()) return;
    Count& count = counts_[static_cast<std::size_t>(format)][static_cast<std::size_t>(which)];
    ++count.examined;
    count.failed += good ? 0U : 1U;
}

void Reading::order_units() {
    const auto key = [this](const Unit& unit) {
        return std::tuple{
            unit.format, unit.time_us,
            std::string_view{ids_.data() + unit.id_begin, unit.id_end - unit.id_begin}};
    };
    std::vector<std::size_t> order(units_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return key(units_[a]) < key(units_[b]); });
    std::vector<Record> sorted;
    sorted.reserve(out_.records.size());
    for (const std::size_t unit : order) {
        const std::size_t end =
            unit + 1 < units_.size() ? units_[unit + 1].begin : out_.records.size();
        for (std::size_t at = units_[unit].begin; at < end; ++at)
            sorted.push_back(std::move(out_.records[at]));
    }
    out_.records = std::move(sorted);
}

/// Of each format: whether there are turns of people and of the model, and a time at every record.
void Reading::tell_parts() {
    std::array<bool, kAcceptedFormats> seen{}, timeless{};
    for (std::size_t unit = 0; unit < units_.size(); ++unit) {
        const std::optional<AcceptedFormat> format = accepted_format_of(units_[unit].format);
        const std::size_t end =
            unit + 1 < units_.size() ? units_[unit + 1].begin : out_.records.size();
        if (!format || units_[unit].begin == end) continue;
        const auto at = static_cast<std::size_t>(*format);
        seen[at] = true;
        for (std::size_t record = units_[unit].begin; record < end; ++record) {
            const Role role = out_.records[record].role;
            timeless[at] |= out_.records[record].unix_s == 0;
            if (role == Role::kUser) part(*format, Part::kUserTurns);
            if (role == Role::kAssistant) part(*format, Part::kModelTurns);
        }
    }
    for (std::size_t at = 0; at < kAcceptedFormats; ++at)
        if (seen[at] && !timeless[at]) part(static_cast<AcceptedFormat>(at), Part::kTimes);
}

void Reading::finish() {
    tell_parts();
    order_units();
    if (!checks()) return;
    out_.authenticity.version = limits_.formats.authenticity;
    for (std::size_t format = 0; format < kFormats; ++format)
        for (std::size_t which = 0; which < kChecks; ++which) {
            const Count& count = counts_[format][which];
            if (count.examined == 0) continue;
            out_.authenticity.checks.push_back({static_cast<Format>(format),
                                                static_cast<Check>(which), count.examined,
                                                count.failed});
        }
}

}  // namespace pramana::scoring
