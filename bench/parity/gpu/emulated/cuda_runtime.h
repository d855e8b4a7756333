#pragma once

// Just enough of CUDA's device language for scoring/cuda to be compiled for the processor, where a
// warp is 32 fibers that meet at each exchange. For tests of the kernels' logic: which element goes
// where, in which order sums are made. What a device's own instructions round to only a device shows.
// NOLINTBEGIN: the names are CUDA's.
#include <bit>
#include <cmath>
#include <cstdint>

#define __global__
#define __device__
#define __constant__
#define __shared__ static  // blocks run one after another

struct dim3 {
    unsigned x = 1;
    unsigned y = 1;
    unsigned z = 1;
};
struct float2 {
    float x;
    float y;
};
enum { cudaSuccess = 0, cudaErrorInvalidValue = 1 };

namespace pramana::parity {
/// Where the running fiber is, and how it meets the other 31.
struct Warp {
    dim3 block;
    dim3 thread;
    /// Gives `bits` to the others and waits for theirs; returns all 32.
    const std::uint64_t* exchange(std::uint64_t bits);
};
extern Warp running_warp;
}  // namespace pramana::parity
#define blockIdx (::pramana::parity::running_warp.block)
#define threadIdx (::pramana::parity::running_warp.thread)

inline void __syncwarp() { (void)pramana::parity::running_warp.exchange(0); }
inline float __shfl_xor_sync(unsigned, float v, unsigned gap) {
    const unsigned lane = threadIdx.x;
    const auto* all = pramana::parity::running_warp.exchange(std::bit_cast<std::uint32_t>(v));
    return std::bit_cast<float>(static_cast<std::uint32_t>(all[lane ^ gap]));
}
inline int __shfl_xor_sync(unsigned, int v, unsigned gap) {
    const unsigned lane = threadIdx.x;
    const auto* all = pramana::parity::running_warp.exchange(static_cast<std::uint32_t>(v));
    return static_cast<int>(static_cast<std::uint32_t>(all[lane ^ gap]));
}

inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fsqrt_rn(float a) { return std::sqrt(a); }
inline float __fmaf_rn(float a, float b, float c) { return std::fmaf(a, b, c); }
inline int __float2int_rn(float a) { return static_cast<int>(std::nearbyintf(a)); }
inline int __float2int_rz(float a) { return static_cast<int>(a); }
inline long long __float2ll_rn(float a) { return static_cast<long long>(std::nearbyintf(a)); }
inline float __int2float_rn(int a) { return static_cast<float>(a); }
inline float __ll2float_rn(long long a) { return static_cast<float>(a); }
inline float __int_as_float(int a) { return std::bit_cast<float>(a); }
inline int __float_as_int(float a) { return std::bit_cast<int>(a); }
inline int min(int a, int b) { return a < b ? a : b; }
inline int max(int a, int b) { return a < b ? b : a; }
inline int __dp4a(int a, int b, int sum) {
    for (int i = 0; i < 32; i += 8)
        sum += static_cast<std::int8_t>(a >> i) * static_cast<std::int8_t>(b >> i);
    return sum;
}
// NOLINTEND
