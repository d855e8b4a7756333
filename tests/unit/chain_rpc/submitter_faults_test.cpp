// The fault matrix of reference chain.md section 5 on a node in memory: lost replies, lost pools,
// prices, reorgs, cancellations, strangers with our key.
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "unit/chain_rpc/submitter_fixture.hpp"

namespace pramana::chain_rpc {
namespace {

struct LostRow {
    const char* name;
    FakeNode::Fault fault;
};
const LostRow kLost[] = {
    {"reply_lost", {"", Errc::kFetchFailed, true, ""}},
    {"reply_late", {"", Errc::kTimeout, true, ""}},
    {"request_lost", {"", Errc::kFetchFailed, false, ""}},
    {"swallowed",
     {"", {}, false, "\"0x0000000000000000000000000000000000000000000000000000000000000001\""}},
    {"internal_error", {R"({"code":-32603,"message":"Internal error"})", {}, false, ""}},
    {"unknown_text", {R"({"code":-32000,"message":"the moon is full"})", {}, true, ""}},
    {"pool_full", {R"({"code":-32000,"message":"txpool is full"})", {}, false, ""}},
    {"gap_that_is_none", {R"({"code":-32000,"message":"nonce too high"})", {}, false, ""}},
    {"known_to_a_replica", {R"({"code":-32000,"message":"already known"})", {}, true, ""}},
};
class SubmitterLost : public SubmitterTest, public testing::WithParamInterface<LostRow> {};
TEST_P(SubmitterLost, answers_lead_to_the_same_bytes_again) {
    const JobId id = job();
    node_->fault = on_send(GetParam().fault, 3);
    ASSERT_TRUE(submit(id)) << "bound and stored: on its way whatever the node says";
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
    for (const Bytes& raw : node_->sent_raw) EXPECT_EQ(raw, slot(0).attempts[0].raw);
    EXPECT_EQ(slot(0).attempts.size(), 1U);
    EXPECT_EQ(node_->proofs_of(FileId{70}), 1U);
}
INSTANTIATE_TEST_SUITE_P(Rows, SubmitterLost, testing::ValuesIn(kLost),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(SubmitterTest, sends_again_in_order_when_the_pool_is_lost) {
    submit_jobs(4);
    node_->drop_pool();
    ASSERT_EQ(node_->pool_size(), 0U);
    const std::size_t sent = node_->sent_raw.size();
    ASSERT_TRUE(submitter().poll());
    EXPECT_EQ(node_->pool_size(), 4U);
    ASSERT_EQ(node_->sent_raw.size(), sent + 4);
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_EQ(node_->sent_raw[sent + i], slot(i).attempts[0].raw);
    settle();
    for (std::uint64_t file = 70; file < 74; ++file) EXPECT_EQ(node_->proofs_of(FileId{file}), 1U);
}

TEST_F(SubmitterTest, waits_for_a_receipt_that_the_index_does_not_have_yet) {
    const JobId id = job();
    ASSERT_TRUE(submit(id));
    node_->mine();
    node_->hide_receipts = true;
    for (unsigned i = 0; i <= 2 * options_.foreign_observations; ++i)
        EXPECT_TRUE(submitter().poll());
    EXPECT_FALSE(submitter().halted()) << "the node knows the transaction itself";
    node_->hide_receipts = false;
    EXPECT_EQ(poll_kinds(), Kinds{Kind::kIncluded});
    EXPECT_EQ(node_->sent_raw.size(), 1U) << "no new transaction";
}

TEST_F(SubmitterTest, halts_when_a_stranger_takes_its_nonce) {
    ASSERT_TRUE(submit(job(70), 70));
    node_->foreign_transaction(key_);
    node_->mine();
    for (unsigned i = 1; i < options_.foreign_observations; ++i) EXPECT_TRUE(submitter().poll());
    EXPECT_EQ(poll_kinds(), Kinds{Kind::kForeign});
    EXPECT_TRUE(submitter().halted());
    EXPECT_EQ(submitter().poll().error().code, Errc::kNonceGap);
    EXPECT_EQ(submit(job(71), 71).error().code, Errc::kNonceGap);
    restart();
    ASSERT_TRUE(submitter().recover()) << "the slot itself says nothing yet";
    for (unsigned i = 1; i < options_.foreign_observations; ++i) EXPECT_TRUE(submitter().poll());
    EXPECT_EQ(poll_kinds(), Kinds{Kind::kForeign}) << "a restart does not heal it";
}

TEST_F(SubmitterTest, goes_on_when_the_operator_accepts_the_foreign_nonce) {
    const JobId id = job();
    ASSERT_TRUE(submit(id));
    node_->foreign_transaction(key_);
    node_->mine();
    options_.foreign_nonces_accepted_below = 1;
    restart();
    ASSERT_TRUE(submitter().recover());
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kVoided);
    EXPECT_EQ(slot(0).void_reason, VoidReason::kForeign);
    EXPECT_EQ(submit(id)->tx_nonce, 1U) << "the job may have another nonce now";
    settle();
    EXPECT_EQ(node_->proofs_of(FileId{70}), 1U);
}

TEST_F(SubmitterTest, halts_when_the_chain_is_ahead_of_the_journal) {
    ASSERT_TRUE(submit(job(70), 70));
    settle();
    node_->foreign_transaction(key_);
    node_->mine();
    EXPECT_EQ(submit(job(71), 71).error().code, Errc::kNonceGap);
    restart();
    EXPECT_EQ(submitter().recover().error().code, Errc::kNonceGap);
    options_.foreign_nonces_accepted_below = 2;
    restart();
    ASSERT_TRUE(submitter().recover());
    EXPECT_EQ(submit(job(72), 72)->tx_nonce, 2U);
}

TEST_F(SubmitterTest, starts_behind_what_an_old_key_has_done_but_not_beside_what_it_does) {
    node_->foreign_transaction(key_);
    node_->mine();
    ASSERT_TRUE(submitter().recover());
    testing_chain::MemoryJournal other_journal;
    Submitter twin{reader_, other_journal, key_, options_};
    const JobId id = job();
    ASSERT_TRUE(twin.submit(id, call_for(id)));
    EXPECT_EQ(submit(id).error().code, Errc::kNonceGap)
        << "an empty journal and a pending transaction of our key";
    EXPECT_TRUE(journal_.slots().empty());
}

struct ReorgRow {
    const char* name;
    std::size_t blocks_after;
    std::size_t depth;
};
const ReorgRow kReorgs[] = {
    {"depth_1", 0, 1}, {"depth_2", 1, 2}, {"with_the_job", 0, 2}, {"depth_3", 1, 3}};
class SubmitterReorg : public SubmitterTest, public testing::WithParamInterface<ReorgRow> {};
TEST_P(SubmitterReorg, brings_the_same_transaction_back) {
    const JobId id = job();
    ASSERT_TRUE(submit(id));
    node_->mine();
    ASSERT_EQ(poll_kinds(), Kinds{Kind::kIncluded});
    node_->mine(GetParam().blocks_after);
    node_->reorg(GetParam().depth);
    const Kinds kinds = poll_kinds();
    ASSERT_FALSE(kinds.empty());
    EXPECT_EQ(kinds.front(), Kind::kReopened);
    EXPECT_EQ(slot(0).inclusion, std::nullopt);
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
    EXPECT_EQ(slot(0).attempts.size(), 1U);
    EXPECT_EQ(journal_.slots().size(), 1U) << "no second nonce for the job";
    EXPECT_EQ(node_->proofs_of(FileId{70}), 1U);
}
INSTANTIATE_TEST_SUITE_P(Rows, SubmitterReorg, testing::ValuesIn(kReorgs),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(SubmitterTest, notices_a_reorg_that_happened_while_it_was_down) {
    ASSERT_TRUE(submit(job()));
    node_->mine();
    ASSERT_EQ(poll_kinds(), Kinds{Kind::kIncluded});
    node_->reorg(1);
    restart();
    ASSERT_TRUE(submitter().recover());
    EXPECT_EQ(poll_kinds().front(), Kind::kReopened);
    settle();
    EXPECT_EQ(node_->proofs_of(FileId{70}), 1U);
}

TEST_F(SubmitterTest, halts_when_a_reorg_puts_a_foreign_transaction_at_its_nonce) {
    ASSERT_TRUE(submit(job()));
    node_->mine();
    ASSERT_EQ(poll_kinds(), Kinds{Kind::kIncluded});
    node_->reorg(1);
    node_->foreign_transaction(key_);
    node_->mine();
    std::vector<Kind> all;
    for (unsigned i = 0; i < options_.foreign_observations; ++i)
        for (const Kind kind : poll_kinds()) all.push_back(kind);
    EXPECT_EQ(all, (Kinds{Kind::kReopened, Kind::kForeign}));
}

TEST_F(SubmitterTest, fills_the_slot_of_a_job_that_a_reorg_took_away) {
    const JobId id = job();
    ASSERT_TRUE(submit(id));
    node_->mine();
    ASSERT_TRUE(submitter().poll());
    node_->reorg(2, false);
    node_->drop_pool();
    for (int i = 0; i < 6; ++i) {
        ASSERT_TRUE(submitter().poll());
        node_->drop_pool();
        node_->mine();
    }
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kVoided);
    EXPECT_EQ(slot(0).void_reason, VoidReason::kJobGone);
    EXPECT_EQ(slot(0).attempts.back().kind, chain::AttemptKind::kNoop);
    const JobId back = job(70);
    EXPECT_EQ(back, id);
    EXPECT_EQ(submit(back)->tx_nonce, 1U);
    settle();
    EXPECT_EQ(node_->proofs_of(FileId{70}), 1U);
}

TEST_F(SubmitterTest, fills_the_nonce_of_a_slot_whose_job_moved_on_when_finality_did_not_hold) {
    const JobId id = job();
    ASSERT_TRUE(submit(id));
    node_->execution_fails = true;
    node_->mine();
    node_->execution_fails = false;
    settle();
    ASSERT_EQ(slot(0).state, SlotState::kVoided);
    ASSERT_EQ(submit(id)->tx_nonce, 1U);
    settle();
    ASSERT_EQ(slot(1).state, SlotState::kFinal);

    node_->drop_pool();
    node_->reorg(node_->head().number - 1);  // all but the job itself
    ASSERT_EQ(node_->proofs_of(FileId{70}), 0U);
    for (int i = 0; i < 8; ++i) {
        ASSERT_TRUE(submitter().poll());
        node_->mine();
    }
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kVoided);
    EXPECT_EQ(slot(0).attempts.back().kind, chain::AttemptKind::kNoop);
    EXPECT_EQ(slot(1).state, SlotState::kFinal);
    EXPECT_EQ(node_->proofs_of(FileId{70}), 1U);
    const Result<chain::Slot> next = submit(job(71), 71);
    ASSERT_TRUE(next) << name_of(next.error().code);
    EXPECT_EQ(next->tx_nonce, 2U);
}

TEST_F(SubmitterTest, proves_no_file_to_a_job_that_a_reorg_gave_to_another) {
    submit_jobs(2);  // job 1 is of file 70, job 2 of file 71
    node_->reorg_turns_jobs_round = true;
    node_->base_fee_wei = 10'000'000'000;  // above both caps: nothing is included for now
    node_->reorg(1);
    ASSERT_EQ(node_->head().after.jobs.at(1).file, FileId{71});
    ASSERT_TRUE(submitter().poll());
    node_->base_fee_wei = 1'000'000'000;
    settle();
    for (const std::uint64_t tx_nonce : {0U, 1U}) {
        EXPECT_EQ(slot(tx_nonce).state, SlotState::kVoided);
        EXPECT_EQ(slot(tx_nonce).void_reason, VoidReason::kJobGone);
    }
    EXPECT_EQ(node_->proofs_of(FileId{70}) + node_->proofs_of(FileId{71}), 0U);
    EXPECT_EQ(submit(JobId{1}, 71)->tx_nonce, 2U);
    settle();
    EXPECT_EQ(node_->proofs_of(FileId{71}), 1U);
}

TEST_F(SubmitterTest, recovers_no_proof_for_a_job_that_a_reorg_gave_to_another) {
    node_->request_job(key_.address(), FileId{70});
    node_->request_job(key_.address(), FileId{71});
    node_->mine();
    crash_at_ = "after_sign";  // bound and stored, and no node has it
    EXPECT_THROW(static_cast<void>(submit(JobId{1}, 70)), Crash);
    node_->reorg_turns_jobs_round = true;
    node_->reorg(1);
    ASSERT_EQ(node_->head().after.jobs.at(1).file, FileId{71});
    restart();
    ASSERT_TRUE(submitter().recover());
    EXPECT_TRUE(node_->sent_raw.empty()) << "it would take the other request's fee";
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kVoided);
    EXPECT_EQ(slot(0).void_reason, VoidReason::kJobGone);
    EXPECT_EQ(node_->proofs_of(FileId{70}) + node_->proofs_of(FileId{71}), 0U);
}

