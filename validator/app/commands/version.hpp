#pragma once

#include "platform.hpp"

#include <span>
#include <string>
#include <string_view>

namespace pramana::app {

/// `version`: what a score depends on; with --ruleset the text of one. Returns 0, 64 or 78.
int run_version(std::span<const std::string_view> args, const Platform& platform);

/// The text of `help version`.
std::string help_version();

}  // namespace pramana::app
