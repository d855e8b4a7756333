#include "cpu/avx2_math.hpp"

namespace pramana::scoring::avx2 {
namespace {

constexpr std::uint32_t kRows = 4;    // queries at a time
constexpr std::uint32_t kBlock = 16;  // keys at a time: two registers of sums
constexpr float kMinusInfinity = -__builtin_inff();
static_assert(kRows <= kAttentionRows);

std::uint32_t blocks_of(std::uint32_t tokens) noexcept { return (tokens + kBlock - 1) / kBlock; }

/// law::symmetric_scale
struct Scale {
    float inverse;
    float scale;
};
Scale symmetric_scale(float amax) noexcept {
    const bool tiny = amax < law::kRangeMin;
    return {tiny ? 0.0F : 127.0F / amax, tiny ? 0.0F : amax / 127.0F};
}

/// 32 values by their own largest magnitude, as int16 in order; returns the scale.
float quantise32(const float* v, std::int16_t* codes) noexcept {
    __m256 amax = abs_of(_mm256_loadu_ps(v));
    for (std::uint32_t i = kVector; i < kHeadDim; i += kVector)
        amax = _mm256_max_ps(amax, abs_of(_mm256_loadu_ps(v + i)));
    const Scale by = symmetric_scale(max_of(amax));
    const __m256 inverse = _mm256_set1_ps(by.inverse);
    for (std::uint32_t i = 0; i < kHeadDim; i += 2 * kVector) {
        const __m256i low = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(v + i), inverse));
        const __m256i high =
            _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(v + i + kVector), inverse));
        _mm256_store_si256(reinterpret_cast<__m256i*>(codes + i),
                           _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xD8));
    }
    return by.scale;
}

/// Keys in blocks of 16 tokens, within a block by pairs of dimensions; zeros past the end.
void quantise_keys(const float* x, std::uint32_t tokens, const AttentionView& s) noexcept {
    alignas(32) std::int16_t codes[kHeadDim];
    for (std::uint32_t token = 0; token < blocks_of(tokens) * kBlock; ++token) {
        s.key_scales[token] = 0.0F;
        if (token < tokens)
            s.key_scales[token] = quantise32(x + std::size_t{token} * kQkvDim, codes);
        else
            __builtin_memset(codes, 0, sizeof codes);
        std::int8_t* to = s.keys + std::size_t{token / kBlock} * kBlock * kHeadDim +
                          std::size_t{token % kBlock} * 2;
        for (std::size_t d = 0; d < kHeadDim; d += 2) {
            to[d * kBlock] = static_cast<std::int8_t>(codes[d]);
            to[d * kBlock + 1] = static_cast<std::int8_t>(codes[d + 1]);
        }
    }
}

/// Values by channel over the tokens, as pairs of tokens; zeros past the end, whole blocks.
void quantise_values(const float* x, std::uint32_t tokens, const AttentionView& s) noexcept {
    for (std::size_t part = 0; part < kHeadDim; part += kVector) {
        const float* v = x + part;
        __m256 amax = _mm256_setzero_ps();
        for (std::uint32_t token = 0; token < tokens; ++token)
            amax = _mm256_max_ps(amax, abs_of(_mm256_loadu_ps(v + std::size_t{token} * kQkvDim)));
        const __m256 usable = _mm256_cmp_ps(amax, _mm256_set1_ps(law::kRangeMin), _CMP_GE_OQ);
        const __m256 top = _mm256_set1_ps(127.0F);
        const __m256 inverse = _mm256_and_ps(usable, _mm256_div_ps(top, amax));
        _mm256_store_ps(s.value_scales + part, _mm256_and_ps(usable, _mm256_div_ps(amax, top)));
        const auto codes = [&](std::uint32_t token) {
            if (token >= tokens) return _mm256_setzero_si256();
            const __m256 raw = _mm256_loadu_ps(v + std::size_t{token} * kQkvDim);
            return _mm256_cvtps_epi32(_mm256_mul_ps(raw, inverse));
        };
        for (std::uint32_t token = 0; token < blocks_of(tokens) * kBlock; token += 2) {
            const __m256i first = _mm256_and_si256(codes(token), _mm256_set1_epi32(0xFFFF));
            const __m256i both = _mm256_or_si256(first, _mm256_slli_epi32(codes(token + 1), 16));
            _mm256_store_si256(
                reinterpret_cast<__m256i*>(s.values + std::size_t{token} * kHeadDim + 2 * part),
                both);
        }
    }
}

