#pragma once

// Sixteen rows side by side, included only by the AMX sources.
#include "cpu/avx512vnni_math.hpp"
#include "cpu/law_constants.hpp"

namespace pramana::scoring::amx {

using avx512::kVector;

/// A memory order of lanes, 64-byte aligned.
struct Order {
    alignas(64) std::int32_t lanes[16];
};

/// Lane i is the combination of all lanes of v[i]; for operations whose order does not matter. A
/// fold of sixteen registers at once: the first two steps within 128 bits, the others across.
template <class Combine>
[[gnu::always_inline]] static inline __m512i fold_rows(const __m512i (&v)[16],
                                                       Combine combine) noexcept {
    __m512i by8[8];
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i)
        by8[i] =
            combine(_mm512_unpacklo_epi32(v[i], v[i + 8]), _mm512_unpackhi_epi32(v[i], v[i + 8]));
    __m512i by4[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i)
        by4[i] = combine(_mm512_unpacklo_epi32(by8[i], by8[i + 4]),
                         _mm512_unpackhi_epi32(by8[i], by8[i + 4]));
    __m512i by2[2];
#pragma GCC unroll 2
    for (int i = 0; i < 2; ++i)
        by2[i] = combine(_mm512_shuffle_i32x4(by4[i], by4[i + 2], 0x44),
                         _mm512_shuffle_i32x4(by4[i], by4[i + 2], 0xEE));
    const __m512i all = combine(_mm512_shuffle_i32x4(by2[0], by2[1], 0x88),
                                _mm512_shuffle_i32x4(by2[0], by2[1], 0xDD));
    static constexpr Order kOrder{{0, 8, 4, 12, 1, 9, 5, 13, 2, 10, 6, 14, 3, 11, 7, 15}};
    return _mm512_permutexvar_epi32(_mm512_load_si512(kOrder.lanes), all);
}

/// Lane i is the largest lane of v[i].
[[gnu::always_inline]] static inline __m512 max_of_rows(const __m512 (&v)[16]) noexcept {
    __m512i rows[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) rows[i] = _mm512_castps_si512(v[i]);
    return _mm512_castsi512_ps(fold_rows(rows, [](__m512i a, __m512i b) {
        return _mm512_castps_si512(_mm512_max_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b)));
    }));
}

/// Lane i is the sum of the lanes of v[i].
[[gnu::always_inline]] static inline __m512i sum_of_rows(const __m512i (&v)[16]) noexcept {
    return fold_rows(v, [](__m512i a, __m512i b) { return _mm512_add_epi32(a, b); });
}

/// max(|a|, |b|)
[[gnu::always_inline]] static inline __m512 larger_magnitude(__m512 a, __m512 b) noexcept {
    constexpr int kLargerMagnitude = 0b1011;  // vrangeps: max of |.|, sign cleared
    return _mm512_range_ps(a, b, kLargerMagnitude);
}

/// law::symmetric_scale of sixteen magnitudes.
struct Scales {
    __m512 inverse;
    __m512 scale;
};
[[gnu::always_inline]] static inline Scales symmetric_scales(__m512 amax) noexcept {
    const __mmask16 usable = _mm512_cmp_ps_mask(amax, _mm512_set1_ps(law::kRangeMin), _CMP_GE_OQ);
    const __m512 top = _mm512_set1_ps(127.0F);
    return {_mm512_maskz_div_ps(usable, top, amax), _mm512_maskz_div_ps(usable, amax, top)};
}

/// Four registers of int32 in -127..127 as bytes: in 128-bit lane i, numbers 4i..4i+3 of a, then of
/// b, c and d.
[[gnu::always_inline]] static inline __m512i pack_bytes(__m512i a, __m512i b, __m512i c,
                                                        __m512i d) noexcept {
    return _mm512_packs_epi16(_mm512_packs_epi32(a, b), _mm512_packs_epi32(c, d));
}

}  // namespace pramana::scoring::amx
