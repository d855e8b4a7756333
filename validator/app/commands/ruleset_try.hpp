#pragma once

#include "options.hpp"

#include <span>
#include <string>

namespace pramana::app {

/// `ruleset try FILE SAMPLE...`: the samples scored in their order by the real engine under the
/// ruleset in FILE, each with its verdict, reasons and pay. Nothing is written. `files` begins with
/// the ruleset. Returns 0, 65 when a sample was refused, 66 or 78.
int try_ruleset(const Arguments& arguments, std::span<const std::string> files);

}  // namespace pramana::app
