#pragma once

#include "pramana/scoring/document.hpp"

#include <string>

namespace pramana::app {

/// What reading a file says beside its records: what was not read, by reason, and the checks of
/// authenticity where the ruleset asks for them. Counts and literals, nothing of the content.
struct ReadingReport {
    std::uint32_t formats_version = 0;
    scoring::Notes notes;
    scoring::Authenticity authenticity;
};

/// The member `reading` of `score --json` (docs/commands.md).
[[nodiscard]] std::string json_of(const ReadingReport& report);

}  // namespace pramana::app
