#include "novelty/novelty.hpp"

#include "contributions.hpp"
#include "index/dot.hpp"
#include "index/flat_set.hpp"
#include "score.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <set>

namespace pramana::scoring {
namespace {

struct DotShape {
    std::size_t queries, rows;
};
class Dot : public ::testing::TestWithParam<DotShape> {};

TEST_P(Dot, every_kernel_equals_the_reference) {
    std::mt19937 random{99};
    const auto [queries, rows] = GetParam();
    std::vector<std::int8_t> a(queries * kCodeDim), b(rows * kCodeDim);
    for (std::int8_t& code : a)
        code = static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127);
    for (std::int8_t& code : b)
        code = static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127);
    if (rows > 0) std::fill_n(b.begin(), kCodeDim, std::int8_t{-127});
    if (queries > 0) std::fill_n(a.begin(), kCodeDim, std::int8_t{-127});
    std::vector<std::int32_t> expected(queries * rows), found(queries * rows);
    dot_block_reference(a.data(), queries, b.data(), rows, expected.data());
    if (queries * rows > 0) {
        EXPECT_EQ(expected[0], 384 * 127 * 127);
    }
    const DotKernels kernels = dot_kernels();
    for (std::size_t k = 0; k < kernels.count; ++k) {
        std::fill(found.begin(), found.end(), 7);
        kernels.kernels[k].run(a.data(), queries, b.data(), rows, found.data());
        EXPECT_EQ(found, expected) << kernels.kernels[k].name;
    }
}
INSTANTIATE_TEST_SUITE_P(Shapes, Dot,
                         ::testing::Values(DotShape{0, 5}, DotShape{5, 0}, DotShape{1, 1},
                                           DotShape{3, 2}, DotShape{4, 7}, DotShape{5, 33},
                                           DotShape{8, 256}, DotShape{9, 31}));

TEST(FlatSet, behaves_as_a_set) {
    std::mt19937_64 random{5};
    FlatSet flat;
    std::set<std::uint64_t> expected;
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t key = i % 3 == 0 ? random() % 500 : random();
        EXPECT_EQ(flat.contains(key), expected.contains(key));
        flat.insert(key);
        expected.insert(key);
    }
    EXPECT_TRUE(flat.contains(0));
    EXPECT_EQ(flat.size(), expected.size());
}

