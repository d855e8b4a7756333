#include "cpu/avx512vnni_math.hpp"
#include "cpu/law_constants.hpp"

namespace pramana::scoring::avx512 {
namespace {

constexpr std::uint32_t kBlock = 16;               // keys whose logits fill a register
constexpr std::uint32_t kKeySteps = kHeadDim / 4;  // dpbusd per block and query
constexpr std::uint32_t kRows = 8;
static_assert(kRows <= kAttentionRows);
constexpr float kMinusInfinity = -__builtin_inff();

std::uint32_t blocks_of(std::uint32_t tokens) noexcept { return (tokens + kBlock - 1) / kBlock; }

/// Lanes of block `block` that are tokens of the text.
__mmask16 lanes_of(std::uint32_t block, std::uint32_t tokens) noexcept {
    const std::uint32_t left = tokens - block * kBlock;
    return static_cast<__mmask16>(left >= kBlock ? 0xFFFFU : (1U << left) - 1U);
}

struct Codes32 {
    __m128i low;
    __m128i high;
    float scale;
};

/// 32 values by their own largest magnitude.
[[gnu::always_inline]] inline Codes32 quantise32(const float* v) noexcept {
    const __m512 low = _mm512_loadu_ps(v);
    const __m512 high = _mm512_loadu_ps(v + kVector);
    const float amax = _mm512_reduce_max_ps(_mm512_max_ps(_mm512_abs_ps(low), _mm512_abs_ps(high)));
    const bool tiny = amax < law::kRangeMin;
    const __m512 inverse = _mm512_set1_ps(tiny ? 0.0F : 127.0F / amax);
    const auto codes = [inverse](__m512 part) {
        return _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(_mm512_mul_ps(part, inverse)));
    };
    return {codes(low), codes(high), tiny ? 0.0F : amax / 127.0F};
}

/// Queries as u8 = code + 128, so that dpbusd takes them; token by token.
void quantise_queries(const float* x, std::uint32_t tokens, const AttentionView& s) noexcept {
    const __m128i sign = _mm_set1_epi8(static_cast<char>(0x80));
    for (std::uint32_t token = 0; token < tokens; ++token) {
        const Codes32 q = quantise32(x + std::size_t{token} * kQkvDim);
        auto* to = reinterpret_cast<__m128i*>(s.queries + std::size_t{token} * kHeadDim);
        _mm_store_si128(to, _mm_xor_si128(q.low, sign));
        _mm_store_si128(to + 1, _mm_xor_si128(q.high, sign));
        s.query_scales[token] = q.scale * law::kQueryFactor;
    }
}

/// Keys in blocks of 16 tokens, within a block by fours of dimensions: the order of dpbusd.
/// key_sums takes the 128 of the queries back: -128 * sum of the key's codes.
void quantise_keys(const float* x, std::uint32_t tokens, const AttentionView& s) noexcept {
    const std::uint32_t padded = blocks_of(tokens) * kBlock;
    for (std::uint32_t token = 0; token < padded; ++token) {
        Codes32 k{_mm_setzero_si128(), _mm_setzero_si128(), 0.0F};
        if (token < tokens) k = quantise32(x + std::size_t{token} * kQkvDim);
        alignas(16) std::int32_t fours[kKeySteps];
        _mm_store_si128(reinterpret_cast<__m128i*>(fours), k.low);
        _mm_store_si128(reinterpret_cast<__m128i*>(fours + 4), k.high);
        std::int8_t* to = s.keys + std::size_t{token / kBlock} * kBlock * kHeadDim;
        for (std::uint32_t step = 0; step < kKeySteps; ++step)
            __builtin_memcpy(to + step * 64 + (token % kBlock) * 4, fours + step, 4);
        const __m512i wide =
            _mm512_add_epi32(_mm512_cvtepi8_epi32(k.low), _mm512_cvtepi8_epi32(k.high));
        s.key_sums[token] = -128 * _mm512_reduce_add_epi32(wide);
        s.key_scales[token] = k.scale;
    }
}

/// Values by channel over the tokens; stored as pairs of tokens: the order of dpwssd.
void quantise_values(const float* x, std::uint32_t tokens, const AttentionView& s) noexcept {
    for (std::uint32_t half = 0; half < 2; ++half) {
        const float* v = x + half * kVector;
        __m512 amax = _mm512_setzero_ps();
        for (std::uint32_t token = 0; token < tokens; ++token)
            amax = _mm512_max_ps(amax,
                                 _mm512_abs_ps(_mm512_loadu_ps(v + std::size_t{token} * kQkvDim)));
        const __mmask16 usable =
            _mm512_cmp_ps_mask(amax, _mm512_set1_ps(law::kRangeMin), _CMP_GE_OQ);
        const __m512 top = _mm512_set1_ps(127.0F);
        const __m512 inverse = _mm512_maskz_div_ps(usable, top, amax);
        _mm512_store_ps(s.value_scales + half * kVector, _mm512_maskz_div_ps(usable, amax, top));
        const auto codes = [v, inverse](std::uint32_t token) {
            const __m512 raw = _mm512_loadu_ps(v + std::size_t{token} * kQkvDim);
            return _mm512_cvtps_epi32(_mm512_mul_ps(raw, inverse));
        };
        for (std::uint32_t token = 0; token < tokens; token += 2) {
            const __m512i first = _mm512_and_si512(codes(token), _mm512_set1_epi32(0xFFFF));
            const __m512i second = token + 1 < tokens ? _mm512_slli_epi32(codes(token + 1), 16)
                                                      : _mm512_setzero_si512();
            _mm512_store_si512(s.values + std::size_t{token} * kHeadDim + half * 2 * kVector,
                               _mm512_or_si512(first, second));
        }
    }
}

[[gnu::always_inline]] inline __m512i broadcast32(const void* at) noexcept {
    std::int32_t four;
    __builtin_memcpy(&four, at, sizeof four);
    return _mm512_set1_epi32(four);
}

/// Logits of kRows queries from `first` (the last one repeated past the end) against every key;
/// `top` receives each row's largest.
void logits(std::uint32_t first, std::uint32_t tokens, const AttentionView& s,
            float* top) noexcept {
    const std::int8_t* query[kRows];
    __m512 scale[kRows];
    __m512 most[kRows];
    for (std::uint32_t r = 0; r < kRows; ++r) {
        const std::uint32_t token = first + r < tokens ? first + r : tokens - 1;
        query[r] = s.queries + std::size_t{token} * kHeadDim;
        scale[r] = _mm512_set1_ps(s.query_scales[token]);
        most[r] = _mm512_set1_ps(kMinusInfinity);
    }
    for (std::uint32_t block = 0; block < blocks_of(tokens); ++block) {
        __m512i acc[kRows];
        const __m512i start = _mm512_load_si512(s.key_sums + block * kBlock);
        for (auto& part : acc) part = start;
        const std::int8_t* keys = s.keys + std::size_t{block} * kBlock * kHeadDim;
        for (std::uint32_t step = 0; step < kKeySteps; ++step) {
            const __m512i k = _mm512_load_si512(keys + step * 64);
            for (std::uint32_t r = 0; r < kRows; ++r)
                acc[r] = _mm512_dpbusd_epi32(acc[r], broadcast32(query[r] + step * 4), k);
        }
        const __m512 key_scale = _mm512_load_ps(s.key_scales + block * kBlock);
        const __mmask16 lanes = lanes_of(block, tokens);
        for (std::uint32_t r = 0; r < kRows; ++r) {
            const __m512 by = _mm512_mul_ps(scale[r], key_scale);
            const __m512 t = _mm512_mask_mul_ps(_mm512_set1_ps(kMinusInfinity), lanes,
                                                _mm512_cvtepi32_ps(acc[r]), by);
            _mm512_store_ps(s.logits + r * kTokensMax + block * kBlock, t);
            most[r] = _mm512_max_ps(most[r], t);
        }
    }
    for (std::uint32_t r = 0; r < kRows; ++r) top[r] = _mm512_reduce_max_ps(most[r]);
}

/// Integer weights of one row; returns 1 / their sum. Lanes past the end are 0.
float weigh(std::uint32_t row, std::uint32_t tokens, float top, const AttentionView& s) noexcept {
    const __m512 highest = _mm512_set1_ps(top);
    const __m512 unit = _mm512_set1_ps(law::kWeightOne);
    __m512i total = _mm512_setzero_si512();
    for (std::uint32_t block = 0; block < blocks_of(tokens); ++block) {
        const std::size_t at = std::size_t{row} * kTokensMax + block * kBlock;
        const __m512 below = _mm512_sub_ps(_mm512_load_ps(s.logits + at), highest);
        const __m512 power = exp2_of(below, law::kExp2, law::kExp2Min);
        const __m512i weight =
            _mm512_maskz_cvtps_epi32(lanes_of(block, tokens), _mm512_mul_ps(power, unit));
        total = _mm512_add_epi32(total, weight);
        _mm256_store_si256(reinterpret_cast<__m256i*>(s.weights + at),
                           _mm512_cvtepi32_epi16(weight));
    }
    return 1.0F / static_cast<float>(_mm512_reduce_add_epi32(total));
}

/// out[r] = weights[r] * values, for kRows rows; the first `rows` are stored.
void mix(std::uint32_t rows, std::uint32_t tokens, const float* inverse, const AttentionView& s,
         float* out) noexcept {
    __m512i acc[kRows][2];
    for (auto& of_row : acc)
        for (auto& part : of_row) part = _mm512_setzero_si512();
    for (std::uint32_t token = 0; token < tokens; token += 2) {
        const std::int16_t* values = s.values + std::size_t{token} * kHeadDim;
        const __m512i low = _mm512_load_si512(values);
        const __m512i high = _mm512_load_si512(values + 2 * kVector);
        for (std::uint32_t r = 0; r < kRows; ++r) {
            const __m512i pair = broadcast32(s.weights + r * kTokensMax + token);
            acc[r][0] = _mm512_dpwssd_epi32(acc[r][0], pair, low);
            acc[r][1] = _mm512_dpwssd_epi32(acc[r][1], pair, high);
        }
    }
    for (std::uint32_t r = 0; r < rows; ++r)
        for (std::uint32_t half = 0; half < 2; ++half) {
            const __m512 by = _mm512_mul_ps(_mm512_load_ps(s.value_scales + half * kVector),
                                            _mm512_set1_ps(inverse[r]));
            _mm512_storeu_ps(out + std::size_t{r} * kDim + half * kVector,
                             _mm512_mul_ps(_mm512_cvtepi32_ps(acc[r][half]), by));
        }
}

}  // namespace

void attention(const float* qkv, std::uint32_t tokens, const AttentionView& s, float* out) {
    for (std::uint32_t head = 0; head < kHeads; ++head) {
        const float* q = qkv + head * kHeadDim;
        quantise_queries(q, tokens, s);
        quantise_keys(q + kDim, tokens, s);
        quantise_values(q + 2 * kDim, tokens, s);
        for (std::uint32_t first = 0; first < tokens; first += kRows) {
            float top[kRows];
            float inverse[kRows];
            logits(first, tokens, s, top);
            for (std::uint32_t r = 0; r < kRows; ++r) inverse[r] = weigh(r, tokens, top[r], s);
            const std::uint32_t rows = tokens - first < kRows ? tokens - first : kRows;
            mix(rows, tokens, inverse, s, out + std::size_t{first} * kDim + head * kHeadDim);
        }
    }
}

}  // namespace pramana::scoring::avx512