TEST_F(SubmitterTest, recovers_no_proof_for_a_job_that_was_canceled_meanwhile) {
    const JobId id = job();
    crash_at_ = "after_sign";
    EXPECT_THROW(static_cast<void>(submit(id)), Crash);
    node_->cancel_job(id);
    node_->mine();
    restart();
    ASSERT_TRUE(submitter().recover());
    EXPECT_TRUE(node_->sent_raw.empty()) << "it would revert, and cost its gas";
    settle();
    EXPECT_EQ(slot(0).void_reason, VoidReason::kCanceled);
    EXPECT_EQ(slot(0).inclusion->gas_used, 21'000U);
}

TEST_F(SubmitterTest, counts_no_proof_that_landed_on_another_file) {
    submit_jobs(2);
    node_->reorg_turns_jobs_round = true;
    node_->reorg(1);  // the new block takes both transactions before anybody can look
    ASSERT_EQ(node_->proofs_of(FileId{71}), 1U);
    settle();
    for (const std::uint64_t tx_nonce : {0U, 1U}) {
        EXPECT_EQ(slot(tx_nonce).state, SlotState::kVoided);
        EXPECT_EQ(slot(tx_nonce).void_reason, VoidReason::kJobGone);
    }
}

TEST_F(SubmitterTest, fills_the_slot_of_a_canceled_job_with_a_cheaper_transaction) {
    submit_jobs(2);
    const JobId id{1};
    node_->base_fee_wei = 10'000'000'000;  // above both caps: nothing is included for now
    node_->cancel_job(id);
    node_->mine();
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kVoided);
    EXPECT_EQ(slot(0).void_reason, VoidReason::kCanceled);
    EXPECT_EQ(slot(0).inclusion->gas_used, 21'000U);
    EXPECT_EQ(slot(1).state, SlotState::kFinal) << "the next one does not wait for ever";
    EXPECT_EQ(node_->proofs_of(FileId{70}), 0U);
    EXPECT_EQ(node_->proofs_of(FileId{71}), 1U);
    EXPECT_EQ(submit(id).error().code, Errc::kJobNotOpen);
}

TEST_F(SubmitterTest, reports_a_revert_and_lets_the_job_be_bound_again_after_finality) {
    const JobId id = job();
    ASSERT_TRUE(submit(id));
    node_->execution_fails = true;
    node_->mine();
    EXPECT_EQ(poll_kinds(), Kinds{Kind::kReverted});
    EXPECT_EQ(submit(id)->state, SlotState::kIncluded) << "not before finality";
    node_->execution_fails = false;
    settle();
    EXPECT_EQ(slot(0).void_reason, VoidReason::kReverted);
    EXPECT_EQ(submit(id)->tx_nonce, 1U);
    settle();
    EXPECT_EQ(node_->proofs_of(FileId{70}), 1U);
}

TEST_F(SubmitterTest, replaces_what_no_node_will_ever_take_by_a_noop) {
    const JobId id = job();
    node_->fault = on_send(
        error_fault(R"({"code":-32000,"message":"oversized data: transaction size 1, limit 0"})"),
        2);
    ASSERT_TRUE(submit(id));
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kVoided);
    EXPECT_EQ(slot(0).void_reason, VoidReason::kUnsendable);
    EXPECT_EQ(node_->proofs_of(FileId{70}), 0U);
}

