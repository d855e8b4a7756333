#pragma once

#include "cpu/kernels.hpp"

namespace pramana::parity {

/// The operations of the encoder on the first CUDA device behind the table of the CPU: each call
/// copies its arguments there and the result back. For comparing bits, not for speed. A CUDA error
/// ends the program.
[[nodiscard]] const scoring::Kernels& device_kernels() noexcept;

}  // namespace pramana::parity
