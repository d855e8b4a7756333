// Fees: when an attempt is replaced, at what price, and what happens at the ceiling or without
// money.
#include "pramana/chain/uint256.hpp"
#include "unit/chain_rpc/submitter_fixture.hpp"

namespace pramana::chain_rpc {
namespace {

TEST_F(SubmitterTest, raises_the_price_of_the_lowest_slot_when_the_market_left_it_behind) {
    submit_jobs(2);
    ASSERT_TRUE(submitter().poll());
    node_->base_fee_wei = 10'000'000'000;  // above both caps
    for (std::uint64_t block = 0; block < options_.replace_after_blocks; ++block) {
        ASSERT_TRUE(submitter().poll());
        EXPECT_EQ(slot(0).attempts.size(), 1U)
            << "patience of " << options_.replace_after_blocks << " blocks";
        node_->mine();
    }
    EXPECT_EQ(poll_kinds(), Kinds{Kind::kReplaced});
    ASSERT_EQ(slot(0).attempts.size(), 2U);
    EXPECT_EQ(slot(1).attempts.size(), 1U);
    EXPECT_GT(slot(0).attempts[1].max_fee_wei, node_->base_fee_wei);
    EXPECT_TRUE(node_->pool_has(slot(0).attempts[1].tx_hash));
    settle();
    EXPECT_EQ(slot(0).inclusion->tx_hash, slot(0).attempts[1].tx_hash);
    EXPECT_EQ(node_->proofs_of(FileId{70}), 1U);
    EXPECT_EQ(node_->proofs_of(FileId{71}), 1U);
}

TEST_F(SubmitterTest, only_waits_when_the_price_is_right) {
    ASSERT_TRUE(submit(job()));
    ASSERT_TRUE(submitter().poll());
    node_->drop_pool();
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(submitter().poll());
        node_->drop_pool();  // the pool never keeps it, so it is sent each time
        node_->mine();
    }
    EXPECT_EQ(slot(0).attempts.size(), 1U);
    EXPECT_EQ(node_->sent_raw.size(), 11U);
}

TEST_F(SubmitterTest, is_old_while_no_block_has_it_and_not_while_it_waits_for_finality) {
    options_.slot_age_max_s = 60;
    options_.finality.depth = 1'000;
    restart();
    const auto is_old = [&] {
        EXPECT_TRUE(submitter().poll());
        const std::vector<SubmitterAlarm> raised = submitter().status().alarms;
        return std::ranges::find(raised, SubmitterAlarm::kSlotOld) != raised.end();
    };
    ASSERT_TRUE(submit(job()));
    const std::uint64_t fee = node_->base_fee_wei;
    node_->base_fee_wei = 1'000'000'000'000'000;  // nothing is included for now
    node_->mine(60);
    EXPECT_TRUE(is_old());
    EXPECT_GT(submitter().status().oldest_waiting_s, 60U);
    node_->base_fee_wei = fee;
    EXPECT_TRUE(is_old());
    node_->mine(60);
    EXPECT_FALSE(is_old());
    EXPECT_EQ(slot(0).state, SlotState::kIncluded);
    EXPECT_EQ(submitter().status().oldest_waiting_s, 0U);
    EXPECT_GT(submitter().status().oldest_age_s, 60U);
}

/// anvil 1.7.1 keeps what comes while it mines the nonce before among the queued ones, for ever,
/// and calls it known.
TEST_F(SubmitterTest, replaces_what_a_node_has_and_never_mines) {
    submit_jobs(2);
    node_->set_aside = {slot(0).attempts[0].tx_hash};
    const std::uint64_t patience =
        options_.replace_after_blocks * (options_.reminders_max + std::uint64_t{1});
    for (std::uint64_t block = 0; block < patience; ++block) {
        ASSERT_TRUE(submitter().poll());
        EXPECT_EQ(slot(0).attempts.size(), 1U) << "after " << block << " blocks";
        node_->mine();
    }
    EXPECT_EQ(node_->sent_raw.size(), 2U + options_.reminders_max);
    ASSERT_TRUE(submitter().poll());
    ASSERT_EQ(slot(0).attempts.size(), 2U);
    settle();
    EXPECT_EQ(slot(0).inclusion->tx_hash, slot(0).attempts[1].tx_hash);
    EXPECT_EQ(slot(1).attempts.size(), 1U) << "it only waited for the other one";
    EXPECT_EQ(node_->proofs_of(FileId{70}), 1U);
    EXPECT_EQ(node_->proofs_of(FileId{71}), 1U);
}

TEST_F(SubmitterTest, replaces_again_while_no_block_takes_it_and_stops_at_the_ceiling) {
    options_.fees.max_fee_wei_ceiling = 4'000'000'000;
    restart();
    ASSERT_TRUE(submit(job()));
    Kinds all;
    for (int i = 0; i < 400; ++i) {
        for (const Kind kind : poll_kinds()) all.push_back(kind);
        for (const chain::Attempt& each : slot(0).attempts) node_->set_aside.insert(each.tx_hash);
        node_->mine();
    }
    EXPECT_LE(slot(0).attempts.back().max_fee_wei, 4'000'000'000U);
    EXPECT_LE(slot(0).attempts.size(), chain::kAttemptsMax);
    EXPECT_EQ(all.back(), Kind::kHeld) << "told once, no loop";
    node_->set_aside.clear();
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
    EXPECT_EQ(node_->proofs_of(FileId{70}), 1U);
}

TEST_F(SubmitterTest, bumps_at_once_when_the_node_names_the_price) {
    const JobId id = job();
    node_->fault = on_send(
        error_fault(R"({"code":-32003,"message":"max fee per gas less than block base fee"})"), 1);
    ASSERT_TRUE(submit(id));
    EXPECT_EQ(poll_kinds(), (Kinds{Kind::kReplaced, Kind::kSent}));
    EXPECT_EQ(slot(0).attempts.size(), 2U);
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
}

TEST_F(SubmitterTest, does_not_believe_underpriced_when_the_node_has_the_bytes) {
    const JobId id = job();
    node_->fault =
        on_send({R"({"code":-32003,"message":"transaction underpriced"})", {}, true, ""}, 1);
    EXPECT_EQ(submit(id)->state, SlotState::kSent);
    settle();
    EXPECT_EQ(slot(0).attempts.size(), 1U);
}

TEST_F(SubmitterTest, holds_at_the_ceiling_and_goes_on_when_the_price_falls) {
    options_.fees.max_fee_wei_ceiling = 2'100'000'000;
    restart();
    ASSERT_TRUE(submit(job()));
    node_->base_fee_wei = 10'000'000'000;
    Kinds all;
    for (int i = 0; i < 15; ++i) {
        for (const Kind kind : poll_kinds()) all.push_back(kind);
        node_->mine();
    }
    EXPECT_EQ(all, (Kinds{Kind::kSent, Kind::kHeld})) << "told once, no loop";
    EXPECT_EQ(slot(0).attempts.size(), 1U);
    node_->base_fee_wei = 1'000'000'000;
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
}

TEST_F(SubmitterTest, takes_an_old_attempt_that_is_mined_after_the_bump) {
    ASSERT_TRUE(submit(job()));
    ASSERT_TRUE(submitter().poll());
    node_->base_fee_wei = 10'000'000'000;
    for (int i = 0; i < 9 && slot(0).attempts.size() == 1; ++i) {
        node_->mine();
        ASSERT_TRUE(submitter().poll());
    }
    ASSERT_EQ(slot(0).attempts.size(), 2U);
    node_->drop_pool();
    node_->base_fee_wei = 1'000'000'000;
    EXPECT_EQ(reader_.send_raw(slot(0).attempts[0].raw, slot(0).attempts[0].tx_hash).kind,
              SendClass::kAccepted);
    node_->mine();
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
    EXPECT_EQ(slot(0).inclusion->tx_hash, slot(0).attempts[0].tx_hash);
    EXPECT_EQ(node_->proofs_of(FileId{70}), 1U);
}

TEST_F(SubmitterTest, survives_a_crash_between_storing_and_sending_a_replacement) {
    ASSERT_TRUE(submit(job()));
    ASSERT_TRUE(submitter().poll());
    node_->base_fee_wei = 10'000'000'000;
    crash_at_ = "after_attempt";
    EXPECT_THROW(
        for (int i = 0; i < 9; ++i) {
            node_->mine();
            static_cast<void>(submitter().poll());
        },
        Crash);
    ASSERT_EQ(slot(0).attempts.size(), 2U);
    restart();
    ASSERT_TRUE(submitter().recover());
    EXPECT_EQ(node_->sent_raw.back(), slot(0).attempts[1].raw);
    settle();
    EXPECT_EQ(slot(0).inclusion->tx_hash, slot(0).attempts[1].tx_hash);
}

TEST_F(SubmitterTest, holds_without_money_and_goes_on_by_itself) {
    submit_jobs(2);
    ASSERT_TRUE(submitter().poll());
    const Word256 before = node_->balance_wei;
    node_->balance_wei = chain::to_word(1);
    node_->drop_pool();
    const int sends = node_->calls_of("eth_sendRawTransaction");
    EXPECT_EQ(poll_kinds(), Kinds{Kind::kHeld});
    EXPECT_EQ(node_->calls_of("eth_sendRawTransaction"), sends + 1)
        << "only the head slot is tried";
    EXPECT_EQ(submit(job(72), 72).error().code, Errc::kInsufficientFunds);
    node_->balance_wei = before;
    settle();
    EXPECT_EQ(node_->proofs_of(FileId{70}), 1U);
    EXPECT_EQ(node_->proofs_of(FileId{71}), 1U);
}

// ------------------------------------------------------------------------------ gas: rule 11

/// What the n-th proof needs, and what is done to know it.
struct GasRow {
    const char* name;
    std::uint64_t first;        ///< gas that the first proof needs
    std::uint64_t second;       ///< and those after it
    std::size_t blocks;         ///< between them
    int estimates;              ///< for two proofs after the first
    std::uint64_t limit_third;  ///< gas limit of the last
};
const GasRow kGases[] = {
    {"the_same", 400'000, 400'000, 0, 0, 500'000},
    {"less", 400'000, 390'000, 0, 0, 500'000},
    {"more", 400'000, 450'000, 0, 1, 562'500},
    {"far_more_is_no_measure", 400'000, 900'000, 0, 2, 1'125'000},
    {"the_same_long_after", 400'000, 400'000, 64, 1, 500'000},
    {"less_long_after", 400'000, 300'000, 64, 1, 375'000},
};
class SubmitterGas : public SubmitterTest, public testing::WithParamInterface<GasRow> {};
TEST_P(SubmitterGas, of_one_proof_is_tried_on_the_next) {
    const GasRow& row = GetParam();
    node_->proof_gas = row.first;
    ASSERT_TRUE(submit(job(70), 70));
    EXPECT_EQ(node_->calls_of("eth_estimateGas"), 1);
    node_->mine(row.blocks);
    node_->proof_gas = row.second;
    ASSERT_TRUE(submit(job(71), 71));
    const Result<chain::Slot> third = submit(job(72), 72);
    ASSERT_TRUE(third);
    EXPECT_EQ(third->attempts.front().gas_max, row.limit_third);
    EXPECT_GE(third->attempts.front().gas_max, row.second + row.second / 4) << "the margin";
    EXPECT_EQ(node_->calls_of("eth_estimateGas"), 1 + row.estimates);
    settle();
    for (std::uint64_t file = 70; file < 73; ++file) EXPECT_EQ(node_->proofs_of(FileId{file}), 1U);
}
INSTANTIATE_TEST_SUITE_P(Rows, SubmitterGas, testing::ValuesIn(kGases),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(SubmitterTest, says_why_a_proof_is_refused_also_when_the_gas_of_another_was_tried) {
    ASSERT_TRUE(submit(job(70), 70));
    const JobId canceled = job(71);
    node_->cancel_job(canceled);
    node_->mine();
    EXPECT_EQ(submit(canceled, 71).error().code, Errc::kJobNotOpen);
    EXPECT_EQ(node_->calls_of("eth_estimateGas"), 1) << "the job's state says enough";
    node_->proofs_revert = true;
    node_->revert_selector = "0xd1e62b85";
    EXPECT_EQ(submit(job(72), 72).error().code, Errc::kJobNotOurs);
    EXPECT_TRUE(submitter().last_refusal()->reason.starts_with("InvalidJobTee()"));
    EXPECT_EQ(journal_.slots().size(), 1U);
    node_->proofs_revert = false;
    ASSERT_TRUE(submitter().recover());  // the pool may be another one now
    ASSERT_TRUE(submit(JobId{3}, 72));
    EXPECT_EQ(node_->calls_of("eth_estimateGas"), 3);
}

}  // namespace
}  // namespace pramana::chain_rpc
