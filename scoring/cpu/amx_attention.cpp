#include "cpu/amx_attention.hpp"

#include "cpu/amx_lanes.hpp"

namespace pramana::scoring::amx {
namespace {

constexpr float kMinusInfinity = -__builtin_inff();
constexpr std::size_t kSumsTile = std::size_t{kTileRows} * kTileRows;
static_assert(kAttentionRows >= 2 * kTileRows);

/// Where a head's intermediate numbers lie in an AttentionView.
struct Memory {
    explicit Memory(const AttentionView& s, std::uint32_t tokens) noexcept
        : view{s},
          stride{groups_of(tokens) * kGroup},
          logits{s.logits, s.logits + std::size_t{kTileRows} * stride},
          high{reinterpret_cast<std::uint8_t*>(s.weights)},
          low{high + std::size_t{kTileRows} * stride},
          mixed{reinterpret_cast<std::int32_t*>(s.weights + std::size_t{kTileRows} * kTokensMax)} {}
    const AttentionView& view;
    std::uint32_t stride;  ///< tokens of a row, whole groups
    float* logits[2];      ///< [16 x stride]: int32 from the tiles, then f32; two take turns
    std::uint8_t* high;    ///< [16 x stride], weight / 128
    std::uint8_t* low;     ///< [16 x stride], weight % 128
    std::int32_t* mixed;   ///< 4 x [16 x 16]: high and low times the two halves of the channels
};

/// Tiles 0..3 are sums, 4 weights, 5 values, 6 queries, 7 keys.
TileShapes shapes() noexcept {
    TileShapes shapes;
    for (int tile = 0; tile < 8; ++tile) {
        shapes.row_bytes[tile] = kTileBytes;
        shapes.rows[tile] = kTileRows;
    }
    shapes.row_bytes[6] = kHeadDim;
    shapes.rows[7] = kHeadDim / 4;
    return shapes;
}

/// Products of the sixteen queries from `first` with all keys.
void multiply_keys(std::uint32_t first, std::uint32_t tokens, const Memory& m,
                   float* logits) noexcept {
    const std::size_t stride = std::size_t{m.stride} * sizeof(float);
    load<6>(m.view.queries + std::size_t{first} * kHeadDim, kHeadDim);
    const auto one = [&]<int kTile>(std::uint32_t token) __attribute__((always_inline)) {
        zero<kTile>();
        load<7>(m.view.keys + std::size_t{token} * kHeadDim, kTileBytes);
        dot_signed<kTile, 6, 7>();
        store<kTile>(logits + token, stride);
    };
    for (std::uint32_t token = 0; token < tokens; token += 2 * kTileRows) {
        one.template operator()<0>(token);
        if (token + kTileRows < tokens) one.template operator()<1>(token + kTileRows);
    }
}

/// Products to logits, in place; tops[r] is the largest of row r. Past the end they are -infinity.
void scale_logits(std::uint32_t first, std::uint32_t tokens, const Memory& m, float* logits,
                  float* tops) noexcept {
    const float* query_scales = m.view.query_scales + first;
    const float* key_scales = m.view.key_scales;
    const std::size_t stride = m.stride;
    __m512 most[kTileRows];
#pragma GCC unroll 16
    for (std::size_t r = 0; r < kTileRows; ++r) most[r] = _mm512_set1_ps(kMinusInfinity);
    for (std::uint32_t token = 0; token < tokens; token += kVector) {
        const std::uint32_t left = tokens - token;
        const auto lanes = static_cast<__mmask16>(left < kVector ? (1U << left) - 1U : 0xFFFFU);
        const __m512 key_scale = _mm512_load_ps(key_scales + token);
#pragma GCC unroll 16
        for (std::size_t r = 0; r < kTileRows; ++r) {
            float* at = logits + r * stride + token;
            const __m512 by = _mm512_mul_ps(_mm512_set1_ps(query_scales[r]), key_scale);
            const __m512 t = _mm512_mask_mul_ps(_mm512_set1_ps(kMinusInfinity), lanes,
                                                _mm512_cvtepi32_ps(_mm512_load_si512(at)), by);
            _mm512_store_ps(at, t);
            most[r] = _mm512_max_ps(most[r], t);
        }
    }
    _mm512_store_ps(tops, max_of_rows(most));
}

/// 32767 * 2^n for n = 0, -31, -30 ... -1: what the last five bits of n choose.
struct Powers {
    __m512 even;  ///< of n = 0, -31 ... -17
    __m512 last;  ///< of n = -16 ... -1
};
Powers load_powers() noexcept {
    const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const auto power = [](__m512i n) {
        return _mm512_castsi512_ps(_mm512_add_epi32(
            _mm512_castps_si512(_mm512_set1_ps(law::kWeightOne)), _mm512_slli_epi32(n, 23)));
    };
    const __m512i low =
        _mm512_mask_sub_epi32(_mm512_setzero_si512(), 0xFFFE, lanes, _mm512_set1_epi32(32));
    return {power(low), power(_mm512_sub_epi32(lanes, _mm512_set1_epi32(16)))};
}

/// u = rint(exp2(t) * 32767), where t are 16 kCount logits less the largest of the row. A number
/// that is rounded by adding 1.5 * 2^23 has its whole part n in the low bits of the sum. p * 2^n is
/// rounded nowhere, so that 32767 * 2^n can be multiplied at once. Below 2^-17 the result is 0, so
/// t is cut at -31 and not at -100. Step by step side by side: see avx512::gelu_in_place.
template <std::uint32_t kCount>
[[gnu::always_inline]] inline void weights_of(const float* logits, __m512 highest,
                                              const Powers& powers, __m512i (&u)[4]) noexcept {
    constexpr int kRest = 0b1000;  // vreduceps: t - rint(t), to nearest even
    __m512 t[kCount];
    __m512 power[kCount];
    __m512 p[kCount];
#pragma GCC unroll 4
    for (std::uint32_t j = 0; j < kCount; ++j)
        t[j] =
            _mm512_max_ps(_mm512_sub_ps(_mm512_load_ps(logits + std::size_t{j} * kVector), highest),
                          _mm512_set1_ps(-31.0F));
#pragma GCC unroll 4
    for (std::uint32_t j = 0; j < kCount; ++j)
        power[j] = _mm512_permutex2var_ps(
            powers.even, _mm512_castps_si512(_mm512_add_ps(t[j], _mm512_set1_ps(0x1.8p23F))),
            powers.last);
#pragma GCC unroll 4
    for (std::uint32_t j = 0; j < kCount; ++j) {
        t[j] = _mm512_reduce_ps(t[j], kRest);
        p[j] = _mm512_set1_ps(law::kExp2[0]);
    }
#pragma GCC unroll 6
    for (int i = 1; i < 7; ++i)
#pragma GCC unroll 4
        for (std::uint32_t j = 0; j < kCount; ++j)
            p[j] = _mm512_fmadd_ps(p[j], t[j], _mm512_set1_ps(law::kExp2[i]));
#pragma GCC unroll 4
    for (std::uint32_t j = 0; j < 4; ++j)
        u[j] =
            j < kCount ? _mm512_cvtps_epi32(_mm512_mul_ps(p[j], power[j])) : _mm512_setzero_si512();
}

/// Weights of one row as two planes of bytes; returns their sums by lane. Within 64 tokens, byte
/// 16 i + 4 j + k is of token 16 j + 4 i + k, as packing leaves them: quantise_values follows.
[[gnu::always_inline]] inline __m512i weigh_row(const float* logits, std::uint32_t tokens,
                                                float top, const Powers& powers, std::uint8_t* high,
                                                std::uint8_t* low) noexcept {
    const __m512 highest = _mm512_set1_ps(top);
    __m512i total = _mm512_setzero_si512();
    const auto add = [&](std::uint32_t group, const __m512i(&u)[4]) __attribute__((always_inline)) {
        const __m512i ones = _mm512_set1_epi16(1);
        const __m512i seven = _mm512_set1_epi16(127);
        const __m512i a = _mm512_packs_epi32(u[0], u[1]);
        const __m512i b = _mm512_packs_epi32(u[2], u[3]);
        total = _mm512_dpwssd_epi32(_mm512_dpwssd_epi32(total, a, ones), b, ones);
        _mm512_store_si512(high + group,
                           _mm512_packus_epi16(_mm512_srli_epi16(a, 7), _mm512_srli_epi16(b, 7)));
        _mm512_store_si512(low + group, _mm512_packus_epi16(_mm512_and_si512(a, seven),
                                                            _mm512_and_si512(b, seven)));
    };
    __m512i u[4];
    std::uint32_t group = 0;
    for (; group + kGroup <= tokens; group += kGroup) {
        weights_of<4>(logits + group, highest, powers, u);
        add(group, u);
    }
    if (group == tokens) return total;
    switch ((tokens - group + kVector - 1) / kVector) {
        case 1: weights_of<1>(logits + group, highest, powers, u); break;
        case 2: weights_of<2>(logits + group, highest, powers, u); break;
        case 3: weights_of<3>(logits + group, highest, powers, u); break;
        default: weights_of<4>(logits + group, highest, powers, u); break;
    }
    add(group, u);
    return total;
}

/// inverses[r] = 1 / sum of the weights of row r.
void weigh(std::uint32_t tokens, const Memory& m, const float* logits, const float* tops,
           float* inverses) noexcept {
    const Powers powers = load_powers();
    __m512i totals[kTileRows];
    for (std::size_t r = 0; r < kTileRows; ++r) {
        const std::size_t at = std::size_t{r} * m.stride;
        totals[r] = weigh_row(logits + at, tokens, tops[r], powers, m.high + at, m.low + at);
    }
    const __m512 total = _mm512_cvtepi32_ps(sum_of_rows(totals));
    _mm512_store_ps(inverses, _mm512_div_ps(_mm512_set1_ps(1.0F), total));
}

/// Both planes times the values of the head.
void multiply_values(std::uint32_t tokens, const Memory& m) noexcept {
    fence();
    zero<0>();
    zero<1>();
    zero<2>();
    zero<3>();
    constexpr std::size_t kTile = std::size_t{kTileRows} * kTileBytes;
    const auto* values = reinterpret_cast<const std::int8_t*>(m.view.values);
    for (std::uint32_t group = 0; group < tokens; group += kGroup, values += 2 * kTile) {
        load<5>(values, kTileBytes);
        load<4>(m.high + group, m.stride);
        dot_unsigned<0, 4, 5>();
        load<4>(m.low + group, m.stride);
        dot_unsigned<2, 4, 5>();
        load<5>(values + kTile, kTileBytes);
        dot_unsigned<3, 4, 5>();
        load<4>(m.high + group, m.stride);
        dot_unsigned<1, 4, 5>();
    }
    store<0>(m.mixed, kTileBytes);
    store<1>(m.mixed + kSumsTile, kTileBytes);
    store<2>(m.mixed + 2 * kSumsTile, kTileBytes);
    store<3>(m.mixed + 3 * kSumsTile, kTileBytes);
}

/// out = sums * (value_scale * inverse), where sums are 128 * high + low.
void finish(std::uint32_t rows, const Memory& m, const float* inverses, float* out) noexcept {
    const __m512 scales[2] = {_mm512_load_ps(m.view.value_scales),
                              _mm512_load_ps(m.view.value_scales + kVector)};
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t half = 0; half < 2; ++half) {
            const std::int32_t* at = m.mixed + half * kSumsTile + r * kTileRows;
            const __m512i sums = _mm512_add_epi32(_mm512_slli_epi32(_mm512_load_si512(at), 7),
                                                  _mm512_load_si512(at + 2 * kSumsTile));
            const __m512 by = _mm512_mul_ps(scales[half], _mm512_set1_ps(inverses[r]));
            _mm512_storeu_ps(out + std::size_t{r} * kDim + half * kVector,
                             _mm512_mul_ps(_mm512_cvtepi32_ps(sums), by));
        }
}

/// Sixteen queries at a time; the products of the next sixteen are under way while the vector unit
/// has these.
void mix_head(std::uint32_t tokens, const Memory& m, float* out) noexcept {
    alignas(64) float tops[kTileRows];
    alignas(64) float inverses[kTileRows];
    std::uint32_t turn = 0;
    multiply_keys(0, tokens, m, m.logits[0]);
    for (std::uint32_t first = 0; first < tokens; first += kTileRows, turn ^= 1U) {
        if (first + kTileRows < tokens)
            multiply_keys(first + kTileRows, tokens, m, m.logits[turn ^ 1U]);
        scale_logits(first, tokens, m, m.logits[turn], tops);
        weigh(tokens, m, m.logits[turn], tops, inverses);
        multiply_values(tokens, m);
        const std::uint32_t rows = tokens - first < kTileRows ? tokens - first : kTileRows;
        finish(rows, m, inverses, out + std::size_t{first} * kDim);
    }
}

/// One head of one text.
void attend(const HeadRows& queries, const HeadRows& keys, const HeadRows& values,
            std::uint32_t tokens, const AttentionView& s, float* out) noexcept {
    quantise_queries(queries, tokens, s);
    quantise_keys(keys, tokens, s);
    quantise_values(values, tokens, s);
    fence();
    mix_head(tokens, Memory{s, tokens}, out);
}

}  // namespace

