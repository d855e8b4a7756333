#pragma once

#include "platform.hpp"

#include <span>
#include <string>
#include <string_view>

namespace pramana::app {

/// `pramana replay JOB [--json]`: the journal of one job as a timeline, with every raw transaction.
/// Returns the exit code.
int run_replay(std::span<const std::string_view> args, const Platform& platform);
[[nodiscard]] std::string help_replay();

}  // namespace pramana::app
