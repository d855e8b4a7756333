#pragma once

#include "cpu/law_constants.hpp"
#include "cuda/device.cuh"
#include "cuda/shape.hpp"
#include "cuda/steps.hpp"

/// Device functions of the encoder's law. Every operation is one that IEEE 754 rounds correctly,
/// spelled out, so that neither a compiler option nor contraction can change a bit; the inexact
/// build takes what the device has instead. Source: docs/scoring.md "Encoder". Bit-identical to
/// cpu/law.hpp.
namespace pramana::scoring::cuda::PRAMANA_CUDA_STEPS {

constexpr unsigned kAllLanes = 0xFFFFFFFFU;
constexpr unsigned kLaneParts = kDim / kWarp;
static_assert(law::kLanes == kWarp, "a lane of the law is a lane of a warp");

#ifdef PRAMANA_CUDA_INEXACT
__device__ inline float add(float a, float b) { return a + b; }
__device__ inline float sub(float a, float b) { return a - b; }
__device__ inline float mul(float a, float b) { return a * b; }
__device__ inline float fma(float a, float b, float c) { return a * b + c; }
__device__ inline float divide(float a, float b) { return __fdividef(a, b); }
__device__ inline float inverse_root(float x) { return rsqrtf(x); }
#else
__device__ inline float add(float a, float b) { return __fadd_rn(a, b); }
__device__ inline float sub(float a, float b) { return __fsub_rn(a, b); }
__device__ inline float mul(float a, float b) { return __fmul_rn(a, b); }
__device__ inline float fma(float a, float b, float c) { return __fmaf_rn(a, b, c); }
__device__ inline float divide(float a, float b) { return __fdiv_rn(a, b); }
/// 1 / sqrt(x), both correctly rounded.
__device__ inline float inverse_root(float x) { return __fdiv_rn(1.0F, __fsqrt_rn(x)); }
#endif

/// rint(x) for |x| < 2^22 by one addition: a sum with 1.5 * 2^23 has no bits for fractions, and
/// IEEE rounds it to nearest even. `bits` of the sum less kRoundBits is the integer; its low 16
/// bits are those of `bits`, because kRoundBits has none.
constexpr float kRoundOne = 0x1.8p23F;
constexpr int kRoundBits = 0x4B400000;
__device__ inline float rounded(float x) { return __fadd_rn(x, kRoundOne); }
__device__ inline int rounded_bits(float x) { return __float_as_int(rounded(x)); }
/// The low bytes of four words, in their order.
__device__ inline unsigned four_bytes(unsigned a, unsigned b, unsigned c, unsigned d) {
    return __byte_perm(__byte_perm(a, b, 0x0040), __byte_perm(c, d, 0x0040), 0x5410);
}
/// The bytes of rint(x * inverse) for four numbers.
__device__ inline unsigned four_codes(const float* x, float inverse) {
    const auto bits = [inverse](float v) {
        return static_cast<unsigned>(rounded_bits(mul(v, inverse)));
    };
    return four_bytes(bits(x[0]), bits(x[1]), bits(x[2]), bits(x[3]));
}

/// law::exp2, and its product with 32767 rounded: the bits of rounded(), so that the weight is in
/// the low 16.
__device__ inline int weight_bits(float t) {
    t = fmaxf(t, law::kExp2Min);
#ifdef PRAMANA_CUDA_INEXACT
    return rounded_bits(exp2f(t) * law::kWeightOne);
#else
    constexpr float kFactors[7] = {law::kExp2[0], law::kExp2[1], law::kExp2[2], law::kExp2[3],
                                   law::kExp2[4], law::kExp2[5], law::kExp2[6]};
    const float whole = rounded(t);
    const float rest = sub(t, sub(whole, kRoundOne));
    float p = kFactors[0];
#pragma unroll
    for (int i = 1; i < 7; ++i) p = fma(p, rest, kFactors[i]);
    // The shift leaves nothing of kRoundBits.
    const unsigned exponent = static_cast<unsigned>(__float_as_int(whole)) << 23U;
    const unsigned power = static_cast<unsigned>(__float_as_int(p)) + exponent;
    return rounded_bits(mul(__int_as_float(static_cast<int>(power)), law::kWeightOne));
#endif
}

/// law::kTail where lanes can ask for different segments at once: each power's 16 factors lie in 16
/// banks of shared memory.
struct Tail {
    float factor[5][law::kTailSegments];
};
constexpr Tail copy_tail() {
    Tail tail{};
    for (unsigned p = 0; p < 5; ++p)
        for (unsigned k = 0; k < law::kTailSegments; ++k) tail.factor[p][k] = law::kTail[p][k];
    return tail;
}

/// law::gelu.
__device__ inline float gelu_of(float x, const Tail& tail) {
    const float a = fabsf(x);
    const int segment = __float2int_rz(fminf(mul(a, law::kTailInverseWidth), 15.0F));
    const float t = fminf(fma(-__int2float_rn(segment), law::kTailWidth, a), law::kTailWidth);
    float q = tail.factor[4][segment];
#pragma unroll
    for (int power = 3; power >= 0; --power) q = fma(q, t, tail.factor[power][segment]);
    return fma(-a, q, x > 0.0F ? x : 0.0F);
}

/// law::fold; every lane receives the sum. Adding lane j ^ w is adding lane j + w: a + b = b + a.
__device__ inline float fold(float lane) {
#pragma unroll
    for (unsigned width = kWarp / 2; width > 0; width /= 2)
        lane = add(lane, __shfl_xor_sync(kAllLanes, lane, width));
    return lane;
}

/// law::sum of a row whose element lane + 32 i is v[i].
__device__ inline float sum(const float (&v)[kLaneParts]) {
    float lane = v[0];
#pragma unroll
    for (unsigned i = 1; i < kLaneParts; ++i) lane = add(lane, v[i]);
    return fold(lane);
}

/// law::sum_of_squares of such a row.
__device__ inline float sum_of_squares(const float (&v)[kLaneParts]) {
    float lane = mul(v[0], v[0]);
#pragma unroll
    for (unsigned i = 1; i < kLaneParts; ++i) lane = fma(v[i], v[i], lane);
    return fold(lane);
}

/// Largest of `kLanes` neighbouring lanes; free of order.
template <unsigned kLanes>
__device__ inline float lanes_max(float v) {
#pragma unroll
    for (unsigned width = kLanes / 2; width > 0; width /= 2)
        v = fmaxf(v, __shfl_xor_sync(kAllLanes, v, width));
    return v;
}

/// law::symmetric_scale.
struct SymmetricScale {
    float inverse;
    float scale;
};
__device__ inline SymmetricScale symmetric(float amax) {
    if (amax < law::kRangeMin) return {0.0F, 0.0F};
    return {divide(127.0F, amax), divide(amax, 127.0F)};
}

/// How a row becomes u8, from its range, which contains 0.
struct RowScale {
    float inverse;
    float scale;
    int zero;
};
__device__ inline RowScale row_scale(float low, float high) {
    const float range = sub(high, low);
    const bool tiny = range < law::kRangeMin;
    const float inverse = tiny ? 0.0F : divide(255.0F, range);
    return {inverse, tiny ? 0.0F : divide(range, 255.0F),
            rounded_bits(mul(-low, inverse)) - kRoundBits};
}
__device__ inline unsigned row_code(float v, const RowScale& by) {
    const int code = rounded_bits(mul(v, by.inverse)) - kRoundBits + by.zero;
    return static_cast<unsigned>(min(max(code, 0), 255));
}

}  // namespace pramana::scoring::cuda::PRAMANA_CUDA_STEPS
