#include "index/scan_entry.hpp"

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace pramana::scoring {
namespace {

constexpr std::size_t kGroup = PackedQueries::kGroup;
constexpr std::size_t kGroupsInFlight = 4;  // 64 packed queries: half of the first-level cache
constexpr std::size_t kRowsInFlight = 4;    // 16 accumulators
constexpr std::size_t kSteps = kCodeDim / 4;

/// VPDPBUSD multiplies unsigned by signed: a row's codes are shifted by 128, and every sum begins
/// at -128 times the sum of the query's codes.
struct Starts {
    alignas(64) std::array<std::int32_t, kGroupsInFlight * kGroup> values;

    Starts(const PackedQueries& queries, std::size_t begin, std::size_t groups) {
        const __m512i shift = _mm512_set1_epi8(-128);  // 128, unsigned
        for (std::size_t g = 0; g < groups; ++g) {
            const std::int8_t* const codes = queries.group(begin + g);
            __m512i sum = _mm512_setzero_si512();
            for (std::size_t k = 0; k < kSteps; ++k)
                sum = _mm512_dpbusd_epi32(sum, shift, _mm512_load_si512(codes + k * 64));
            _mm512_store_si512(values.data() + g * kGroup,
                               _mm512_sub_epi32(_mm512_setzero_si512(), sum));
        }
    }
};

void collect(__m512i dots, unsigned mask, std::size_t query, std::size_t row,
             SecretVector<DotHit>& hits) {
    alignas(64) std::int32_t values[kGroup];
    _mm512_store_si512(values, dots);
    for (; mask != 0; mask &= mask - 1) {
        const auto q = static_cast<std::size_t>(__builtin_ctz(mask));
        hits.push_back(
            {static_cast<std::uint32_t>(query + q), static_cast<std::uint32_t>(row), values[q]});
    }
}

/// kRowsInFlight shifted rows against kGroups groups of queries from `begin` on.
template <std::size_t kGroups>
void scan_rows(const PackedQueries& queries, const Starts& starts, const std::int32_t* thresholds,
               std::size_t begin, const std::uint8_t* rows, std::size_t row, std::size_t row_count,
               SecretVector<DotHit>& hits) {
    __m512i sums[kRowsInFlight][kGroups];
    for (std::size_t r = 0; r < kRowsInFlight; ++r)
        for (std::size_t g = 0; g < kGroups; ++g)
            sums[r][g] = _mm512_load_si512(starts.values.data() + g * kGroup);
    const std::int8_t* const packed = queries.group(begin);
    for (std::size_t k = 0; k < kSteps; ++k) {
        __m512i four[kRowsInFlight];
        for (std::size_t r = 0; r < kRowsInFlight; ++r) {
            std::int32_t codes = 0;
            std::memcpy(&codes, rows + r * kCodeDim + k * 4, sizeof codes);
            four[r] = _mm512_set1_epi32(codes);
        }
        for (std::size_t g = 0; g < kGroups; ++g) {
            const __m512i query =
                _mm512_load_si512(packed + g * PackedQueries::kGroupBytes + k * 64);
            for (std::size_t r = 0; r < kRowsInFlight; ++r)
                sums[r][g] = _mm512_dpbusd_epi32(sums[r][g], four[r], query);
        }
    }
    for (std::size_t r = 0; r < kRowsInFlight && row + r < row_count; ++r)
        for (std::size_t g = 0; g < kGroups; ++g) {
            const std::size_t query = (begin + g) * kGroup;
            const unsigned mask =
                _mm512_cmpge_epi32_mask(sums[r][g], _mm512_loadu_si512(thresholds + query));
            if (mask != 0) collect(sums[r][g], mask, query, row + r, hits);
        }
}

using ScanRows = void (*)(const PackedQueries&, const Starts&, const std::int32_t*, std::size_t,
                          const std::uint8_t*, std::size_t, std::size_t, SecretVector<DotHit>&);
constexpr ScanRows kScanRows[kGroupsInFlight] = {scan_rows<1>, scan_rows<2>, scan_rows<3>,
                                                 scan_rows<4>};

}  // namespace

void scan_vnni(const PackedQueries& queries, const std::int32_t* thresholds,
               const std::int8_t* rows, std::size_t row_count, SecretVector<DotHit>& hits) {
    constexpr std::size_t kShifted = 64;  // rows that are shifted at once: 24 KiB
    alignas(64) std::uint8_t shifted[kShifted * kCodeDim];
    const __m512i shift = _mm512_set1_epi8(-128);
    for (std::size_t r = 0; r < row_count; r += kShifted) {
        const std::size_t count = std::min(kShifted, row_count - r);
        for (std::size_t i = 0; i < count * kCodeDim; i += 64)
            _mm512_store_si512(
                shifted + i, _mm512_xor_si512(_mm512_loadu_si512(rows + r * kCodeDim + i), shift));
        // Rows past the end are read and not looked at.
        const std::size_t padded = (count + kRowsInFlight - 1) / kRowsInFlight * kRowsInFlight;
        std::memset(shifted + count * kCodeDim, 0, (padded - count) * kCodeDim);
        for (std::size_t g = 0; g < queries.groups(); g += kGroupsInFlight) {
            const std::size_t groups = std::min(kGroupsInFlight, queries.groups() - g);
            const Starts starts{queries, g, groups};
            for (std::size_t i = 0; i < count; i += kRowsInFlight)
                kScanRows[groups - 1](queries, starts, thresholds, g, shifted + i * kCodeDim, r + i,
                                      row_count, hits);
        }
    }
    wipe_memory(shifted, sizeof shifted);
}

}  // namespace pramana::scoring
