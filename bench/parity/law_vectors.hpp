#pragma once

#include "cpu/kernels.hpp"
#include "pramana/scoring/encoder.hpp"
#include "pramana/scoring/model.hpp"

#include <span>
#include <string>
#include <vector>

/// Golden vectors of the encoder's law, for whoever computes it anew (docs/scoring.md "Golden
/// vectors"). The files in tests/parity/law are what these functions give with the reference; every
/// backend must give the same text.
namespace pramana::parity {

/// Inputs and outputs of each operation, every number written out.
[[nodiscard]] std::string operation_vectors(const scoring::Kernels& kernels);

/// Each intermediate result of one text: its shape, its SHA-256 and its first numbers.
[[nodiscard]] std::string encoder_vectors(const scoring::Kernels& kernels,
                                          const scoring::Model& model,
                                          std::span<const std::uint16_t> pieces);

/// Pieces and codes of each text.
[[nodiscard]] std::string text_vectors(const scoring::Encoder& encoder,
                                       std::span<const std::vector<std::uint16_t>> texts);

}  // namespace pramana::parity
