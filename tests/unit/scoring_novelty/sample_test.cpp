// Which part of a very long contribution is scored: docs/scoring.md "Sample".
#include "chunk/sample.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "prepare.hpp"
#include "small_model.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace pramana::scoring {
namespace {

using testing::document_of;
using testing::prose;
using testing::small_model;

Hash32 seed_of(std::uint8_t byte) {
    Hash32 seed;
    seed.bytes.fill(byte);
    return seed;
}

// Drawn by Python: hashlib.sha256 over b"pramana:sample:1", the seed and struct.pack(">Q", index).
TEST(Sample, is_drawn_as_it_is_written) {
    const std::vector<std::uint32_t> weights{600, 100, 900, 300, 500, 700, 200, 400};
    const auto taken = draw_sample(weights, 2'000, seed_of(0x11));
    ASSERT_TRUE(taken && *taken);
    const SecretVector<std::uint8_t> expected{1, 0, 1, 0, 1, 0, 0, 0};
    EXPECT_EQ(**taken, expected);
}

TEST(Sample, is_not_drawn_of_what_can_be_scored_whole) {
    const std::vector<std::uint32_t> weights{600, 400};
    for (const std::optional<Hash32>& seed : {std::optional<Hash32>{}, std::optional{seed_of(1)}}) {
        const auto taken = draw_sample(weights, 1'000, seed);
        ASSERT_TRUE(taken);
        EXPECT_FALSE(*taken);
    }
    EXPECT_EQ(draw_sample(weights, 999, std::nullopt).error().code, Errc::kSeedNeeded);
    EXPECT_TRUE(*draw_sample(weights, 999, seed_of(1)));
}

TEST(Sample, is_the_same_for_a_seed_another_for_another_and_fills_the_limit) {
    std::mt19937 random{1};
    for (int round = 0; round < 200; ++round) {
        std::vector<std::uint32_t> weights(50 + random() % 200);
        for (std::uint32_t& weight : weights)
            weight = 200 + static_cast<std::uint32_t>(random() % 825);
        const std::uint64_t mass =
            std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
        const std::uint64_t limit = 1'024 + random() % (mass - 1'024);
        Hash32 seed;
        for (std::uint8_t& byte : seed.bytes) byte = static_cast<std::uint8_t>(random());
        const auto taken = **draw_sample(weights, limit, seed);
        EXPECT_EQ(**draw_sample(weights, limit, seed), taken);
        std::uint64_t scored = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) scored += taken[i] * weights[i];
        EXPECT_LE(scored, limit);
        EXPECT_GT(scored + 1'025, limit) << "no chunk weighs more than 1,024";
        seed.bytes[31] ^= 1;
        if (limit < mass / 2) {
            EXPECT_NE(**draw_sample(weights, limit, seed), taken);
        }
    }
}

// ------------------------------------------------------------------------------------------

Ruleset short_rules() {
    RulesetValues values;
    values.name = "short-1";
    values.sample.characters_max = 4'096;
    return *Ruleset::make(values);
}

Prepared sampled(const std::string& text, std::uint8_t seed) {
    return *prepare_with(small_model(), document_of(text), short_rules(), {}, seed_of(seed));
}

TEST(SampledContribution, weighs_what_was_drawn_and_says_so) {
    const std::string text = prose(1, 40);
    EXPECT_EQ(prepare_with(small_model(), document_of(text), short_rules(), {}).error().code,
              Errc::kSeedNeeded);
    const Prepared prepared = sampled(text, 1);
    EXPECT_TRUE(prepared.sampled());
    std::size_t drawn = 0;
    for (std::size_t i = 0; i < prepared.chunks(); ++i) {
        const auto* codes = prepared.state().codes.data() + i * 384;
        const bool embedded = std::any_of(codes, codes + 384, [](int code) { return code != 0; });
        EXPECT_EQ(embedded, prepared.state().chunks[i].weight > 0) << i;
        drawn += embedded ? 1 : 0;
    }
    EXPECT_GT(drawn, 0U);
    EXPECT_LT(drawn, prepared.chunks());
    const Score score = *Corpus{Hash32{}, 0}.score(prepared, short_rules());
    EXPECT_EQ(score.chunks, prepared.chunks());
    EXPECT_LE(score.mass, 4'096U);
    EXPECT_GT(score.mass, 4'096U - 1'024U);
    EXPECT_EQ(score.reasons.back().code, "sampled");
}

// All of it enters the corpus: whoever sends it again cannot hope for the other part.
TEST(SampledContribution, is_known_whole_whatever_is_drawn_the_next_time) {
    const std::string text = prose(1, 40);
    Corpus corpus{Hash32{}, 0};
    const Prepared first = sampled(text, 1);
    EXPECT_GT(corpus.score(first, short_rules())->novel_mass, 0U);
    ASSERT_TRUE(corpus.append(first.corpus_entry()));
    for (std::uint8_t seed = 2; seed < 8; ++seed) {
        const Prepared again = sampled(text, seed);
        EXPECT_NE(again.steps().chunks, first.steps().chunks);
        EXPECT_EQ(corpus.score(again, short_rules())->novel_mass, 0U);
    }
}

TEST(SampledContribution, has_the_same_bits_for_the_same_seed_however_it_is_spread) {
    const auto by_one = [](std::size_t count, const auto& work) {
        for (std::size_t i = count; i-- > 0;) work(i, i + 1);
    };
    const Document document = document_of(prose(4, 30));
    const Prepared whole = *prepare_with(small_model(), document, short_rules(), {}, seed_of(3));
    const Prepared spread =
        *prepare_with(small_model(), document, short_rules(), by_one, seed_of(3));
    EXPECT_EQ(whole.corpus_entry(), spread.corpus_entry());
    EXPECT_EQ(whole.steps(), spread.steps());
}

TEST(SampledContribution, shows_each_chunk_as_it_was_scored) {
    const Document document = document_of(prose(5, 30));
    const Prepared prepared = *prepare_with(small_model(), document, short_rules(), {}, seed_of(3));
    for (std::uint32_t i = 0; i < prepared.chunks(); ++i)
        EXPECT_EQ(steps_of_chunk(small_model(), document, short_rules(), i, seed_of(3)),
                  prepared.steps().chunks[i])
            << i;
}

TEST(SampledContribution, is_not_what_a_short_one_is) {
    const Document document = document_of(prose(5, 3));
    const Prepared with = *prepare_with(small_model(), document, short_rules(), {}, seed_of(3));
    const Prepared without = *prepare_with(small_model(), document, short_rules(), {});
    EXPECT_FALSE(with.sampled());
    EXPECT_EQ(with.steps(), without.steps());
    EXPECT_EQ(with.corpus_entry(), without.corpus_entry());
}

}  // namespace
}  // namespace pramana::scoring