void attention(const float* qkv, std::uint32_t tokens, const AttentionView& s, float* out) {
    configure(shapes());
    for (std::size_t head = 0; head < kHeads; ++head) {
        const float* q = qkv + head * kHeadDim;
        attend({q, kQkvDim}, {q + kDim, kQkvDim}, {q + std::size_t{2} * kDim, kQkvDim}, tokens, s,
               out + head * kHeadDim);
    }
    release();
}

void heads(const LinearView& layer, const QuantisedRows& x, const std::uint32_t* lengths,
           std::size_t texts, float* memory, const AttentionView& s, float* out) {
    std::size_t rows = 0;
    for (std::size_t i = 0; i < texts; ++i) rows += lengths[i];
    const std::size_t part = rows * kHeadDim;
    for (std::size_t head = 0; head < kHeads; ++head) {
        project_head(layer, x, rows, head, memory);
        configure(shapes());
        const float* q = memory;
        float* to = out + head * kHeadDim;
        for (std::size_t i = 0; i < texts; ++i) {
            attend({q, kHeadDim}, {q + part, kHeadDim}, {q + 2 * part, kHeadDim}, lengths[i], s,
                   to);
            q += std::size_t{lengths[i]} * kHeadDim;
            to += std::size_t{lengths[i]} * kDim;
        }
    }
    release();
}

}  // namespace pramana::scoring::amx
