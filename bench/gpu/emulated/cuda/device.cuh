#pragma once

#include <cuda_runtime.h>

struct CUstream_st;

/// The processor's half of scoring/cuda/device.cuh.
namespace pramana::scoring::cuda {

template <class... Parameters, class... Arguments>
int launch(void (*kernel)(Parameters...), dim3 grid, unsigned threads, std::size_t shared,
           CUstream_st* stream, const Arguments&... arguments) {
    // Two blocks to an SM of compute capability 9.0.
    if (shared > 113U << 10U) return cudaErrorInvalidValue;
    return parity::launch_grid(grid, threads, shared, stream, [=] { kernel(arguments...); });
}

inline std::uint8_t* shared_memory() { return parity::block_memory(); }
inline void copy_async(void* to, const void* from) { parity::begin_copy(to, from); }
inline void copy_group() { parity::end_copy_group(); }
template <int kPending>
void copy_wait() {
    parity::wait_for_copies(kPending);
}

void load_matrices(const void* row, std::uint32_t (&out)[4]);

enum class Left { kUnsigned, kSigned };

/// One step of a warp's matrix product: `tiles` tiles of 16 rows times tiles of 8 columns. As
/// the PTX ISA lays the fragments out: with g = lane / 4 and t = lane % 4, a[0] and a[2] are of row
/// g, a[1] and a[3] of row g + 8, columns 4t.. and 4t + 16.. for a[2] and a[3]; b is of column g,
/// rows 4t.. and 4t + 16..; acc is of rows g, g, g + 8, g + 8 and columns 2t, 2t + 1, 2t, 2t + 1.
struct Products {
    Left left;
    unsigned tiles;
    unsigned columns;  ///< tiles of them, 1 or 2
    const std::uint32_t (*a)[4];
    const std::uint32_t* b;
    int* acc[8];  ///< four numbers each: tile by tile, column by column
};
void multiply(Products& mine);

template <Left kLeft, unsigned kM, unsigned kN>
void multiply_pair(const std::uint32_t (&a)[kM][4], const std::uint32_t (&b)[4],
                   int (&acc)[kM][kN][4], unsigned first) {
    Products mine{kLeft, kM, 2, a, b, {}};
    for (unsigned m = 0; m < kM; ++m) {
        mine.acc[2 * m] = acc[m][first];
        mine.acc[2 * m + 1] = acc[m][first + 1];
    }
    multiply(mine);
}

inline void multiply_one(const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1,
                         int (&acc)[4]) {
    const std::uint32_t b[2] = {b0, b1};
    Products mine{Left::kSigned, 1, 1, &a, b, {acc}};
    multiply(mine);
}

}  // namespace pramana::scoring::cuda
