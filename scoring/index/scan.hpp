#pragma once

#include "index/dot.hpp"
#include "pramana/core/secret_vector.hpp"

#include <functional>
#include <limits>
#include <span>
#include <string_view>

namespace pramana::scoring {

/// One pair whose dot product reached its query's threshold. `row` counts from the first row that
/// was scanned.
struct DotHit {
    std::uint32_t query = 0;
    std::uint32_t row = 0;
    std::int32_t dot = 0;
    friend bool operator==(const DotHit&, const DotHit&) = default;
};

/// A query with this threshold is never hit.
inline constexpr std::int32_t kNoHit = std::numeric_limits<std::int32_t>::max();

/// Queries in the layouts that the kernels read: as they are, and in groups of 16 with the four
/// bytes 4i..4i+3 of the 16 queries beside each other (what TDPBSSD and VPDPBUSD want). Secret.
class PackedQueries {
  public:
    static constexpr std::size_t kGroup = 16;
    static constexpr std::size_t kGroupBytes = kGroup * kCodeDim;

    /// `queries` is [count x 384], borrowed.
    PackedQueries(const std::int8_t* queries, std::size_t count);
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] std::size_t groups() const noexcept { return (count_ + kGroup - 1) / kGroup; }
    [[nodiscard]] const std::int8_t* plain() const noexcept { return plain_; }
    /// [96][16][4], aligned to 64 bytes; queries past the end are zeros.
    [[nodiscard]] const std::int8_t* group(std::size_t index) const noexcept;

  private:
    const std::int8_t* plain_;
    std::size_t count_;
    SecretVector<std::int8_t> packed_;
    std::size_t aligned_ = 0;
};

/// Adds a hit for every pair of query q and row r with dot >= thresholds[q], in an order of the
/// kernel's own. `thresholds` has groups() * 16 values, kNoHit past count(); `rows` is
/// [row_count x 384], row_count <= kScanRowsMax. Exact int32: every kernel finds the same set.
using ScanBlock = void (*)(const PackedQueries& queries, const std::int32_t* thresholds,
                           const std::int8_t* rows, std::size_t row_count,
                           SecretVector<DotHit>& hits);
inline constexpr std::size_t kScanRowsMax =
    512;  // 192 KiB of codes: stays in the second-level cache

struct ScanKernel {
    std::string_view name;  ///< "reference", "avx2", "avx512_vnni", "amx"
    ScanBlock run = nullptr;
};
/// All that this processor can run, slowest first; the first is the law.
[[nodiscard]] std::span<const ScanKernel> scan_kernels() noexcept;
[[nodiscard]] const ScanKernel& best_scan_kernel() noexcept;

/// Every pair at or above its query's threshold, block after block of rows. `found` may raise
/// thresholds (a pair below the new value is then left out from some row on, which one is not
/// told); `row` of a hit counts from `rows`. Thread: const, any thread.
void scan_above(const ScanKernel& kernel, const PackedQueries& queries,
                std::span<std::int32_t> thresholds, const std::int8_t* rows, std::size_t row_count,
                const std::function<void(std::span<const DotHit>)>& found);

/// The `k` best rows for each query, best first: larger dot first, lower row first among equals, so
/// that the order is total and no kernel, block or cut changes it. [count x k], slots past the last
/// row have row kNoRow. `rows` is [row_count x 384], row_count < 2^32 - 1.
/// Source: docs/scoring.md "Search".
struct Neighbour {
    std::uint32_t row = 0;
    std::int32_t dot = 0;
    friend bool operator==(const Neighbour&, const Neighbour&) = default;
};
inline constexpr std::uint32_t kNoRow = std::numeric_limits<std::uint32_t>::max();
[[nodiscard]] std::vector<Neighbour> top_k(const ScanKernel& kernel, const std::int8_t* queries,
                                           std::size_t count, const std::int8_t* rows,
                                           std::size_t row_count, std::size_t k);
/// Joins the lists of two parts of the rows; `other`'s rows begin at `other_first_row`. Whatever
/// the parts, the result is top_k's of the whole.
void merge_top_k(std::span<Neighbour> best, std::span<const Neighbour> other,
                 std::uint32_t other_first_row, std::size_t k);

}  // namespace pramana::scoring
