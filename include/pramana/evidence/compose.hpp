#pragma once

#include "pramana/core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace pramana::evidence {

/// The images that a dstack compose document starts: the value behind each `image:` of its
/// docker_compose_file, in order, each once. They name a program for good only where a digest
/// ("@sha256:…") stands behind them. Errors: kEvidenceMalformed (no JSON object, more than 64).
[[nodiscard]] Result<std::vector<std::string>> images_of_compose(std::string_view app_compose);

}  // namespace pramana::evidence
