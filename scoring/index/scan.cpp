#include "index/scan.hpp"

#include "cpu/kernels.hpp"
#include "index/scan_entry.hpp"
#include "pramana/core/check.hpp"

#include <algorithm>
#include <array>

namespace pramana::scoring {
namespace {

constexpr std::size_t kDotRows = 64;
constexpr std::size_t kDotQueries = 8;

/// A scan by dot products that are written down first.
void scan_with(DotBlock dot, const PackedQueries& queries, const std::int32_t* thresholds,
               const std::int8_t* rows, std::size_t row_count, SecretVector<DotHit>& hits) {
    std::int32_t dots[kDotQueries * kDotRows];
    for (std::size_t r = 0; r < row_count; r += kDotRows) {
        const std::size_t rows_now = std::min(kDotRows, row_count - r);
        for (std::size_t q = 0; q < queries.count(); q += kDotQueries) {
            const std::size_t queries_now = std::min(kDotQueries, queries.count() - q);
            dot(queries.plain() + q * kCodeDim, queries_now, rows + r * kCodeDim, rows_now, dots);
            for (std::size_t i = 0; i < queries_now; ++i)
                for (std::size_t j = 0; j < rows_now; ++j)
                    if (dots[i * rows_now + j] >= thresholds[q + i])
                        hits.push_back({static_cast<std::uint32_t>(q + i),
                                        static_cast<std::uint32_t>(r + j), dots[i * rows_now + j]});
        }
    }
    wipe_memory(dots, sizeof dots);
}

template <std::size_t kIndex>
void scan_by_dot_kernel(const PackedQueries& queries, const std::int32_t* thresholds,
                        const std::int8_t* rows, std::size_t row_count,
                        SecretVector<DotHit>& hits) {
    static const DotBlock dot = dot_kernels().kernels[kIndex].run;
    scan_with(dot, queries, thresholds, rows, row_count, hits);
}

struct Found {
    std::array<ScanKernel, 4> kernels;
    std::size_t count = 0;
};

Found find() noexcept {
    Found found;
    const DotKernels dots = dot_kernels();
    constexpr std::array<ScanBlock, 3> kByDot = {scan_by_dot_kernel<0>, scan_by_dot_kernel<1>,
                                                 scan_by_dot_kernel<2>};
    for (std::size_t i = 0; i < dots.count; ++i)
        found.kernels[found.count++] = {dots.kernels[i].name, kByDot[i]};
#if defined(PRAMANA_X86)
    for (ScanKernel& kernel : found.kernels)
        if (kernel.name == "avx512_vnni") kernel.run = scan_vnni;
    if (amx_available()) found.kernels[found.count++] = {"amx", scan_amx};
#endif
    return found;
}

bool better(const Neighbour& a, const Neighbour& b) noexcept {
    if ((a.row == kNoRow) != (b.row == kNoRow)) return b.row == kNoRow;
    return a.dot != b.dot ? a.dot > b.dot : a.row < b.row;
}

/// Puts one neighbour into a list of `k`, best first, dropping the last.
void insert(std::span<Neighbour> list, const Neighbour& candidate) noexcept {
    if (!better(candidate, list.back())) return;
    const auto at = std::upper_bound(list.begin(), list.end(), candidate, better);
    std::move_backward(at, list.end() - 1, list.end());
    *at = candidate;
}

}  // namespace

PackedQueries::PackedQueries(const std::int8_t* queries, std::size_t count)
    : plain_{queries}, count_{count} {
    constexpr std::size_t kAlignment = 64;
    packed_.resize(groups() * kGroupBytes + kAlignment);
    const auto address = reinterpret_cast<std::uintptr_t>(packed_.data());
    aligned_ = (kAlignment - address % kAlignment) % kAlignment;
    for (std::size_t q = 0; q < count; ++q) {
        std::int8_t* const out =
            packed_.data() + aligned_ + q / kGroup * kGroupBytes + q % kGroup * 4;
        for (std::size_t i = 0; i < kCodeDim; i += 4)
            std::copy_n(queries + q * kCodeDim + i, 4, out + i * kGroup);
    }
}

const std::int8_t* PackedQueries::group(std::size_t index) const noexcept {
    return packed_.data() + aligned_ + index * kGroupBytes;
}

std::span<const ScanKernel> scan_kernels() noexcept {
    static const Found found = find();
    return std::span{found.kernels}.first(found.count);
}

const ScanKernel& best_scan_kernel() noexcept { return scan_kernels().back(); }

void scan_above(const ScanKernel& kernel, const PackedQueries& queries,
                std::span<std::int32_t> thresholds, const std::int8_t* rows, std::size_t row_count,
                const std::function<void(std::span<const DotHit>)>& found) {
    PRAMANA_CHECK(thresholds.size() == queries.groups() * PackedQueries::kGroup);
    PRAMANA_CHECK(row_count < kNoRow);
    SecretVector<DotHit> hits;
    for (std::size_t r = 0; r < row_count; r += kScanRowsMax) {
        hits.clear();
        kernel.run(queries, thresholds.data(), rows + r * kCodeDim,
                   std::min(kScanRowsMax, row_count - r), hits);
        if (hits.empty()) continue;
        for (DotHit& hit : hits) hit.row += static_cast<std::uint32_t>(r);
        found(hits);
    }
}

std::vector<Neighbour> top_k(const ScanKernel& kernel, const std::int8_t* queries,
                             std::size_t count, const std::int8_t* rows, std::size_t row_count,
                             std::size_t k) {
    std::vector<Neighbour> best(count * k, Neighbour{kNoRow, 0});
    if (count == 0 || k == 0) return best;
    const PackedQueries packed{queries, count};
    std::vector<std::int32_t> thresholds(packed.groups() * PackedQueries::kGroup, kNoHit);
    std::fill_n(thresholds.begin(), count, std::numeric_limits<std::int32_t>::min());
    scan_above(kernel, packed, thresholds, rows, row_count, [&](std::span<const DotHit> hits) {
        for (const DotHit& hit : hits) {
            const std::span list = std::span{best}.subspan(hit.query * k, k);
            insert(list, {hit.row, hit.dot});
            // An equal dot of a later row would come behind; within a block rows come in any order.
            if (list.back().row != kNoRow) thresholds[hit.query] = list.back().dot;
        }
    });
    return best;
}

void merge_top_k(std::span<Neighbour> best, std::span<const Neighbour> other,
                 std::uint32_t other_first_row, std::size_t k) {
    PRAMANA_CHECK(best.size() == other.size() && k > 0);
    for (std::size_t i = 0; i < other.size(); ++i) {
        if (other[i].row == kNoRow) continue;
        insert(best.subspan(i / k * k, k), {other[i].row + other_first_row, other[i].dot});
    }
}

}  // namespace pramana::scoring
