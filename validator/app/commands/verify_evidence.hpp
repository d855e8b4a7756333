#pragma once

#include "pramana/attest/roots.hpp"

#include <span>
#include <string_view>

namespace pramana::app {

/// `verify FILE|URL …`: appraises evidence from a file, offline, or from a validator.
int run_verify_evidence(std::span<const std::string_view> args);
/// The same under these roots instead of the vendors'; for tests.
int run_verify_evidence(std::span<const std::string_view> args, const attest::PinnedRoots& roots);
[[nodiscard]] std::string_view help_verify_evidence();

}  // namespace pramana::app