struct LineRow {
    const char* name;
    std::int32_t dot;
    Overlap overlap;
    Q16 share;
};
// kSemanticRules: strict 100,000..120,000; corroborated 90,000..110,000 with 40,000 times twice the
// shared words over all and 4, from a dot of 70,000 and 6 content words on.
const LineRow kLineRows[] = {
    {"far_away", 0, {18, 36, 18}, 0},
    {"negative", -100'000, {18, 36, 18}, 0},
    {"below_the_least_dot", 69'999, {18, 36, 18}, 0},
    {"at_the_least_dot", 70'000, {18, 36, 18}, (106'000 - 90'000) * kQ16One / 20'000},
    {"too_few_words", 71'429, {5, 10, 5}, 0},
    {"just_enough_words", 70'000, {6, 12, 6}, kQ16One / 2},
    {"more_words_say_more", 70'000, {12, 24, 12}, (104'285 - 90'000) * kQ16One / 20'000},
    {"corroborated_foot", 80'000, {5, 36, 18}, 0},
    {"corroborated_half", 80'000, {10, 36, 18}, kQ16One / 2},
    {"corroborated_top", 80'000, {15, 36, 18}, kQ16One},
    {"of_sizes_that_differ", 80'000, {10, 36, 10}, kQ16One / 2},
    {"not_corroborated", 99'999, {0, 36, 18}, (99'999 - 90'000) * kQ16One / 20'000},
    {"strict_alone", 99'999, {0, 10, 5}, 0},
    {"strict_foot", 100'000, {0, 0, 0}, 0},
    {"strict_half", 110'000, {0, 0, 0}, kQ16One / 2},
    {"strict_top", 120'000, {0, 0, 0}, kQ16One},
};
class SemanticLine : public ::testing::TestWithParam<LineRow> {};
TEST_P(SemanticLine, has_its_corners_where_the_ruleset_says) {
    EXPECT_EQ(semantic_share(GetParam().dot, GetParam().overlap, testing::kSemanticRules),
              GetParam().share);
}
INSTANTIATE_TEST_SUITE_P(Rows, SemanticLine, ::testing::ValuesIn(kLineRows),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(ContentOverlap, counts_the_words_of_both_sets) {
    const std::uint32_t a[] = {1, 2, 3, 4}, b[] = {2, 4, 6, 8, 10}, none[] = {11};
    EXPECT_EQ(content_overlap(a, b), (Overlap{2, 9, 4}));
    EXPECT_EQ(content_overlap(b, a), (Overlap{2, 9, 4}));
    EXPECT_EQ(content_overlap(a, a), (Overlap{4, 8, 4}));
    EXPECT_EQ(content_overlap(a, none), (Overlap{0, 5, 1}));
    EXPECT_EQ(content_overlap({}, a), (Overlap{0, 4, 0}));
}

TEST(CoveredShare, counts_overlapping_windows_once) {
    Fingerprints prints;
    prints.windows = {{1, 0, 40, true}, {2, 20, 60, true}, {3, 50, 100, true}};
    prints.characters = 100;
    EXPECT_EQ(covered_share(prints, {false, false, false}), 0U);
    EXPECT_EQ(covered_share(prints, {true, false, false}), kQ16One * 40 / 100);
    EXPECT_EQ(covered_share(prints, {true, true, false}), kQ16One * 60 / 100);
    EXPECT_EQ(covered_share(prints, {true, false, true}), kQ16One * 90 / 100);
    EXPECT_EQ(covered_share(prints, {true, true, true}), kQ16One);
    prints.by_characters = true;  // the first half counts nothing
    EXPECT_EQ(covered_share(prints, {true, false, false}), 0U);
    EXPECT_EQ(covered_share(prints, {true, true, true}), kQ16One);
    EXPECT_EQ(covered_share({}, {}), 0U);
}

/// As docs/scoring.md "Novelty" has it: every pair of a chunk and an earlier one.
std::vector<Q16> semantic_pair_by_pair(const Prepared::State& state) {
    const std::size_t count = state.chunks.size();
    std::vector<Q16> best(count, 0);
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < i; ++j) {
            std::int32_t dot = 0;
            dot_block_reference(state.codes.data() + i * kCodeDim, 1,
                                state.codes.data() + j * kCodeDim, 1, &dot);
            const Overlap overlap =
                content_overlap(state.chunks[i].content, state.chunks[j].content);
            best[i] = std::max(best[i], semantic_share(dot, overlap, testing::kSemanticRules));
        }
    return best;
}

TEST(SemanticScan, equals_pair_by_pair_where_meaning_is_off_for_some) {
    for (const std::uint32_t off_of_8 : {0U, 1U, 5U, 8U}) {
        testing::World world{off_of_8};
        Prepared::State state = world.contribution(2'100);  // more than two blocks of queries
        for (std::size_t i = 0; i < state.chunks.size(); ++i)
            if (world.below(8) < off_of_8)
                std::fill_n(state.codes.begin() + static_cast<std::ptrdiff_t>(i * kCodeDim),
                            kCodeDim, std::int8_t{0});
        const std::vector<Q16> expected = semantic_pair_by_pair(state);
        const SemanticScan scan{state, testing::kSemanticRules};
        std::vector<Q16> whole(state.chunks.size(), 0), parts = whole, rows = whole;
        scan.earlier_chunks(0, whole.size(), whole);
        EXPECT_EQ(whole, expected) << off_of_8;
        for (std::size_t begin = 0; begin < parts.size(); begin += 700)
            scan.earlier_chunks(begin, std::min(begin + 700, parts.size()), parts);
        EXPECT_EQ(parts, expected) << off_of_8;
        // Rows of another index are all there: the last chunk meets what it met above.
        const CodeBlock block{0, state.chunks.size() - 1, state.codes.data()};
        scan.rows(
            rows.size() - 1, rows.size(), {&block, 1},
            [&](std::size_t row) {
                return std::span<const std::uint32_t>{state.chunks[row].content};
            },
            rows);
        EXPECT_EQ(rows.back(), expected.back()) << off_of_8;
    }
}

TEST(SemanticScan, does_not_multiply_where_meaning_is_off) {
    // A file of signs alone: 4 * 10^12 products if every chunk met every earlier one.
    constexpr std::size_t kChunks = 150'000;
    Prepared::State state;
    state.chunks.resize(kChunks);
    state.codes.resize(kChunks * kCodeDim);
    const SemanticScan scan{state, testing::kSemanticRules};
    std::vector<Q16> best(kChunks, 0);
    const std::clock_t begin = std::clock();
    scan.earlier_chunks(0, kChunks, best);
    EXPECT_LT(std::clock() - begin, CLOCKS_PER_SEC / 4);  // nothing to do
    EXPECT_TRUE(std::ranges::all_of(best, [](Q16 share) { return share == 0; }));
}

struct PayRow {
    const char* name;
    std::uint64_t novel_mass;
    Q16 quality;
    std::uint32_t pay;
};
// PayRules{}: N_ref 65,536, N_min 1,024, q_min 19,661, q_full 45,875.
const PayRow kPayRows[] = {
    {"nothing_new", 0, kQ16One, 0},
    {"below_the_minimum", 1023, kQ16One, 0},
    {"the_minimum", 1024, kQ16One, 16},
    {"half", 32'768, kQ16One, 512},
    {"all", 65'536, kQ16One, 1024},
    {"more_than_all", 1'000'000'000, kQ16One, 1024},
    {"quality_at_the_minimum", 65'536, 19'661, 0},
    {"quality_half_way", 65'536, 32'768, 512},
    {"quality_full", 65'536, 45'875, 1024},
    {"garbage", 1'000'000, 0, 0},
};
class Pay : public ::testing::TestWithParam<PayRow> {};
TEST_P(Pay, is_linear_in_novel_mass_and_bounded) {
    EXPECT_EQ(pay_1024(GetParam().novel_mass, GetParam().novel_mass, GetParam().quality, {}),
              GetParam().pay);
}
struct ShareRow {
    const char* name;
    std::uint64_t novel_mass, mass;
    Q16 quality;
    std::uint32_t pay;
};
// By share: floor(floor(N * g) * 1024 / mass), N_min 1,024, whatever N_ref would be.
const ShareRow kShareRows[] = {
    {"nothing_new", 0, 65'536, kQ16One, 0},
    {"below_the_minimum", 1'023, 1'023, kQ16One, 0},
    {"the_minimum_all_new", 1'024, 1'024, kQ16One, 1'024},
    {"half_new", 32'768, 65'536, kQ16One, 512},
    {"half_new_of_much", 1ULL << 35U, 1ULL << 36U, kQ16One, 512},
    {"one_character_known", 65'535, 65'536, kQ16One, 1'023},
    {"less_than_a_1024th", 1'024, 1'048'577, kQ16One, 0},
    {"quality_half_way", 65'536, 65'536, 32'768, 512},
    {"quality_at_the_minimum", 65'536, 65'536, 19'661, 0},
};
class PayByShare : public ::testing::TestWithParam<ShareRow> {};
TEST_P(PayByShare, is_linear_in_the_share_that_is_new) {
    const PayRules rules{.mode = PayMode::kByShare, .novel_mass_reference = 0};
    EXPECT_EQ(pay_1024(GetParam().novel_mass, GetParam().mass, GetParam().quality, rules),
              GetParam().pay);
}
INSTANTIATE_TEST_SUITE_P(Rows, PayByShare, ::testing::ValuesIn(kShareRows),
                         [](const auto& row) { return std::string{row.param.name}; });

INSTANTIATE_TEST_SUITE_P(Rows, Pay, ::testing::ValuesIn(kPayRows),
                         [](const auto& row) { return std::string{row.param.name}; });

/// Version 1 is what it was: results under it are recomputed.
TEST(Reasons, say_why_a_quality_right_on_the_bound_is_not_paid) {
    Prepared::State text = testing::World{1}.contribution(3);
    text.steps.chunks.resize(text.chunks.size());
    RulesetValues rules = testing::made_up_rules();
    const auto is_said = [&](Q16 quality) {
        text.quality = quality;
        const Score score = make_score(text, std::vector<Known>(text.chunks.size()), rules);
        EXPECT_EQ(score.rejected, quality <= rules.pay.quality_min_q16);
        return std::any_of(score.reasons.begin(), score.reasons.end(),
                           [](const Reason& reason) { return reason.code == "low_quality"; });
    };
    const Q16 bound = rules.pay.quality_min_q16;
    EXPECT_TRUE(is_said(bound - 1));
    EXPECT_FALSE(is_said(bound));
    rules.quality.version = 2;
    EXPECT_TRUE(is_said(bound));
    EXPECT_FALSE(is_said(bound + 1));
}

}  // namespace
}  // namespace pramana::scoring
