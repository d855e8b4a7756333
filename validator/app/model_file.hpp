#pragma once

#include "commands/failure.hpp"
#include "pramana/scoring/model.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace pramana::app {

/// The pinned model, from `given` (an option's value), or from where it usually lies:
/// scoring::kModelPath under the current directory, under the root of the source tree that holds
/// this program's build directory, or under
/// ../share/pramana of the program. The failure names the file and how to make it.
[[nodiscard]] Outcome<std::shared_ptr<const scoring::Model>> open_model(
    const std::optional<std::string>& given);

}  // namespace pramana::app
