#pragma once

#include "pramana/scoring/ruleset.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The page of JSON in which a builder says what a DLP takes and pays (docs/rulesets.md). It stands
// for a Ruleset: what is left out has the default, and files that mean the same have one digest.

namespace pramana::scoring {

inline constexpr std::size_t kRulesetFileBytesMax = std::size_t{64} << 10U;
inline constexpr std::uint32_t kRulesetFileVersion = 1;

/// One thing that is wrong with a file, for the person who wrote it.
struct RulesetProblem {
    std::size_t line = 1;    ///< from 1 on
    std::size_t column = 1;  ///< from 1 on, in characters
    std::string path;        ///< "pay.quality_min", "accept.formats[1]"; empty: the whole file
    std::string sentence;    ///< goes on behind the path: "must be a number from 0 to 0.999"
    std::string hint;        ///< what would be right; may be empty
};

/// A ruleset, or the complete list of problems in the order of the text.
struct RulesetReading {
    std::optional<Ruleset> ruleset;
    std::vector<RulesetProblem> problems;
    std::string description;  ///< the file's words to people; not part of the digest
};

/// Reads a builder's file strictly: JSON (RFC 8259) of at most kRulesetFileBytesMax, every member
/// known, every value within its bounds, and nothing that contradicts itself or could never be
/// paid. Thread: any. Source: docs/rulesets.md.
[[nodiscard]] RulesetReading read_ruleset_file(std::string_view text);

/// Whether a file begins as the canonical text does (Ruleset::parse), and not as a builder's.
[[nodiscard]] bool is_canonical_ruleset(std::string_view text) noexcept;

}  // namespace pramana::scoring
