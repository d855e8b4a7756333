#include "report.hpp"

#include <cstdio>

namespace pramana::bench {

void Report::tell(std::string what, std::string reached) {
    lines.push_back({std::move(what), "", std::move(reached), true});
}
void Report::require(std::string what, std::string goal, std::string reached, bool good) {
    lines.push_back({std::move(what), std::move(goal), std::move(reached), good});
}

std::string decimals(double value, int digits) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

std::string percent(double part, double whole) {
    return decimals(whole > 0 ? 100 * part / whole : 0, 2) + " %";
}

}  // namespace pramana::bench
