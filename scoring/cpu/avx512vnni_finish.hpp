#pragma once

// What follows the integer sums of a linear layer, for the backends with AVX-512: included only by
// their sources.
#include "cpu/avx512vnni_math.hpp"

namespace pramana::scoring::avx512 {

/// Behind the packed codes lie the corrections, an int32 an output: its code sum c = 128 * high +
/// low as two int16, -low below and -high above, so that one dpwssd with the pair (zero, 128 *
/// zero) adds -zero * c. Exact: 128 * 255 < 2^15 and |high| <= 1525.
[[gnu::always_inline]] static inline const std::int32_t* corrections_of(
    const LinearView& layer) noexcept {
    return reinterpret_cast<const std::int32_t*>(layer.codes +
                                                 std::size_t{layer.outputs} * layer.inputs);
}

/// (zero, 128 * zero) as two int16.
[[gnu::always_inline]] static inline std::int32_t zero_pair(std::int32_t zero) noexcept {
    return zero + zero * 128 * 65536;
}

/// What finishing outputs n..n+15 needs, in registers.
struct Columns {
    __m512i correction;
    __m512 scale;
    __m512 bias;
};
[[gnu::always_inline]] static inline Columns load_columns(const LinearView& layer,
                                                          std::size_t n) noexcept {
    return {_mm512_loadu_si512(corrections_of(layer) + n), _mm512_loadu_ps(layer.scales + n),
            _mm512_loadu_ps(layer.bias + n)};
}

/// y = fma((float)(sums - zero * code_sums), scale_n * scale_row, bias), before the activation.
/// `zeros` is zero_pair of the row in every lane.
[[gnu::always_inline]] static inline __m512 finish(__m512i sums, __m512i zeros, __m512 row_scale,
                                                   const Columns& columns) noexcept {
    const __m512 sum = _mm512_cvtepi32_ps(_mm512_dpwssd_epi32(sums, zeros, columns.correction));
    return _mm512_fmadd_ps(sum, _mm512_mul_ps(columns.scale, row_scale), columns.bias);
}

}  // namespace pramana::scoring::avx512
