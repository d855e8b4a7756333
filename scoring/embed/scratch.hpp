#pragma once

#include "cpu/attention_scratch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace pramana::scoring {

// Three sizes that keep what is worked on in a core's own cache, of which 1 MB is fast; the codes
// depend on none of them.

/// Tokens that go through each part of a layer before the next part: the more, the seldomer its
/// weights are fetched.
inline constexpr std::size_t kTileTokens = 2048;
/// Tokens, in whole texts, that go through attention and what follows it together.
inline constexpr std::size_t kGroupTokens = 128;
/// Rows that go through a linear layer together where texts do not matter.
inline constexpr std::size_t kBlockRows = 64;

/// The activations of one tile, at most 11 MB, in one piece, so that it lies on few large pages.
class Scratch {
  public:
    Scratch(std::size_t tokens, std::size_t longest)
        : tokens_{tokens},
          group_{std::min(tokens, std::max(longest, kGroupTokens))},
          block_{std::min(tokens, kBlockRows)} {
        std::size_t size = 0;
        lay_out([&size]<class T>(T*&, std::size_t count) { size += padded(count * sizeof(T)); });
        constexpr std::size_t kLarge = AlignedWipingAllocator<std::byte>::kLarge;
        if (size >= kLarge / 4) size = (size + kLarge - 1) / kLarge * kLarge;
        memory_.resize(size);
        std::byte* at = memory_.data();
        lay_out([&at]<class T>(T*& place, std::size_t count) {
            place = reinterpret_cast<T*>(at);
            at += padded(count * sizeof(T));
        });
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() = default;

    std::uint16_t* ids = nullptr;
    float* x = nullptr;       ///< hidden states
    float* mixed = nullptr;   ///< of a group: what attention made of them
    float* wide = nullptr;    ///< of a group: queries, keys, values; of a block: inner layer
    float* narrow = nullptr;  ///< of a block: what is added to the hidden states
    QuantisedRows block{};    ///< of a block: codes of `mixed`

    /// Codes of the hidden states from token `first`.
    [[nodiscard]] QuantisedRows codes_of(std::size_t first) const noexcept {
        return {codes_.codes + first * kDim, codes_.scales + first, codes_.zeros + first};
    }
    /// Codes of the inner activations from token `first`.
    [[nodiscard]] QuantisedRows inner_of(std::size_t first) const noexcept {
        return {inner_.codes + first * kInnerDim, inner_.scales + first, inner_.zeros + first};
    }
    [[nodiscard]] AttentionView attention() const noexcept {
        return AttentionScratch::view_of(attention_);
    }

  private:
    static std::size_t padded(std::size_t bytes) noexcept { return (bytes + 63) / 64 * 64; }
    template <class Place>
    void lay_out(Place place) {
        const auto rows = [&place](QuantisedRows& of, std::size_t count, std::size_t dim) {
            place(of.codes, count * dim);
            place(of.scales, count);
            place(of.zeros, count);
        };
        place(ids, tokens_);
        place(x, tokens_ * kDim);
        place(mixed, group_ * kDim);
        place(wide, std::max(group_ * kQkvDim, block_ * kInnerDim));
        place(narrow, block_ * kDim);
        rows(block, block_, kDim);
        rows(codes_, tokens_, kDim);
        rows(inner_, tokens_, kInnerDim);
        place(attention_, AttentionScratch::kBytes);
    }
    std::size_t tokens_;
    std::size_t group_;
    std::size_t block_;
    QuantisedRows codes_{};
    QuantisedRows inner_{};
    std::byte* attention_ = nullptr;
    AlignedVector<std::byte> memory_;
};

}  // namespace pramana::scoring
