#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>

/// What only a device compiler can say: a launch, shared memory, asynchronous copies and the tensor
/// cores. Everything else of the kernels is plain enough to be compiled for the processor too,
/// where a test runs it (bench/gpu/emulated has the other half of this header).
namespace pramana::scoring::cuda {

/// Starts `threads` threads for each block of `grid` with `shared` bytes of shared memory; returns
/// 0 or a cudaError_t.
template <class... Parameters, class... Arguments>
int launch(void (*kernel)(Parameters...), dim3 grid, unsigned threads, std::size_t shared,
           CUstream_st* stream, const Arguments&... arguments) {
    constexpr std::size_t kWithoutAsking = 48U << 10U;
    if (shared > kWithoutAsking) {
        const cudaError_t asked = cudaFuncSetAttribute(
            kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shared));
        if (asked != cudaSuccess) return asked;
    }
    kernel<<<grid, threads, shared, stream>>>(arguments...);
    return cudaPeekAtLastError();
}

/// The shared memory that the launch asked for.
__device__ inline std::uint8_t* shared_memory() {
    extern __shared__ __align__(128) std::uint8_t of_this_block[];
    return of_this_block;
}

__device__ inline std::uint32_t shared_address(const void* p) {
    return static_cast<std::uint32_t>(__cvta_generic_to_shared(p));
}

/// Begins to copy 16 bytes to shared memory; both addresses are multiples of 16.
__device__ inline void copy_async(void* to, const void* from) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(shared_address(to)), "l"(from)
                 : "memory");
}
/// What this thread began to copy since the last call becomes one group.
__device__ inline void copy_group() { asm volatile("cp.async.commit_group;" ::: "memory"); }
/// Waits until all but the last `kPending` groups of this thread are there.
template <int kPending>
__device__ inline void copy_wait() {
    asm volatile("cp.async.wait_group %0;" ::"n"(kPending) : "memory");
}

/// Four matrices of 8 rows of 16 bytes from shared memory: lane 8 m + r brings the address of row r
/// of matrix m, lane l receives bytes 4 (l % 4).. of row l / 4 of matrix m in out[m].
/// PTX ISA, "ldmatrix".
__device__ inline void load_matrices(const void* row, std::uint32_t (&out)[4]) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(out[0]), "=r"(out[1]), "=r"(out[2]), "=r"(out[3])
                 : "r"(shared_address(row))
                 : "memory");
}

/// acc += a * b; a [16 x 32] u8 or s8, b [32 x 8] s8 column by column. No saturation: the sums fit
/// (docs/scoring.md). Which element lies in which lane: PTX ISA, "Matrix fragments for
/// mma.m16n8k32".
enum class Left { kUnsigned, kSigned };
template <Left kLeft>
__device__ inline void multiply(const std::uint32_t (&a)[4], const std::uint32_t* b,
                                int (&acc)[4]) {
    if constexpr (kLeft == Left::kUnsigned)
        asm("mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, "
            "{%8,%9}, {%0,%1,%2,%3};"
            : "+r"(acc[0]), "+r"(acc[1]), "+r"(acc[2]), "+r"(acc[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
    else
        asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, "
            "{%8,%9}, {%0,%1,%2,%3};"
            : "+r"(acc[0]), "+r"(acc[1]), "+r"(acc[2]), "+r"(acc[3])
            : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/// The products of kM times two neighbouring tiles: acc[m][first], acc[m][first + 1].
template <Left kLeft, unsigned kM, unsigned kN>
__device__ inline void multiply_pair(const std::uint32_t (&a)[kM][4], const std::uint32_t (&b)[4],
                                     int (&acc)[kM][kN][4], unsigned first) {
#pragma unroll
    for (unsigned m = 0; m < kM; ++m) {
        multiply<kLeft>(a[m], b, acc[m][first]);
        multiply<kLeft>(a[m], b + 2, acc[m][first + 1]);
    }
}

}  // namespace pramana::scoring::cuda
