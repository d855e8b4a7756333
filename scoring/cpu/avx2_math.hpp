#pragma once

// Included only by the AVX2 sources. Everything is static: see cpu/kernels.hpp on inline functions
// and newer CPUs.
#include "cpu/avx2_entry.hpp"
#include "cpu/law_constants.hpp"

#include <immintrin.h>

namespace pramana::scoring::avx2 {

static constexpr std::uint32_t kVector = 8;  // f32 lanes
static constexpr std::uint32_t kRowVectors = kDim / kVector;

[[gnu::always_inline]] static inline __m256 abs_of(__m256 x) noexcept {
    return _mm256_andnot_ps(_mm256_set1_ps(-0.0F), x);
}

[[gnu::always_inline]] static inline __m128 halves_max(__m256 v) noexcept {
    return _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
}
[[gnu::always_inline]] static inline float max_of(__m256 v) noexcept {
    __m128 m = halves_max(v);
    m = _mm_max_ps(m, _mm_movehl_ps(m, m));
    return _mm_cvtss_f32(_mm_max_ss(m, _mm_movehdup_ps(m)));
}
[[gnu::always_inline]] static inline float min_of(__m256 v) noexcept {
    __m128 m = _mm_min_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    m = _mm_min_ps(m, _mm_movehl_ps(m, m));
    return _mm_cvtss_f32(_mm_min_ss(m, _mm_movehdup_ps(m)));
}
[[gnu::always_inline]] static inline std::int32_t sum_of(__m256i v) noexcept {
    __m128i s = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4E));
    return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 0xB1)));
}

/// rint(exp2(t) * 32767) for t <= 0. A number that is rounded by adding 1.5 * 2^23 has its whole
/// part in the low bits of the sum, from where it is shifted into the exponent.
[[gnu::always_inline]] static inline __m256i weight_of(__m256 t) noexcept {
    const __m256 shift = _mm256_set1_ps(0x1.8p23F);
    t = _mm256_max_ps(t, _mm256_set1_ps(law::kExp2Min));
    const __m256 shifted = _mm256_add_ps(t, shift);
    const __m256 rest = _mm256_sub_ps(t, _mm256_sub_ps(shifted, shift));
    __m256 p = _mm256_set1_ps(law::kExp2[0]);
#pragma GCC unroll 6
    for (int i = 1; i < 7; ++i) p = _mm256_fmadd_ps(p, rest, _mm256_set1_ps(law::kExp2[i]));
    const __m256i exponent = _mm256_slli_epi32(_mm256_castps_si256(shifted), 23);
    const __m256 power = _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(p), exponent));
    return _mm256_cvtps_epi32(_mm256_mul_ps(power, _mm256_set1_ps(law::kWeightOne)));
}

/// Entry `segment` (0..15) of a table of sixteen.
[[gnu::always_inline]] static inline __m256 entry_of(const float* table, __m256i segment) noexcept {
    const __m256 low = _mm256_permutevar8x32_ps(_mm256_load_ps(table), segment);
    const __m256 high = _mm256_permutevar8x32_ps(_mm256_load_ps(table + kVector), segment);
    const __m256i eight = _mm256_slli_epi32(segment, 28);  // bit 3 becomes the sign
    return _mm256_blendv_ps(low, high, _mm256_castsi256_ps(eight));
}

[[gnu::always_inline]] static inline __m256 gelu_of(__m256 x) noexcept {
    const __m256 a = abs_of(x);
    const __m256 place = _mm256_min_ps(_mm256_mul_ps(a, _mm256_set1_ps(law::kTailInverseWidth)),
                                       _mm256_set1_ps(15.0F));
    const __m256i segment = _mm256_cvttps_epi32(place);
    const __m256 width = _mm256_set1_ps(law::kTailWidth);
    const __m256 t = _mm256_min_ps(_mm256_fnmadd_ps(_mm256_cvtepi32_ps(segment), width, a), width);
    __m256 q = entry_of(law::kTail[4], segment);
#pragma GCC unroll 4
    for (int power = 3; power >= 0; --power)
        q = _mm256_fmadd_ps(q, t, entry_of(law::kTail[power], segment));
    return _mm256_fnmadd_ps(a, q, _mm256_max_ps(x, _mm256_setzero_ps()));
}

/// law::fold of 32 lanes held in four registers.
[[gnu::always_inline]] static inline float fold(const __m256 (&v)[4]) noexcept {
    const __m256 by8 = _mm256_add_ps(_mm256_add_ps(v[0], v[2]), _mm256_add_ps(v[1], v[3]));
    const __m128 by4 = _mm_add_ps(_mm256_castps256_ps128(by8), _mm256_extractf128_ps(by8, 1));
    const __m128 by2 = _mm_add_ps(by4, _mm_movehl_ps(by4, by4));
    return _mm_cvtss_f32(_mm_add_ss(by2, _mm_movehdup_ps(by2)));
}

/// 1 / sqrt(x), both correctly rounded.
[[gnu::always_inline]] static inline float inverse_root(float x) noexcept {
    const __m128 root = _mm_sqrt_ss(_mm_set_ss(x));
    return _mm_cvtss_f32(_mm_div_ss(_mm_set_ss(1.0F), root));
}

}  // namespace pramana::scoring::avx2
