#pragma once

#include "platform.hpp"

#include <span>
#include <string>
#include <string_view>

namespace pramana::app {

/// `recompute PROOF FILE`: replays a score and names the first difference. Returns 0 equal, 1
/// different, 64 usage, 65 and 66 the proof, the file or its key, 78 model, ruleset or corpus.
int run_recompute(std::span<const std::string_view> args, const Platform& platform);

/// The text of `help recompute`.
std::string help_recompute();

}  // namespace pramana::app
