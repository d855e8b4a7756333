#pragma once

// Just enough of CUDA's device language for scoring/cuda to be compiled for the processor, where
// the threads of a block are fibers (emulated/block.hpp). For tests of the kernels' logic: which
// element goes where, in which order sums are made, who waits for whom. What a device's own
// instructions round to only a device shows. NOLINTBEGIN: the names are CUDA's.
#include "gpu/emulated/block.hpp"
#include "gpu/emulated/device.hpp"

#include <cuda_runtime_api.h>

#include <bit>
#include <cmath>
#include <cstdint>

#define __global__
#define __device__
#define __constant__
#define __shared__ static  // blocks run one after another
#define __launch_bounds__(...)

struct dim3 {
    unsigned x = 1;
    unsigned y = 1;
    unsigned z = 1;
};
struct float2 {
    float x, y;
};
struct int2 {
    int x, y;
};
struct uint2 {
    unsigned x, y;
};
struct float4 {
    float x, y, z, w;
};
struct uint4 {
    unsigned x, y, z, w;
};

namespace pramana::parity {
inline dim3 running_block;
}
#include "gpu/emulated/launch.hpp"
#define blockIdx (::pramana::parity::running_block)
#define threadIdx (::pramana::parity::running_thread)

inline void __syncthreads() { (void)pramana::parity::meet_block(); }
inline void __syncwarp() {
    pramana::parity::meet_warp(nullptr, [](void* const*) {});
}

template <class T>
T __shfl_xor_sync(unsigned, T v, unsigned gap) {
    struct Lane {
        T mine, other;
        unsigned gap;
    } lane{v, v, gap};
    pramana::parity::meet_warp(&lane, [](void* const* lanes) {
        for (unsigned i = 0; i < 32; ++i) {
            auto* to = static_cast<Lane*>(lanes[i]);
            to->other = static_cast<Lane*>(lanes[i ^ to->gap])->mine;
        }
    });
    return lane.other;
}

template <class T>
T __shfl_sync(unsigned, T v, unsigned from, unsigned width) {
    struct Lane {
        T mine, other;
        unsigned from;
    } lane{v, v, threadIdx.x % 32 / width * width + from % width};
    pramana::parity::meet_warp(&lane, [](void* const* lanes) {
        for (unsigned i = 0; i < 32; ++i) {
            auto* to = static_cast<Lane*>(lanes[i]);
            to->other = static_cast<Lane*>(lanes[to->from])->mine;
        }
    });
    return lane.other;
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
inline unsigned __byte_perm(unsigned a, unsigned b, unsigned order) {
    const std::uint64_t both = std::uint64_t{b} << 32U | a;
    unsigned out = 0;
    for (unsigned i = 0; i < 4; ++i)
        out |= static_cast<unsigned>(both >> (8 * (order >> (4 * i) & 7U)) & 0xFFU) << (8 * i);
    return out;
}
// NOLINTEND