TEST_F(SubmitterTest, believes_no_receipt_of_a_block_that_is_not_on_the_chain) {
    ASSERT_TRUE(submit(job()));
    node_->mine();
    const Hash32 hash = slot(0).attempts[0].tx_hash;
    const Receipt honest = **reader_.receipt(hash);
    node_->reorg(1);
    node_->fault = [&](const std::string& method) -> std::optional<FakeNode::Fault> {
        if (method != "eth_getTransactionReceipt") return std::nullopt;
        return FakeNode::Fault{
            "",
            {},
            false,
            R"({"transactionHash":")" + to_hex0x(hash.view()) + R"(","blockHash":")" +
                to_hex0x(honest.block_hash.view()) +
                R"(","blockNumber":"0x2","status":"0x1","gasUsed":"0x1","effectiveGasPrice":"0x1","logs":[]})"};
    };
    EXPECT_EQ(poll_kinds(), Kinds{});
    EXPECT_EQ(slot(0).state, SlotState::kSent);
}

TEST_F(SubmitterTest, keeps_what_it_found_when_the_node_fails_in_the_middle) {
    ASSERT_TRUE(submit(job(70), 70));
    node_->mine();
    node_->fault = [calls =
                        0](const std::string& method) mutable -> std::optional<FakeNode::Fault> {
        if (method != "eth_getBlockByNumber" || ++calls < 2) return std::nullopt;
        return FakeNode::Fault{"", Errc::kFetchFailed, false, ""};
    };
    EXPECT_EQ(submitter().poll().error().code, Errc::kRpcUnavailable);
    node_->fault = nullptr;
    EXPECT_EQ(poll_kinds(), Kinds{Kind::kIncluded});
}

}  // namespace
}  // namespace pramana::chain_rpc
