#pragma once

#include "pramana/ownership/appraise.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <optional>

namespace pramana::app {

/// What a ruleset asks for, by which the validator judges a statement and a client looks at it
/// before it sends it; nothing: it asks for nothing. Thread: any.
[[nodiscard]] std::optional<ownership::Rules> ownership_rules_of(const scoring::Ruleset& ruleset);

}  // namespace pramana::app
