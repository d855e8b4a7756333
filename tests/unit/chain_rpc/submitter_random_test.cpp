// Random lives: what happens to a submitter in any order, and what must hold whatever the order
// was. Reference chain.md section 5 names the events one by one; this mixes them.
#include "pramana/chain/uint256.hpp"
#include "unit/chain_rpc/submitter_fixture.hpp"

#include <random>

namespace pramana::chain_rpc {
namespace {

constexpr std::uint64_t kFirstFile = 70;
constexpr int kSteps = 160;
constexpr unsigned kLives = 48;

const char* const kPoints[] = {"before_bind",    "after_sign",       "before_send",
                               "after_send",     "after_sent",       "after_attempt",
                               "after_included", "after_regression", "after_reopened",
                               "after_final",    "in_recovery"};

class SubmitterLife : public SubmitterTest, public testing::WithParamInterface<unsigned> {
  protected:
    SubmitterLife() {
        options_.window = 4;
        options_.fees.bump_percent = 15;
        restart();
    }
    std::uint64_t below(std::uint64_t end) { return random_() % end; }

    /// A process that died, or one that stopped over its journal: the next one recovers.
    void begin_anew() {
        restart();
        recovered_ = false;
    }
    /// What the daemon does in one turn, unless it dies in it.
    void turn() {
        try {
            if (!recovered_) recovered_ = submitter().recover().has_value();
            if (!recovered_) return;
            const Result<std::vector<SubmissionEvent>> events = submitter().poll();
            if (!events && events.error().code == Errc::kStorageFull) recovered_ = false;
            if (events) hand_over();
        } catch (const Crash&) {
            begin_anew();
        }
    }
    void hand_over() {
        std::vector<ProofOrder> orders;
        for (std::uint64_t id = 1; id <= jobs_; ++id) {
            const Result<std::optional<chain::Slot>> slot =
                journal_.slot_of(JobId{id}, chain::SlotPurpose::kProof);
            const bool held = *slot && (*slot)->holds(JobId{id});
            if (!held) orders.push_back({JobId{id}, call_for(JobId{id}, kFirstFile + id - 1)});
            if (orders.size() == 6) break;
        }
        if (orders.empty()) return;
        for (const Result<chain::Slot>& each : submitter().submit_all(orders))
            if (!each && each.error().code == Errc::kStorageFull) recovered_ = false;
    }

    void strike() {
        switch (below(14)) {
            case 0:
            case 1:
            case 2:
                node_->request_job(key_.address(), FileId{kFirstFile + jobs_++});
                node_->mine();
                break;
            case 3:
            case 4: node_->mine(1 + below(3)); break;
            case 5: node_->reorg(std::min<std::size_t>(1 + below(3), node_->head().number)); break;
            case 6: node_->drop_pool(); break;
            case 7: begin_anew(); break;
            case 8: crash_at_ = kPoints[below(std::size(kPoints))]; break;
            case 9: node_->base_fee_wei = 1'000'000'000 * (1 + below(12)); break;
            case 10: node_->foreign_transaction(other_); break;
            case 11: node_->hide_receipts = !node_->hide_receipts; break;
            case 12:
                journal_.fail_writes(below(2) == 0 ? std::optional{Errc::kStorageFull}
                                                   : std::nullopt);
                break;
            case 13: fail_calls(1 + static_cast<int>(below(4))); break;
        }
    }
    /// The next exchanges fail, some of them after they took effect.
    void fail_calls(int count) {
        const bool after = below(2) == 0;
        node_->fault = [count,
                        after](const std::string&) mutable -> std::optional<FakeNode::Fault> {
            if (count == 0) return std::nullopt;
            --count;
            return FakeNode::Fault{"", Errc::kTimeout, after, ""};
        };
    }
    void end_faults() {
        node_->fault = nullptr;
        node_->hide_receipts = false;
        node_->base_fee_wei = 1'000'000'000;
        journal_.fail_writes(std::nullopt);
        crash_at_.clear();
        begin_anew();
    }
    void check_always() {
        for (std::uint64_t i = 0; i < jobs_; ++i)
            ASSERT_LE(node_->proofs_of(FileId{kFirstFile + i}), 1U) << "job " << i + 1;
        std::map<JobId, int> holders;
        for (const auto& [tx_nonce, slot] : journal_.slots())
            for (const chain::SlotJob& each : slot.jobs)
                if (slot.holds(each.job)) ++holders[each.job];
        for (const auto& [job, count] : holders) ASSERT_EQ(count, 1) << "job " << number(job);
        std::uint64_t expected = 0;
        for (const auto& [tx_nonce, slot] : journal_.slots())
            ASSERT_EQ(tx_nonce, expected++) << "a hole in the nonces";
    }

