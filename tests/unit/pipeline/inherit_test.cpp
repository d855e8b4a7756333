// The score of a request that came to no proof goes to the next request for the same file, once.
#include "pipeline_fixture.hpp"

namespace pramana::pipeline {
namespace {

/// A file whose first request came to a score and to no proof.
class ScoredTest : public WorkTest {
  protected:
    /// Job 1 is scored and waits for its nonce.
    void score_first() {
        contribute(1, 1, "text");
        world.proofs.refuse = Errc::kRpcUnavailable;
        world.pipeline->tick();
        ASSERT_EQ(world.outcome(1), "proved rpc_unavailable");
    }
    void cancel_first() {
        score_first();
        world.chain.jobs[JobId{1}].status = ChainJobStatus::kCanceled;
        world.clock.advance(60);
        world.pipeline->tick();
        world.proofs.refuse.reset();
        ASSERT_EQ(world.outcome(1), "cancelled");
    }
    /// Another request for the file of job 1.
    void request_again(std::uint64_t job) {
        world.chain.jobs[JobId{job}] = world.chain.jobs[JobId{1}];
        world.chain.jobs[JobId{job}].status = ChainJobStatus::kSubmitted;
        ASSERT_TRUE(world.seen(job));
    }
};

TEST_F(ScoredTest, is_inherited_by_one_request_at_a_time) {
    cancel_first();
    request_again(2);
    request_again(3);
    world.settle();
    ASSERT_EQ(world.outcome(2), "final");
    ASSERT_EQ(world.outcome(3), "final");
    EXPECT_EQ(world.job(2).result->pay_1024, 100U);
    EXPECT_EQ(world.job(3).result->pay_1024, 0U) << "one file, one proof that is paid";
    request_again(4);
    world.settle();
    EXPECT_EQ(world.job(4).result->pay_1024, 0U);
}

TEST_F(ScoredTest, is_inherited_from_the_one_that_inherited_it) {
    cancel_first();
    request_again(2);
    world.proofs.refuse = Errc::kRpcUnavailable;
    world.pipeline->tick();
    ASSERT_EQ(world.outcome(2), "proved rpc_unavailable");
    world.chain.jobs[JobId{2}].status = ChainJobStatus::kCanceled;
    world.clock.advance(60);
    world.pipeline->tick();
    world.proofs.refuse.reset();
    world.start();
    request_again(3);
    world.settle();
    EXPECT_EQ(world.outcome(3), "final");
    EXPECT_EQ(world.job(3).result->pay_1024, 100U);
    EXPECT_EQ(corpus_size(), 1U);
}

TEST_F(ScoredTest, is_inherited_when_the_first_request_expired) {
    score_first();
    world.proofs.refuse.reset();
    world.chain.gas_price_wei = 1'000'000;  // dear, for longer than a job waits
    for (int i = 0; i < 4; ++i) {
        world.clock.advance(40'000);
        world.pipeline->tick();
    }
    ASSERT_EQ(world.outcome(1), "expired bid_below_gas");
    world.chain.gas_price_wei = 0;
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));  // its file was released meanwhile
    request_again(2);
    world.settle();
    EXPECT_EQ(world.outcome(2), "final");
    EXPECT_EQ(world.job(2).result->pay_1024, 100U);
}

TEST_F(ScoredTest, says_nothing_under_another_ruleset) {
    cancel_first();
    world.options.dlps[0].ruleset = filled<Hash32>(9);  // the operator's new one, the same corpus
    world.options.dlps[0].instruction =
        proof_instruction(world.options.chain_id, world.options.dlps[0].address, filled<Hash32>(9));
    world.chain.dlps[world.options.dlps[0].address].proof_instruction =
        world.options.dlps[0].instruction;
    world.start();
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));
    request_again(2);
    world.settle();
    ASSERT_EQ(world.outcome(2), "final");
    EXPECT_EQ(world.job(2).result->pay_1024, 0U) << "known to the corpus";
}

TEST_F(ScoredTest, says_nothing_to_another_dlp_of_the_same_corpus) {
    const Address second = filled<Address>(0xD1);
    world.serve(second, 2);
    world.options.dlps[1].corpus = world.options.dlps[0].corpus;
    world.start();
    cancel_first();
    VerifiedIntent intent = world.intent(1, World::sealed(1, "text"));
    intent.dlp = second;
    intent.ruleset = world.options.dlps[1].ruleset;
    Upload upload = world.upload(1, "text");
    upload.envelope = envelope_of(intent, key_of_wallet(World::wallet(1)));
    ASSERT_TRUE(world.pipeline->admit(upload));
    world.chain.permissions[{FileId{1}, second}] = "dlp-key|x";
    request_again(2);
    world.settle();
    ASSERT_EQ(world.outcome(2), "final");
    EXPECT_EQ(store->jobs().job(JobId{2})->dlp, second);
    EXPECT_EQ(world.job(2).result->pay_1024, 0U);
}

}  // namespace
}  // namespace pramana::pipeline
