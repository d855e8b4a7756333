// Reads, watcher and submitter against a real node and the real contracts. What anvil does
// differently from geth is in reference chain.md section 1.
#include "pramana/chain/proof_digest.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/chain_rpc/submitter.hpp"
#include "pramana/chain_rpc/watcher.hpp"
#include "unit/chain_rpc/devnet.hpp"
#include "unit/chain_rpc/memory_journal.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace pramana::chain_rpc {
namespace {

using namespace std::chrono_literals;
using chain::SlotState;
using chain::VoidReason;
using testing_chain::anvil_key;
using testing_chain::Devnet;
using Kind = SubmissionEvent::Kind;
using Kinds = std::vector<Kind>;

struct Crash {};
const std::string kUrl = "https://files.test/1";

class AnvilTest : public testing::Test {
  protected:
    void start(const std::vector<std::string>& arguments, bool mines_itself) {
        devnet_ = std::make_unique<Devnet>(arguments);
        mines_itself_ = mines_itself;
        options_.finality = {2, false};
        options_.crash_point = [this](const char* name) {
            if (crash_at_ != name) return;
            crash_at_.clear();
            throw Crash{};
        };
        restart();
    }
    void start_automine() { start({}, true); }
    void start_by_hand(std::vector<std::string> more = {}) {
        more.emplace_back("--no-mining");
        start(more, false);
    }
    void restart() {
        submitter_ = std::make_unique<Submitter>(devnet_->reader(), journal_, tee_, options_);
    }
    ChainReader& reader() { return devnet_->reader(); }

