#pragma once

#include "pramana/scoring/model.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace pramana::parity {

/// Words of the small model's vocabulary: "the unable cafe the".
inline constexpr std::array<std::uint16_t, 4> kSmallText{115, 111, 117, 115};

/// Pieces of the first eight sentences of tests/unit/scoring_embed/golden and of the empty text.
/// Empty when the file of sentences cannot be read.
[[nodiscard]] std::vector<std::vector<std::uint16_t>> golden_texts(
    const std::shared_ptr<const scoring::Model>& model);

}  // namespace pramana::parity
