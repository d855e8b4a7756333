#pragma once

// The processor in the place of a device: its memory is ordinary memory. NOLINTBEGIN: CUDA's names.
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

enum cudaError_t { cudaSuccess = 0, cudaErrorInvalidValue = 1, cudaErrorMemoryAllocation = 2 };
enum cudaMemcpyKind { cudaMemcpyHostToDevice = 1, cudaMemcpyDeviceToHost = 2 };

/// A device's allocations are aligned to 256 bytes, and hold anything. What lies behind one is
/// looked at when it is freed.
namespace pramana::parity {
inline constexpr std::size_t kGuard = 256;
}
inline cudaError_t cudaMalloc(void** memory, std::size_t size) {
    using pramana::parity::kGuard;
    const std::size_t padded = (size + kGuard - 1) / kGuard * kGuard + 2 * kGuard;
    auto* const all = static_cast<unsigned char*>(std::aligned_alloc(kGuard, padded));
    if (all == nullptr) return cudaErrorMemoryAllocation;
    std::memset(all, 0xA5, padded);
    std::memcpy(all, &size, sizeof size);
    *memory = all + kGuard;
    return cudaSuccess;
}
inline cudaError_t cudaFree(void* memory) {
    using pramana::parity::kGuard;
    if (memory == nullptr) return cudaSuccess;
    auto* const bytes = static_cast<unsigned char*>(memory);
    std::size_t size = 0;
    std::memcpy(&size, bytes - kGuard, sizeof size);
    for (std::size_t i = 0; i < kGuard; ++i)
        if (bytes[size + i] != 0xA5) {
            std::fputs("emulated device: a write behind an allocation\n", stderr);
            std::abort();
        }
    std::free(bytes - kGuard);
    return cudaSuccess;
}
inline cudaError_t cudaMemcpy(void* to, const void* from, std::size_t size, cudaMemcpyKind) {
    std::memcpy(to, from, size);
    return cudaSuccess;
}
inline cudaError_t cudaMemset(void* memory, int value, std::size_t size) {
    std::memset(memory, value, size);
    return cudaSuccess;
}
inline const char* cudaGetErrorString(cudaError_t) { return "refused by the emulation"; }

struct cudaDeviceProp {
    char name[256];
    int major, minor;
};
inline cudaError_t cudaGetDeviceCount(int* count) {
    *count = 1;
    return cudaSuccess;
}
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
    *properties = {"emulated on the processor", 0, 0};
    return cudaSuccess;
}
inline cudaError_t cudaDriverGetVersion(int* version) {
    *version = 0;
    return cudaSuccess;
}
// NOLINTEND
