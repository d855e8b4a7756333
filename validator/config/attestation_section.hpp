#pragma once

#include "section.hpp"

namespace pramana::config {

/// The section `attestation`.
[[nodiscard]] Attestation read_attestation(Section section, const std::filesystem::path& directory);

}  // namespace pramana::config
