#pragma once

#include "pramana/core/result.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <span>

namespace pramana::scoring {

/// Formats from version 2 on: archives are taken apart, exports are told and read by the registry,
/// what is of none is read by its own content. Errors and thread: those of extract().
/// Source: docs/data-formats.md.
[[nodiscard]] Result<Document> read_exports(std::span<const std::uint8_t> opened,
                                            const ExtractLimits& limits);

}  // namespace pramana::scoring