    JobId job(const std::string& url = kUrl) {
        file_ = devnet_->register_file(url, !mines_itself_);
        return devnet_->request_proof(file_, !mines_itself_);
    }
    ProofCall call_for(JobId id, FileId file, const std::string& url = kUrl) const {
        chain::ProofData content{chain::to_word(500'000'000'000'000'000), 1, std::string(64, 'a'),
                                 "https://p.test/1", "i"};
        return {file, chain::tee_pool::add_proof(id, chain::sign_proof(url, content, tee_))};
    }
    Result<chain::Slot> submit(JobId id) { return submitter_->submit(id, call_for(id, file_)); }
    Kinds poll_kinds() {
        const Result<std::vector<SubmissionEvent>> events = submitter_->poll();
        EXPECT_TRUE(events);
        Kinds kinds;
        if (!events) return kinds;
        for (const SubmissionEvent& event : *events) kinds.push_back(event.kind);
        return kinds;
    }
    /// Polls, and mines by hand, until nothing is open.
    void settle() {
        for (int i = 0; i < 100 && !journal_.open_slots()->empty(); ++i) {
            ASSERT_TRUE(submitter_->poll());
            if (mines_itself_) std::this_thread::sleep_for(20ms);
            devnet_->mine();
        }
        ASSERT_TRUE(journal_.open_slots()->empty());
    }
    std::size_t proofs_of(FileId file) {
        std::size_t count = 0;
        while (reader().file_proof(file, count + 1)) ++count;
        return count;
    }
    chain::Slot& slot(std::uint64_t tx_nonce) { return journal_.slots().at(tx_nonce); }

    SigningKey tee_ = anvil_key(1);
    std::unique_ptr<Devnet> devnet_;
    bool mines_itself_ = true;
    testing_chain::MemoryJournal journal_;
    SubmitterOptions options_;
    std::string crash_at_;
    std::unique_ptr<Submitter> submitter_;
    FileId file_{};
};

TEST_F(AnvilTest, reads_what_the_contracts_say) {
    start({"--fee-wei", "100", "--cancel-delay", "77", "--instruction", "prove {dlp}"}, true);
    const JobId id = job();
    const Result<chain::TeeJob> record = reader().job(id);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->status, chain::JobStatus::kSubmitted);
    EXPECT_EQ(record->tee, tee_.address());
    EXPECT_EQ(record->owner, anvil_key(2).address());
    EXPECT_EQ(record->file, file_);
    EXPECT_EQ(record->bid_wei, chain::to_word(12'345));
    EXPECT_EQ(reader().job(JobId{999})->status, chain::JobStatus::kNone);
    EXPECT_EQ(*reader().jobs_count(), number(id));
    EXPECT_EQ(*reader().tee_job_ids(tee_.address(), 0, 10), std::vector<JobId>{id});
    EXPECT_TRUE(reader().tee_job_ids(tee_.address(), 1, 10)->empty());
    EXPECT_EQ(reader().tee(tee_.address())->status, chain::TeeStatus::kActive);
    EXPECT_EQ(*reader().tee_fee(), chain::to_word(100));
    EXPECT_EQ(*reader().cancel_delay_s(), 77U);

    EXPECT_EQ(reader().file(file_)->url, kUrl);
    EXPECT_EQ(reader().file(file_)->owner, anvil_key(2).address());
    EXPECT_EQ(reader().file(FileId{999}).error().code, Errc::kFileNotFound);
    EXPECT_EQ(*reader().permission(file_, devnet_->dlp()), "00ff");
    EXPECT_EQ(*reader().permission(file_, tee_.address()), "");
    EXPECT_EQ(reader().file_proof(file_, 1).error().code, Errc::kNotFound);
    EXPECT_TRUE(reader().proof_instruction(devnet_->dlp())->starts_with("prove 0x"));
    EXPECT_TRUE(reader().dlp_public_key(devnet_->dlp())->starts_with("0x04"));
    EXPECT_EQ(*reader().dlp_tee_pool(devnet_->dlp()), devnet_->contracts().tee_pool);
    EXPECT_EQ(reader().proof_instruction(devnet_->contracts().tee_pool).error().code,
              Errc::kReverted);
    EXPECT_EQ(reader().proof_instruction(tee_.address()).error().code, Errc::kMalformedChainData)
        << "no contract";
}

TEST_F(AnvilTest, reads_what_the_node_says) {
    start({"--slots-in-an-epoch", "1"}, true);
    const BlockHeader head = *reader().block(BlockTag::kLatest);
    EXPECT_EQ(reader().block(BlockRef{head.number})->hash, head.hash);
    EXPECT_EQ(reader().block(BlockRef{head.number - 1})->hash, head.parent_hash);
    EXPECT_EQ(reader().block(BlockRef{head.number + 1}).error().code, Errc::kNotFound);
    EXPECT_EQ(reader().block(BlockTag::kFinalized)->number, head.number - 2);
    EXPECT_GT(head.base_fee_wei, 0U);
    EXPECT_GT(reader().fee_market()->next_base_fee_wei, 0U);
    EXPECT_LT(chain::to_word(1), *reader().balance(tee_.address()));
    EXPECT_EQ(*reader().transaction_count(tee_.address()), 0U);
    EXPECT_EQ(*reader().known({Hash32{}}), std::vector<bool>{false});
    EXPECT_FALSE(reader().receipt({})->has_value());
    EXPECT_EQ(reader().logs({devnet_->contracts().tee_pool, {}, 0, head.number + 5}).error().code,
              Errc::kNodeInconsistent);
    RpcOptions elsewhere;
    elsewhere.endpoints = {devnet_->rpc_url()};
    elsewhere.chain_id = 1480;
    EXPECT_EQ((*RpcClient::create(elsewhere))->check_chain().error().code, Errc::kWrongChain);
}

TEST_F(AnvilTest, brings_a_proof_to_finality_with_automine) {
    start_automine();
    ASSERT_TRUE(submitter_->recover());
    const JobId id = job();
    const Result<chain::Slot> bound = submit(id);
    ASSERT_TRUE(bound);
    EXPECT_EQ(bound->state, SlotState::kSent);
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
    EXPECT_EQ(slot(0).inclusion->landed.at(0).proof_index, 1U);
    EXPECT_GT(slot(0).inclusion->gas_used, 100'000U);
    const Result<chain::Proof> proof = reader().file_proof(file_, 1);
    ASSERT_TRUE(proof);
    EXPECT_EQ(*chain::recover_attestator(kUrl, *proof), tee_.address());
    EXPECT_EQ(reader().job(id)->status, chain::JobStatus::kCompleted);
    EXPECT_EQ(submit(id)->state, SlotState::kFinal);
    EXPECT_EQ(proofs_of(file_), 1U);
}

TEST_F(AnvilTest, brings_a_proof_to_finality_with_interval_mining_and_the_finalized_tag) {
    start({"--block-time", "1", "--slots-in-an-epoch", "1"}, true);
    options_.finality = {1, true};
    restart();
    const JobId id = job();
    ASSERT_TRUE(submit(id));
    Kinds all;
    for (int i = 0; i < 300 && !journal_.open_slots()->empty(); ++i) {
        for (const Kind kind : poll_kinds()) all.push_back(kind);
        std::this_thread::sleep_for(50ms);
    }
    EXPECT_EQ(all, (Kinds{Kind::kSent, Kind::kIncluded, Kind::kFinal}));
    EXPECT_EQ(proofs_of(file_), 1U);
}

class AnvilCrash : public AnvilTest, public testing::WithParamInterface<const char*> {};
TEST_P(AnvilCrash, leaves_the_same_bytes_and_one_proof) {
    start_by_hand();
    const JobId id = job();
    crash_at_ = GetParam();
    EXPECT_THROW(
        {
            static_cast<void>(submit(id));
            settle();
        },
        Crash);
    const chain::Slot before = slot(0);
    restart();
    ASSERT_TRUE(submitter_->recover());
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
    EXPECT_EQ(slot(0).attempts, before.attempts);
    EXPECT_EQ(slot(0).inclusion->tx_hash, before.attempts[0].tx_hash);
    EXPECT_EQ(*reader().transaction_count(tee_.address()), 1U);
    EXPECT_EQ(proofs_of(file_), 1U);
}
INSTANTIATE_TEST_SUITE_P(Points, AnvilCrash,
                         testing::Values("after_sign", "after_send", "after_included"),
                         [](const auto& row) { return std::string{row.param}; });

TEST_F(AnvilTest, sends_the_same_bytes_again_when_the_node_loses_its_pool) {
    start_by_hand();
    const JobId id = job();
    ASSERT_TRUE(submit(id));
    const Hash32 hash = slot(0).attempts[0].tx_hash;
    devnet_->control("anvil_dropAllTransactions");
    ASSERT_EQ(*reader().known({hash}), std::vector<bool>{false});
    ASSERT_TRUE(submitter_->poll());
    EXPECT_EQ(*reader().known({hash}), std::vector<bool>{true});
    settle();
    EXPECT_EQ(slot(0).inclusion->tx_hash, hash);
    EXPECT_EQ(proofs_of(file_), 1U);
}

TEST_F(AnvilTest, halts_when_a_stranger_uses_the_key) {
    start_by_hand();
    const JobId id = job();
    ASSERT_TRUE(submit(id));
    devnet_->control("anvil_dropAllTransactions");
    devnet_->send(tee_, tee_.address(), {});
    devnet_->mine();
    Kinds all;
    for (unsigned i = 0; i < options_.foreign_observations; ++i)
        for (const Kind kind : poll_kinds()) all.push_back(kind);
    EXPECT_EQ(all.back(), Kind::kForeign);
    EXPECT_EQ(submitter_->poll().error().code, Errc::kNonceGap);
    EXPECT_EQ(submit(id).error().code, Errc::kNonceGap);
}

TEST_F(AnvilTest, refuses_in_preflight_without_a_nonce) {
    start_automine();
    const JobId id = job();
    ASSERT_TRUE(submit(id));
    settle();
    testing_chain::MemoryJournal empty;
    Submitter twin{reader(), empty, tee_, options_};
    EXPECT_EQ(twin.submit(id, call_for(id, file_)).error().code, Errc::kJobNotOpen) << "done";
    const JobId next = job("https://files.test/2");
    const FileId next_file = file_;
    const SigningKey admin = anvil_key(0);
    const Bytes remove = chain::abi::TupleEncoder{}
                             .address(tee_.address())
                             .call(chain::selector_of("removeTee(address)"));
    static_cast<void>(
        devnet_->receipt_of(devnet_->send(admin, devnet_->contracts().tee_pool, remove)));
    EXPECT_EQ(submitter_->submit(next, call_for(next, next_file)).error().code,
              Errc::kWorkerNotActive);
    ASSERT_TRUE(submitter_->last_refusal());
    EXPECT_TRUE(submitter_->last_refusal()->reason.starts_with("TeeNotActive()"))
        << submitter_->last_refusal()->reason;
    EXPECT_EQ(journal_.slots().size(), 1U);
    EXPECT_EQ(*reader().transaction_count(tee_.address()), 1U);
}

TEST_F(AnvilTest, fills_the_slot_of_a_job_that_was_canceled_before_inclusion) {
    start_by_hand({"--cancel-delay", "0"});
    const JobId id = job();
    ASSERT_TRUE(submit(id));
    devnet_->control("anvil_dropAllTransactions");
    devnet_->mine();
    devnet_->send(anvil_key(2), devnet_->contracts().tee_pool, chain::tee_pool::cancel_job(id));
    devnet_->mine();
    ASSERT_EQ(reader().job(id)->status, chain::JobStatus::kCanceled);
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kVoided);
    EXPECT_EQ(slot(0).void_reason, VoidReason::kCanceled);
    EXPECT_EQ(slot(0).inclusion->gas_used, 21'000U);
    EXPECT_EQ(proofs_of(file_), 0U);
    EXPECT_EQ(submit(id).error().code, Errc::kJobNotOpen);
}

TEST_F(AnvilTest, survives_a_cancellation_in_the_same_block) {
    start_by_hand({"--cancel-delay", "0"});
    const JobId id = job();
    devnet_->mine();
    ASSERT_TRUE(submit(id));
    devnet_->send(anvil_key(2), devnet_->contracts().tee_pool, chain::tee_pool::cancel_job(id), 0,
                  50);  // goes first
    devnet_->mine();
    EXPECT_EQ(poll_kinds(), Kinds{Kind::kReverted});
    settle();
    EXPECT_EQ(slot(0).void_reason, VoidReason::kCanceled);
    EXPECT_FALSE(slot(0).inclusion->succeeded);
    EXPECT_LT(slot(0).inclusion->gas_used, 60'000U);
}

TEST_F(AnvilTest, brings_the_same_transaction_back_after_a_reorg) {
    start_by_hand();
    const JobId id = job();
    devnet_->mine();
    options_.finality.depth = 5;
    restart();
    ASSERT_TRUE(submit(id));
    devnet_->mine(2);
    ASSERT_EQ(poll_kinds(), Kinds{Kind::kIncluded});
    devnet_->control("anvil_reorg", "[2,[]]");
    EXPECT_EQ(poll_kinds(), Kinds{Kind::kReopened});
    EXPECT_EQ(*reader().known({slot(0).attempts[0].tx_hash}), std::vector<bool>{true})
        << "sent again at once";
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
    EXPECT_EQ(slot(0).attempts.size(), 1U);
    EXPECT_EQ(proofs_of(file_), 1U);
}

TEST_F(AnvilTest, raises_the_price_when_the_base_fee_drove_it_out_of_the_pool) {
    start_by_hand();
    const JobId id = job();
    ASSERT_TRUE(submit(id));
    devnet_->control("anvil_setNextBlockBaseFeePerGas",
                     "[\"0x174876e800\"]");  // 100 gwei: anvil forgets what is below
    devnet_->mine();
    settle();
    EXPECT_EQ(slot(0).state, SlotState::kFinal);
    EXPECT_GE(slot(0).attempts.size(), 2U);
    EXPECT_EQ(proofs_of(file_), 1U);
}

class SteadyCursor final : public WatchCursor {
  public:
    Result<std::optional<Bytes>> load() override { return record_; }
    Status save(ByteView record) override {
        record_ = Bytes(record.begin(), record.end());
        return Done{};
    }

  private:
    std::optional<Bytes> record_;
};

TEST_F(AnvilTest, watches_jobs_through_a_restart_and_a_reorg) {
    start_by_hand();
    SteadyCursor cursor;
    const SystemClock clock;
    std::vector<JobSeen> seen;
    std::vector<std::uint64_t> forks;
    const auto watcher = [&] {
        WatcherOptions options;
        options.tee = tee_.address();
        options.range_blocks_max = 3;
        return std::make_unique<Watcher>(
            reader(), cursor, clock, options,
            [&](std::span<const JobSeen> jobs) -> Status {
                seen.insert(seen.end(), jobs.begin(), jobs.end());
                return Done{};
            },
            [&](std::uint64_t fork) -> Status {
                forks.push_back(fork);
                return Done{};
            });
    };
    const JobId first = job();
    auto watching = watcher();
    ASSERT_TRUE(watching->poll());
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].job, first);
    EXPECT_EQ(seen[0].file, file_);
    EXPECT_EQ(seen[0].bid_wei, chain::to_word(12'345));
    EXPECT_EQ(seen[0].block_number, reader().block(BlockTag::kLatest)->number);

    const JobId second = job("https://files.test/2");
    watching = watcher();
    ASSERT_TRUE(watching->poll());
    ASSERT_GE(seen.size(), 2U);
    EXPECT_EQ(seen[1].job, second);

    devnet_->control("anvil_reorg", "[1,[]]");  // the second job is gone
    seen.clear();
    const Result<WatchReport> report = watching->poll();
    ASSERT_TRUE(report);
    EXPECT_EQ(forks.size(), 1U);
    EXPECT_EQ(report->scanned_to, report->head);
    ASSERT_EQ(seen.size(), 1U) << "the sweep tells what is still open";
    EXPECT_EQ(seen[0].job, first);
    const JobId third = devnet_->request_proof(file_, true);
    EXPECT_EQ(third, second) << "the id is given again";
    ASSERT_TRUE(watching->poll());
    EXPECT_EQ(seen.back().job, third);
}

}  // namespace
}  // namespace pramana::chain_rpc
