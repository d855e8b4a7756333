// What one payer may have of us at a time and in a day: issue 4, scope 4.
#include "payers.hpp"

#include "pipeline_fixture.hpp"

#include <algorithm>

namespace pramana::pipeline {
namespace {

store::JobRecord job_of(std::uint64_t id, std::uint8_t payer, store::Stage stage) {
    store::JobRecord job;
    job.id = JobId{id};
    job.payer = filled<Address>(payer);
    job.stage = stage;
    return job;
}

TEST(Payers, the_next_job_begins_when_one_of_the_same_payer_has_ended) {
    Payers payers;
    EXPECT_TRUE(payers.may_begin(job_of(1, 1, store::Stage::kQueued), 1));
    EXPECT_TRUE(payers.may_begin(job_of(1, 1, store::Stage::kQueued), 1)) << "it is in already";
    EXPECT_FALSE(payers.may_begin(job_of(2, 1, store::Stage::kQueued), 1));
    EXPECT_FALSE(payers.may_begin(job_of(3, 1, store::Stage::kQueued), 1));
    EXPECT_TRUE(payers.may_begin(job_of(4, 2, store::Stage::kQueued), 1)) << "another payer";
    EXPECT_EQ(payers.note(job_of(1, 1, store::Stage::kPlaced)), std::nullopt);
    EXPECT_EQ(payers.note(job_of(4, 2, store::Stage::kFinal)), std::nullopt);
    EXPECT_EQ(payers.note(job_of(1, 1, store::Stage::kFinal)), JobId{2});
    EXPECT_TRUE(payers.may_begin(job_of(2, 1, store::Stage::kQueued), 1));
    EXPECT_EQ(payers.note(job_of(2, 1, store::Stage::kWaitingKey)), JobId{3}) << "its key failed";
}

TEST(Payers, a_day_has_so_many_proofs_and_the_next_day_begins_anew) {
    Payers payers;
    constexpr std::int64_t kDay = 86'400;
    const store::JobRecord mine = job_of(1, 1, store::Stage::kProved);
    const store::JobRecord other = job_of(2, 2, store::Stage::kProved);
    const store::JobRecord first = job_of(3, 1, store::Stage::kSigned);
    payers.count_signed(first, 3 * kDay);
    payers.count_signed(first, 3 * kDay + 1);                            // the same
    payers.count_signed(job_of(4, 1, store::Stage::kSigned), 2 * kDay);  // of an earlier day
    EXPECT_TRUE(payers.may_sign(mine, 3 * kDay + 1, 2));
    payers.count_signed(job_of(5, 1, store::Stage::kSigned), 3 * kDay + 5);
    EXPECT_TRUE(payers.may_sign(first, 4 * kDay - 1, 2)) << "counted already";
    EXPECT_FALSE(payers.may_sign(mine, 4 * kDay - 1, 2));
    EXPECT_TRUE(payers.may_sign(other, 4 * kDay - 1, 2));
    EXPECT_TRUE(payers.may_sign(mine, 4 * kDay, 2));
}

class PayersTest : public PipelineTest {
  protected:
    void contribute(std::uint64_t job, std::uint8_t w) {
        const std::string content = "text " + std::to_string(job);
        ASSERT_TRUE(world.pipeline->admit(world.upload(w, content)));
        world.request_own(job, w, content);
        ASSERT_TRUE(world.seen(job));
    }
};

TEST_F(PayersTest, a_flood_waits_for_itself_and_for_nobody_else) {
    world.options.jobs_per_payer_max = 2;
    world.start();
    for (std::uint64_t job = 1; job <= 6; ++job) contribute(job, 1);
    contribute(7, 2);
    world.pipeline->tick();
    EXPECT_EQ(world.outcome(7), "sent");
    EXPECT_EQ(world.outcome(2), "sent");
    EXPECT_EQ(world.outcome(3), "queued payer_limit");
    EXPECT_EQ(world.opener.decryptions, 3) << "what waits costs nothing";
    world.start();  // the same after a restart
    world.pipeline->tick();
    EXPECT_EQ(world.outcome(3), "queued payer_limit");
    world.settle(20);
    for (std::uint64_t job = 1; job <= 7; ++job) EXPECT_EQ(world.outcome(job), "final") << job;
}

TEST_F(PayersTest, one_payer_cannot_spend_the_day) {
    world.options.proofs_per_payer_day_max = 2;
    world.start();
    for (std::uint64_t job = 1; job <= 3; ++job) {
        contribute(job, 1);
        world.settle(4);
    }
    contribute(4, 2);
    world.settle(4);
    EXPECT_EQ(world.outcome(2), "final");
    EXPECT_EQ(world.outcome(3), "proved payer_limit");
    EXPECT_EQ(world.outcome(4), "final");
    world.start();
    world.settle(2);
    EXPECT_EQ(world.outcome(3), "proved payer_limit") << "a restart does not forget the day";
    world.clock.advance(80'000);
    world.settle();
    EXPECT_EQ(world.outcome(3), "final") << "the next day";
}

TEST_F(PayersTest, what_waits_for_a_batch_counts_too) {
    world.options.proofs_per_payer_day_max = 2;
    world.start();
    world.proofs.refuse = Errc::kWaitsForBatch;
    for (std::uint64_t job = 1; job <= 3; ++job) contribute(job, 1);
    contribute(4, 2);
    for (int i = 0; i < 3; ++i) {
        world.pipeline->tick();
        world.clock.advance(2);
    }
    EXPECT_EQ(world.outcome(1), "proved waits_for_batch") << "asked about again, counted once";
    EXPECT_EQ(world.outcome(2), "proved waits_for_batch");
    EXPECT_EQ(world.outcome(3), "proved payer_limit");
    EXPECT_EQ(world.outcome(4), "proved waits_for_batch");
}

TEST_F(PayersTest, a_flood_that_was_seen_first_does_not_hold_up_another_payers_job) {
    for (std::uint64_t job = 1; job <= 200; ++job) {
        world.request(job, 1, "https://files.example/x");  // waits for a key that never comes
        ASSERT_TRUE(world.seen(job));
    }
    world.pipeline->tick();
    world.clock.advance(31);  // all 200 are due again
    contribute(201, 2);
    ASSERT_TRUE(world.pipeline->step_next());  // looked at, and now it is known who pays
    int steps = 1;
    for (; world.job(201).stage < Stage::kSent; ++steps) ASSERT_TRUE(world.pipeline->step_next());
    EXPECT_LE(steps, 40) << "of 200 that were due before it";
}

TEST_F(PayersTest, the_journal_keeps_when_what_happened) {
    contribute(1, 1);
    world.settle();
    const store::JobRecord job = *store->jobs().job(JobId{1});
    std::string stages;
    for (const store::StageChange& change : job.history)
        stages += std::string{name_of(static_cast<Stage>(change.stage))} + " ";
    EXPECT_EQ(stages, "received waiting_key queued placed proved sent included final ");
    EXPECT_TRUE(std::is_sorted(job.history.begin(), job.history.end(),
                               [](const auto& a, const auto& b) { return a.unix_s < b.unix_s; }));
}

TEST_F(PayersTest, a_long_life_keeps_its_beginning_and_its_end) {
    contribute(1, 1);
    world.proofs.refuse = Errc::kRpcUnavailable;
    for (int i = 0; i < 60; ++i) {
        world.proofs.refuse = i % 2 == 0 ? Errc::kBusy : Errc::kRpcUnavailable;
        world.pipeline->tick();
        world.clock.advance(61);
    }
    world.proofs.refuse.reset();
    world.settle();
    const store::JobRecord job = *store->jobs().job(JobId{1});
    EXPECT_EQ(job.history.size(), store::kHistoryMax);
    EXPECT_EQ(job.history.front().stage, store::Stage::kReceived);
    EXPECT_EQ(job.history.back().stage, store::Stage::kFinal);
}

}  // namespace
}  // namespace pramana::pipeline
