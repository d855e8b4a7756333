#pragma once

#include "pramana/attest/roots.hpp"

#include <span>
#include <string_view>

namespace pramana::app {

/// `policy new|check|explain`: makes, checks and explains appraisal policies.
int run_policy(std::span<const std::string_view> args);
/// The same under these roots instead of the vendors'; for tests.
int run_policy(std::span<const std::string_view> args, const attest::PinnedRoots& roots);
[[nodiscard]] std::string_view help_policy();

}  // namespace pramana::app
