// Slots of several jobs, claims, and what bounds the costs: reference chain.md section 4, rules 10
// to 12 and 15, and rows 14, 30 to 33 of section 5.
#include "pramana/chain/uint256.hpp"
#include "unit/chain_rpc/submitter_fixture.hpp"

namespace pramana::chain_rpc {
namespace {

using chain::SlotPurpose;

class SubmitterBatch : public SubmitterTest {
  protected:
    SubmitterBatch() {
        options_.batch_max = 5;
        restart();
    }
    /// Jobs for the given files, mined together; what submit_all is given for them.
    std::vector<ProofOrder> orders(const std::vector<std::uint64_t>& files) {
        std::vector<ProofOrder> all;
        for (const std::uint64_t file : files) {
            const JobId id = node_->request_job(key_.address(), FileId{file});
            all.push_back({id, call_for(id, file)});
        }
        node_->mine();
        return all;
    }
};

TEST_F(SubmitterBatch, brings_several_proofs_in_one_transaction) {
    const auto given = orders({70, 71, 72, 73, 74});
    const auto answers = submitter().submit_all(given);
    for (const auto& each : answers) ASSERT_TRUE(each);
    ASSERT_EQ(journal_.slots().size(), 1U);
    EXPECT_EQ(slot(0).jobs.size(), 5U);
    EXPECT_EQ(submitter().submit(given[3].job, given[3].call)->tx_nonce, 0U) << "the same again";
    EXPECT_EQ(submitter().submit(given[3].job, call_for(given[3].job, 73, 9)).error().code,
              Errc::kConflict);
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
    for (std::uint64_t file = 70; file < 75; ++file) EXPECT_EQ(node_->proofs_of(FileId{file}), 1U);
    EXPECT_EQ(slot(0).inclusion->landed.size(), 5U);
    EXPECT_EQ(node_->head().after.nonces.at(key_.address()), 1U);
}

TEST_F(SubmitterBatch, binds_a_group_in_one_write_and_sends_it_in_one_request) {
    options_.batch_max = 1;
    restart();
    ASSERT_TRUE(submit(job(60), 60));  // the first asks more: chain id, what is pending
    settle();
    const auto given = orders({70, 71, 72, 73});
    const std::size_t writes = journal_.writes();
    const int posts = node_->posts;
    for (const auto& each : submitter().submit_all(given)) ASSERT_TRUE(each);
    EXPECT_EQ(journal_.writes() - writes, 2U) << "bound together, and together known as sent";
    EXPECT_EQ(node_->posts - posts, 3) << "facts, checks, transactions";
    for (std::uint64_t nonce = 1; nonce < 5; ++nonce)
        EXPECT_EQ(slot(nonce).state, SlotState::kSent);
    node_->mine();
    const std::size_t before = journal_.writes();
    const int read = node_->posts;
    ASSERT_TRUE(submitter().poll());
    EXPECT_EQ(journal_.writes() - before, 1U) << "all are included by one write";
    EXPECT_EQ(node_->posts - read, 2) << "head, nonce and receipts; the blocks";
    settle();
    for (std::uint64_t file = 70; file < 74; ++file) EXPECT_EQ(node_->proofs_of(FileId{file}), 1U);
}

TEST_F(SubmitterBatch, counts_against_its_window_what_waits_for_a_block_only) {
    options_.batch_max = 1;
    options_.window = 4;
    options_.open_slots_max = 7;
    restart();
    const auto given = orders({70, 71, 72, 73, 74, 75, 76, 77});
    const auto first = submitter().submit_all(given);
    EXPECT_TRUE(first[3]);
    EXPECT_EQ(first[4].error().code, Errc::kBusy);
    node_->mine();  // mined, not final, and not yet looked at by a round
    EXPECT_TRUE(submitter().submit_all(std::span{given}.subspan(4, 2))[1]);
    node_->mine();
    EXPECT_TRUE(submitter().submit_all(std::span{given}.subspan(6, 1))[0]);
    node_->mine();
    EXPECT_EQ(submitter().submit_all(std::span{given}.subspan(7))[0].error().code, Errc::kBusy)
        << "seven are open: the bound of memory";
    settle();
    EXPECT_TRUE(submitter().submit_all(std::span{given}.subspan(7))[0]);
    settle();
    for (std::uint64_t file = 70; file < 78; ++file) EXPECT_EQ(node_->proofs_of(FileId{file}), 1U);
}

TEST_F(SubmitterBatch, sends_one_by_one_to_a_node_that_takes_no_batches_of_transactions) {
    options_.batch_max = 1;
    restart();
    const auto given = orders({70, 71});
    node_->reply_fault = [](const std::string& body) -> std::optional<Result<RpcTransport::Reply>> {
        if (!body.starts_with('[') || body.find("eth_sendRaw") == std::string::npos)
            return std::nullopt;
        const std::string text =
            R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no batches"}})";
        return RpcTransport::Reply{200, Bytes{text.begin(), text.end()}, std::nullopt};
    };
    for (const auto& each : submitter().submit_all(given)) {
        ASSERT_TRUE(each);
        EXPECT_EQ(each->state, SlotState::kSent);
    }
    settle();
    for (std::uint64_t file = 70; file < 72; ++file) EXPECT_EQ(node_->proofs_of(FileId{file}), 1U);
}

TEST_F(SubmitterBatch, names_each_proofs_index_also_of_one_file) {
    const auto given = orders({70, 70});
    for (const auto& each : submitter().submit_all(given)) ASSERT_TRUE(each);
    settle();
    ASSERT_EQ(slot(0).inclusion->landed.size(), 2U);
    EXPECT_EQ(slot(0).inclusion->landed[0].proof_index, 1U);
    EXPECT_EQ(slot(0).inclusion->landed[1].proof_index, 2U);
}

TEST_F(SubmitterBatch, leaves_out_what_fails_alone) {
    const auto given = orders({70, 71, 72});
    node_->cancel_job(given[1].job);
    node_->mine();
    const auto answers = submitter().submit_all(given);
    EXPECT_TRUE(answers[0] && answers[2]);
    EXPECT_EQ(answers[1].error().code, Errc::kJobNotOpen);
    ASSERT_EQ(journal_.slots().size(), 1U);
    EXPECT_EQ(slot(0).jobs.size(), 2U);
}

struct SplitRow {
    const char* name;
    bool has_multicall;
    std::size_t elements_max;
    std::vector<std::size_t> jobs;  ///< of the slots, for five orders
};
const SplitRow kSplits[] = {
    {"whole", true, 5, {5}},
    {"halves", true, 4, {2, 3}},
    {"quarters", true, 2, {2, 1, 2}},
    {"singles", true, 1, {1, 1, 1, 1, 1}},
    {"no_multicall", false, 5, {1, 1, 1, 1, 1}},
};
class SubmitterSplits : public SubmitterBatch, public testing::WithParamInterface<SplitRow> {};
TEST_P(SubmitterSplits, a_batch_that_does_not_pass_as_a_whole) {
    node_->has_multicall = GetParam().has_multicall;
    node_->multicall_elements_max = GetParam().elements_max;
    for (const auto& each : submitter().submit_all(orders({70, 71, 72, 73, 74}))) ASSERT_TRUE(each);
    std::vector<std::size_t> jobs;
    for (const auto& [tx_nonce, slot] : journal_.slots()) jobs.push_back(slot.jobs.size());
    EXPECT_EQ(jobs, GetParam().jobs);
    settle();
    for (std::uint64_t file = 70; file < 75; ++file) EXPECT_EQ(node_->proofs_of(FileId{file}), 1U);
}
INSTANTIATE_TEST_SUITE_P(Rows, SubmitterSplits, testing::ValuesIn(kSplits),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(SubmitterBatch, fills_the_window_with_batches_and_not_more) {
    options_.window = 2;
    options_.batch_max = 2;
    restart();
    const auto given = orders({70, 71, 72, 73, 74});
    const auto answers = submitter().submit_all(given);
    EXPECT_EQ(journal_.slots().size(), 2U);
    EXPECT_TRUE(answers[3]);
    EXPECT_EQ(answers[4].error().code, Errc::kBusy);
    const auto twice = submitter().submit_all(std::vector{given[4], given[4]});
    EXPECT_EQ(twice[0].error().code, Errc::kBusy);
    EXPECT_EQ(twice[1].error().code, Errc::kConflict) << "the same job twice";
}

TEST_F(SubmitterBatch, binds_the_others_anew_when_one_is_canceled_before_inclusion) {
    const auto given = orders({70, 71});
    for (const auto& each : submitter().submit_all(given)) ASSERT_TRUE(each);
    node_->base_fee_wei = 10'000'000'000;  // nothing is included for now
    node_->cancel_job(given[0].job);
    node_->mine();
    settle();
    EXPECT_EQ(slot(0).void_reason, VoidReason::kCanceled);
    EXPECT_EQ(slot(0).inclusion->gas_used, 21'000U) << "the no-op, not the revert";
    const auto again = submitter().submit_all(given);
    EXPECT_EQ(again[0].error().code, Errc::kJobNotOpen);
    ASSERT_TRUE(again[1]);
    settle();
    EXPECT_EQ(node_->proofs_of(FileId{70}), 0U);
    EXPECT_EQ(node_->proofs_of(FileId{71}), 1U);
}

class SubmitterCrashes : public SubmitterBatch, public testing::WithParamInterface<const char*> {};
TEST_P(SubmitterCrashes, leave_one_proof_for_each_job_of_a_batch) {
    const auto given = orders({70, 71, 72});
    const std::string point = GetParam();
    crash_at_ = point;
    const auto life = [&] {
        static_cast<void>(submitter().submit_all(given));
        static_cast<void>(submitter().poll());
        if (point == "after_attempt") node_->base_fee_wei = 10'000'000'000;
        for (int i = 0; i < 8 && point == "after_attempt"; ++i) {
            node_->mine();
            static_cast<void>(submitter().poll());
        }
        node_->mine();
        static_cast<void>(submitter().poll());
        if (point == "after_regression" || point == "after_reopened") node_->reorg(1);
        if (point == "in_recovery") {
            node_->reorg(1);
            static_cast<void>(submitter().poll());
            restart();
            static_cast<void>(submitter().recover());
        }
        settle();
    };
    EXPECT_THROW(life(), Crash) << "the point was not reached";
    for (int i = 0; i < 2; ++i) {  // and a second start that is cut short
        restart();
        ASSERT_TRUE(submitter().recover());
    }
    for (const auto& each : submitter().submit_all(given)) ASSERT_TRUE(each);
    settle();
    for (std::uint64_t file = 70; file < 73; ++file) EXPECT_EQ(node_->proofs_of(FileId{file}), 1U);
    EXPECT_EQ(node_->head().after.nonces.at(key_.address()), 1U);
}
INSTANTIATE_TEST_SUITE_P(Points, SubmitterCrashes,
                         testing::Values("before_bind", "after_sign", "before_send", "after_send",
                                         "after_sent", "after_attempt", "after_included",
                                         "after_regression", "after_reopened", "after_final",
                                         "in_recovery"),
                         [](const auto& row) { return std::string{row.param}; });

// ------------------------------------------------------------------------------------ claims

TEST_F(SubmitterTest, claims_the_fees_and_a_contributors_reward_like_a_proof) {
    const JobId id = job();
    ASSERT_TRUE(submit(id));
    const BatchCall reward = reward_call(node_->dlp, {id, FileId{70}, {}}, 1);
    EXPECT_EQ(submitter().submit(reward).error().code, Errc::kReverted) << "no proof yet";
    EXPECT_EQ(submitter().submit(fees_call(node_->contracts)).error().code, Errc::kReverted);
    EXPECT_TRUE(submitter().last_refusal()->reason.starts_with("NothingToClaim()"));
    settle();
    ASSERT_TRUE(submitter().submit(reward));
    EXPECT_EQ(submitter().submit(reward)->tx_nonce, 1U) << "idempotent";
    ASSERT_TRUE(submitter().submit(fees_call(node_->contracts)));
    EXPECT_EQ(submitter().submit(fees_call(node_->contracts))->tx_nonce, 2U) << "one at a time";
    settle();
    EXPECT_EQ(slot(1).state, SlotState::kFinal);
    EXPECT_EQ(slot(1).purpose, SlotPurpose::kReward);
    EXPECT_EQ(slot(2).state, SlotState::kFinal);
    EXPECT_EQ(node_->head().after.rewards_of_file.at(70), 1U);
    EXPECT_EQ(node_->head().after.unclaimed.at(key_.address()), 0U);
    EXPECT_EQ(submit(id)->tx_nonce, 0U) << "the proof's slot is not the reward's";
}

TEST_F(SubmitterTest, fills_the_slot_of_a_claim_that_somebody_else_made) {
    const JobId id = job();
    ASSERT_TRUE(submit(id));
    settle();
    ASSERT_TRUE(submitter().submit(reward_call(node_->dlp, {id, FileId{70}, {}}, 1)));
    node_->base_fee_wei = 10'000'000'000;  // ours waits
    node_->pay_reward(FileId{70});
    node_->mine();
    settle();
    EXPECT_EQ(slot(1).state, SlotState::kVoided);
    EXPECT_EQ(slot(1).void_reason, VoidReason::kPointless);
    EXPECT_EQ(slot(1).attempts.back().kind, chain::AttemptKind::kNoop);
    EXPECT_EQ(node_->head().after.rewards_of_file.at(70), 1U);
}

// ------------------------------------------------------------------------- signer and journal

/// Row 32: what a signer may do instead of signing what it was asked.
class LyingSigner final : public TransactionSigner {
  public:
    LyingSigner(const SigningKey& key, const SigningKey& other) : honest_{key}, other_{other} {}
    const Address& address() const noexcept override { return honest_.address(); }
    Result<Bytes> sign(const chain::Transaction& asked) override {
        chain::Transaction lie = asked;
        switch (mode) {
            case 1: return Error{Errc::kTimeout, "test.signer"};
            case 2: return Bytes{1, 2, 3};
            case 3: ++lie.tx_nonce; break;
            case 4: lie.to = Address{}; break;
            case 5: lie.input.push_back(0); break;
            case 6: lie.value_wei = chain::to_word(1); break;
            case 7: lie.max_fee_per_gas_wei = chain::to_word(UINT64_MAX); break;
            case 8: lie.chain_id = 1; break;
            case 9: return other_.sign(asked);
            default: break;
        }
        return honest_.sign(lie);
    }
    int mode = 0;

  private:
    KeySigner honest_;
    KeySigner other_;
};

TEST_F(SubmitterTest, stores_and_sends_nothing_that_it_did_not_ask_for) {
    const SigningKey other = *SigningKey::from_bytes(SecretBytes::copy_of(Bytes(32, 0x43)));
    LyingSigner signer{key_, other};
    Submitter signed_elsewhere{reader_, journal_, signer, options_};
    const JobId id = job();
    for (signer.mode = 1; signer.mode <= 9; ++signer.mode) {
        EXPECT_EQ(signed_elsewhere.submit(id, call_for(id)).error().code, Errc::kSignerFault)
            << signer.mode;
        EXPECT_EQ(signed_elsewhere.status().alarms, std::vector{SubmitterAlarm::kSignerFault});
    }
    EXPECT_TRUE(journal_.slots().empty());
    EXPECT_TRUE(node_->sent_raw.empty());
    signer.mode = 0;
    EXPECT_TRUE(signed_elsewhere.submit(id, call_for(id)));
    EXPECT_TRUE(signed_elsewhere.status().alarms.empty());
}

TEST_F(SubmitterTest, signs_nothing_after_a_failed_write_until_the_journal_is_read_again) {
    const JobId first = job(70);
    const JobId second = job(71);
    ASSERT_TRUE(submit(first, 70));
    journal_.fail_writes(Errc::kStorageFull);
    EXPECT_EQ(submit(second, 71).error().code, Errc::kStorageFull);
    journal_.fail_writes(std::nullopt);
    EXPECT_EQ(submit(second, 71).error().code, Errc::kStorageFull) << "it may have happened";
    EXPECT_EQ(submitter().poll().error().code, Errc::kStorageFull);
    EXPECT_EQ(submitter().status().alarms, std::vector{SubmitterAlarm::kJournalFailed});
    EXPECT_EQ(node_->sent_raw.size(), 1U);
    ASSERT_TRUE(submitter().recover());
    EXPECT_EQ(submit(second, 71)->tx_nonce, 1U);
    settle();
}

// ------------------------------------------------------------------------------------- costs

TEST_F(SubmitterTest, spends_no_more_in_a_day_than_it_may) {
    // 500,000 gas at 2.001 gwei is committed for each; a receipt says less.
    options_.fees.day_cost_max = Wei::of(1'500'000'000'000'000);
    restart();
    const JobId first = job(70);
    const JobId second = job(71);
    ASSERT_TRUE(submit(first, 70));
    EXPECT_EQ(submit(second, 71).error().code, Errc::kSpendCeiling);
    EXPECT_EQ(submitter().status().spend_ceiling_hits, 1U);
    EXPECT_EQ(submitter().status().alarms, std::vector{SubmitterAlarm::kSpendCeiling});
    settle();
    const Wei spent = slot(0).inclusion->cost();
    EXPECT_EQ(*journal_.spent_on(slot(0).inclusion->block_unix_s / 86'400), spent);
    ASSERT_TRUE(submit(second, 71)) << "the commitment was more than the receipt";
    settle();
    EXPECT_EQ(submitter().status().spent_today, spent + slot(1).inclusion->cost());
    const JobId third = job(72);
    EXPECT_EQ(submit(third, 72).error().code, Errc::kSpendCeiling);
    node_->seconds_per_block = 100'000;  // chain time: another day
    node_->mine();
    EXPECT_TRUE(submit(third, 72)) << "goes on by itself";
}

TEST_F(SubmitterTest, waits_at_the_soft_ceiling_before_it_goes_beyond) {
    options_.fees.max_fee_wei_soft = 3'000'000'000;
    options_.fees.soft_patience_s = 600;  // 100 blocks
    restart();
    ASSERT_TRUE(submit(job()));
    node_->base_fee_wei = 10'000'000'000;
    EXPECT_EQ(submit(job(71), 71).error().code, Errc::kFeeCeiling) << "no new nonce above it";
    for (int i = 0; i < 40; ++i) {
        ASSERT_TRUE(submitter().poll());
        node_->mine();
    }
    EXPECT_LE(slot(0).attempts.back().max_fee_wei, 3'000'000'000U);
    EXPECT_EQ(submitter().status().alarms.front(), SubmitterAlarm::kFeeCeiling);
    node_->mine(80);
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
    EXPECT_GT(slot(0).attempts.back().max_fee_wei, 10'000'000'000U);
}

}  // namespace
}  // namespace pramana::chain_rpc