    std::mt19937 random_{GetParam()};
    SigningKey other_ = *SigningKey::from_bytes(SecretBytes::copy_of(Bytes(32, 0x43)));
    std::uint64_t jobs_ = 0;
    bool recovered_ = false;
};

TEST_P(SubmitterLife, gives_every_job_one_proof_whatever_happens_in_which_order) {
    for (int step = 0; step < kSteps; ++step) {
        strike();
        turn();
        ASSERT_NO_FATAL_FAILURE(check_always()) << "step " << step;
        ASSERT_FALSE(submitter().halted()) << "nobody else used the key; step " << step;
    }
    end_faults();
    for (int i = 0; i < 200; ++i) {
        turn();
        node_->mine();
    }
    ASSERT_NO_FATAL_FAILURE(check_always());
    EXPECT_TRUE(journal_.open_slots()->empty()) << "all come to an end when the faults do";
    ASSERT_GT(jobs_, 0U);
    for (std::uint64_t i = 0; i < jobs_; ++i)
        EXPECT_EQ(node_->proofs_of(FileId{kFirstFile + i}), 1U) << "job " << i + 1;
    EXPECT_EQ(node_->head().after.nonces.at(key_.address()), journal_.slots().size());
}
INSTANTIATE_TEST_SUITE_P(Seeds, SubmitterLife, testing::Range(1U, kLives + 1));

// Rule 14: the tag stands still for far longer than it should.
TEST_F(SubmitterTest, waits_and_says_so_while_finality_stands_still) {
    options_.window = 4;
    options_.open_slots_max = 12;
    options_.finality.stall_blocks = 30;
    restart();
    node_->finality_lag = 1'000'000;
    std::vector<ProofOrder> orders;
    for (std::uint64_t i = 0; i < 40; ++i) {
        const JobId id = node_->request_job(key_.address(), FileId{kFirstFile + i});
        orders.push_back({id, call_for(id, kFirstFile + i)});
    }
    node_->mine();
    for (int block = 0; block < 120; ++block) {
        static_cast<void>(submitter().submit_all(orders));
        const Result<std::vector<SubmissionEvent>> events = submitter().poll();
        ASSERT_TRUE(events);
        for (const SubmissionEvent& event : *events) EXPECT_NE(event.kind, Kind::kFinal);
        EXPECT_LE(journal_.slots().size(), 12U) << "what is open is bounded";
        node_->mine();
    }
    const std::vector<SubmitterAlarm> raised = submitter().status().alarms;
    EXPECT_EQ(std::count(raised.begin(), raised.end(), SubmitterAlarm::kFinalityStalled), 1);
    EXPECT_EQ(journal_.slots().size(), 12U);
    node_->finality_lag = 4;
    for (int block = 0; block < 120; ++block) {
        static_cast<void>(submitter().submit_all(orders));
        ASSERT_TRUE(submitter().poll());
        node_->mine();
    }
    const std::vector<SubmitterAlarm> after = submitter().status().alarms;
    EXPECT_EQ(std::count(after.begin(), after.end(), SubmitterAlarm::kFinalityStalled), 0);
    EXPECT_TRUE(journal_.open_slots()->empty());
    for (std::uint64_t i = 0; i < 40; ++i) EXPECT_EQ(node_->proofs_of(FileId{kFirstFile + i}), 1U);
}

}  // namespace
}  // namespace pramana::chain_rpc
