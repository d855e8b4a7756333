#pragma once

#include "cuda/search.hpp"
#include "cuda/search_device.cuh"

/// A tile of the search: 128 rows by 128 or 256 queries, multiplied by eight warps, whose sums stay
/// in registers.
namespace pramana::scoring::cuda::device {

constexpr unsigned kTileRows = 128;
constexpr unsigned kThreads = 256;
constexpr unsigned kWarps = kThreads / 32;
constexpr unsigned kPiece = 16;  // bytes that are copied at once
constexpr unsigned kPieces = kSearchDim / kPiece;
constexpr unsigned kSteps = kSearchDim / 32;  // one product of tensor cores deep
constexpr unsigned kWarpQueries = 64;
constexpr unsigned kWide = kWarpQueries / 8;
constexpr unsigned kSlots = 8;  // candidates of a query that wait at a time
constexpr int kBelowAll = -(1 << 24);
constexpr int kNever = 0x7FFFFFFF;
constexpr int kTaken = -0x7FFFFFFF - 1;
static_assert(kTileRows == 128, "a row of a tile takes seven bits of a candidate");

/// Eight warps side by side (over queries) and one above the other (over rows).
template <unsigned kWarpsWide>
struct Shape {
    static constexpr unsigned kQueries = kWarpsWide * kWarpQueries;
    static constexpr unsigned kWarpRows = kTileRows / (kWarps / kWarpsWide);
    static constexpr unsigned kHigh = kWarpRows / 16;
    struct Shared {
        std::uint8_t queries[kQueries * kSearchDim];
        std::uint8_t rows[2][kTileRows * kSearchDim];
        int thresholds[kQueries];
        std::uint32_t waiting[kQueries];
        int slots[kQueries][kSlots];
    };
    static_assert(sizeof(Shared) <= (227 << 10), "what a block of Hopper may have");
    using Sums = int[kHigh][kWide][4];
};

/// Which of the rows of a tile, and which queries, a warp multiplies; and where its lanes' sums
/// are: number i of sums[h][w] is of row 16 h + 8 (i / 2) + lane / 4 and query 8 w + 2 (lane % 4) +
/// i % 2 of these.
struct Place {
    unsigned row;
    unsigned query;
    unsigned lane;
};
template <unsigned kWarpsWide>
__device__ Place place_of_warp() {
    const unsigned warp = thread_index() / 32;
    return {warp / kWarpsWide * Shape<kWarpsWide>::kWarpRows, warp % kWarpsWide * kWarpQueries,
            thread_index() % 32};
}

/// Where a piece of a row lies: rows follow each other without gaps, and the pieces of eight rows
/// in a row are turned against each other, so that the same piece of all eight lies in eight
/// different banks.
__device__ inline unsigned piece_at(unsigned row, unsigned piece) {
    return row * kSearchDim + (piece ^ row % 8) * kPiece;
}

/// Begins to copy `there` of `wanted` rows; the others become zeros.
__device__ inline void copy_rows(std::uint8_t* to, const std::int8_t* codes, unsigned wanted,
                                 std::uint64_t there) {
    for (unsigned i = thread_index(); i < wanted * kPieces; i += kThreads) {
        const unsigned row = i / kPieces;
        const bool is_there = row < there;
        copy_async(to + piece_at(row, i % kPieces),
                   is_there ? codes + std::size_t{i} * kPiece : codes, is_there);
    }
}

/// sums = rows * queries.
template <unsigned kHigh>
__device__ void multiply_tile(const std::uint8_t* rows, const std::uint8_t* queries,
                              const Place& place, int (&sums)[kHigh][kWide][4]) {
    const unsigned inner = place.lane % 8;
    const unsigned first = place.lane / 8 % 2;
    const unsigned second = place.lane / 16;
#pragma unroll
    for (auto& high : sums)
#pragma unroll
        for (auto& wide : high)
#pragma unroll
            for (int& sum : wide) sum = 0;
#pragma unroll
    for (unsigned step = 0; step < kSteps; ++step) {
        std::uint32_t a[kHigh][4];
#pragma unroll
        for (unsigned h = 0; h < kHigh; ++h)
            load_matrices(
                rows + piece_at(place.row + 16 * h + 8 * first + inner, 2 * step + second), a[h]);
#pragma unroll
        for (unsigned w = 0; w < kWide; w += 2) {
            std::uint32_t b[4];
            load_matrices(
                queries + piece_at(place.query + 8 * (w + second) + inner, 2 * step + first), b);
#pragma unroll
            for (unsigned h = 0; h < kHigh; ++h) {
                multiply_signed(a[h], b[0], b[1], sums[h][w]);
                multiply_signed(a[h], b[2], b[3], sums[h][w + 1]);
            }
        }
    }
}

__device__ inline int larger(int a, int b) { return a > b ? a : b; }

/// Whether any sum of this lane reaches its query's threshold.
template <unsigned kHigh>
__device__ bool any_reaches(const int (&sums)[kHigh][kWide][4], const int* thresholds,
                            const Place& place) {
    bool reached = false;
#pragma unroll
    for (unsigned w = 0; w < kWide; ++w)
#pragma unroll
        for (unsigned side = 0; side < 2; ++side) {
            int most = sums[0][w][side];
#pragma unroll
            for (unsigned h = 0; h < kHigh; ++h)
                most = larger(most, larger(sums[h][w][side], sums[h][w][side + 2]));
            const unsigned query = place.query + 8 * w + 2 * (place.lane % 4) + side;
            reached |= most >= thresholds[query];
        }
    return reached;
}

/// Calls found(query, row of the tile, sum) for each sum at or above its threshold whose row is
/// there.
template <unsigned kHigh, class Found>
__device__ void for_each_reached(int (&sums)[kHigh][kWide][4], const int* thresholds,
                                 const Place& place, std::uint64_t there, const Found& found) {
#pragma unroll
    for (unsigned w = 0; w < kWide; ++w)
#pragma unroll
        for (unsigned i = 0; i < 4; ++i) {
            const unsigned query = place.query + 8 * w + 2 * (place.lane % 4) + i % 2;
            const int threshold = thresholds[query];
#pragma unroll
            for (unsigned h = 0; h < kHigh; ++h) {
                const unsigned row = place.row + 16 * h + 8 * (i / 2) + place.lane / 4;
                if (sums[h][w][i] >= threshold && row < there) found(query, row, sums[h][w][i]);
            }
        }
}

}  // namespace pramana::scoring::cuda::device
