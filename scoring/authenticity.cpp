#include "pramana/scoring/authenticity.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

constexpr std::uint64_t kOne = 65'536;

// By Check. Tolerances are what services are known to do themselves: clocks that jump, branched
// conversations that keep ids, imported mail. Sources: docs/data-formats.md "Authenticity".
constexpr CheckRule kRules[kChecks] = {
    {"schema", "Every entry has the members of its format, of the right kind.", 4, 0},
    {"version", "All entries were written by one version of the format.", 2, 50},
    {"id_form", "Every id has the form that the service gives it.", 4, 20},
    {"id_unique", "No id stands twice.", 4, 20},
    {"id_time", "The time inside an id is the time that stands beside it.", 8, 20},
    {"id_order", "Ids grow as time does.", 6, 20},
    {"time_form", "Every time is a time of the calendar, in the service's form and zone.", 4, 0},
    {"time_range", "Times lie between the service's start and the export, and in their frame.", 4,
     20},
    {"time_order", "Entries stand in the order of time that the service writes.", 6, 20},
    {"graph", "Parents and children name each other, and everything hangs on one root.", 6, 0},
    {"values", "Roles and kinds are of those that the service has.", 3, 0},
    {"owner", "All of it belongs to one account.", 6, 0},
    {"counts", "As many entries as the archive says.", 4, 0},
    {"agreement", "Members that say the same thing agree.", 5, 20},
    {"text_range", "Ranges that point into a text lie in it.", 3, 0},
};

}  // namespace

const CheckRule& rule_of(Check check) noexcept { return kRules[static_cast<std::size_t>(check)]; }

bool CheckResult::passed() const noexcept {
    return failed * 1000 <= examined * rule_of(check).tolerance_milli;
}

bool Authenticity::authentic() const noexcept {
    return !checks.empty() && std::all_of(checks.begin(), checks.end(),
                                          [](const CheckResult& c) { return c.passed(); });
}

std::uint32_t Authenticity::value_q16() const noexcept {
    std::uint64_t weights = 0, points = 0;
    for (const CheckResult& result : checks) {
        const std::uint64_t weight = rule_of(result.check).weight;
        weights += weight;
        points += weight * (result.examined - result.failed) * kOne / result.examined;
    }
    return weights == 0 ? 0 : static_cast<std::uint32_t>(points / weights);
}

}  // namespace pramana::scoring
