#pragma once

#include "pramana/pipeline/ports.hpp"
#include "pramana/scoring/engine.hpp"
#include "pramana/scoring/ruleset.hpp"

namespace pramana::app {

/// A score in the pipeline's plain types.
[[nodiscard]] pipeline::ScoreFacts facts_of(const scoring::Score& score);
/// What a ruleset pays for, in the same.
[[nodiscard]] pipeline::PayTerms pay_terms_of(const scoring::Ruleset& ruleset);

}  // namespace pramana::app