[[gnu::always_inline]] inline __m256i broadcast_pair(const std::int16_t* pair) noexcept {
    std::int32_t both;
    __builtin_memcpy(&both, pair, sizeof both);
    return _mm256_set1_epi32(both);
}

/// Products of kRows queries with the 16 keys of a block.
[[gnu::always_inline]] inline void multiply_keys(const std::int16_t* queries,
                                                 const std::int8_t* keys,
                                                 __m256i (&acc)[kRows][2]) noexcept {
#pragma GCC unroll 4
    for (std::size_t r = 0; r < kRows; ++r) acc[r][0] = acc[r][1] = _mm256_setzero_si256();
    for (std::size_t d = 0; d < kHeadDim; d += 2) {
        const auto* raw = reinterpret_cast<const __m128i*>(keys + d * kBlock);
        const __m256i low = _mm256_cvtepi8_epi16(_mm_load_si128(raw));
        const __m256i high = _mm256_cvtepi8_epi16(_mm_load_si128(raw + 1));
#pragma GCC unroll 4
        for (std::size_t r = 0; r < kRows; ++r) {
            const __m256i q = broadcast_pair(queries + r * kHeadDim + d);
            acc[r][0] = _mm256_add_epi32(acc[r][0], _mm256_madd_epi16(q, low));
            acc[r][1] = _mm256_add_epi32(acc[r][1], _mm256_madd_epi16(q, high));
        }
    }
}

/// Logits of kRows queries against every key, -infinity past the end; `top` receives each row's
/// largest.
void logits(const std::int16_t* queries, const float* scales, std::uint32_t tokens,
            const AttentionView& s, float* top) noexcept {
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    __m256 most[kRows];
    for (__m256& row : most) row = _mm256_set1_ps(kMinusInfinity);
    for (std::uint32_t first = 0; first < tokens; first += kBlock) {
        __m256i acc[kRows][2];
        multiply_keys(queries, s.keys + std::size_t{first} * kHeadDim, acc);
#pragma GCC unroll 2
        for (std::size_t half = 0; half < 2; ++half) {
            const auto at = static_cast<std::uint32_t>(first + half * kVector);
            const __m256 key_scale = _mm256_load_ps(s.key_scales + at);
            const auto left = static_cast<std::int32_t>(tokens) - static_cast<std::int32_t>(at);
            const __m256 inside =
                _mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_set1_epi32(left), lanes));
#pragma GCC unroll 4
            for (std::size_t r = 0; r < kRows; ++r) {
                const __m256 by = _mm256_mul_ps(_mm256_set1_ps(scales[r]), key_scale);
                const __m256 t =
                    _mm256_blendv_ps(_mm256_set1_ps(kMinusInfinity),
                                     _mm256_mul_ps(_mm256_cvtepi32_ps(acc[r][half]), by), inside);
                _mm256_store_ps(s.logits + r * kTokensMax + at, t);
                most[r] = _mm256_max_ps(most[r], t);
            }
        }
    }
    for (std::size_t r = 0; r < kRows; ++r) top[r] = max_of(most[r]);
}

