#include "cpu/amx_tiles.hpp"
#include "index/scan_entry.hpp"

#include <immintrin.h>

#include <algorithm>
#include <cstring>

namespace pramana::scoring {
namespace {

constexpr std::size_t kTile = 16;              // rows of a tile, queries of a group
constexpr std::size_t kBlock = 2 * kTile;      // rows, and queries, that are multiplied at once
constexpr std::size_t kSteps = kCodeDim / 64;  // tiles along a row
constexpr std::size_t kTileBytes = kTile * 64;
constexpr std::size_t kGroupsInFlight = 4;  // 64 packed queries: half of the first-level cache

constexpr amx::TileShapes kShapes{.row_bytes = {64, 64, 64, 64, 64, 64, 64, 64},
                                  .rows = {16, 16, 16, 16, 16, 16, 16, 16}};

/// 32 rows against 32 queries: four accumulators of [16 rows x 16 queries], stored as
/// [low rows, low queries], [low, high], [high, low], [high, high].
inline void multiply(const std::int8_t* rows, const std::int8_t* low, const std::int8_t* high,
                     std::int32_t* out) {
    amx::fence();
    amx::zero<0>();
    amx::zero<1>();
    amx::zero<2>();
    amx::zero<3>();
    for (std::size_t k = 0; k < kSteps; ++k) {
        amx::load<4>(rows + k * 64, kCodeDim);
        amx::load<6>(low + k * kTileBytes, 64);
        amx::load<7>(high + k * kTileBytes, 64);
        amx::dot_signed<0, 4, 6>();
        amx::dot_signed<1, 4, 7>();
        amx::load<5>(rows + kTile * kCodeDim + k * 64, kCodeDim);
        amx::dot_signed<2, 5, 6>();
        amx::dot_signed<3, 5, 7>();
    }
    constexpr std::size_t kValues = kTile * kTile;
    amx::store<0>(out, 64);
    amx::store<1>(out + kValues, 64);
    amx::store<2>(out + 2 * kValues, 64);
    amx::store<3>(out + 3 * kValues, 64);
}

/// Adds the hits of one stored tile. Rare: one pair in a thousand gets here.
void collect(const std::int32_t* tile, __m512i thresholds, std::size_t query, std::size_t row,
             std::size_t row_count, SecretVector<DotHit>& hits) {
    for (std::size_t r = 0; r < kTile && row + r < row_count; ++r) {
        const std::int32_t* dots = tile + r * kTile;
        unsigned mask = _mm512_cmpge_epi32_mask(_mm512_load_si512(dots), thresholds);
        for (; mask != 0; mask &= mask - 1) {
            const auto q = static_cast<std::size_t>(__builtin_ctz(mask));
            hits.push_back({static_cast<std::uint32_t>(query + q),
                            static_cast<std::uint32_t>(row + r), dots[q]});
        }
    }
}

/// The largest dot of each of the tile's 16 queries.
inline __m512i largest(const std::int32_t* tile) {
    __m512i a = _mm512_load_si512(tile);
    __m512i b = _mm512_load_si512(tile + kTile);
    for (std::size_t r = 2; r < kTile; r += 2) {
        a = _mm512_max_epi32(a, _mm512_load_si512(tile + r * kTile));
        b = _mm512_max_epi32(b, _mm512_load_si512(tile + (r + 1) * kTile));
    }
    return _mm512_max_epi32(a, b);
}

/// Rows [row, row + 32) of the block against the groups [begin, end).
void scan_rows(const PackedQueries& queries, const std::int32_t* thresholds, std::size_t begin,
               std::size_t end, const std::int8_t* rows, std::size_t row, std::size_t row_count,
               SecretVector<DotHit>& hits) {
    alignas(64) std::int32_t tiles[4 * kTile * kTile];
    for (std::size_t g = begin; g < end; g += 2) {
        const std::size_t other = std::min(g + 1, end - 1);  // the last one twice, used once
        multiply(rows, queries.group(g), queries.group(other), tiles);
        for (std::size_t t = 0; t < 4; ++t) {
            const std::size_t group = g + t % 2;
            if (group >= end) continue;
            const std::int32_t* const tile = tiles + t * kTile * kTile;
            const __m512i least = _mm512_loadu_si512(thresholds + group * kTile);
            if (_mm512_cmpge_epi32_mask(largest(tile), least) != 0)
                collect(tile, least, group * kTile, row + t / 2 * kTile, row_count, hits);
        }
    }
}

}  // namespace

void scan_amx(const PackedQueries& queries, const std::int32_t* thresholds, const std::int8_t* rows,
              std::size_t row_count, SecretVector<DotHit>& hits) {
    amx::configure(kShapes);
    const std::size_t whole = row_count / kBlock * kBlock;
    alignas(64) std::int8_t last[kBlock * kCodeDim];  // the rows of an incomplete block, then zeros
    if (whole < row_count) {
        const std::size_t bytes = (row_count - whole) * kCodeDim;
        std::memcpy(last, rows + whole * kCodeDim, bytes);
        std::memset(last + bytes, 0, sizeof last - bytes);
    }
    for (std::size_t g = 0; g < queries.groups(); g += kGroupsInFlight) {
        const std::size_t end = std::min(g + kGroupsInFlight, queries.groups());
        for (std::size_t r = 0; r < whole; r += kBlock)
            scan_rows(queries, thresholds, g, end, rows + r * kCodeDim, r, row_count, hits);
        if (whole < row_count) scan_rows(queries, thresholds, g, end, last, whole, row_count, hits);
    }
    amx::release();
    if (whole < row_count) wipe_memory(last, sizeof last);
}

}  // namespace pramana::scoring
