#pragma once

#include "pramana/pipeline/ports.hpp"
#include "pramana/scoring/engine.hpp"

namespace pramana::app {

/// A score in the pipeline's plain types.
[[nodiscard]] pipeline::ScoreFacts facts_of(const scoring::Score& score);

}  // namespace pramana::app