/// Integer weights of one row; returns 1 / their sum. Past the end they are 0, because 2^-100 is.
float weigh(std::size_t row, std::uint32_t tokens, float top, const AttentionView& s) noexcept {
    const __m256 highest = _mm256_set1_ps(top);
    __m256i total = _mm256_setzero_si256();
    for (std::uint32_t first = 0; first < tokens; first += kBlock) {
        const std::size_t at = row * kTokensMax + first;
        const __m256i low = weight_of(_mm256_sub_ps(_mm256_load_ps(s.logits + at), highest));
        const __m256i high =
            weight_of(_mm256_sub_ps(_mm256_load_ps(s.logits + at + kVector), highest));
        total = _mm256_add_epi32(total, _mm256_add_epi32(low, high));
        _mm256_store_si256(reinterpret_cast<__m256i*>(s.weights + at),
                           _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xD8));
    }
    return 1.0F / static_cast<float>(sum_of(total));
}

/// out[r] = weights[r] * values for kRows rows and 16 channels; the first `rows` are stored.
void mix(std::uint32_t rows, std::uint32_t tokens, std::uint32_t channel, const float* inverse,
         const AttentionView& s, float* out) noexcept {
    __m256i acc[kRows][2];
#pragma GCC unroll 4
    for (std::size_t r = 0; r < kRows; ++r) acc[r][0] = acc[r][1] = _mm256_setzero_si256();
    for (std::uint32_t token = 0; token < tokens; token += 2) {
        const auto* values = reinterpret_cast<const __m256i*>(
            s.values + std::size_t{token} * kHeadDim + std::size_t{2} * channel);
        const __m256i low = _mm256_load_si256(values);
        const __m256i high = _mm256_load_si256(values + 1);
#pragma GCC unroll 4
        for (std::size_t r = 0; r < kRows; ++r) {
            const __m256i pair = broadcast_pair(s.weights + r * kTokensMax + token);
            acc[r][0] = _mm256_add_epi32(acc[r][0], _mm256_madd_epi16(pair, low));
            acc[r][1] = _mm256_add_epi32(acc[r][1], _mm256_madd_epi16(pair, high));
        }
    }
    alignas(32) std::int32_t sums[kRows][2 * kVector];
#pragma GCC unroll 4
    for (std::size_t r = 0; r < kRows; ++r) {
        _mm256_store_si256(reinterpret_cast<__m256i*>(sums[r]), acc[r][0]);
        _mm256_store_si256(reinterpret_cast<__m256i*>(sums[r] + kVector), acc[r][1]);
    }
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t j = 0; j < std::size_t{2} * kVector; j += kVector) {
            const __m256i sum = _mm256_load_si256(reinterpret_cast<const __m256i*>(sums[r] + j));
            const __m256 by = _mm256_mul_ps(_mm256_load_ps(s.value_scales + channel + j),
                                            _mm256_set1_ps(inverse[r]));
            _mm256_storeu_ps(out + std::size_t{r} * kDim + channel + j,
                             _mm256_mul_ps(_mm256_cvtepi32_ps(sum), by));
        }
}

}  // namespace

void attention(const float* qkv, std::uint32_t tokens, const AttentionView& s, float* out) {
    alignas(32) std::int16_t queries[kRows * kHeadDim] = {};
    for (std::size_t head = 0; head < kHeads; ++head) {
        const float* q = qkv + head * kHeadDim;
        quantise_keys(q + kDim, tokens, s);
        quantise_values(q + std::size_t{2} * kDim, tokens, s);
        for (std::uint32_t first = 0; first < tokens; first += kRows) {
            const std::uint32_t rows = tokens - first < kRows ? tokens - first : kRows;
            float scales[kRows] = {};
            float top[kRows];
            float inverse[kRows];
            for (std::size_t r = 0; r < rows; ++r)
                scales[r] = quantise32(q + std::size_t{first + r} * kQkvDim,
                                       queries + std::size_t{r} * kHeadDim) *
                            law::kQueryFactor;
            logits(queries, scales, tokens, s, top);
            for (std::size_t r = 0; r < kRows; ++r) inverse[r] = weigh(r, tokens, top[r], s);
            float* to = out + std::size_t{first} * kDim + head * kHeadDim;
            mix(rows, tokens, 0, inverse, s, to);
            mix(rows, tokens, 2 * kVector, inverse, s, to);
        }
    }
    wipe_memory(queries, sizeof queries);
}

}  // namespace pramana::scoring::avx2
