#pragma once

#include "cpu/kernels.hpp"
#include "model/parts.hpp"

namespace pramana::scoring {

/// Owns what an AttentionView points to.
class AttentionScratch {
  public:
    /// Memory of an AttentionView; each part is a multiple of 64 bytes.
    static constexpr std::size_t kBytes =
        std::size_t{kTokensMax} *
            (std::size_t{2} * kHeadDim + sizeof(std::int16_t) * (kHeadDim + kAttentionRows) +
             sizeof(float) * (3 + kAttentionRows)) +
        kHeadDim * sizeof(float);

    /// `memory` has kBytes and is 64-byte aligned.
    [[nodiscard]] static AttentionView view_of(std::byte* memory) noexcept {
        const auto take = [&memory](std::size_t bytes) {
            std::byte* const part = memory;
            memory += bytes;
            return part;
        };
        const auto floats = [&take](std::size_t count) {
            return reinterpret_cast<float*>(take(count * sizeof(float)));
        };
        const auto codes = [&take] {
            return reinterpret_cast<std::int8_t*>(take(std::size_t{kTokensMax} * kHeadDim));
        };
        const auto words = [&take](std::size_t each) {
            constexpr std::size_t kOfTokens = kTokensMax * sizeof(std::int16_t);
            return reinterpret_cast<std::int16_t*>(take(kOfTokens * each));
        };
        AttentionView view{};
        view.queries = codes();
        view.keys = codes();
        view.values = words(kHeadDim);
        view.query_scales = floats(kTokensMax);
        view.key_scales = floats(kTokensMax);
        view.value_scales = floats(kHeadDim);
        view.key_sums = reinterpret_cast<std::int32_t*>(take(kTokensMax * sizeof(std::int32_t)));
        view.logits = floats(std::size_t{kAttentionRows} * kTokensMax);
        view.weights = words(kAttentionRows);
        return view;
    }
    [[nodiscard]] AttentionView view() noexcept { return view_of(memory_.data()); }

  private:
    AlignedVector<std::byte> memory_ = AlignedVector<std::byte>(kBytes);
};

}  // namespace pramana::scoring
