#pragma once

#include "platform.hpp"

#include <span>
#include <string>
#include <string_view>

namespace pramana::app {

/// `pramana jobs [--state S] [--limit N] [--json]`: what the validator has to do and what became of
/// it, from its journal. Returns the exit code.
int run_jobs(std::span<const std::string_view> args, const Platform& platform);
[[nodiscard]] std::string help_jobs();

}  // namespace pramana::app
