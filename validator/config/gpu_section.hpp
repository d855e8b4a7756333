#pragma once

#include "section.hpp"

namespace pramana::config {

/// The section `gpu`.
[[nodiscard]] Gpu read_gpu(Section section);

}  // namespace pramana::config
