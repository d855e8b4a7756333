#pragma once

#include "novelty/novelty.hpp"
#include "pramana/scoring/ruleset.hpp"

namespace pramana::scoring {

/// Masses, uniqueness, pay and reasons. Source: docs/scoring.md "Pay".
[[nodiscard]] Score make_score(const Prepared::State& contribution, const std::vector<Known>& known,
                               const RulesetValues& rules);

/// Whether too little of what is no exact copy is new for the file to be paid: the rest of a text
/// that is known in other words. Version 1 never says so. Source: docs/scoring.md "Pay".
[[nodiscard]] bool mostly_known(const std::vector<PreparedChunk>& chunks,
                                const std::vector<Known>& known, std::uint64_t novel_mass,
                                const NoveltyRules& rules);

}  // namespace pramana::scoring
