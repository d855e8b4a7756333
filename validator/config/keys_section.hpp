#pragma once

#include "section.hpp"

namespace pramana::config {

/// The section `keys`.
[[nodiscard]] Keys read_keys(Section section, Profile profile);

}  // namespace pramana::config
