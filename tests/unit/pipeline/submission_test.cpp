// From the signed proof to finality, and what can come between.
#include "pipeline_fixture.hpp"

namespace pramana::pipeline {
namespace {

using SubmissionTest = WorkTest;

struct LastLook {
    const char* name;
    void (*change)(FakeChain&);
    const char* outcome;
};
const LastLook kLastLooks[] = {
    {"nothing", [](FakeChain&) {}, "final"},
    {"canceled", [](FakeChain& c) { c.jobs[JobId{1}].status = ChainJobStatus::kCanceled; },
     "cancelled"},
    {"completed_by_another",
     [](FakeChain& c) { c.jobs[JobId{1}].status = ChainJobStatus::kCompleted; }, "done_by_other"},
    {"instruction_changed",
     [](FakeChain& c) { c.dlps[filled<Address>(0xD0)].proof_instruction = "other"; },
     "refused instruction_mismatch"},
    {"pool_changed",
     [](FakeChain& c) { c.dlps[filled<Address>(0xD0)].tee_pool = filled<Address>(1); },
     "refused pool_mismatch"},
    {"url_changed", [](FakeChain& c) { c.files[FileId{1}].url = "https://other"; },
     "refused file_changed"},
    {"file_gone", [](FakeChain& c) { c.files.clear(); }, "refused file_not_found"},
    {"owner_changed", [](FakeChain& c) { c.files[FileId{1}].owner = filled<Address>(9); },
     "refused file_changed"},
    {"job_is_another_request_now",
     [](FakeChain& c) {
         c.jobs[JobId{1}].file = FileId{9};
         c.files[FileId{9}] = c.files[FileId{1}];
     },
     "refused job_not_ours"},
    {"a_reorg_took_the_job_away", [](FakeChain& c) { c.jobs.clear(); }, "proved job_not_open"},
    {"we_are_removed", [](FakeChain& c) { c.tee_active = false; }, "proved worker_not_active"},
    {"gas_has_become_dear", [](FakeChain& c) { c.gas_price_wei = 1'000'000; },
     "proved bid_below_gas"},
    {"tee_changed", [](FakeChain& c) { c.jobs[JobId{1}].tee = filled<Address>(1); },
     "refused job_not_ours"},
};
class LastLookTest : public SubmissionTest, public testing::WithParamInterface<LastLook> {};
INSTANTIATE_TEST_SUITE_P(Rows, LastLookTest, testing::ValuesIn(kLastLooks),
                         [](const auto& row) { return std::string{row.param.name}; });
// vana-protocol.md 7: what is checked once more right before signing.
TEST_P(LastLookTest, happens_right_before_signing) {
    contribute(1, 1, "text");
    world.proofs.refuse = Errc::kRpcUnavailable;
    world.pipeline->tick();
    ASSERT_EQ(world.outcome(1), "proved rpc_unavailable");
    GetParam().change(world.chain);
    world.proofs.refuse.reset();
    world.settle();
    EXPECT_EQ(world.outcome(1), GetParam().outcome);
}

TEST_F(SubmissionTest, a_proof_that_waits_for_its_batch_says_so_and_costs_no_try) {
    contribute(1, 1, "text");
    world.proofs.refuse = Errc::kWaitsForBatch;
    world.pipeline->tick();
    EXPECT_EQ(world.outcome(1), "proved waits_for_batch");
    world.proofs.says = ProofProgress{};
    world.proofs.says->state = ProofState::kQueued;
    world.proofs.says->cause = Error{Errc::kCorpusHeadForeign, "test"};
    for (int i = 0; i < 20; ++i) {
        world.clock.advance(5);
        world.pipeline->tick();
    }
    EXPECT_EQ(world.outcome(1), "proved corpus_head_foreign") << "however long";
    EXPECT_EQ(world.store.jobs().job(JobId{1})->attempts, 0U);
    world.proofs.says.reset();
    world.proofs.refuse.reset();
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
}

TEST_F(SubmissionTest, a_result_that_the_registry_has_already_ends_the_job) {
    contribute(1, 1, "text");
    world.proofs.refuse = Errc::kWaitsForBatch;
    world.pipeline->tick();
    world.proofs.says = ProofProgress{};
    world.proofs.says->state = ProofState::kDoneByOther;
    world.clock.advance(5);
    world.settle();
    EXPECT_EQ(world.outcome(1), "done_by_other");
    EXPECT_TRUE(world.proofs.calls.empty());
}

TEST_F(SubmissionTest, a_reverting_proof_is_given_up_after_a_bounded_number_of_tries) {
    contribute(1, 1, "text");
    world.proofs.refuse = Errc::kReverted;
    world.settle(20);
    EXPECT_EQ(world.outcome(1), "refused reverted");
}

TEST_F(SubmissionTest, a_reorg_takes_a_proof_back_to_sent) {
    contribute(1, 1, "text");
    world.pipeline->tick();
    world.proofs.mine();
    world.clock.advance(1);
    world.pipeline->tick();
    ASSERT_EQ(world.outcome(1), "included");
    world.proofs.set(JobId{1}, store::SlotState::kSent);
    world.clock.advance(1);
    world.pipeline->tick();
    EXPECT_EQ(world.outcome(1), "sent");
    EXPECT_FALSE(world.job(1).proof_index);
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.chain.sent(JobId{1}), 1U);
}

TEST_F(SubmissionTest, a_void_transaction_is_signed_anew_only_while_the_job_is_open) {
    contribute(1, 1, "text");
    contribute(2, 2, "other");
    world.pipeline->tick();
    world.proofs.set(JobId{1}, store::SlotState::kVoided);
    world.proofs.set(JobId{2}, store::SlotState::kVoided);
    world.chain.jobs[JobId{2}].status = ChainJobStatus::kCanceled;
    world.clock.advance(60);
    world.pipeline->tick();
    world.settle();
    EXPECT_EQ(world.outcome(1), "final");
    EXPECT_EQ(world.chain.sent(JobId{1}), 2U) << "a new nonce, because the first is spent";
    EXPECT_EQ(world.outcome(2), "cancelled");
    EXPECT_EQ(world.chain.sent(JobId{2}), 1U);
}

}  // namespace
}  // namespace pramana::pipeline
