#pragma once

#include "failure.hpp"
#include "pramana/core/bytes.hpp"

#include <filesystem>

namespace pramana::app {

/// The salt of the content's tag (docs/ownership.md): 64 hex digits in a file, because a command
/// line is seen by others on the machine. Errors: what read_secret_file says, kEvidenceMalformed.
[[nodiscard]] Outcome<Hash32> salt_in(const std::filesystem::path& file);

}  // namespace pramana::app
