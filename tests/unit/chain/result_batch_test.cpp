#include "pramana/chain/result_batch.hpp"

#include "chain_test.hpp"

#include <algorithm>
#include <random>
#include <set>

namespace pramana::chain {
namespace {

Hash32 root(std::uint8_t size) {
    Hash32 made;
    made.bytes[0] = 0xc0;
    made.bytes[31] = size;
    return made;
}

/// The result of `job` at `place`, whose roots are those of sizes place and place + 1.
PendingResult placed(std::uint64_t job, std::uint8_t place) {
    PendingResult pending;
    pending.result.job = JobId{job};
    pending.place = place;
    pending.previous_root = root(place);
    pending.new_root = root(place + 1);
    return pending;
}
PendingResult placeless(std::uint64_t job, std::uint8_t at) {
    PendingResult pending;
    pending.result.job = JobId{job};
    pending.previous_root = root(at);
    pending.new_root = root(at);
    return pending;
}
RecordedHead head(std::uint8_t size) { return {.root = root(size), .size = size}; }

struct PlanRow {
    const char* name;
    RecordedHead head;
    std::vector<PendingResult> pending;
    std::size_t results_max;
    std::vector<std::uint64_t> jobs;  ///< expected, in order
    Hash32 new_root;
};
// docs/contracts.md "The corpus head".
const PlanRow kPlanRows[] = {
    {"one", head(0), {placed(5, 0)}, 20, {5}, root(1)},
    {"by_place_not_by_job",
     head(2),
     {placed(9, 2), placed(4, 4), placed(7, 3)},
     20,
     {9, 7, 4},
     root(5)},
    {"without_a_place_the_head_stays",
     head(3),
     {placeless(6, 3), placeless(2, 1)},
     20,
     {2, 6},
     root(3)},
    {"what_the_head_covers_does_not_move_it",
     head(3),
     {placed(8, 1), placed(9, 3)},
     20,
     {8, 9},
     root(4)},
    {"only_what_the_head_covers", head(3), {placed(8, 1)}, 20, {8}, root(3)},
    {"places_of_others_are_covered", head(1), {placed(8, 4)}, 20, {8}, root(5)},
    {"the_rest_follows_later",
     head(0),
     {placed(1, 0), placed(2, 1), placed(3, 2)},
     2,
     {1, 2},
     root(2)},
    {"those_that_move_nothing_go_first", head(0), {placed(1, 0), placeless(9, 1)}, 1, {9}, root(0)},
};
class PlanBatch : public testing::TestWithParam<PlanRow> {};
TEST_P(PlanBatch, takes_results_in_the_order_of_their_places) {
    const PlanRow& row = GetParam();
    CorpusAdvance corpus;
    corpus.corpus_id = root(99);
    corpus.epoch = 7;
    corpus.deadline_unix_s = 1'800'000'000;
    const Result<BatchPlan> plan = plan_batch(corpus, row.head, row.pending, row.results_max);
    ASSERT_TRUE(plan.has_value());
    std::vector<std::uint64_t> jobs;
    for (const AttestedResult& result : plan->results) jobs.push_back(number(result.job));
    EXPECT_EQ(jobs, row.jobs);
    EXPECT_EQ(plan->advance.previous_root, row.head.root);
    EXPECT_EQ(plan->advance.new_root, row.new_root);
    EXPECT_EQ(plan->advance.corpus_id, root(99));
    EXPECT_EQ(plan->advance.epoch, 7U);
    EXPECT_EQ(plan->advance.deadline_unix_s, 1'800'000'000U);
}
INSTANTIATE_TEST_SUITE_P(Rows, PlanBatch, testing::ValuesIn(kPlanRows),
                         [](const auto& row) { return std::string{row.param.name}; });

PendingResult on_another_branch(PendingResult pending) {
    pending.previous_root.bytes[5] ^= 1;
    return pending;
}

struct RefusalRow {
    const char* name;
    std::vector<PendingResult> pending;
    Errc code;
};
const RefusalRow kRefusalRows[] = {
    {"nothing", {}, Errc::kNotFound},
    {"a_job_twice", {placed(5, 2), placeless(5, 3)}, Errc::kConflict},
    {"a_place_twice", {placed(5, 2), placed(6, 2)}, Errc::kConflict},
    {"the_head_is_another", {on_another_branch(placed(5, 2))}, Errc::kCorpusCorrupt},
    {"neighbours_do_not_join",
     {placed(5, 2), on_another_branch(placed(6, 3))},
     Errc::kCorpusCorrupt},
};
class PlanBatchRefusal : public testing::TestWithParam<RefusalRow> {};
TEST_P(PlanBatchRefusal, names_the_reason) {
    const Result<BatchPlan> plan = plan_batch({}, head(2), GetParam().pending, 20);
    ASSERT_FALSE(plan.has_value());
    EXPECT_EQ(plan.error().code, GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(Rows, PlanBatchRefusal, testing::ValuesIn(kRefusalRows),
                         [](const auto& row) { return std::string{row.param.name}; });

/// 200 histories: results arrive in any order, each batch takes a few; the head only moves forward,
/// along the log, and every job is sent once.
TEST(PlanBatchHistory, sends_each_job_once_and_never_moves_the_head_back) {
    std::mt19937 random{20261121};  // NOLINT: the same histories each time
    const auto below = [&](std::size_t bound) { return random() % bound; };
    for (int history = 0; history < 200; ++history) {
        const std::size_t places = 1 + below(30);
        std::vector<PendingResult> coming;
        std::uint64_t job = 0;
        for (std::size_t place = 0; place < places; ++place) {
            if (below(4) != 0) coming.push_back(placed(++job, static_cast<std::uint8_t>(place)));
            if (below(3) == 0) coming.push_back(placeless(++job, static_cast<std::uint8_t>(place)));
        }
        std::shuffle(coming.begin(), coming.end(), random);
        RecordedHead at = head(0);
        std::vector<PendingResult> pending;
        std::set<JobId> sent;
        while (!coming.empty() || !pending.empty()) {
            for (std::size_t take = below(4); take > 0 && !coming.empty(); --take) {
                pending.push_back(coming.back());
                coming.pop_back();
            }
            if (pending.empty()) continue;
            const Result<BatchPlan> plan = plan_batch({}, at, pending, 1 + below(5));
            ASSERT_TRUE(plan.has_value());
            ASSERT_FALSE(plan->results.empty());
            EXPECT_EQ(plan->advance.previous_root, at.root);
            for (const AttestedResult& result : plan->results) {
                EXPECT_TRUE(sent.insert(result.job).second);
                std::erase_if(pending, [&](const PendingResult& each) {
                    return each.result.job == result.job;
                });
            }
            const std::uint8_t size = plan->advance.new_root.bytes[31];
            EXPECT_EQ(plan->advance.new_root, root(size));
            EXPECT_GE(size, at.size);
            at = head(size);
        }
        EXPECT_EQ(sent.size(), job);
    }
}

}  // namespace
}  // namespace pramana::chain
