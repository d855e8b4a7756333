#pragma once

#include <cuda_runtime.h>

#include <functional>

struct CUstream_st;

/// The processor's half of scoring/cuda/device.cuh.
namespace pramana::parity {
/// Runs `lane` as the 32 threads of one warp, for each block of `grid`.
void run_warps(const dim3& grid, const std::function<void()>& lane);
}  // namespace pramana::parity

namespace pramana::scoring::cuda {

template <class... Parameters, class... Arguments>
int launch(void (*kernel)(Parameters...), dim3 grid, CUstream_st*, Arguments... arguments) {
    parity::run_warps(grid, [&] { kernel(arguments...); });
    return cudaSuccess;
}

/// As the PTX ISA lays the fragments out: with g = lane / 4 and t = lane % 4, a[0] and a[2] are of
/// row g, a[1] and a[3] of row g + 8, columns 4t.. and 4t + 16.. for a[2] and a[3]; b is of column
/// g, rows 4t.. and 4t + 16..; acc is of rows g, g, g + 8, g + 8 and columns 2t, 2t + 1, 2t, 2t
/// + 1.
void multiply(const std::uint32_t (&a)[4], const std::uint32_t (&b)[2], int (&acc)[4]);

}  // namespace pramana::scoring::cuda
