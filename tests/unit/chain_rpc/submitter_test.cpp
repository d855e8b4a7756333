// The ordinary life of a slot, and everything that refuses before a nonce is bound.
#include "pramana/chain/uint256.hpp"
#include "unit/chain_rpc/submitter_fixture.hpp"

namespace pramana::chain_rpc {
namespace {

TEST_F(SubmitterTest, brings_one_proof_to_finality) {
    const JobId id = job();
    const Result<chain::Slot> bound = submit(id);
    ASSERT_TRUE(bound);
    EXPECT_EQ(bound->tx_nonce, 0U);
    EXPECT_EQ(bound->state, SlotState::kSent);
    EXPECT_EQ(slot(0).state, SlotState::kSent);
    EXPECT_TRUE(node_->pool_has(bound->attempts[0].tx_hash));
    EXPECT_EQ(bound->attempts[0].gas_max, 500'000U) << "estimate and a quarter";
    EXPECT_EQ(bound->attempts[0].max_fee_wei, 2'001'000'000U) << "2 * base + tip";

    EXPECT_EQ(poll_kinds(), Kinds{Kind::kSent});
    node_->mine();
    const Result<std::vector<SubmissionEvent>> included = submitter().poll();
    ASSERT_TRUE(included);
    ASSERT_EQ(included->size(), 1U);
    EXPECT_EQ(included->front().kind, Kind::kIncluded);
    EXPECT_EQ(included->front().inclusion->landed.at(0).proof_index, 1U);
    EXPECT_EQ(included->front().inclusion->block_number, node_->head().number);
    node_->mine(3);
    EXPECT_EQ(poll_kinds(), Kinds{}) << "depth 3 is there, the finalized tag is not";
    node_->mine();
    EXPECT_EQ(poll_kinds(), Kinds{Kind::kFinal});
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
    EXPECT_EQ(slot(0).inclusion->landed.at(0).proof_index, 1U);
    EXPECT_EQ(poll_kinds(), Kinds{});
    EXPECT_EQ(node_->proofs_of(FileId{70}), 1U);
}

TEST_F(SubmitterTest, is_idempotent_for_a_job_and_refuses_another_call) {
    const JobId id = job();
    const Result<chain::Slot> first = submit(id);
    ASSERT_TRUE(first);
    const Result<chain::Slot> again = submit(id);
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, *first);
    EXPECT_EQ(submitter().submit(id, call_for(id, 70, 8)).error().code, Errc::kConflict);
    settle();
    EXPECT_EQ(submit(id)->state, SlotState::kFinal);
    EXPECT_EQ(journal_.slots().size(), 1U);
}

struct RefusalRow {
    const char* name;
    void (*arrange)(FakeNode&, JobId);
    Errc error;
    std::string_view reason;  ///< of last_refusal
};
const RefusalRow kRefusals[] = {
    {"canceled",
     [](FakeNode& node, JobId id) {
         node.cancel_job(id);
         node.mine();
     },
     Errc::kJobNotOpen, ""},
    {"status_in_between", [](FakeNode& node, JobId) { node.proofs_revert = true; },
     Errc::kJobNotOpen, "InvalidJobStatus()"},
    {"other_tee_in_between",
     [](FakeNode& node, JobId) {
         node.proofs_revert = true;
         node.revert_selector = "0xd1e62b85";
     },
     Errc::kJobNotOurs, "InvalidJobTee()"},
    {"tee_removed",
     [](FakeNode& node, JobId) {
         node.proofs_revert = true;
         node.revert_selector = "0x10eddccd";
     },
     Errc::kWorkerNotActive, "TeeNotActive()"},
    {"paused",
     [](FakeNode& node, JobId) {
         node.proofs_revert = true;
         node.revert_selector = "0xd93c0665";
     },
     Errc::kContractPaused, "EnforcedPause()"},
    {"without_reason",
     [](FakeNode& node, JobId) {
         node.proofs_revert = true;
         node.revert_selector = "0x";
     },
     Errc::kReverted, ""},
    {"no_money",
     [](FakeNode& node, JobId) { node.balance_wei = chain::to_word(1'000'499'999'999'999ULL); },
     Errc::kInsufficientFunds, ""},
    {"fees_above_ceiling", [](FakeNode& node, JobId) { node.base_fee_wei = 500'000'000'000; },
     Errc::kFeeCeiling, ""},
    {"node_down",
     [](FakeNode& node, JobId) {
         node.fault = [](const std::string&) {
             return std::optional{FakeNode::Fault{"", Errc::kFetchFailed, false, ""}};
         };
     },
     Errc::kRpcUnavailable, ""},
    {"estimate_fails",
     [](FakeNode& node, JobId) {
         node.fault = [](const std::string& method) {
             return method == "eth_estimateGas"
                        ? std::optional{FakeNode::Fault{
                              R"({"code":-32603,"message":"boom"})", {}, false, ""}}
                        : std::nullopt;
         };
     },
     Errc::kRpcRejected, ""},
    {"estimate_above_the_cut",
     [](FakeNode& node, JobId) {
         node.fault = [](const std::string& method) {
             return method == "eth_estimateGas"
                        ? std::optional{FakeNode::Fault{"", {}, false, "\"0x1c9c380\""}}
                        : std::nullopt;
         };
     },
     Errc::kRpcRejected, ""},
};
class SubmitterRefuses : public SubmitterTest, public testing::WithParamInterface<RefusalRow> {};
TEST_P(SubmitterRefuses, before_a_nonce_is_bound) {
    const JobId id = job();
    GetParam().arrange(*node_, id);
    EXPECT_EQ(submit(id).error().code, GetParam().error);
    EXPECT_TRUE(journal_.slots().empty());
    EXPECT_TRUE(node_->sent_raw.empty());
    const std::string reason = submitter().last_refusal() ? submitter().last_refusal()->reason : "";
    EXPECT_TRUE(reason.starts_with(GetParam().reason)) << reason;
}
INSTANTIATE_TEST_SUITE_P(Rows, SubmitterRefuses, testing::ValuesIn(kRefusals),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(SubmitterTest, refuses_jobs_that_are_not_ours_or_name_another_file) {
    Address other;
    const JobId foreign = node_->request_job(other, FileId{70});
    node_->mine();
    EXPECT_EQ(submit(foreign).error().code, Errc::kJobNotOurs);
    EXPECT_EQ(submit(JobId{99}).error().code, Errc::kJobNotOpen);
    const JobId ours = job(70);
    EXPECT_EQ(submit(ours, 71).error().code, Errc::kConflict);
    EXPECT_EQ(submitter().preflight(ours, call_for(ours, 71)).error().code, Errc::kConflict);
    EXPECT_TRUE(submitter().preflight(ours, call_for(ours)));
    EXPECT_TRUE(journal_.slots().empty());
}

TEST_F(SubmitterTest, keeps_its_nonces_contiguous_and_its_window_bounded) {
    options_.window = 3;
    restart();
    std::vector<JobId> ids;
    for (std::uint64_t file = 70; file < 75; ++file)
        ids.push_back(node_->request_job(key_.address(), FileId{file}));
    node_->mine();
    for (std::uint64_t i = 0; i < 3; ++i) EXPECT_EQ(submit(ids[i], 70 + i)->tx_nonce, i);
    EXPECT_EQ(submit(ids[3], 73).error().code, Errc::kBusy);
    settle();
    EXPECT_EQ(submit(ids[3], 73)->tx_nonce, 3U);
    EXPECT_EQ(submit(ids[4], 74)->tx_nonce, 4U);
    settle();
    for (std::uint64_t file = 70; file < 75; ++file) EXPECT_EQ(node_->proofs_of(FileId{file}), 1U);
    EXPECT_EQ(node_->head().after.nonces.at(key_.address()), 5U);
}

TEST_F(SubmitterTest, stores_before_it_sends) {
    const JobId id = job();
    crash_at_ = "after_sign";
    EXPECT_THROW(static_cast<void>(submit(id)), Crash);
    EXPECT_TRUE(node_->sent_raw.empty());
    ASSERT_EQ(journal_.slots().size(), 1U);
    EXPECT_EQ(slot(0).state, SlotState::kBound);
    journal_.slots().clear();
    journal_.fail_writes(Errc::kStorageFull);
    EXPECT_EQ(submit(id).error().code, Errc::kStorageFull);
    EXPECT_TRUE(node_->sent_raw.empty()) << "what is not stored is never sent";
}

class SubmitterCrash : public SubmitterTest, public testing::WithParamInterface<const char*> {};
TEST_P(SubmitterCrash, leaves_one_proof_and_the_same_bytes) {
    const JobId id = job();
    crash_at_ = GetParam();
    Bytes first;
    try {
        ASSERT_TRUE(submit(id));
        settle();
    } catch (const Crash&) {
    }
    EXPECT_TRUE(crash_at_.empty()) << "the point was never reached";
    ASSERT_EQ(journal_.slots().size(), 1U);
    first = slot(0).attempts[0].raw;
    restart();
    ASSERT_TRUE(submitter().recover());
    restart();  // and killed during recovery
    ASSERT_TRUE(submitter().recover());
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
    for (const Bytes& raw : node_->sent_raw) EXPECT_EQ(raw, first);
    EXPECT_EQ(node_->proofs_of(FileId{70}), 1U);
    EXPECT_EQ(node_->head().after.nonces.at(key_.address()), 1U);
    EXPECT_EQ(submit(id)->tx_nonce, 0U);
}
INSTANTIATE_TEST_SUITE_P(Points, SubmitterCrash,
                         testing::Values("after_sign", "after_send", "after_included",
                                         "after_final"),
                         [](const auto& row) { return std::string{row.param}; });

TEST_F(SubmitterTest, tells_again_after_a_restart_where_its_slots_stand) {
    ASSERT_TRUE(submit(job(70), 70));
    node_->mine();
    ASSERT_EQ(poll_kinds(), Kinds{Kind::kIncluded});
    ASSERT_TRUE(submit(job(71), 71));
    restart();
    ASSERT_TRUE(submitter().recover());
    EXPECT_EQ(poll_kinds(), (Kinds{Kind::kIncluded, Kind::kSent}));
    EXPECT_EQ(poll_kinds(), Kinds{});
}

struct CorruptRow {
    const char* name;
    void (*damage)(chain::Slot&);
};
const CorruptRow kCorrupt[] = {
    {"bit_flip", [](chain::Slot& slot) { slot.attempts[0].raw[20] ^= 1; }},
    {"other_hash", [](chain::Slot& slot) { slot.attempts[0].tx_hash.bytes[0] ^= 1; }},
    {"no_attempt", [](chain::Slot& slot) { slot.attempts.clear(); }},
    {"torn", [](chain::Slot& slot) { slot.attempts[0].raw.pop_back(); }},
    {"other_nonce", [](chain::Slot& slot) { slot.tx_nonce = 3; }},
};
class SubmitterCorrupt : public SubmitterTest, public testing::WithParamInterface<CorruptRow> {};
TEST_P(SubmitterCorrupt, journal_is_never_sent) {
    ASSERT_TRUE(submit(job()));
    GetParam().damage(journal_.slots().at(0));
    node_->sent_raw.clear();
    restart();
    EXPECT_EQ(submitter().recover().error().code, Errc::kStoreCorrupt);
    EXPECT_TRUE(node_->sent_raw.empty());
}
INSTANTIATE_TEST_SUITE_P(Rows, SubmitterCorrupt, testing::ValuesIn(kCorrupt),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(SubmitterTest, refuses_a_node_of_another_chain) {
    ASSERT_TRUE(submit(job()));
    node_->chain_id = 1;
    restart();
    EXPECT_EQ(submitter().recover().error().code, Errc::kWrongChain);
}

}  // namespace
}  // namespace pramana::chain_rpc
