#pragma once

// What follows the integer sums of a linear layer, for the backends with AVX-512: included only by
// their sources.
#include "cpu/avx512vnni_math.hpp"
#include "cpu/law_constants.hpp"

namespace pramana::scoring::avx512 {

/// Behind the packed codes lie the corrections, an int32 an output: its code sum c = 128 * high +
/// low as two int16, -low below and -high above, so that one dpwssd with the pair (zero, 128 *
/// zero) adds -zero * c. Exact: 128 * 255 < 2^15 and |high| <= 1525.
[[gnu::always_inline]] static inline const std::int32_t* corrections_of(
    const LinearView& layer) noexcept {
    return reinterpret_cast<const std::int32_t*>(layer.codes +
                                                 std::size_t{layer.outputs} * layer.inputs);
}

/// A row of the input as the corrections and scales want it.
struct RowFactors {
    __m512i zeros;  ///< (zero, 128 * zero)
    __m512 scale;
};
[[gnu::always_inline]] static inline RowFactors row_factors(const QuantisedRows& x,
                                                            std::size_t row) noexcept {
    const std::int32_t zero = x.zeros[row];
    return {_mm512_set1_epi32(zero + zero * 128 * 65536), _mm512_set1_ps(x.scales[row])};
}

/// y = fma((float)(sums - zero * code_sums), scale_n * scale_row, bias) for outputs n..n+15, then
/// the activation.
template <bool kGelu>
[[gnu::always_inline]] static inline __m512 finish(const LinearView& layer, const RowFactors& row,
                                                   std::size_t n, __m512i sums,
                                                   const Tail& tail) noexcept {
    const __m512i correction = _mm512_loadu_si512(corrections_of(layer) + n);
    const __m512 sum = _mm512_cvtepi32_ps(_mm512_dpwssd_epi32(sums, row.zeros, correction));
    const __m512 scale = _mm512_mul_ps(_mm512_loadu_ps(layer.scales + n), row.scale);
    const __m512 y = _mm512_fmadd_ps(sum, scale, _mm512_loadu_ps(layer.bias + n));
    if constexpr (kGelu) return gelu_of(y, tail, law::kTailInverseWidth, law::kTailWidth);
    return y;
}

}  // namespace pramana::scoring::avx512
