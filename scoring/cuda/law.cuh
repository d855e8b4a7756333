#pragma once

#include "cpu/law_constants.hpp"
#include "cuda/device.cuh"
#include "cuda/kernels.hpp"

/// Device functions of the encoder's law. Every operation is one that IEEE 754 rounds correctly,
/// spelled out, so that neither a compiler option nor contraction can change a bit.
/// Source: docs/scoring.md "Encoder". Bit-identical to cpu/law.hpp.
namespace pramana::scoring::cuda {

constexpr unsigned kWarp = 32;
constexpr unsigned kAllLanes = 0xFFFFFFFFU;
constexpr unsigned kDim = 384;
constexpr unsigned kHeads = 12;
constexpr unsigned kHeadDim = 32;
constexpr unsigned kQkvDim = 3 * kDim;
constexpr unsigned kTokensMax = 512;
constexpr unsigned kLaneParts = kDim / kWarp;
static_assert(law::kLanes == kWarp, "a lane of the law is a lane of a warp");

/// A copy that device code can index.
struct Tail {
    float factor[5][law::kTailSegments];
};
constexpr Tail copy_tail() {
    Tail tail{};
    for (unsigned p = 0; p < 5; ++p)
        for (unsigned k = 0; k < law::kTailSegments; ++k) tail.factor[p][k] = law::kTail[p][k];
    return tail;
}

/// law::exp2.
__device__ inline float exp2_of(float t) {
    constexpr float kFactors[7] = {law::kExp2[0], law::kExp2[1], law::kExp2[2], law::kExp2[3],
                                   law::kExp2[4], law::kExp2[5], law::kExp2[6]};
    t = fmaxf(t, law::kExp2Min);
    const float whole = rintf(t);
    const float rest = __fsub_rn(t, whole);
    float p = kFactors[0];
#pragma unroll
    for (int i = 1; i < 7; ++i) p = __fmaf_rn(p, rest, kFactors[i]);
    return __int_as_float(__float_as_int(p) + __float2int_rn(whole) * (1 << 23));
}

/// law::gelu.
__device__ inline float gelu_of(float x, const Tail& tail) {
    const float a = fabsf(x);
    const int segment = __float2int_rz(fminf(__fmul_rn(a, law::kTailInverseWidth), 15.0F));
    const float t = fminf(__fmaf_rn(-__int2float_rn(segment), law::kTailWidth, a), law::kTailWidth);
    float q = tail.factor[4][segment];
#pragma unroll
    for (int power = 3; power >= 0; --power) q = __fmaf_rn(q, t, tail.factor[power][segment]);
    return __fmaf_rn(-a, q, x > 0.0F ? x : 0.0F);
}

/// law::fold; every lane receives the sum. Adding lane j ^ w is adding lane j + w: a + b = b + a.
__device__ inline float fold(float lane) {
#pragma unroll
    for (unsigned width = kWarp / 2; width > 0; width /= 2)
        lane = __fadd_rn(lane, __shfl_xor_sync(kAllLanes, lane, width));
    return lane;
}

/// law::sum of a row whose element lane + 32 i is v[i].
__device__ inline float sum(const float (&v)[kLaneParts]) {
    float lane = v[0];
#pragma unroll
    for (unsigned i = 1; i < kLaneParts; ++i) lane = __fadd_rn(lane, v[i]);
    return fold(lane);
}

/// law::sum_of_squares of such a row.
__device__ inline float sum_of_squares(const float (&v)[kLaneParts]) {
    float lane = __fmul_rn(v[0], v[0]);
#pragma unroll
    for (unsigned i = 1; i < kLaneParts; ++i) lane = __fmaf_rn(v[i], v[i], lane);
    return fold(lane);
}

/// 1 / sqrt(x), both correctly rounded.
__device__ inline float inverse_root(float x) { return __fdiv_rn(1.0F, __fsqrt_rn(x)); }

/// Largest or smallest of a warp; free of order.
__device__ inline float warp_max(float v) {
#pragma unroll
    for (unsigned width = kWarp / 2; width > 0; width /= 2)
        v = fmaxf(v, __shfl_xor_sync(kAllLanes, v, width));
    return v;
}
__device__ inline float warp_min(float v) { return -warp_max(-v); }

}  // namespace pramana::scoring::cuda
