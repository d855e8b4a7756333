#pragma once

#include "pramana/scoring/ruleset.hpp"
#include "reward.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pramana::app {

/// What a ruleset says, for the person who has to answer for it.
struct Explained {
    const scoring::Ruleset& ruleset;
    std::string description{};       ///< the author's words; may be empty
    std::optional<Reward> reward{};  ///< of a score of 1; without one, shares are told
};

/// A page: what is taken, what is refused and why, what is new, what is paid.
[[nodiscard]] std::string explain_text(const Explained& explained);
/// The same as one JSON object: docs/commands.md "ruleset".
[[nodiscard]] std::string explain_json(const Explained& explained);

/// What is valid and yet costs a DLP money where its contract does not expect it: whole sentences.
[[nodiscard]] std::vector<std::string> warnings_of(const scoring::Ruleset& ruleset);

}  // namespace pramana::app
