// Job ids that a reorg gives to other requests, and what the old request held.
#include "pipeline_fixture.hpp"

namespace pramana::pipeline {
namespace {

class ReorgTest : public WorkTest {
  protected:
    /// From now on the job is a request of wallet `w` for file `file`.
    void give_to(std::uint64_t job, std::uint64_t file, std::uint8_t w, std::string_view content) {
        world.request(file, w, world.own_url(w, content));
        world.chain.jobs[JobId{job}] = world.chain.jobs[JobId{file}];
        world.chain.jobs.erase(JobId{file});
    }
    Status told(std::uint64_t job, std::uint64_t file) {
        const SeenJob seen{JobId{job}, 2, FileId{file}};
        return world.pipeline->on_jobs_seen({&seen, 1});
    }
};

TEST_F(ReorgTest, a_contribution_whose_job_is_another_requests_now_waits_for_its_own_again) {
    world.chain.gas_price_wei = 1'000'000;  // held before it is opened
    const ContributionId id = contribute(1, 1, "text");
    world.pipeline->tick();
    ASSERT_EQ(world.outcome(1), "queued bid_below_gas");
    ASSERT_TRUE(world.pipeline->admit(world.upload(2, "other")));
    give_to(1, 9, 2, "other");
    world.chain.gas_price_wei = 0;
    world.clock.advance(31);
    world.settle();
    ASSERT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.job(1).file, FileId{9});
    EXPECT_EQ(store->jobs().contribution(id)->job, std::nullopt);
    world.clock.advance(world.options.unpaid_expiry.count());
    world.pipeline->tick();
    EXPECT_EQ(world.pipeline->status(id)->stage, Stage::kExpired);
    EXPECT_EQ(store->jobs().usage_total().count, 0U) << "it counts against no quota for ever";
}

TEST_F(ReorgTest, the_old_payer_gets_back_what_the_job_held) {
    world.options.jobs_per_payer_max = 1;
    world.start();
    world.chain.gas_price_wei = 1'000'000;
    world.request(1, 1, "https://files.example/1");
    world.chain.jobs[JobId{1}].bid_wei = wei(UINT64_MAX);  // pays for fetching
    world.fetch.pages["https://files.example/1"] = World::sealed(1, "text");
    ASSERT_TRUE(world.seen(1));
    ASSERT_TRUE(world.pipeline->deposit_key(World::deposit(1, key_of_wallet(World::wallet(1)))));
    world.chain.tee_active = false;
    world.pipeline->tick();
    world.chain.tee_active = true;
    world.fetch.fails = Errc::kTimeout;
    world.clock.advance(31);
    world.pipeline->tick();
    ASSERT_EQ(world.outcome(1), "waiting_file timeout");
    world.chain.gas_price_wei = 0;
    world.fetch.fails.reset();
    ASSERT_TRUE(world.pipeline->admit(world.upload(2, "other")));
    give_to(1, 9, 2, "other");
    contribute(2, 1, "of the old payer");
    world.clock.advance(61);
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.outcome(2), "final");
}

TEST_F(ReorgTest, a_fetched_file_of_the_old_request_is_dropped) {
    world.request(1, 1, "https://files.example/1");
    world.fetch.pages["https://files.example/1"] = World::sealed(1, "text");
    ASSERT_TRUE(world.seen(1));
    world.pipeline->tick();
    ASSERT_TRUE(world.pipeline->deposit_key(World::deposit(1, key_of_wallet(World::wallet(1)))));
    ASSERT_TRUE(world.pipeline->step_next());  // fetches
    ASSERT_EQ(store->blobs().list()->size(), 1U);
    world.request(9, 2, "https://files.example/9");
    world.chain.jobs[JobId{1}].file = FileId{9};
    world.pipeline->tick();
    ASSERT_EQ(world.outcome(1), "waiting_key");
    EXPECT_TRUE(store->blobs().list()->empty());
}

TEST_F(ReorgTest, a_refusal_of_another_request_is_not_this_ones) {
    world.request(1, 1, "https://files.example/1");
    world.chain.permissions.clear();  // of a DLP that we do not serve
    ASSERT_TRUE(told(1, 1));
    world.settle();
    ASSERT_EQ(world.outcome(1), "refused dlp_not_served");
    ASSERT_TRUE(told(1, 1));
    world.settle();
    EXPECT_EQ(world.outcome(1), "refused dlp_not_served") << "the same request again";

    ASSERT_TRUE(world.pipeline->admit(world.upload(2, "text")));
    give_to(1, 9, 2, "text");
    ASSERT_TRUE(told(1, 9));
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.job(1).file, FileId{9});
    EXPECT_EQ(*store->jobs().seen_block(JobId{1}), 2U);
    ASSERT_TRUE(told(1, 1));
    world.settle();
    EXPECT_EQ(world.outcome(1), "final") << "what is proved stays so";
}

TEST_F(ReorgTest, the_file_of_a_refused_request_goes_with_it) {
    world.request(1, 1, "https://files.example/1");
    world.fetch.pages["https://files.example/1"] = bytes_of("no sealed file");
    ASSERT_TRUE(told(1, 1));
    world.pipeline->tick();
    ASSERT_TRUE(world.pipeline->deposit_key(World::deposit(1, key_of_wallet(World::wallet(1)))));
    world.settle();
    ASSERT_EQ(world.job(1).stage, Stage::kRefused);
    ASSERT_EQ(store->blobs().list()->size(), 1U) << "kept for its time";
    give_to(1, 9, 2, "text");
    ASSERT_TRUE(told(1, 9));
    EXPECT_TRUE(store->blobs().list()->empty());
}

TEST_F(ReorgTest, a_job_that_the_chain_lost_for_long_is_done_when_it_is_told_again) {
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));
    world.request_own(1, 1, "text");
    const ChainJob lost = world.chain.jobs[JobId{1}];
    world.chain.jobs.clear();
    ASSERT_TRUE(told(1, 1));
    world.settle(20);
    ASSERT_EQ(world.outcome(1), "refused job_not_open");
    world.chain.jobs[JobId{1}] = lost;
    ASSERT_TRUE(told(1, 1));
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
}

TEST_F(ReorgTest, what_was_scored_is_kept_for_the_request_that_it_was_of) {
    contribute(1, 1, "text");
    world.proofs.refuse = Errc::kRpcUnavailable;
    world.pipeline->tick();
    ASSERT_EQ(world.outcome(1), "proved rpc_unavailable");
    world.proofs.refuse.reset();
    const ChainJob mine = world.chain.jobs[JobId{1}];
    give_to(1, 9, 2, "other");
    world.chain.jobs[JobId{1}].status = ChainJobStatus::kCompleted;
    world.settle();
    ASSERT_EQ(world.outcome(1), "refused job_not_ours") << "completed, but not this request";
    ASSERT_TRUE(told(1, 9));
    world.chain.jobs[JobId{2}] = mine;
    ASSERT_TRUE(told(2, 1));
    world.settle();
    EXPECT_EQ(world.outcome(2), "final");
    EXPECT_EQ(world.job(2).result->pay_1024, 100U);
}

}  // namespace
}  // namespace pramana::pipeline
