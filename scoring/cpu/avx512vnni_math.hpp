#pragma once

// Included only by the AVX-512 sources. Everything is static: see cpu/kernels.hpp on inline
// functions and newer CPUs.
#include "cpu/avx512vnni_entry.hpp"

#include <immintrin.h>

namespace pramana::scoring::avx512 {

static constexpr std::uint32_t kVector = 16;  // f32 lanes
static constexpr std::uint32_t kRowVectors = kDim / kVector;

/// Table of law::kTail by power, one register each.
struct Tail {
    __m512 power[5];
};
[[nodiscard]] Tail load_tail() noexcept;

[[gnu::always_inline]] static inline __m512 exp2_of(__m512 t, const float* polynomial,
                                                    float least) noexcept {
    t = _mm512_max_ps(t, _mm512_set1_ps(least));
    const __m512 whole = _mm512_roundscale_ps(t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m512 rest = _mm512_sub_ps(t, whole);
    __m512 p = _mm512_set1_ps(polynomial[0]);
    for (int i = 1; i < 7; ++i) p = _mm512_fmadd_ps(p, rest, _mm512_set1_ps(polynomial[i]));
    const __m512i exponent = _mm512_slli_epi32(_mm512_cvtps_epi32(whole), 23);
    return _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(p), exponent));
}

[[gnu::always_inline]] static inline __m512 gelu_of(__m512 x, const Tail& tail, float inverse_width,
                                                    float width) noexcept {
    const __m512 a = _mm512_abs_ps(x);
    const __m512 place =
        _mm512_min_ps(_mm512_mul_ps(a, _mm512_set1_ps(inverse_width)), _mm512_set1_ps(15.0F));
    const __m512i segment = _mm512_cvttps_epi32(place);
    const __m512 vwidth = _mm512_set1_ps(width);
    const __m512 t =
        _mm512_min_ps(_mm512_fnmadd_ps(_mm512_cvtepi32_ps(segment), vwidth, a), vwidth);
    __m512 q = _mm512_permutexvar_ps(segment, tail.power[4]);
    for (int power = 3; power >= 0; --power)
        q = _mm512_fmadd_ps(q, t, _mm512_permutexvar_ps(segment, tail.power[power]));
    return _mm512_fnmadd_ps(a, q, _mm512_max_ps(x, _mm512_setzero_ps()));
}

/// law::fold of 32 lanes held in two registers.
[[gnu::always_inline]] static inline float fold(__m512 low, __m512 high) noexcept {
    const __m512 by16 = _mm512_add_ps(low, high);
    const __m256 by8 = _mm256_add_ps(_mm512_castps512_ps256(by16), _mm512_extractf32x8_ps(by16, 1));
    const __m128 by4 = _mm_add_ps(_mm256_castps256_ps128(by8), _mm256_extractf128_ps(by8, 1));
    const __m128 by2 = _mm_add_ps(by4, _mm_movehl_ps(by4, by4));
    return _mm_cvtss_f32(_mm_add_ss(by2, _mm_shuffle_ps(by2, by2, 1)));
}

/// law::sum of a row held in registers.
[[gnu::always_inline]] static inline float sum(const __m512 (&v)[kRowVectors]) noexcept {
    __m512 low = v[0];
    __m512 high = v[1];
    for (std::uint32_t i = 2; i < kRowVectors; i += 2) {
        low = _mm512_add_ps(low, v[i]);
        high = _mm512_add_ps(high, v[i + 1]);
    }
    return fold(low, high);
}

/// law::sum_of_squares of a row held in registers.
[[gnu::always_inline]] static inline float sum_of_squares(const __m512 (&v)[kRowVectors]) noexcept {
    __m512 low = _mm512_mul_ps(v[0], v[0]);
    __m512 high = _mm512_mul_ps(v[1], v[1]);
    for (std::uint32_t i = 2; i < kRowVectors; i += 2) {
        low = _mm512_fmadd_ps(v[i], v[i], low);
        high = _mm512_fmadd_ps(v[i + 1], v[i + 1], high);
    }
    return fold(low, high);
}

/// 1 / sqrt(x), both correctly rounded.
[[gnu::always_inline]] static inline float inverse_root(float x) noexcept {
    const __m128 root = _mm_sqrt_ss(_mm_set_ss(x));
    return _mm_cvtss_f32(_mm_div_ss(_mm_set_ss(1.0F), root));
}

}  // namespace pramana::scoring::avx512
