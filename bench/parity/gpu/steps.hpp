#pragma once

#include "parity/operations.hpp"

#include <vector>

namespace pramana::parity {

/// Every step of the encoder on the first CUDA device against the reference, over shapes and values
/// chosen to hurt: row counts around the tiles, texts of 0 to 512 tokens, ties, subnormal numbers,
/// the largest sums. A CUDA error ends the program.
[[nodiscard]] std::vector<OperationRow> compare_device_steps();

}  // namespace pramana::parity
