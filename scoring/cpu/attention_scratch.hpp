#pragma once

#include "cpu/kernels.hpp"

namespace pramana::scoring {

/// Owns what an AttentionView points to.
class AttentionScratch {
  public:
    AttentionScratch()
        : bytes_(2 * kTokens * kHeadDim),
          words_(kTokens * (kHeadDim + kAttentionRows)),
          floats_(kTokens * (2 + kAttentionRows) + kHeadDim),
          key_sums_(kTokens) {}
    [[nodiscard]] AttentionView view() noexcept {
        std::int8_t* bytes = bytes_.data();
        std::int16_t* words = words_.data();
        float* floats = floats_.data();
        return {.queries = bytes,
                .keys = bytes + kTokens * kHeadDim,
                .values = words,
                .query_scales = floats,
                .key_scales = floats + kTokens,
                .value_scales = floats + kTokens * (2 + kAttentionRows),
                .key_sums = key_sums_.data(),
                .logits = floats + 2 * kTokens,
                .weights = words + kTokens * kHeadDim};
    }

  private:
    static constexpr std::size_t kTokens = kTokensMax;
    AlignedVector<std::int8_t> bytes_;
    AlignedVector<std::int16_t> words_;
    AlignedVector<float> floats_;
    AlignedVector<std::int32_t> key_sums_;
};

}  // namespace pramana::scoring
