// Queries, keys and values of one head as the codes that tiles take in.
#include "cpu/amx_attention.hpp"
#include "cpu/amx_lanes.hpp"

namespace pramana::scoring::amx {
namespace {

/// Codes of tokens 2i and 2i + 1 of sixteen in pairs[i]: 128-bit lane j holds dimensions 4j..4j+3
/// and 16+4j..16+4j+3 of the first and then of the second. Returns the sixteen scales. Past `count`
/// the last token is repeated.
[[gnu::always_inline]] inline __m512 quantise_tokens(const HeadRows& x, std::uint32_t first,
                                                     std::uint32_t count,
                                                     __m512i (&pairs)[8]) noexcept {
    const float* row[kTileRows];
    __m512 amax[kTileRows];
#pragma GCC unroll 16
    for (std::uint32_t t = 0; t < kTileRows; ++t) {
        row[t] = x.row(first + (t < count ? t : count - 1));
        amax[t] = larger_magnitude(_mm512_loadu_ps(row[t]), _mm512_loadu_ps(row[t] + kVector));
    }
    const Scales scales = symmetric_scales(max_of_rows(amax));
    alignas(64) float inverse[kTileRows];
    _mm512_store_ps(inverse, scales.inverse);
    const auto codes = [&](std::size_t token, std::size_t half) __attribute__((always_inline)) {
        const __m512 raw = _mm512_loadu_ps(row[token] + half * kVector);
        return _mm512_cvtps_epi32(_mm512_mul_ps(raw, _mm512_set1_ps(inverse[token])));
    };
#pragma GCC unroll 8
    for (std::size_t i = 0; i < kTileRows / 2; ++i)
        pairs[i] =
            pack_bytes(codes(2 * i, 0), codes(2 * i, 1), codes(2 * i + 1, 0), codes(2 * i + 1, 1));
    return scales.scale;
}

/// 128-bit lane j of the four goes to out[j].
[[gnu::always_inline]] inline void transpose_lanes(const __m512i* from,
                                                   __m512i (&out)[4]) noexcept {
    const __m512i low01 = _mm512_shuffle_i64x2(from[0], from[1], 0x44);
    const __m512i high01 = _mm512_shuffle_i64x2(from[0], from[1], 0xEE);
    const __m512i low23 = _mm512_shuffle_i64x2(from[2], from[3], 0x44);
    const __m512i high23 = _mm512_shuffle_i64x2(from[2], from[3], 0xEE);
    out[0] = _mm512_shuffle_i64x2(low01, low23, 0x88);
    out[1] = _mm512_shuffle_i64x2(low01, low23, 0xDD);
    out[2] = _mm512_shuffle_i64x2(high01, high23, 0x88);
    out[3] = _mm512_shuffle_i64x2(high01, high23, 0xDD);
}

}  // namespace

void quantise_queries(const HeadRows& x, std::uint32_t tokens, const AttentionView& s) noexcept {
    static constexpr struct {
        alignas(64) std::int64_t lanes[8];
    } kApart{{0, 2, 4, 6, 1, 3, 5, 7}};
    for (std::uint32_t first = 0; first < tokens; first += kTileRows) {
        __m512i pairs[8];
        const __m512 scale = quantise_tokens(x, first, tokens - first, pairs);
        _mm512_store_ps(s.query_scales + first,
                        _mm512_mul_ps(scale, _mm512_set1_ps(law::kQueryFactor)));
        std::int8_t* to = s.queries + std::size_t{first} * kHeadDim;
        for (std::size_t i = 0; i < 8; ++i)
            _mm512_store_si512(to + i * kTileBytes,
                               _mm512_permutexvar_epi64(_mm512_load_si512(kApart.lanes), pairs[i]));
    }
}

void quantise_keys(const HeadRows& x, std::uint32_t tokens, const AttentionView& s) noexcept {
    // Of tokens 2i and 2i + 1, the first four bytes of each lane; the second four are one further.
    static constexpr Order kFirst{{0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30}};
    const __m512i even = _mm512_load_si512(kFirst.lanes);
    const __m512i odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
    for (std::uint32_t first = 0; first < tokens; first += kTileRows) {
        __m512i pairs[8];
        const __m512 scale = quantise_tokens(x, first, tokens - first, pairs);
        _mm512_store_ps(s.key_scales + first, scale);
        std::int8_t* to = s.keys + std::size_t{first} * kHeadDim;
        __m512i low[4];
        __m512i high[4];
        transpose_lanes(pairs, low);
        transpose_lanes(pairs + 4, high);
#pragma GCC unroll 4
        for (std::size_t lane = 0; lane < 4; ++lane) {
            _mm512_store_si512(to + 2 * lane * kTileBytes,
                               _mm512_permutex2var_epi32(low[lane], even, high[lane]));
            _mm512_store_si512(to + (2 * lane + 1) * kTileBytes,
                               _mm512_permutex2var_epi32(low[lane], odd, high[lane]));
        }
    }
}

void quantise_values(const HeadRows& x, std::uint32_t tokens, const AttentionView& s) noexcept {
    const __m512i by_channel =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    auto* tiles = reinterpret_cast<std::int8_t*>(s.values);
    for (std::size_t half = 0; half < 2; ++half) {
        const HeadRows v{x.first + half * kVector, x.stride};
        __m512 amax = _mm512_setzero_ps();
        for (std::uint32_t t = 0; t < tokens; ++t)
            amax = larger_magnitude(amax, _mm512_loadu_ps(v.row(t)));
        const Scales scales = symmetric_scales(amax);
        _mm512_store_ps(s.value_scales + half * kVector, scales.scale);
        const auto codes = [&](std::uint32_t token) __attribute__((always_inline)) {
            if (token >= tokens) return _mm512_setzero_si512();
            const __m512 raw = _mm512_loadu_ps(v.row(token));
            return _mm512_cvtps_epi32(_mm512_mul_ps(raw, scales.inverse));
        };
        for (std::uint32_t t = 0; t < groups_of(tokens) * kGroup; t += 4) {
            const __m512i packed = pack_bytes(codes(t), codes(t + 1), codes(t + 2), codes(t + 3));
            const std::uint32_t quad = t % kGroup / 4;  // where the weights have it: pack_weights
            const std::size_t row = quad % 4 * 4 + quad / 4;
            std::int8_t* tile =
                tiles + (std::size_t{t / kGroup} * 2 + half) * kTileRows * kTileBytes;
            _mm512_store_si512(tile + row * kTileBytes, _mm512_shuffle_epi8(packed, by_channel));
        }
    }
}

}  // namespace pramana::scoring::amx
