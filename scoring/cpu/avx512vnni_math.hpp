#pragma once

// Included only by the AVX-512 sources. Everything is static: see cpu/kernels.hpp on inline
// functions and newer CPUs.
#include "cpu/avx512vnni_entry.hpp"
#include "cpu/law_constants.hpp"

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
    for (std::uint32_t i = 1; i < 7; ++i)
        p = _mm512_fmadd_ps(p, rest, _mm512_set1_ps(polynomial[i]));
    const __m512i exponent = _mm512_slli_epi32(_mm512_cvtps_epi32(whole), 23);
    return _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(p), exponent));
}

/// law::gelu of kCount registers, step by step side by side: a processor that sees one chain of
/// sixty cycles after the other runs out of places for waiting instructions.
///
/// |x| is cut at 4.9 at once, in the last segment, where the table is 0: what is cut there does not
/// show in the result. Below that the distance from a segment's left end is less than its width, so
/// that the law's minimum changes nothing. The segment is the product without rounding, where the
/// law rounds before it cuts: the same for every number up to 4.9.
template <std::uint32_t kCount>
[[gnu::always_inline]] static inline void gelu_in_place(__m512 (&x)[kCount],
                                                        const Tail& tail) noexcept {
    constexpr int kSmallerMagnitude = 0b1010;  // vrangeps: min of |.|, sign cleared
    constexpr int kDown = _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC;
    const __m512 whole = _mm512_set1_ps(0x1p23F);  // behind it, a sum's last bits are a number
    __m512 a[kCount];
    __m512 segment[kCount];
    __m512 t[kCount];
    __m512 q[kCount];
#pragma GCC unroll 8
    for (std::uint32_t i = 0; i < kCount; ++i)
        a[i] = _mm512_range_ps(x[i], _mm512_set1_ps(4.9F), kSmallerMagnitude);
#pragma GCC unroll 8
    for (std::uint32_t i = 0; i < kCount; ++i)
        segment[i] =
            _mm512_fmadd_round_ps(a[i], _mm512_set1_ps(law::kTailInverseWidth), whole, kDown);
#pragma GCC unroll 8
    for (std::uint32_t i = 0; i < kCount; ++i)
        t[i] = _mm512_fnmadd_ps(_mm512_sub_ps(segment[i], whole), _mm512_set1_ps(law::kTailWidth),
                                a[i]);
#pragma GCC unroll 8
    for (std::uint32_t i = 0; i < kCount; ++i)
        q[i] = _mm512_permutexvar_ps(_mm512_castps_si512(segment[i]), tail.power[4]);
#pragma GCC unroll 4
    for (std::uint32_t below = 0; below < 4; ++below)
#pragma GCC unroll 8
        for (std::uint32_t i = 0; i < kCount; ++i)
            q[i] = _mm512_fmadd_ps(
                q[i], t[i],
                _mm512_permutexvar_ps(_mm512_castps_si512(segment[i]), tail.power[3 - below]));
#pragma GCC unroll 8
    for (std::uint32_t i = 0; i < kCount; ++i)
        x[i] = _mm512_fnmadd_ps(a[i], q[i], _mm512_max_ps(x[i], _mm512_setzero_ps()));
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
