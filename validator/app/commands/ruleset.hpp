#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pramana::app {

/// `ruleset new|check|hash|explain|try`: a builder's page of JSON from its first draft to its
/// digest. Needs no chain and no TEE. Returns 0, 64 usage, 65 when a sample cannot be scored, 66 no
/// such file, 73 a file that is there already, 78 the ruleset, the model or the corpus.
int run_ruleset(std::span<const std::string_view> args);

/// The text of `help ruleset`.
std::string help_ruleset();

}  // namespace pramana::app
