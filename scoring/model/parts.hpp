#pragma once

#include "cpu/aligned.hpp"
#include "pramana/scoring/model.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace pramana::scoring {

// The shape that the law is written for (docs/scoring.md "Encoder"): its constants contain it.
inline constexpr std::uint32_t kDim = 384;
inline constexpr std::uint32_t kHeads = 12;
inline constexpr std::uint32_t kHeadDim = 32;
inline constexpr std::uint32_t kQkvDim = 3 * kDim;
inline constexpr std::uint32_t kInnerDim = 1536;
/// More tokens would let attention leave int32: 512 * 32767 * 127 < 2^31.
inline constexpr std::uint32_t kTokensMax = 512;

/// A linear layer as the file has it: y[n] = sum over k of x[k] * codes[n][k] * scales[n] +
/// bias[n].
struct LinearWeights {
    std::uint32_t outputs = 0;
    std::uint32_t inputs = 0;             ///< a multiple of 64
    std::span<const std::int8_t> codes;   ///< [outputs x inputs], each in -127..127
    std::vector<float> scales;            ///< [outputs]
    std::vector<float> bias;              ///< [outputs]
    std::vector<float> smoothing;         ///< [inputs] or empty: factors of the input
    std::vector<std::int32_t> code_sums;  ///< [outputs], sum of each row's codes
};

struct NormWeights {
    std::vector<float> gamma;  ///< [kDim]
    std::vector<float> beta;   ///< [kDim]
};

struct LayerWeights {
    LinearWeights qkv;   ///< queries, keys and values of all heads: 1152 x 384, smoothed
    LinearWeights out;   ///< 384 x 384
    NormWeights norm1;   ///< after attention
    LinearWeights up;    ///< 1536 x 384, smoothed, followed by GELU
    LinearWeights down;  ///< 384 x 1536
    NormWeights norm2;   ///< after the feed-forward part
};

struct EmbeddingWeights {
    std::span<const std::int8_t> word_codes;  ///< [words x kDim]
    std::vector<float> word_scales;           ///< [words]
    std::vector<float> positions;             ///< [positions x kDim], token type 0 folded in
    NormWeights norm;
};

struct Model::Parts {
    AlignedVector<std::uint8_t> file;          ///< what the spans and views point into
    std::vector<std::string_view> vocabulary;  ///< word-piece of each id
    EmbeddingWeights embedding;
    std::vector<LayerWeights> layers;
    std::uint32_t positions = 0;  ///< tokens of a text, at most kTokensMax
};

}  // namespace pramana::scoring
