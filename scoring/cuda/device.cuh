#pragma once

#include <cuda_runtime.h>

#include <cstdint>

/// What only a device compiler can say: a launch and the tensor cores. Everything else of the
/// kernels is plain enough to be compiled for the processor too, where a test runs it
/// (bench/parity/gpu/emulated has the other half of this header).
namespace pramana::scoring::cuda {

/// Starts one warp for each block of `grid`; returns 0 or a cudaError_t.
template <class... Parameters, class... Arguments>
int launch(void (*kernel)(Parameters...), dim3 grid, CUstream_st* stream, Arguments... arguments) {
    kernel<<<grid, 32, 0, stream>>>(arguments...);
    return cudaPeekAtLastError();
}

/// acc += a * b; a [16 x 32] u8, b [32 x 8] s8 column by column. No saturation: the sums are below
/// 2^26 (docs/scoring.md). Which element lies in which lane: PTX ISA, "Matrix fragments for
/// mma.m16n8k32".
__device__ inline void multiply(const std::uint32_t (&a)[4], const std::uint32_t (&b)[2],
                                int (&acc)[4]) {
    asm("mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
        "{%0,%1,%2,%3};"
        : "+r"(acc[0]), "+r"(acc[1]), "+r"(acc[2]), "+r"(acc[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

}  // namespace pramana::scoring::cuda
