#pragma once

#include "pramana/scoring/engine.hpp"

namespace pramana::app {

/// Spreads work over `threads` threads, the caller's included.
[[nodiscard]] scoring::ParallelFor parallel_over(unsigned threads);
/// Over as many as this machine runs at a time.
[[nodiscard]] scoring::ParallelFor parallel_over_machine();

}  // namespace pramana::app
