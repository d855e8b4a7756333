#pragma once

#include "cpu/kernels.hpp"

namespace pramana::scoring {

/// Kernels::attention of the reference.
void attention_reference(const float* qkv, std::uint32_t tokens, const AttentionView& scratch,
                         float* out);

/// Its steps, for one head, whose numbers begin at `x` in rows of kQkvDim. The golden vectors of
/// the law show what each gives.
namespace reference {

/// Queries or keys: each token by its own largest magnitude. codes [tokens x 32], scales [tokens].
void quantise_tokens(const float* x, std::uint32_t tokens, std::int8_t* codes, float* scales);

/// Values: each channel by its largest magnitude over the tokens. codes [tokens x 32], scales [32].
void quantise_channels(const float* x, std::uint32_t tokens, std::int16_t* codes, float* scales);

/// Logits and integer softmax weights of one query against s.keys, to s.logits and s.weights;
/// returns the sum of the weights, at least 32767.
std::int32_t weigh(const std::int8_t* query, float query_scale, std::uint32_t tokens,
                   const AttentionView& s);

}  // namespace reference

}  // namespace pramana::scoring
