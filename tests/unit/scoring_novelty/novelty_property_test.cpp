// The six properties of novelty (docs/scoring.md "Novelty"), each on random contributions.
// PRAMANA_CASES=100000 runs the long form.
#include "contributions.hpp"
#include "novelty/novelty.hpp"
#include "score.hpp"

#include <gtest/gtest.h>

namespace pramana::scoring {
namespace {

using testing::cases;
using testing::owner;
using testing::random_scene;
using testing::rejected;
using testing::Scene;
using testing::World;

constexpr std::uint32_t kUsualCases = 1000;

TEST(NoveltyProperty, p1_growing_the_corpus_never_raises_novel_mass) {
    for (std::uint32_t seed = 0; seed < cases(kUsualCases); ++seed) {
        World world{seed};
        Scene scene = random_scene(world);
        const Prepared::State state = world.contribution(1 + world.below(10));
        std::uint64_t before = scene.score_of(state).novel_mass;
        for (int step = 0; step < 4; ++step) {
            if (step == 3)
                scene.published.append(record_of(world.contribution(2)));
            else
                scene.grow(world);
            const std::uint64_t after = scene.score_of(state).novel_mass;
            ASSERT_LE(after, before) << "seed " << seed;
            before = after;
        }
    }
}

TEST(NoveltyProperty, p2_appending_known_chunks_keeps_novel_mass_and_lowers_uniqueness) {
    for (std::uint32_t seed = 0; seed < cases(kUsualCases); ++seed) {
        World world{seed};
        Scene scene = random_scene(world);
        const Prepared::State old = world.contribution(1 + world.below(6));
        switch (world.below(3)) {
            case 0: scene.corpus.append(record_of(old)); break;
            case 1: scene.quarantine.append(rejected(old, owner(1))); break;
            default: scene.published.append(record_of(old)); break;
        }
        Prepared::State state = world.contribution(1 + world.below(8));
        const Score before = scene.score_of(state);
        World::append(state, old, 0, old.chunks.size());
        const Score after = scene.score_of(state);
        ASSERT_EQ(after.novel_mass, before.novel_mass) << "seed " << seed;
        ASSERT_LE(after.uniqueness, before.uniqueness) << "seed " << seed;
    }
}

TEST(NoveltyProperty, p3_appending_never_lowers_novel_mass) {
    for (std::uint32_t seed = 0; seed < cases(kUsualCases); ++seed) {
        World world{seed};
        const Scene scene = random_scene(world);
        Prepared::State state = world.contribution(1);
        std::uint64_t before = scene.score_of(state).novel_mass;
        for (int step = 0; step < 6; ++step) {
            world.add_chunk(state);
            const std::uint64_t after = scene.score_of(state).novel_mass;
            ASSERT_GE(after, before) << "seed " << seed;
            before = after;
        }
    }
}

TEST(NoveltyProperty, p4_cutting_at_chunk_borders_changes_no_chunk) {
    for (std::uint32_t seed = 0; seed < cases(kUsualCases); ++seed) {
        World world{seed};
        Scene scene = random_scene(world);
        const Prepared::State whole = world.contribution(2 + world.below(12));
        const std::vector<Known> together = scene.known_of(whole);
        std::uint64_t parts_mass = 0, parts = 0;
        for (std::size_t begin = 0; begin < whole.chunks.size();) {
            const std::size_t end =
                std::min<std::size_t>(whole.chunks.size(), begin + 1 + world.below(5));
            Prepared::State part;
            World::append(part, whole, begin, end);
            const std::vector<Known> alone = scene.known_of(part);
            for (std::size_t i = begin; i < end; ++i)
                ASSERT_EQ(alone[i - begin].total, together[i].total)
                    << "seed " << seed << " chunk " << i;
            parts_mass += scene.score_of(part).novel_mass;
            ++parts;
            scene.corpus.append(record_of(part));
            begin = end;
        }
        // Each part floors its mass to whole characters once.
        Score score;
        add_masses(score, whole.chunks, together);
        ASSERT_LE(parts_mass, score.novel_mass);
        ASSERT_LT(score.novel_mass - parts_mass, parts);
    }
}

TEST(NoveltyProperty, p5_every_further_copy_adds_nothing) {
    for (std::uint32_t seed = 0; seed < cases(kUsualCases); ++seed) {
        World world{seed};
        Scene scene = random_scene(world);
        const Prepared::State state = world.contribution(1 + world.below(10));
        const bool first_was_rejected = world.below(3) == 0;
        if (first_was_rejected)
            scene.quarantine.append(rejected(state, owner(1)));
        else
            scene.corpus.append(record_of(state));
        for (int copy = 2; copy < 4; ++copy) {
            const Score score = scene.score_of(state);
            ASSERT_EQ(score.novel_mass, 0U) << "seed " << seed;
            ASSERT_EQ(score.uniqueness, 0U);
            scene.corpus.append(record_of(state));
        }
    }
}

TEST(NoveltyProperty, p6_every_lost_character_has_one_cause) {
    for (std::uint32_t seed = 0; seed < cases(kUsualCases); ++seed) {
        World world{seed};
        const Scene scene = random_scene(world);
        const Prepared::State state = world.contribution(1 + world.below(12));
        const Score score = scene.score_of(state);
        std::uint64_t sum = 0;
        for (const std::uint64_t mass : score.mass_by_cause) sum += mass;
        ASSERT_EQ(sum, score.mass) << "seed " << seed;
        ASSERT_EQ(score.mass_by_cause[static_cast<std::size_t>(Cause::kNew)], score.novel_mass);
        for (const Known& known : scene.known_of(state)) {
            ASSERT_LE(known.published, known.corpus);
            ASSERT_LE(known.corpus, known.total);
            ASSERT_LE(known.total, kQ16One);
            ASSERT_EQ(known.corpus == known.published, known.cause == Cause::kNew);
        }
    }
}

// What an owner had rejected is as if it had never been sent, to this owner.
TEST(NoveltyProperty, quarantine_never_counts_against_its_owner) {
    for (std::uint32_t seed = 0; seed < cases(kUsualCases); ++seed) {
        World world{seed};
        Scene scene = random_scene(world);
        Prepared::State state = world.contribution(1 + world.below(10));
        const std::vector<Known> before = scene.known_of(state);
        const Prepared::State old = world.contribution(1 + world.below(6));
        scene.quarantine.append(rejected(old, scene.asking));
        scene.quarantine.append(rejected(state, scene.asking));
        ASSERT_EQ(scene.known_of(state), before) << "seed " << seed;
        scene.asking = owner(7);
        ASSERT_EQ(scene.score_of(state).novel_mass, 0U) << "seed " << seed;
    }
}

TEST(NoveltyProperty, what_two_owners_had_rejected_counts_against_both) {
    for (std::uint32_t seed = 0; seed < cases(200); ++seed) {
        World world{seed};
        Scene scene;
        const Prepared::State state = world.contribution(1 + world.below(10));
        scene.quarantine.append(rejected(state, owner(0)));
        scene.quarantine.append(rejected(state, owner(1)));
        for (const std::uint32_t asking : {0U, 1U, 2U}) {
            scene.asking = owner(asking);
            ASSERT_EQ(scene.score_of(state).novel_mass, 0U) << "seed " << seed;
        }
    }
}

TEST(NoveltyProperty, public_texts_are_booked_before_others_contributions) {
    for (std::uint32_t seed = 0; seed < cases(200); ++seed) {
        World world{seed};
        Scene scene = random_scene(world);
        const Prepared::State state = world.contribution(1 + world.below(10));
        scene.corpus.append(record_of(state));
        scene.published.append(record_of(state));
        const Score score = scene.score_of(state);
        ASSERT_EQ(score.mass_by_cause[static_cast<std::size_t>(Cause::kPublic)], score.mass);
    }
}

TEST(NoveltyProperty, the_cut_of_the_work_changes_nothing) {
    for (std::uint32_t seed = 0; seed < cases(200); ++seed) {
        World world{seed};
        const Scene scene = random_scene(world);
        const Prepared::State state = world.contribution(1 + world.below(30));
        const std::vector<Known> whole = scene.known_of(state);
        for (const std::size_t step : {1U, 3U, 7U}) {
            const auto in_steps = [step](std::size_t count, const auto& work) {
                for (std::size_t begin = 0; begin < count; begin += step)
                    work(begin, std::min(count, begin + step));
            };
            ASSERT_EQ(scene.known_of(state, in_steps), whole) << "seed " << seed;
        }
    }
}

// Without this the properties could hold because nothing ever matches.
TEST(NoveltyProperty, the_random_world_shows_every_cause) {
    std::array<std::uint64_t, 6> seen{};
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        World world{seed};
        const Scene scene = random_scene(world);
        const Score score = scene.score_of(world.contribution(10));
        for (std::size_t i = 0; i < seen.size(); ++i) seen[i] += score.mass_by_cause[i];
    }
    for (std::size_t cause = 0; cause < seen.size(); ++cause)
        EXPECT_GT(seen[cause], 10'000U) << cause;
}

}  // namespace
}  // namespace pramana::scoring
