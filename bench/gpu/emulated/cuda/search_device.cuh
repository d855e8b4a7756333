#pragma once

#include "cuda/device.cuh"

/// The processor's half of scoring/cuda/search_device.cuh.
namespace pramana::scoring::cuda::device {

inline unsigned thread_index() { return threadIdx.x; }
inline unsigned block_index() { return blockIdx.x; }
template <class... Parameters, class... Arguments>
int launch_blocks(void (*kernel)(Parameters...), unsigned blocks, unsigned threads,
                  std::size_t shared_bytes, CUstream_st* stream, Arguments... arguments) {
    return parity::launch_grid({blocks, 1, 1}, threads, shared_bytes, stream,
                               [=] { kernel(arguments...); });
}
inline std::size_t shared_bytes_max() { return parity::shared_bytes_max; }
using cuda::load_matrices;
using cuda::shared_memory;
inline void block_wait() { (void)parity::meet_block(); }
inline bool block_any(bool mine) { return parity::meet_block(mine); }
inline void multiply_signed(const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1,
                            int (&acc)[4]) {
    multiply_one(a, b0, b1, acc);
}
inline void copy_async(void* to, const void* from, bool there) {
    parity::begin_copy(to, from, there);
}
inline void wait_copies() {
    parity::end_copy_group();
    parity::wait_for_copies(0);
}
inline std::uint64_t warp_largest(std::uint64_t v) {
    for (unsigned gap = 16; gap > 0; gap /= 2) {
        const std::uint64_t other = __shfl_xor_sync(0xFFFFFFFFU, v, gap);
        v = other > v ? other : v;
    }
    return v;
}
inline std::uint32_t add_shared(std::uint32_t* to, std::uint32_t more) {
    return (*to += more) - more;
}
inline std::uint64_t add_global(std::uint64_t* to, std::uint64_t more) {
    return (*to += more) - more;
}
inline void raise_global(int* to, int value) { *to = value > *to ? value : *to; }
inline int read_raised(const int* from) { return *from; }

}  // namespace pramana::scoring::cuda::device
