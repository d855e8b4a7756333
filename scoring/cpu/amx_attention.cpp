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

/// Products to logits, in place; tops[r] is the largest of row r.
void scale_logits(std::uint32_t first, std::uint32_t tokens, const Memory& m, float* logits,
                  float* tops) noexcept {
    const std::uint32_t whole = tokens / kVector * kVector;
    const auto lanes = static_cast<__mmask16>((1U << (tokens - whole)) - 1U);
    __m512 most[kTileRows];
    for (std::size_t r = 0; r < kTileRows; ++r) {
        float* row = logits + std::size_t{r} * m.stride;
        const __m512 query = _mm512_set1_ps(m.view.query_scales[first + r]);
        const auto logit = [&](std::uint32_t token) __attribute__((always_inline)) {
            const __m512 by = _mm512_mul_ps(query, _mm512_load_ps(m.view.key_scales + token));
            return _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_load_si512(row + token)), by);
        };
        __m512 top = _mm512_set1_ps(kMinusInfinity);
        for (std::uint32_t token = 0; token < whole; token += kVector) {
            const __m512 t = logit(token);
            _mm512_store_ps(row + token, t);
            top = _mm512_max_ps(top, t);
        }
        if (lanes != 0) {
            const __m512 t =
                _mm512_mask_mov_ps(_mm512_set1_ps(kMinusInfinity), lanes, logit(whole));
            _mm512_store_ps(row + whole, t);
            top = _mm512_max_ps(top, t);
        }
        most[r] = top;
    }
    _mm512_store_ps(tops, max_of_rows(most));
}

/// rint(exp2(t) * 32767). A number that is rounded by adding 1.5 * 2^23 has its whole part in the
/// low bits of the sum, from where it is shifted into the exponent.
[[gnu::always_inline]] inline __m512i weight_of(__m512 t) noexcept {
    const __m512 shift = _mm512_set1_ps(0x1.8p23F);
    t = _mm512_max_ps(t, _mm512_set1_ps(law::kExp2Min));
    const __m512 shifted = _mm512_add_ps(t, shift);
    const __m512 rest = _mm512_sub_ps(t, _mm512_sub_ps(shifted, shift));
    __m512 p = _mm512_set1_ps(law::kExp2[0]);
#pragma GCC unroll 6
    for (int i = 1; i < 7; ++i) p = _mm512_fmadd_ps(p, rest, _mm512_set1_ps(law::kExp2[i]));
    const __m512i exponent = _mm512_slli_epi32(_mm512_castps_si512(shifted), 23);
    const __m512 power = _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(p), exponent));
    return _mm512_cvtps_epi32(_mm512_mul_ps(power, _mm512_set1_ps(law::kWeightOne)));
}

/// Weights of one row as two planes of bytes; returns their sums by lane. Within 64 tokens, byte
/// 16 i + 4 j + k is of token 16 j + 4 i + k, as packing leaves them: quantise_values follows.
[[gnu::always_inline]] inline __m512i weigh_row(const float* logits, std::uint32_t tokens,
                                                float top, std::uint8_t* high,
                                                std::uint8_t* low) noexcept {
    const __m512 highest = _mm512_set1_ps(top);
    __m512i total = _mm512_setzero_si512();
    for (std::uint32_t group = 0; group < tokens; group += kGroup) {
        __m512i u[4];
#pragma GCC unroll 4
        for (std::size_t j = 0; j < 4; ++j) {
            u[j] = _mm512_setzero_si512();
            if (group + j * kVector < tokens)
                u[j] =
                    weight_of(_mm512_sub_ps(_mm512_load_ps(logits + group + j * kVector), highest));
            total = _mm512_add_epi32(total, u[j]);
        }
        const __m512i first = _mm512_packs_epi32(u[0], u[1]);
        const __m512i second = _mm512_packs_epi32(u[2], u[3]);
        const __m512i seven = _mm512_set1_epi16(127);
        _mm512_store_si512(high + group, _mm512_packus_epi16(_mm512_srli_epi16(first, 7),
                                                             _mm512_srli_epi16(second, 7)));
        _mm512_store_si512(low + group, _mm512_packus_epi16(_mm512_and_si512(first, seven),
                                                            _mm512_and_si512(second, seven)));
    }
    return total;
}

/// inverses[r] = 1 / sum of the weights of row r.
void weigh(std::uint32_t tokens, const Memory& m, const float* logits, const float* tops,
           float* inverses) noexcept {
    __m512i totals[kTileRows];
    for (std::size_t r = 0; r < kTileRows; ++r) {
        const std::size_t at = std::size_t{r} * m.stride;
        totals[r] = weigh_row(logits + at, tokens, tops[r], m.high + at, m.low + at);
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

}  // namespace

void attention(const float* qkv, std::uint32_t tokens, const AttentionView& s, float* out) {
    const Memory memory{s, tokens};
    configure(shapes());
    for (std::size_t head = 0; head < kHeads; ++head) {
        const float* q = qkv + head * kHeadDim;
        quantise_queries(q, tokens, s);
        quantise_keys(q + kDim, tokens, s);
        quantise_values(q + std::size_t{2} * kDim, tokens, s);
        fence();
        mix_head(tokens, memory, out + head * kHeadDim);
    }
    release();
}

}  // namespace pramana::scoring::amx
