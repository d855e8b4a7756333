#pragma once

#include <span>
#include <string_view>

namespace pramana::app {

/// `ownership sign|record|verify|mail`: makes and judges external evidence of ownership.
int run_ownership(std::span<const std::string_view> args);
[[nodiscard]] std::string_view help_ownership();

}  // namespace pramana::app
