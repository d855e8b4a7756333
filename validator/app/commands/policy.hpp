#pragma once

#include <span>
#include <string_view>

namespace pramana::app {

/// `policy new|check|explain`: makes, checks and explains appraisal policies.
int run_policy(std::span<const std::string_view> args);
[[nodiscard]] std::string_view help_policy();

}  // namespace pramana::app
