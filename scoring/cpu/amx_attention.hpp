#pragma once

#include "cpu/amx_entry.hpp"
#include "cpu/amx_tiles.hpp"

namespace pramana::scoring::amx {

/// Tokens that one tile instruction sums over when it mixes values.
static constexpr std::uint32_t kGroup = 64;

[[gnu::always_inline]] static inline std::uint32_t groups_of(std::uint32_t tokens) noexcept {
    return (tokens + kGroup - 1) / kGroup;
}

// One head of qkv, whose rows are kQkvDim apart. Dimensions of queries and keys are in an order of
// their own, the same in both.

/// Rows of 32 codes; whole tiles of 16, the last token repeated.
void quantise_queries(const float* x, std::uint32_t tokens, const AttentionView& s) noexcept;
/// For each 16 tokens, 8 rows of four dimensions x 16 tokens; the last token repeated.
void quantise_keys(const float* x, std::uint32_t tokens, const AttentionView& s) noexcept;
/// For each 64 tokens, two tiles of 16 channels: 16 rows of four tokens x 16 channels, zeros past
/// the end. Row 4 i + j has tokens 16 j + 4 i and the three after it.
void quantise_values(const float* x, std::uint32_t tokens, const AttentionView& s) noexcept;

}  // namespace pramana::scoring::amx
