#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pramana::app {

/// What `ruleset new --profile` starts from.
[[nodiscard]] std::span<const std::string_view> ruleset_profiles() noexcept;

/// A builder's file to begin with: valid as it is, every member that a builder usually changes
/// written out. `profile` is one of ruleset_profiles(), `name` a ruleset's name.
[[nodiscard]] std::string ruleset_template(std::string_view profile, std::string_view name);

}  // namespace pramana::app
