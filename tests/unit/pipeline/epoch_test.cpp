// A new epoch of a corpus (docs/operations.md "A new epoch of a corpus"): what is not bound to a
// nonce is measured anew in it, what is bound ends as it began.
#include "pipeline_fixture.hpp"

namespace pramana::pipeline {
namespace {

const store::CorpusKey kFirst{filled<Hash32>(1), 1};
const store::CorpusKey kSecond{filled<Hash32>(1), 2};

class EpochTest : public PipelineTest {
  protected:
    void contribute(std::uint64_t job, std::uint8_t wallet, std::string_view content) {
        ASSERT_TRUE(world.pipeline->admit(world.upload(wallet, content)));
        world.request_own(job, wallet, content);
        ASSERT_TRUE(world.seen(job));
    }
    /// The operator sets corpus_epoch and restarts.
    void begin_second() {
        world.options.dlps[0].corpus.epoch = 2;
        world.score.device_losses = 0;
        world.proofs.refuse.reset();
        world.start();
    }
    [[nodiscard]] store::JobRecord record(std::uint64_t job) {
        return *store->jobs().job(JobId{job});
    }
};

struct StopRow {
    const char* name;
    store::Stage stage;  ///< where the job is when the validator stops
    bool scored;
    std::uint32_t epoch;  ///< of its final proof
};
const StopRow kStops[] = {
    {"in_its_place", store::Stage::kPlaced, false, 2},
    {"scored", store::Stage::kPlaced, true, 2},
    {"proved", store::Stage::kProved, true, 2},
    {"bound", store::Stage::kSigned, true, 1},
};
class StopTest : public EpochTest, public testing::WithParamInterface<StopRow> {};
INSTANTIATE_TEST_SUITE_P(Rows, StopTest, testing::ValuesIn(kStops),
                         [](const auto& row) { return std::string{row.param.name}; });
TEST_P(StopTest, is_measured_anew_unless_a_nonce_is_bound) {
    contribute(1, 1, "text");
    if (!GetParam().scored) world.score.device_losses = 1'000;
    const auto there = [&] {
        const store::JobRecord job = record(1);
        return job.stage == GetParam().stage && job.sealed_score.empty() != GetParam().scored;
    };
    for (int step = 0; step < 64 && !there(); ++step) {
        world.clock.advance(1);
        static_cast<void>(world.pipeline->step_next());
    }
    ASSERT_TRUE(there());
    ASSERT_EQ(record(1).corpus, kFirst);
    const std::optional<Hash32> document = record(1).document;

    begin_second();
    world.settle(20);
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.chain.sent(JobId{1}), 1U) << "one proof";
    const BindingFacts facts = world.evidence.facts_of(JobId{1});
    EXPECT_EQ(facts.corpus.epoch, GetParam().epoch);
    EXPECT_EQ(facts.place, CorpusPosition{0});
    EXPECT_EQ(record(1).corpus->epoch, GetParam().epoch);
    EXPECT_EQ(store->corpus().head(kFirst)->holder, std::nullopt);
    EXPECT_EQ(store->corpus().head(kSecond)->size, GetParam().epoch - 1);
    EXPECT_EQ(store->corpus().head(kFirst)->size, GetParam().scored ? 1U : 0U)
        << "the first log stays as it was";
    if (document && *document != *record(1).document) {
        EXPECT_EQ(code_of(store->jobs().proof_document(*document)), "not_found");
    }
}

TEST_F(EpochTest, starts_empty_and_the_first_one_stays_readable) {
    contribute(1, 1, "text");
    world.settle();
    const store::JobRecord first = record(1);
    begin_second();
    contribute(2, 2, "text");
    contribute(3, 3, "text");
    world.settle();
    EXPECT_EQ(world.job(2).result->pay_1024, 100U) << "of the first epoch nothing counts";
    EXPECT_EQ(world.job(3).result->pay_1024, 0U) << "of this one all does";
    EXPECT_EQ(record(1), first);
    EXPECT_EQ(store->corpus().entry(kFirst, CorpusPosition{0})->new_root, first.new_root);
    EXPECT_NE(record(2).new_root, first.new_root) << "its roots are chained to its number";
}

TEST_F(EpochTest, an_invalid_contribution_is_judged_against_the_new_one) {
    contribute(1, 1, "?format");
    world.proofs.refuse = Errc::kFeeCeiling;
    world.settle();
    ASSERT_EQ(record(1).stage, store::Stage::kProved);
    begin_second();
    world.settle(20);
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.evidence.facts_of(JobId{1}).corpus.epoch, 2U);
    EXPECT_FALSE(world.evidence.facts_of(JobId{1}).place);
}

}  // namespace
}  // namespace pramana::pipeline
