#pragma once

#include <span>
#include <string_view>

namespace pramana::app {

/// `verify FILE|URL …`: appraises evidence from a file, offline, or from a validator.
int run_verify_evidence(std::span<const std::string_view> args);
[[nodiscard]] std::string_view help_verify_evidence();

}  // namespace pramana::app
