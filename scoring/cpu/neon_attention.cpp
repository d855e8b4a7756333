#include "cpu/neon_math.hpp"

namespace pramana::scoring::neon {
namespace {

constexpr std::uint32_t kBlock = 4;  // keys whose logits fill a register
constexpr std::uint32_t kBlockBytes = kBlock * kHeadDim;
constexpr std::uint32_t kHeadVectors = kHeadDim / kVector;
constexpr std::uint32_t kRows = 4;  // queries that share the loads of a key
static_assert(kRows <= kAttentionRows);
constexpr float kMinusInfinity = -__builtin_inff();

std::uint32_t padded(std::uint32_t tokens) noexcept {
    return (tokens + kBlock - 1) / kBlock * kBlock;
}

/// Which lanes of the block at `first` are tokens of the text.
[[gnu::always_inline]] inline uint32x4_t lanes_of(std::uint32_t first,
                                                  std::uint32_t tokens) noexcept {
    const std::uint32_t places[kVector] = {0, 1, 2, 3};
    return vcltq_u32(vaddq_u32(vld1q_u32(places), vdupq_n_u32(first)), vdupq_n_u32(tokens));
}

/// 32 values by their own largest magnitude; returns the scale.
[[gnu::always_inline]] inline float quantise32(const float* v, std::int8_t* codes) noexcept {
    float32x4_t most = vdupq_n_f32(0.0F);
    for (std::uint32_t d = 0; d < kHeadDim; d += kVector)
        most = vmaxq_f32(most, vabsq_f32(vld1q_f32(v + d)));
    const float amax = vmaxvq_f32(most);
    const bool tiny = amax < law::kRangeMin;
    const float32x4_t inverse = vdupq_n_f32(tiny ? 0.0F : 127.0F / amax);
    const auto code = [&](std::uint32_t d) {
        return vcvtnq_s32_f32(vmulq_f32(vld1q_f32(v + d), inverse));
    };
    for (std::uint32_t d = 0; d < kHeadDim; d += 16)
        vst1q_s8(codes + d, narrow(code(d), code(d + 4), code(d + 8), code(d + 12)));
    return tiny ? 0.0F : amax / 127.0F;
}

void quantise_queries(const float* x, std::uint32_t tokens, const AttentionView& s) noexcept {
    for (std::uint32_t token = 0; token < tokens; ++token)
        s.query_scales[token] = quantise32(x + std::size_t{token} * kQkvDim,
                                           s.queries + std::size_t{token} * kHeadDim) *
                                law::kQueryFactor;
}

/// Keys in blocks of 4 tokens, within a block by fours of dimensions: the order of sdot.
void quantise_keys(const float* x, std::uint32_t tokens, const AttentionView& s) noexcept {
    for (std::uint32_t token = 0; token < padded(tokens); ++token) {
        alignas(16) std::int8_t codes[kHeadDim] = {};
        s.key_scales[token] = 0.0F;
        if (token < tokens)
            s.key_scales[token] = quantise32(x + std::size_t{token} * kQkvDim, codes);
        std::int8_t* to = s.keys + std::size_t{token / kBlock} * kBlockBytes;
        for (std::uint32_t d = 0; d < kHeadDim; d += 4)
            __builtin_memcpy(to + d * kBlock + (token % kBlock) * 4, codes + d, 4);
    }
}

/// Values by channel over the tokens, [tokens x 32].
void quantise_values(const float* x, std::uint32_t tokens, const AttentionView& s) noexcept {
    const float32x4_t top = vdupq_n_f32(127.0F);
    for (std::uint32_t d = 0; d < kHeadDim; d += kVector) {
        float32x4_t amax = vdupq_n_f32(0.0F);
        for (std::uint32_t token = 0; token < tokens; ++token)
            amax = vmaxq_f32(amax, vabsq_f32(vld1q_f32(x + std::size_t{token} * kQkvDim + d)));
        const uint32x4_t usable = vcgeq_f32(amax, vdupq_n_f32(law::kRangeMin));
        const auto where_usable = [usable](float32x4_t v) {
            return vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(v), usable));
        };
        const float32x4_t inverse = where_usable(vdivq_f32(top, amax));
        vst1q_f32(s.value_scales + d, where_usable(vdivq_f32(amax, top)));
        for (std::uint32_t token = 0; token < tokens; ++token) {
            const float32x4_t v = vld1q_f32(x + std::size_t{token} * kQkvDim + d);
            vst1_s16(s.values + std::size_t{token} * kHeadDim + d,
                     vmovn_s32(vcvtnq_s32_f32(vmulq_f32(v, inverse))));
        }
    }
}

