#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <functional>

#ifndef __launch_bounds__
#define __launch_bounds__(...)
#endif

struct CUstream_st;

/// The processor's half of scoring/cuda/search_device.cuh. Breaking a rule of the device
/// (alignment, the size of shared memory, lanes that part, a bank that is asked twice) ends the
/// program.
namespace pramana::gpu::emulated {

/// Which warp runs when: all in turn, or one until it has to wait, the first or the last one
/// first. A barrier that is missing shows under one of them.
enum class WarpOrder { kInTurn, kFirstFirst, kLastFirst };
extern WarpOrder warp_order;

/// Runs `thread` as the threads of each block.
void run_blocks(unsigned blocks, unsigned threads, std::size_t shared_bytes,
                const std::function<void()>& thread);
/// Shared memory of a block, of an H100 unless a test sets it.
extern std::size_t shared_bytes_max;

/// The running thread's part in the block's doings.
unsigned thread_index();
unsigned block_index();
unsigned char* shared();
bool barrier(bool mine);
void load_matrices(const void* row, std::uint32_t (&out)[4]);
void multiply_signed(const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1,
                     int (&acc)[4]);
void copy_async(void* to, const void* from, bool there);
void wait_copies();
std::uint64_t warp_largest(std::uint64_t v);

}  // namespace pramana::gpu::emulated

namespace pramana::scoring::cuda::device {

inline unsigned thread_index() { return gpu::emulated::thread_index(); }
inline unsigned block_index() { return gpu::emulated::block_index(); }
template <class... Parameters, class... Arguments>
int launch_blocks(void (*kernel)(Parameters...), unsigned blocks, unsigned threads,
                  std::size_t shared_bytes, CUstream_st*, Arguments... arguments) {
    if (blocks == 0 || shared_bytes > gpu::emulated::shared_bytes_max) return cudaErrorInvalidValue;
    gpu::emulated::run_blocks(blocks, threads, shared_bytes, [&] { kernel(arguments...); });
    return cudaSuccess;
}
inline std::size_t shared_bytes_max() { return gpu::emulated::shared_bytes_max; }
inline unsigned char* shared_memory() { return gpu::emulated::shared(); }
inline void block_wait() { (void)gpu::emulated::barrier(false); }
inline bool block_any(bool mine) { return gpu::emulated::barrier(mine); }
inline void load_matrices(const void* row, std::uint32_t (&out)[4]) {
    gpu::emulated::load_matrices(row, out);
}
inline void multiply_signed(const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1,
                            int (&acc)[4]) {
    gpu::emulated::multiply_signed(a, b0, b1, acc);
}
inline void copy_async(void* to, const void* from, bool there) {
    gpu::emulated::copy_async(to, from, there);
}
inline void wait_copies() { gpu::emulated::wait_copies(); }
inline std::uint64_t warp_largest(std::uint64_t v) { return gpu::emulated::warp_largest(v); }
inline std::uint32_t add_shared(std::uint32_t* to, std::uint32_t more) {
    return (*to += more) - more;
}
inline std::uint64_t add_global(std::uint64_t* to, std::uint64_t more) {
    return (*to += more) - more;
}
inline void raise_global(int* to, int value) { *to = value > *to ? value : *to; }
inline int read_raised(const int* from) { return *from; }

}  // namespace pramana::scoring::cuda::device
