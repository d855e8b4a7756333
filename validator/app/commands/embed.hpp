#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pramana::app {

/// `embed`: lines of standard input to index codes on standard output. Needs no chain and no TEE.
/// Returns 0, 2 when a line is too long, 64 usage, 66 or 78 for the model, 74 when standard output
/// fails.
int run_embed(std::span<const std::string_view> args);

/// The text of `help embed`.
std::string help_embed();

}  // namespace pramana::app
