#pragma once

#include "cpu/kernels.hpp"

namespace pramana::scoring {

/// Owns what an AttentionView points to.
class AttentionScratch {
  public:
    AttentionScratch()
        : bytes_(2 * kTokensMax * kHeadDim),
          words_((kHeadDim + kAttentionRows) * kTokensMax),
          floats_((2 + kAttentionRows) * kTokensMax + kHeadDim),
          key_sums_(kTokensMax) {}
    [[nodiscard]] AttentionView view() noexcept {
        std::int8_t* bytes = bytes_.data();
        std::int16_t* words = words_.data();
        float* floats = floats_.data();
        return {.queries = bytes,
                .keys = bytes + kTokensMax * kHeadDim,
                .values = words,
                .query_scales = floats,
                .key_scales = floats + kTokensMax,
                .value_scales = floats + (2 + kAttentionRows) * kTokensMax,
                .key_sums = key_sums_.data(),
                .logits = floats + 2 * kTokensMax,
                .weights = words + kHeadDim * kTokensMax};
    }

  private:
    AlignedVector<std::int8_t> bytes_;
    AlignedVector<std::int16_t> words_;
    AlignedVector<float> floats_;
    AlignedVector<std::int32_t> key_sums_;
};

}  // namespace pramana::scoring
