#include "cpu/reference_attention.hpp"

#include "cpu/law.hpp"

#include <algorithm>
#include <cmath>

namespace pramana::scoring {
namespace reference {

void quantise_tokens(const float* x, std::uint32_t tokens, std::int8_t* codes, float* scales) {
    for (std::uint32_t token = 0; token < tokens; ++token) {
        const float* v = x + std::size_t{token} * kQkvDim;
        float amax = 0.0F;
        for (std::uint32_t d = 0; d < kHeadDim; ++d) amax = std::max(amax, std::fabs(v[d]));
        const law::SymmetricScale by = law::symmetric_scale(amax);
        scales[token] = by.scale;
        for (std::uint32_t d = 0; d < kHeadDim; ++d)
            codes[token * kHeadDim + d] =
                static_cast<std::int8_t>(std::nearbyintf(v[d] * by.inverse));
    }
}

void quantise_channels(const float* x, std::uint32_t tokens, std::int16_t* codes, float* scales) {
    for (std::uint32_t d = 0; d < kHeadDim; ++d) {
        float amax = 0.0F;
        for (std::uint32_t token = 0; token < tokens; ++token)
            amax = std::max(amax, std::fabs(x[std::size_t{token} * kQkvDim + d]));
        const law::SymmetricScale by = law::symmetric_scale(amax);
        scales[d] = by.scale;
        for (std::uint32_t token = 0; token < tokens; ++token)
            codes[token * kHeadDim + d] = static_cast<std::int16_t>(
                std::nearbyintf(x[std::size_t{token} * kQkvDim + d] * by.inverse));
    }
}

std::int32_t weigh(const std::int8_t* query, float query_scale, std::uint32_t tokens,
                   const AttentionView& s) {
    for (std::uint32_t j = 0; j < tokens; ++j) {
        std::int32_t sum = 0;
        for (std::uint32_t d = 0; d < kHeadDim; ++d)
            sum += std::int32_t{query[d]} * std::int32_t{s.keys[j * kHeadDim + d]};
        s.logits[j] = static_cast<float>(sum) * (query_scale * s.key_scales[j]);
    }
    const float top = *std::max_element(s.logits, s.logits + tokens);
    std::int32_t total = 0;
    for (std::uint32_t j = 0; j < tokens; ++j) {
        const float weight = law::exp2(s.logits[j] - top) * law::kWeightOne;
        s.weights[j] = static_cast<std::int16_t>(std::nearbyintf(weight));
        total += s.weights[j];
    }
    return total;
}

}  // namespace reference

namespace {

void mix(std::uint32_t tokens, std::int32_t total, const AttentionView& s, float* out) {
    std::int32_t sums[kHeadDim] = {};  // at most 512 * 32767 * 127 < 2^31
    for (std::uint32_t j = 0; j < tokens; ++j)
        for (std::uint32_t d = 0; d < kHeadDim; ++d)
            sums[d] += std::int32_t{s.weights[j]} * std::int32_t{s.values[j * kHeadDim + d]};
    const float inverse = 1.0F / static_cast<float>(total);
    for (std::uint32_t d = 0; d < kHeadDim; ++d)
        out[d] = static_cast<float>(sums[d]) * (s.value_scales[d] * inverse);
}

}  // namespace

void attention_reference(const float* qkv, std::uint32_t tokens, const AttentionView& s,
                         float* out) {
    for (std::uint32_t head = 0; head < kHeads; ++head) {
        const float* q = qkv + head * kHeadDim;
        reference::quantise_tokens(q, tokens, s.queries, s.query_scales);
        reference::quantise_tokens(q + kDim, tokens, s.keys, s.key_scales);
        reference::quantise_channels(q + 2 * kDim, tokens, s.values, s.value_scales);
        for (std::uint32_t i = 0; i < tokens; ++i) {
            const float scale = s.query_scales[i] * law::kQueryFactor;
            const std::int32_t total =
                reference::weigh(s.queries + std::size_t{i} * kHeadDim, scale, tokens, s);
            mix(tokens, total, s, out + std::size_t{i} * kDim + head * kHeadDim);
        }
    }
}

}  // namespace pramana::scoring
