#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>

/// What only a device compiler can say, for the search: blocks, barriers, copies that run beside
/// the work, 8-bit tensor cores fed from shared memory. bench/gpu/emulated has the other
/// half of this header, for the processor, where breaking one of these rules ends the program.
namespace pramana::scoring::cuda::device {

__device__ inline unsigned thread_index() { return threadIdx.x; }
__device__ inline unsigned block_index() { return blockIdx.x; }

/// Starts `blocks` blocks of `threads` threads with `shared_bytes` of shared memory each; returns 0
/// or a cudaError_t.
template <class... Parameters, class... Arguments>
int launch_blocks(void (*kernel)(Parameters...), unsigned blocks, unsigned threads,
                  std::size_t shared_bytes, CUstream_st* stream, Arguments... arguments) {
    constexpr std::size_t kWithoutAsking = 48 << 10;
    if (shared_bytes > kWithoutAsking) {
        const cudaError_t allowed = cudaFuncSetAttribute(
            kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shared_bytes));
        if (allowed != cudaSuccess) return allowed;
    }
    kernel<<<blocks, threads, shared_bytes, stream>>>(arguments...);
    return cudaPeekAtLastError();
}

/// Largest `shared_bytes` of the current device; 0 where it cannot be asked.
inline std::size_t shared_bytes_max() {
    int device = 0;
    int bytes = 0;
    if (cudaGetDevice(&device) != cudaSuccess ||
        cudaDeviceGetAttribute(&bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device) !=
            cudaSuccess)
        return 0;
    return static_cast<std::size_t>(bytes);
}

/// The block's shared memory, aligned to 128 bytes.
__device__ inline unsigned char* shared_memory() {
    extern __shared__ __align__(128) unsigned char memory[];
    return memory;
}

/// All threads of the block meet; what they wrote before is seen by all behind.
__device__ inline void block_wait() { __syncthreads(); }
/// They meet, and learn whether any of them said true.
__device__ inline bool block_any(bool mine) { return __syncthreads_or(mine ? 1 : 0) != 0; }

/// Four 8 x 16-byte matrices from shared memory: lane 8i + r says where row r of matrix i lies
/// (16-byte aligned); out[i] is of matrix i, row lane / 4, bytes 4 (lane % 4) and on.
/// Source: PTX ISA, ldmatrix.
__device__ inline void load_matrices(const void* row, std::uint32_t (&out)[4]) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(out[0]), "=r"(out[1]), "=r"(out[2]), "=r"(out[3])
                 : "r"(static_cast<std::uint32_t>(__cvta_generic_to_shared(row)))
                 : "memory");
}

/// acc += a * b; a [16 x 32] s8, b [32 x 8] s8 column by column. No saturation: sums fit int32.
/// Source: PTX ISA, "Matrix fragments for mma.m16n8k32".
__device__ inline void multiply_signed(const std::uint32_t (&a)[4], std::uint32_t b0,
                                       std::uint32_t b1, int (&acc)[4]) {
    asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
        "{%0,%1,%2,%3};"
        : "+r"(acc[0]), "+r"(acc[1]), "+r"(acc[2]), "+r"(acc[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

/// Begins to copy 16 bytes from device to shared memory, both aligned to 16; zeros, and nothing is
/// read, unless `there`. They may be read by this thread behind wait_copies(), by others behind a
/// barrier after that.
__device__ inline void copy_async(void* to, const void* from, bool there) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(
                     static_cast<std::uint32_t>(__cvta_generic_to_shared(to))),
                 "l"(__cvta_generic_to_global(from)), "r"(there ? 16 : 0)
                 : "memory");
}
__device__ inline void wait_copies() { asm volatile("cp.async.wait_all;" ::: "memory"); }

/// Largest of a warp.
__device__ inline std::uint64_t warp_largest(std::uint64_t v) {
#pragma unroll
    for (unsigned gap = 16; gap > 0; gap /= 2) {
        const std::uint64_t other =
            __shfl_xor_sync(0xFFFFFFFFU, static_cast<unsigned long long>(v), gap);
        v = other > v ? other : v;
    }
    return v;
}

/// Adds to a counter that other threads add to; returns what it was.
__device__ inline std::uint32_t add_shared(std::uint32_t* to, std::uint32_t more) {
    return atomicAdd(to, more);
}
__device__ inline std::uint64_t add_global(std::uint64_t* to, std::uint64_t more) {
    return atomicAdd(reinterpret_cast<unsigned long long*>(to), more);
}
/// Raises a number that other blocks raise, and reads it as they left it.
__device__ inline void raise_global(int* to, int value) { atomicMax(to, value); }
__device__ inline int read_raised(const int* from) {
    return *static_cast<const volatile int*>(from);
}

}  // namespace pramana::scoring::cuda::device
