// The six properties of novelty (docs/scoring.md "Novelty"), each on random contributions.
// PRAMANA_CASES=100000 runs the long form.
#include "contributions.hpp"
#include "novelty/novelty.hpp"
#include "score.hpp"

#include <gtest/gtest.h>

namespace pramana::scoring {
namespace {

using testing::cases;
using testing::kSemanticRules;
using testing::record_of;
using testing::World;

constexpr std::uint32_t kUsualCases = 1000;

std::vector<Known> known_of(const Prepared::State& state, const CorpusIndex& corpus) {
    return assess(state, corpus, kSemanticRules, {});
}

Score score_of(const Prepared::State& state, const CorpusIndex& corpus) {
    Score score;
    add_masses(score, state.chunks, known_of(state, corpus));
    return score;
}

CorpusIndex random_corpus(World& world) {
    CorpusIndex corpus;
    for (std::uint32_t i = world.below(4); i > 0; --i)
        corpus.append(record_of(world.contribution(1 + world.below(8))));
    return corpus;
}

TEST(NoveltyProperty, p1_growing_the_corpus_never_raises_novel_mass) {
    for (std::uint32_t seed = 0; seed < cases(kUsualCases); ++seed) {
        World world{seed};
        CorpusIndex corpus = random_corpus(world);
        const Prepared::State state = world.contribution(1 + world.below(10));
        std::uint64_t before = score_of(state, corpus).novel_mass;
        for (int step = 0; step < 3; ++step) {
            corpus.append(record_of(world.contribution(1 + world.below(6))));
            const std::uint64_t after = score_of(state, corpus).novel_mass;
            ASSERT_LE(after, before) << "seed " << seed;
            before = after;
        }
    }
}

TEST(NoveltyProperty, p2_appending_known_chunks_keeps_novel_mass_and_lowers_uniqueness) {
    for (std::uint32_t seed = 0; seed < cases(kUsualCases); ++seed) {
        World world{seed};
        CorpusIndex corpus = random_corpus(world);
        const Prepared::State old = world.contribution(1 + world.below(6));
        corpus.append(record_of(old));
        Prepared::State state = world.contribution(1 + world.below(8));
        const Score before = score_of(state, corpus);
        World::append(state, old, 0, old.chunks.size());
        const Score after = score_of(state, corpus);
        ASSERT_EQ(after.novel_mass, before.novel_mass) << "seed " << seed;
        ASSERT_LE(after.uniqueness, before.uniqueness) << "seed " << seed;
    }
}

TEST(NoveltyProperty, p3_appending_never_lowers_novel_mass) {
    for (std::uint32_t seed = 0; seed < cases(kUsualCases); ++seed) {
        World world{seed};
        const CorpusIndex corpus = random_corpus(world);
        Prepared::State state = world.contribution(1);
        std::uint64_t before = score_of(state, corpus).novel_mass;
        for (int step = 0; step < 6; ++step) {
            world.add_chunk(state);
            const std::uint64_t after = score_of(state, corpus).novel_mass;
            ASSERT_GE(after, before) << "seed " << seed;
            before = after;
        }
    }
}

TEST(NoveltyProperty, p4_cutting_at_chunk_borders_changes_no_chunk) {
    for (std::uint32_t seed = 0; seed < cases(kUsualCases); ++seed) {
        World world{seed};
        CorpusIndex corpus = random_corpus(world);
        const Prepared::State whole = world.contribution(2 + world.below(12));
        const std::vector<Known> together = known_of(whole, corpus);
        std::uint64_t parts_mass = 0, parts = 0;
        for (std::size_t begin = 0; begin < whole.chunks.size();) {
            const std::size_t end =
                std::min<std::size_t>(whole.chunks.size(), begin + 1 + world.below(5));
            Prepared::State part;
            World::append(part, whole, begin, end);
            const std::vector<Known> alone = known_of(part, corpus);
            for (std::size_t i = begin; i < end; ++i)
                ASSERT_EQ(alone[i - begin].total, together[i].total)
                    << "seed " << seed << " chunk " << i;
            parts_mass += score_of(part, corpus).novel_mass;
            ++parts;
            corpus.append(record_of(part));
            begin = end;
        }
        // Each part floors its mass to whole characters once.
        CorpusIndex before;
        Score score;
        add_masses(score, whole.chunks, together);
        ASSERT_LE(parts_mass, score.novel_mass);
        ASSERT_LT(score.novel_mass - parts_mass, parts);
    }
}

TEST(NoveltyProperty, p5_every_further_copy_adds_nothing) {
    for (std::uint32_t seed = 0; seed < cases(kUsualCases); ++seed) {
        World world{seed};
        CorpusIndex corpus = random_corpus(world);
        const Prepared::State state = world.contribution(1 + world.below(10));
        corpus.append(record_of(state));
        for (int copy = 2; copy < 4; ++copy) {
            const Score score = score_of(state, corpus);
            ASSERT_EQ(score.novel_mass, 0U) << "seed " << seed;
            ASSERT_EQ(score.uniqueness, 0U);
            ASSERT_EQ(score.mass_by_cause[static_cast<std::size_t>(Cause::kExact)], score.mass);
            corpus.append(record_of(state));
        }
    }
}

TEST(NoveltyProperty, p6_every_lost_character_has_one_cause) {
    for (std::uint32_t seed = 0; seed < cases(kUsualCases); ++seed) {
        World world{seed};
        const CorpusIndex corpus = random_corpus(world);
        const Prepared::State state = world.contribution(1 + world.below(12));
        const Score score = score_of(state, corpus);
        std::uint64_t sum = 0;
        for (const std::uint64_t mass : score.mass_by_cause) sum += mass;
        ASSERT_EQ(sum, score.mass) << "seed " << seed;
        ASSERT_EQ(score.mass_by_cause[static_cast<std::size_t>(Cause::kNew)], score.novel_mass);
        for (const Known& known : known_of(state, corpus)) {
            ASSERT_LE(known.corpus, known.total);
            ASSERT_LE(known.total, kQ16One);
            ASSERT_EQ(known.corpus == 0, known.cause == Cause::kNew);
        }
    }
}

TEST(NoveltyProperty, the_cut_of_the_work_changes_nothing) {
    for (std::uint32_t seed = 0; seed < cases(200); ++seed) {
        World world{seed};
        const CorpusIndex corpus = random_corpus(world);
        const Prepared::State state = world.contribution(1 + world.below(30));
        const std::vector<Known> whole = known_of(state, corpus);
        for (const std::size_t step : {1U, 3U, 7U}) {
            const auto in_steps = [step](std::size_t count, const auto& work) {
                for (std::size_t begin = 0; begin < count; begin += step)
                    work(begin, std::min(count, begin + step));
            };
            ASSERT_EQ(assess(state, corpus, kSemanticRules, in_steps), whole) << "seed " << seed;
        }
    }
}

// Without this the properties could hold because nothing ever matches.
TEST(NoveltyProperty, the_random_world_shows_every_cause) {
    std::array<std::uint64_t, 6> seen{};
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        World world{seed};
        const CorpusIndex corpus = random_corpus(world);
        const Score score = score_of(world.contribution(10), corpus);
        for (std::size_t i = 0; i < seen.size(); ++i) seen[i] += score.mass_by_cause[i];
    }
    for (const Cause cause :
         {Cause::kNew, Cause::kExact, Cause::kLexical, Cause::kSemantic, Cause::kInternal})
        EXPECT_GT(seen[static_cast<std::size_t>(cause)], 10'000U) << static_cast<int>(cause);
}

}  // namespace
}  // namespace pramana::scoring
