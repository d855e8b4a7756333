#pragma once

#include "platform.hpp"

#include <span>
#include <string>
#include <string_view>

namespace pramana::app {

/// `pramana chain check`: whether this configuration can prove now, and for how long. Returns the
/// exit code: 0 = nothing stands against it.
int run_chain(std::span<const std::string_view> args, const Platform& platform);
[[nodiscard]] std::string help_chain();

}  // namespace pramana::app
