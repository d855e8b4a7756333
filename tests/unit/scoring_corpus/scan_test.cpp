#include "index/scan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

namespace pramana::scoring {
namespace {

std::vector<std::int8_t> random_codes(std::mt19937& random, std::size_t rows, int most = 127) {
    std::vector<std::int8_t> codes(rows * kCodeDim);
    for (std::int8_t& code : codes)
        code = static_cast<std::int8_t>(
            static_cast<int>(random() % static_cast<unsigned>(2 * most + 1)) - most);
    return codes;
}

std::vector<std::int32_t> equal_thresholds(const PackedQueries& queries, std::int32_t value) {
    std::vector<std::int32_t> thresholds(queries.groups() * PackedQueries::kGroup, kNoHit);
    std::fill_n(thresholds.begin(), queries.count(), value);
    return thresholds;
}

std::vector<DotHit> sorted_hits(const ScanKernel& kernel, const std::vector<std::int8_t>& queries,
                                const std::vector<std::int8_t>& rows, std::int32_t threshold) {
    const PackedQueries packed{queries.data(), queries.size() / kCodeDim};
    std::vector<std::int32_t> thresholds = equal_thresholds(packed, threshold);
    std::vector<DotHit> hits;
    scan_above(kernel, packed, thresholds, rows.data(), rows.size() / kCodeDim,
               [&](std::span<const DotHit> found) {
                   hits.insert(hits.end(), found.begin(), found.end());
               });
    std::sort(hits.begin(), hits.end(), [](const DotHit& a, const DotHit& b) {
        return std::tie(a.query, a.row) < std::tie(b.query, b.row);
    });
    return hits;
}

/// Written down here once more, so that the law of the kernels is not only their own.
std::vector<DotHit> expected_hits(const std::vector<std::int8_t>& queries,
                                  const std::vector<std::int8_t>& rows, std::int32_t threshold) {
    std::vector<DotHit> hits;
    for (std::uint32_t q = 0; q < queries.size() / kCodeDim; ++q)
        for (std::uint32_t r = 0; r < rows.size() / kCodeDim; ++r) {
            std::int32_t dot = 0;
            for (std::size_t i = 0; i < kCodeDim; ++i)
                dot += queries[q * kCodeDim + i] * rows[r * kCodeDim + i];
            if (dot >= threshold) hits.push_back({q, r, dot});
        }
    return hits;
}

class ScanKernels : public ::testing::TestWithParam<std::size_t> {
  protected:
    void SetUp() override {
        if (GetParam() >= scan_kernels().size())
            GTEST_SKIP() << "this processor runs " << scan_kernels().size() << " scan kernels";
    }
    [[nodiscard]] static const ScanKernel& kernel() { return scan_kernels()[GetParam()]; }
};

TEST_P(ScanKernels, find_what_plain_loops_find_in_odd_shapes) {
    std::mt19937 random{11};
    for (const std::size_t query_count : {1U, 15U, 17U, 33U, 64U, 130U})
        for (const std::size_t row_count : {0U, 1U, 15U, 32U, 33U, 513U}) {
            const auto queries = random_codes(random, query_count);
            const auto rows = random_codes(random, row_count);
            for (const std::int32_t threshold : {-10'000'000, 200'000})
                ASSERT_EQ(sorted_hits(kernel(), queries, rows, threshold),
                          expected_hits(queries, rows, threshold))
                    << kernel().name << ' ' << query_count << " x " << row_count;
        }
}

TEST_P(ScanKernels, reach_the_largest_sums_exactly) {
    const std::vector<std::int8_t> high(kCodeDim * 3, 127);
    const std::vector<std::int8_t> low(kCodeDim * 40, -127);
    for (const DotHit& hit : sorted_hits(kernel(), high, low, -10'000'000))
        ASSERT_EQ(hit.dot, -127 * 127 * 384);
    EXPECT_EQ(sorted_hits(kernel(), high, high, 127 * 127 * 384).size(), 9U);
    EXPECT_EQ(sorted_hits(kernel(), high, high, 127 * 127 * 384 + 1).size(), 0U);
}

TEST_P(ScanKernels, leave_out_queries_without_a_threshold) {
    std::mt19937 random{3};
    const auto queries = random_codes(random, 20);
    const auto rows = random_codes(random, 50);
    const PackedQueries packed{queries.data(), 20};
    std::vector<std::int32_t> thresholds = equal_thresholds(packed, -10'000'000);
    thresholds[7] = kNoHit;
    std::size_t hits = 0;
    scan_above(kernel(), packed, thresholds, rows.data(), 50, [&](std::span<const DotHit> found) {
        hits += found.size();
        for (const DotHit& hit : found) EXPECT_NE(hit.query, 7U);
    });
    EXPECT_EQ(hits, 19U * 50U);
}

// Ties: rows repeat, so that equal dots are everywhere.
TEST_P(ScanKernels, agree_on_the_top_k_for_any_cut_of_rows_and_queries) {
    std::mt19937 random{5};
    const std::size_t query_count = 37, row_count = 700;
    const auto queries = random_codes(random, query_count, 20);
    auto rows = random_codes(random, row_count, 20);
    for (std::size_t r = 50; r < row_count; ++r)
        if (random() % 3 == 0)
            std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(random() % 50 * kCodeDim),
                        kCodeDim, rows.begin() + static_cast<std::ptrdiff_t>(r * kCodeDim));
    const auto all = expected_hits(queries, rows, -10'000'000);
    for (const std::size_t k : {1U, 2U, 5U, 64U}) {
        std::vector<Neighbour> expected;
        for (std::size_t q = 0; q < query_count; ++q) {
            std::vector<DotHit> own(all.begin() + static_cast<std::ptrdiff_t>(q * row_count),
                                    all.begin() + static_cast<std::ptrdiff_t>((q + 1) * row_count));
            std::stable_sort(own.begin(), own.end(),
                             [](const DotHit& a, const DotHit& b) { return a.dot > b.dot; });
            for (std::size_t i = 0; i < k; ++i) expected.push_back({own[i].row, own[i].dot});
        }
        ASSERT_EQ(top_k(kernel(), queries.data(), query_count, rows.data(), row_count, k), expected)
            << kernel().name << " k " << k;
        for (const std::size_t cut : {1U, 333U, 699U}) {
            auto parts = top_k(kernel(), queries.data(), query_count, rows.data(), cut, k);
            merge_top_k(parts,
                        top_k(kernel(), queries.data(), query_count, rows.data() + cut * kCodeDim,
                              row_count - cut, k),
                        static_cast<std::uint32_t>(cut), k);
            ASSERT_EQ(parts, expected) << kernel().name << " cut " << cut;
        }
        for (const std::size_t cut : {1U, 16U, 36U}) {
            auto parts = top_k(kernel(), queries.data(), cut, rows.data(), row_count, k);
            const auto rest = top_k(kernel(), queries.data() + cut * kCodeDim, query_count - cut,
                                    rows.data(), row_count, k);
            parts.insert(parts.end(), rest.begin(), rest.end());
            ASSERT_EQ(parts, expected) << kernel().name << " query cut " << cut;
        }
    }
}

TEST_P(ScanKernels, leave_slots_past_the_last_row_empty) {
    std::mt19937 random{9};
    const auto queries = random_codes(random, 2);
    const auto rows = random_codes(random, 3);
    const auto best = top_k(kernel(), queries.data(), 2, rows.data(), 3, 5);
    ASSERT_EQ(best.size(), 10U);
    for (const std::size_t slot : {3U, 4U, 8U, 9U}) EXPECT_EQ(best[slot].row, kNoRow);
    for (const std::size_t slot : {0U, 1U, 2U, 5U, 6U, 7U}) EXPECT_NE(best[slot].row, kNoRow);
    EXPECT_TRUE(top_k(kernel(), queries.data(), 0, rows.data(), 3, 5).empty());
}

INSTANTIATE_TEST_SUITE_P(All, ScanKernels, ::testing::Values(0U, 1U, 2U, 3U),
                         [](const auto& row) { return "kernel_" + std::to_string(row.param); });

TEST(ScanKernelList, begins_with_the_law_and_names_each_once) {
    const auto kernels = scan_kernels();
    ASSERT_GE(kernels.size(), 1U);
    EXPECT_EQ(kernels[0].name, "reference");
    for (std::size_t i = 1; i < kernels.size(); ++i)
        EXPECT_NE(kernels[i].name, kernels[i - 1].name);
}

}  // namespace
}  // namespace pramana::scoring
