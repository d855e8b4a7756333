#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pramana::app {

/// `score FILE...`: what contributions of these files, in this order, would be worth to a DLP with
/// a given corpus. Needs no chain and no TEE. Returns 0, 64 usage, 65 when a file cannot be scored,
/// 66 or 78 for model, ruleset or corpus.
int run_score(std::span<const std::string_view> args);

/// The text of `help score`.
std::string help_score();

}  // namespace pramana::app