template <int kLane>
[[gnu::always_inline]] inline void multiply(const std::int8_t* keys,
                                            const int8x16_t (&query)[kRows],
                                            int32x4_t (&acc)[kRows]) noexcept {
    const int8x16_t k = vld1q_s8(keys + kLane * 16);
    for (std::uint32_t r = 0; r < kRows; ++r) acc[r] = vdotq_laneq_s32(acc[r], k, query[r], kLane);
}

/// Logits of kRows queries from `first` (the last one repeated past the end) against every key;
/// `top` receives each row's largest.
void logits(std::uint32_t first, std::uint32_t tokens, const AttentionView& s,
            float* top) noexcept {
    int8x16_t query[2][kRows];
    float32x4_t scale[kRows];
    float32x4_t most[kRows];
    for (std::uint32_t r = 0; r < kRows; ++r) {
        const std::uint32_t token = first + r < tokens ? first + r : tokens - 1;
        for (std::uint32_t half = 0; half < 2; ++half)
            query[half][r] = vld1q_s8(s.queries + std::size_t{token} * kHeadDim + half * 16);
        scale[r] = vdupq_n_f32(s.query_scales[token]);
        most[r] = vdupq_n_f32(kMinusInfinity);
    }
    for (std::uint32_t block = 0; block < tokens; block += kBlock) {
        int32x4_t acc[kRows];
        for (auto& part : acc) part = vdupq_n_s32(0);
        for (std::uint32_t half = 0; half < 2; ++half) {
            const std::int8_t* keys = s.keys + std::size_t{block} * kHeadDim + half * 64;
            multiply<0>(keys, query[half], acc);
            multiply<1>(keys, query[half], acc);
            multiply<2>(keys, query[half], acc);
            multiply<3>(keys, query[half], acc);
        }
        const float32x4_t key_scale = vld1q_f32(s.key_scales + block);
        const uint32x4_t lanes = lanes_of(block, tokens);
        for (std::uint32_t r = 0; r < kRows; ++r) {
            const float32x4_t by = vmulq_f32(scale[r], key_scale);
            const float32x4_t t =
                vbslq_f32(lanes, vmulq_f32(vcvtq_f32_s32(acc[r]), by), vdupq_n_f32(kMinusInfinity));
            vst1q_f32(s.logits + r * kTokensMax + block, t);
            most[r] = vmaxq_f32(most[r], t);
        }
    }
    for (std::uint32_t r = 0; r < kRows; ++r) top[r] = vmaxvq_f32(most[r]);
}

/// Integer weights of one row; returns 1 / their sum. Lanes past the end are 0.
float weigh(std::uint32_t row, std::uint32_t tokens, float top, const AttentionView& s) noexcept {
    int32x4_t total = vdupq_n_s32(0);
    for (std::uint32_t block = 0; block < tokens; block += kBlock) {
        const std::size_t at = std::size_t{row} * kTokensMax + block;
        const float32x4_t power = exp2_of(vsubq_f32(vld1q_f32(s.logits + at), vdupq_n_f32(top)));
        const int32x4_t rounded = vcvtnq_s32_f32(vmulq_f32(power, vdupq_n_f32(law::kWeightOne)));
        const int32x4_t weight = vandq_s32(rounded, vreinterpretq_s32_u32(lanes_of(block, tokens)));
        total = vaddq_s32(total, weight);
        vst1_s16(s.weights + at, vmovn_s32(weight));
    }
    return 1.0F / static_cast<float>(vaddvq_s32(total));
}

/// out = weights of one row * values.
void mix(std::uint32_t row, std::uint32_t tokens, float inverse, const AttentionView& s,
         float* out) noexcept {
    int32x4_t acc[kHeadVectors];
    for (auto& part : acc) part = vdupq_n_s32(0);
    const std::int16_t* weights = s.weights + std::size_t{row} * kTokensMax;
    for (std::uint32_t token = 0; token < tokens; ++token) {
        const std::int16_t* values = s.values + std::size_t{token} * kHeadDim;
        for (std::uint32_t j = 0; j < kHeadVectors; ++j)
            acc[j] = vmlal_n_s16(acc[j], vld1_s16(values + j * kVector), weights[token]);
    }
    for (std::uint32_t j = 0; j < kHeadVectors; ++j) {
        const float32x4_t by =
            vmulq_f32(vld1q_f32(s.value_scales + j * kVector), vdupq_n_f32(inverse));
        vst1q_f32(out + j * kVector, vmulq_f32(vcvtq_f32_s32(acc[j]), by));
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
            logits(first, tokens, s, top);
            const std::uint32_t rows = tokens - first < kRows ? tokens - first : kRows;
            for (std::uint32_t r = 0; r < rows; ++r) {
                const float inverse = weigh(r, tokens, top[r], s);
                mix(r, tokens, inverse, s, out + (std::size_t{first} + r) * kDim + head * kHeadDim);
            }
        }
    }
}

}  // namespace pramana::scoring::neon
