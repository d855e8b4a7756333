// The seed of a very long contribution's sample: whose block, when, and that nothing changes it.
#include "pipeline_fixture.hpp"

namespace pramana::pipeline {
namespace {

constexpr std::string_view kLong = "?long text";
const Hash32 kHash = filled<Hash32>(0x77);

class SampleTest : public PipelineTest {
  protected:
    void contribute() {
        ASSERT_TRUE(world.pipeline->admit(world.upload(1, kLong)));
        world.request_own(1, 1, kLong);
        ASSERT_TRUE(world.pipeline->on_job_seen(JobId{1}, 77));
        world.pipeline->tick();
    }
    void pass(int seconds) {
        world.clock.advance(seconds);
        world.pipeline->tick();
    }
};

TEST_F(SampleTest, waits_for_the_final_block_of_the_job_and_opens_nothing_meanwhile) {
    contribute();
    EXPECT_EQ(world.outcome(1), "queued seed_not_final");
    for (int i = 0; i < 20; ++i) pass(1);
    EXPECT_EQ(world.outcome(1), "queued seed_not_final");
    EXPECT_EQ(world.opener.decryptions, 1) << "the file is not opened to wait";
    EXPECT_EQ(store->jobs().job(JobId{1})->attempts, 0U) << "waiting is no attempt";
    EXPECT_FALSE(store->jobs().job(JobId{1})->place) << "nobody waits behind it";
    world.chain.final_blocks[77] = kHash;
    pass(1);
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.score.seeds, std::vector<Hash32>{kHash});
    EXPECT_EQ(world.evidence.facts_of(JobId{1}).sample,
              (store::SeedBlock{.number = 77, .hash = kHash}));
}

TEST_F(SampleTest, is_waited_for_only_while_the_job_is_open) {
    contribute();
    world.chain.jobs[JobId{1}].status = ChainJobStatus::kCanceled;
    pass(1);
    EXPECT_EQ(world.outcome(1), "cancelled");
    EXPECT_EQ(store->jobs().usage_total().count, 0U);
}

TEST_F(SampleTest, is_not_waited_for_for_ever) {
    contribute();
    world.chain.jobs.clear();  // a reorg took it away, and it never comes back
    for (int i = 0; i < 3; ++i) pass(43'200);
    EXPECT_EQ(world.outcome(1), "expired seed_not_final");
    EXPECT_TRUE(store->jobs().open_jobs()->empty());
}

TEST_F(SampleTest, is_of_what_needs_one_only) {
    world.chain.final_blocks[1] = kHash;
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_FALSE(world.evidence.facts_of(JobId{1}).sample);
}

// A crash after the seed, and a node that then tells another block: the sample stays the same.
TEST_F(SampleTest, is_never_drawn_with_another_seed) {
    world.chain.final_blocks[77] = kHash;
    world.score.device_losses = 3;
    contribute();
    EXPECT_EQ(store->jobs().job(JobId{1})->sample->hash, kHash);
    world.chain.final_blocks[77] = filled<Hash32>(0x88);
    world.start();
    ASSERT_TRUE(world.pipeline->on_job_seen(JobId{1}, 78));
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_GT(world.score.seeds.size(), 1U);
    for (const Hash32& seed : world.score.seeds) EXPECT_EQ(seed, kHash);
    EXPECT_EQ(world.evidence.facts_of(JobId{1}).sample->number, 77U);
}

TEST_F(SampleTest, follows_a_job_that_a_reorg_moved) {
    contribute();
    ASSERT_TRUE(world.pipeline->on_job_seen(JobId{1}, 79));
    world.chain.final_blocks[77] = filled<Hash32>(0x88);  // the job is not in it any more
    world.chain.final_blocks[79] = kHash;
    pass(1);
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.evidence.facts_of(JobId{1}).sample->number, 79U);
}

TEST_F(SampleTest, of_a_job_that_came_by_its_key_waits_for_the_watcher) {
    world.request(1, 1, "https://files.example/1");
    world.fetch.pages["https://files.example/1"] = World::sealed(1, kLong);
    ASSERT_TRUE(world.pipeline->deposit_key(World::deposit(1, key_of_wallet(World::wallet(1)))));
    world.pipeline->tick();
    EXPECT_EQ(world.outcome(1), "queued seed_not_final");
    world.chain.final_blocks[77] = kHash;
    ASSERT_TRUE(world.pipeline->on_job_seen(JobId{1}, 77));
    pass(1);
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.evidence.facts_of(JobId{1}).sample->number, 77U);
}

TEST_F(SampleTest, goes_with_the_place_to_the_next_job_of_the_same_file) {
    world.chain.final_blocks[77] = kHash;
    world.proofs.refuse = Errc::kFeeCeiling;
    contribute();
    EXPECT_EQ(world.outcome(1), "proved fee_ceiling");
    world.chain.jobs[JobId{1}].status = ChainJobStatus::kCanceled;
    pass(60);
    EXPECT_EQ(world.outcome(1), "cancelled");
    world.proofs.refuse.reset();
    world.chain.jobs[JobId{2}] = world.chain.jobs[JobId{1}];
    world.chain.jobs[JobId{2}].status = ChainJobStatus::kSubmitted;
    world.chain.final_blocks[90] = filled<Hash32>(0x90);
    ASSERT_TRUE(world.pipeline->on_job_seen(JobId{2}, 90));
    world.settle();
    EXPECT_EQ(world.outcome(2), "final");
    EXPECT_EQ(world.evidence.facts_of(JobId{2}).sample,
              (store::SeedBlock{.number = 77, .hash = kHash}))
        << "asking again draws no second sample";
}

}  // namespace
}  // namespace pramana::pipeline
