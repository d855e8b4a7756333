#pragma once

#include "platform.hpp"

#include <span>
#include <string>
#include <string_view>

namespace pramana::app {

/// `pramana chain claim`: claims our fees and what contributors have not claimed. The arguments
/// behind `claim`. Returns the exit code.
int run_chain_claim(std::span<const std::string_view> args, const Platform& platform);
[[nodiscard]] std::string help_chain_claim();

}  // namespace pramana::app
