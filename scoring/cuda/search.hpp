#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

struct CUstream_st;

/// Exact search over int8 codes on a CUDA device: the same neighbours and hits as index/scan.hpp.
/// Host-only: any source may include it. All pointers are device memory, aligned to 16 bytes.
/// Asynchronous on `stream`, no allocation; each launcher returns 0 or a cudaError_t. Codes lie in
/// -127..127. Source: docs/scoring.md "Search". Thread: the device thread only.
namespace pramana::scoring::cuda {

inline constexpr std::uint32_t kSearchDim = 384;
inline constexpr std::uint32_t kSearchQueriesMax = 256;    ///< of one launch
inline constexpr std::uint32_t kSearchNeighboursMax = 32;  ///< of one query

/// A row and its dot product with a query in one number: the greater, the better (larger dot first,
/// lower row first among equals), so that any set of keys has one order.
/// (dot + 2^23) * 2^40 + (2^40 - 1 - row); |dot| <= 127 * 127 * 384 < 2^23. 0: no row.
using SearchKey = std::uint64_t;
inline constexpr unsigned kKeyRowBits = 40;
inline constexpr std::uint64_t kSearchRowsMax = std::uint64_t{1} << kKeyRowBits;
inline constexpr std::int32_t kKeyDotOffset = 1 << 23;
inline constexpr SearchKey kNoKey = 0;
[[nodiscard]] constexpr SearchKey search_key(std::int32_t dot, std::uint64_t row) noexcept {
    return (static_cast<std::uint64_t>(dot + kKeyDotOffset) << kKeyRowBits) +
           (kSearchRowsMax - 1 - row);
}
[[nodiscard]] constexpr std::uint64_t row_of(SearchKey key) noexcept {
    return kSearchRowsMax - 1 - (key & (kSearchRowsMax - 1));
}
[[nodiscard]] constexpr std::int32_t dot_of(SearchKey key) noexcept {
    return static_cast<std::int32_t>(key >> kKeyRowBits) - kKeyDotOffset;
}

/// Rows that one device holds: part of a corpus, or all of it.
struct SearchRows {
    const std::int8_t* codes;  ///< [count x 384]
    std::uint64_t count;
    std::uint64_t first_row;  ///< what the first one is called; first_row + count <= kSearchRowsMax
};

/// The best `neighbours` rows of each query: out [queries x neighbours], best first, kNoKey past
/// the last row. Lists of several devices or parts are joined by merge_keys(): whatever the cut,
/// the result is that of the whole.
struct SearchArguments {
    const std::int8_t* queries;  ///< [count x 384]
    std::uint32_t count;         ///< 0..kSearchQueriesMax
    std::uint32_t neighbours;    ///< 1..kSearchNeighboursMax
    std::uint32_t blocks;        ///< as many as the device runs at a time; changes no result
    void* workspace;             ///< search_workspace_bytes() of these three numbers
    SearchKey* out;
};
[[nodiscard]] std::size_t search_workspace_bytes(std::uint32_t count, std::uint32_t neighbours,
                                                 std::uint32_t blocks) noexcept;
[[nodiscard]] int launch_search(const SearchRows& rows, const SearchArguments& arguments,
                                CUstream_st* stream);

/// A pair that reached its query's threshold.
struct SearchHit {
    SearchKey key;
    std::uint64_t query;
};
/// Every pair with dot >= thresholds[query], in no order: hits[0, min(*found, capacity)). `found`
/// is set to how many there are: above `capacity` the surplus is missing and the caller asks again
/// with more room, or in parts.
struct ScanArguments {
    const std::int8_t* queries;      ///< [count x 384]
    const std::int32_t* thresholds;  ///< [count]; INT32_MAX is never reached
    std::uint32_t count;             ///< 0..kSearchQueriesMax
    std::uint32_t blocks;            ///< as above
    SearchHit* hits;                 ///< [capacity]
    std::uint64_t capacity;
    std::uint64_t* found;
    std::uint64_t first_query = 0;  ///< what the first query is called in the hits
};
[[nodiscard]] int launch_scan_above(const SearchRows& rows, const ScanArguments& arguments,
                                    CUstream_st* stream);

/// Appends codes [count x 384] that are on the device to a corpus of `row_count` rows that has
/// room for them.
[[nodiscard]] int launch_append(const std::int8_t* codes, std::uint32_t count, std::int8_t* corpus,
                                std::uint64_t row_count, CUstream_st* stream);

/// Joins a list of one query into another one, both best first. On the host; no device is needed.
inline void merge_keys(std::span<SearchKey> best, std::span<const SearchKey> other) {
    for (const SearchKey key : other) {
        if (key <= best.back()) return;
        best.back() = key;
        std::inplace_merge(best.begin(), best.end() - 1, best.end(), std::greater<>{});
    }
}

}  // namespace pramana::scoring::cuda
