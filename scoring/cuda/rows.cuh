#pragma once

#include "cuda/law.cuh"

/// What works on one row of 384 by one warp: element lane + 32 i of the row in register i.
namespace pramana::scoring::cuda::PRAMANA_CUDA_STEPS {

/// v = LayerNorm(v).
__device__ inline void normalise(const NormArguments& norm, unsigned lane, float (&v)[kLaneParts]) {
    const float mean = mul(sum(v), law::kOneOverDim);
#pragma unroll
    for (float& part : v) part = sub(part, mean);
    const float variance = mul(sum_of_squares(v), law::kOneOverDim);
    const float inverse = inverse_root(add(variance, law::kNormEpsilon));
#pragma unroll
    for (unsigned i = 0; i < kLaneParts; ++i) {
        const unsigned at = lane + i * kWarp;
        v[i] = fma(mul(v[i], inverse), norm.gamma[at], norm.beta[at]);
    }
}

/// The range of all lanes' numbers, 0 among them, and how it is quantised.
template <unsigned kCount>
__device__ inline RowScale scale_of(const float (&v)[kCount]) {
    float low = 0.0F;
    float high = 0.0F;
#pragma unroll
    for (const float part : v) {
        low = fminf(low, part);
        high = fmaxf(high, part);
    }
    return row_scale(-lanes_max<kWarp>(-low), lanes_max<kWarp>(high));
}

__device__ inline void store_scale(const RowScale& by, const RowsArguments& to, std::size_t row) {
    to.scales[row] = by.scale;
    to.zeros[row] = by.zero;
}

/// Row `row` of the hidden states is LayerNorm(v): kept, and quantised for who reads it next.
__device__ inline void finish_row(const NormArguments& norm, const HiddenArguments& to,
                                  std::size_t row, unsigned lane, float (&v)[kLaneParts]) {
    normalise(norm, lane, v);
    const std::size_t begin = row * kDim + lane;
#pragma unroll
    for (unsigned i = 0; i < kLaneParts; ++i) to.x[begin + i * kWarp] = v[i];
    if (to.next.codes == nullptr) return;
    if (to.smoothing != nullptr) {
#pragma unroll
        for (unsigned i = 0; i < kLaneParts; ++i) v[i] = mul(v[i], to.smoothing[lane + i * kWarp]);
    }
    const RowScale by = scale_of(v);
#pragma unroll
    for (unsigned i = 0; i < kLaneParts; ++i)
        to.next.codes[begin + i * kWarp] = static_cast<std::uint8_t>(row_code(v[i], by));
    if (lane == 0) store_scale(by, to.next, row);
}

}  // namespace pramana::scoring::cuda::PRAMANA_CUDA_STEPS
