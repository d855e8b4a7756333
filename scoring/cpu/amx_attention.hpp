#pragma once

#include "cpu/amx_entry.hpp"
#include "cpu/amx_tiles.hpp"

namespace pramana::scoring::amx {

/// Tokens that one tile instruction sums over when it mixes values.
static constexpr std::uint32_t kGroup = 64;

[[gnu::always_inline]] static inline std::uint32_t groups_of(std::uint32_t tokens) noexcept {
    return (tokens + kGroup - 1) / kGroup;
}

/// The queries of one head, [rows x kHeadDim], behind them its keys and its values: the rows of `x`
/// times three panels of a layer of queries, keys and values. Leaves tiles of any shape.
void project_head(const LinearView& layer, const QuantisedRows& x, std::size_t rows,
                  std::size_t head, float* out) noexcept;

/// Numbers of one head; the rows are `stride` apart.
struct HeadRows {
    const float* first;
    std::size_t stride;
    [[nodiscard, gnu::always_inline]] const float* row(std::size_t token) const noexcept {
        return first + token * stride;
    }
};

// Dimensions of queries and keys are in an order of their own, the same in both.

/// Rows of 32 codes; whole tiles of 16, the last token repeated.
void quantise_queries(const HeadRows& x, std::uint32_t tokens, const AttentionView& s) noexcept;
/// For each 16 tokens, 8 rows of four dimensions x 16 tokens; the last token repeated.
void quantise_keys(const HeadRows& x, std::uint32_t tokens, const AttentionView& s) noexcept;
/// For each 64 tokens, two tiles of 16 channels: 16 rows of four tokens x 16 channels, zeros past
/// the end. Row 4 i + j has tokens 16 j + 4 i and the three after it.
void quantise_values(const HeadRows& x, std::uint32_t tokens, const AttentionView& s) noexcept;

}  // namespace pramana::scoring::amx
