#pragma once

// Included by emulated/cuda_runtime.h, behind dim3 and the running block.
#include <functional>

namespace pramana::parity {

/// Begins a kernel on a stream: `thread` is run as each thread of each block when the stream is
/// waited for. Returns 0 or a cudaError_t.
inline int launch_grid(dim3 grid, unsigned threads, std::size_t shared, CUstream_st* stream,
                       const std::function<void()>& thread) {
    constexpr unsigned kGridMax = 65535;  // of y and z
    if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > 0x7FFFFFFFU || grid.y > kGridMax ||
        grid.z > kGridMax || shared > shared_bytes_max)
        return cudaErrorInvalidValue;
    return enqueue(stream, [=] {
        dim3& block = running_block;
        for (block.z = 0; block.z < grid.z; ++block.z)
            for (block.y = 0; block.y < grid.y; ++block.y)
                for (block.x = 0; block.x < grid.x; ++block.x) run_block(threads, shared, thread);
    });
}

}  // namespace pramana::parity
