// What waits for a batch, and where a registry's head stands in our log. Batches on a chain:
// tests/e2e/result_registry.test.mjs.
#include "serve/proof_router.hpp"

#include "../pipeline/fakes.hpp"

#include <gtest/gtest.h>

namespace pramana::app {
namespace {

using pipeline::FakeClock;
using pipeline::filled;
using pipeline::ProofState;

SigningKey key_of(std::uint8_t number) {
    SecretBytes raw{32};
    raw.expose_mutable()[31] = number;
    return *SigningKey::from_bytes(std::move(raw));
}

const store::CorpusKey kCorpus{filled<Hash32>(0xc0), 1};

/// The root after `size` entries.
Hash32 root_of(std::uint8_t size) { return filled<Hash32>(size); }

/// Fills the log up to `size` entries.
void fill(store::Store& store, std::uint8_t size) {
    const std::uint64_t from = store.corpus().head(kCorpus)->size;
    for (std::uint64_t place = from; place < size; ++place) {
        store::JobRecord job;
        job.id = JobId{place + 1};
        job.owner = filled<Address>(1);
        const auto before = static_cast<std::uint8_t>(place);
        store::CorpusEntry entry{JobId{place + 1}, filled<ContributionId>(before),
                                 place == 0 ? Hash32{} : root_of(before),
                                 root_of(static_cast<std::uint8_t>(before + 1)), Bytes{1}};
        ASSERT_TRUE(store.jobs().put(job));
        ASSERT_TRUE(store.corpus().take_place(job, kCorpus));
        ASSERT_TRUE(store.corpus().append(job, entry));
    }
}

/// The size, or the code.
std::string found(CorpusHeads& heads, const Hash32& root) {
    const Result<chain::RecordedHead> head = heads.find(kCorpus, filled<Hash32>(0xee), root);
    return head ? std::to_string(head->size) : std::string{pramana::name_of(head.error().code)};
}

TEST(CorpusHeads, finds_a_root_wherever_it_stands) {
    const auto store = store::make_memory_store({});
    CorpusHeads heads{store->corpus(), 100};
    EXPECT_EQ(found(heads, filled<Hash32>(0xee)), "0") << "of the empty corpus";
    EXPECT_EQ(found(heads, root_of(3)), "corpus_head_foreign");
    fill(*store, 5);
    EXPECT_EQ(found(heads, root_of(3)), "3") << "our log has come to it";
    for (const std::uint8_t size : Bytes{5, 1, 2})
        EXPECT_EQ(found(heads, root_of(size)), std::to_string(size));
    EXPECT_EQ(found(heads, filled<Hash32>(0xee)), "0");
    EXPECT_EQ(found(heads, filled<Hash32>(0x77)), "corpus_head_foreign");
}

TEST(CorpusHeads, searches_a_long_log_over_several_calls) {
    const auto store = store::make_memory_store({});
    fill(*store, 9);
    CorpusHeads heads{store->corpus(), 4};
    EXPECT_EQ(found(heads, root_of(3)), "busy");
    EXPECT_EQ(found(heads, root_of(3)), "3");
    EXPECT_EQ(found(heads, filled<Hash32>(0x77)), "busy");
    EXPECT_EQ(found(heads, filled<Hash32>(0x77)), "busy");
    EXPECT_EQ(found(heads, filled<Hash32>(0x77)), "corpus_head_foreign");
    fill(*store, 10);
    EXPECT_EQ(found(heads, filled<Hash32>(0x77)), "corpus_head_foreign")
        << "only the new one is read";
}

/// A node that never answers.
class DeadNode final : public chain_rpc::RpcTransport {
  public:
    Result<Reply> post(const std::string&, net::Deadline) override {
        return Error{Errc::kFetchFailed, "test"};
    }
};

class Publisher : public testing::Test {
  protected:
    static chain_rpc::RpcOptions rpc_options() {
        chain_rpc::RpcOptions options;
        options.endpoints = {"http://127.0.0.1"};
        options.chain_id = 31337;
        return options;
    }
    Publisher() {
        for (const std::uint64_t id : {1U, 2U}) {
            store::JobRecord job;
            job.id = JobId{id};
            job.owner = filled<Address>(1);
            job.dlp = id == 1 ? kDlp : kBoth;
            job.corpus = kCorpus;
            if (!store_->jobs().put(job)) throw std::logic_error{"a job is not stored"};
        }
    }
    /// A slot of the job in the journal, in kBound.
    void bind(std::uint64_t tx_nonce, JobId job, chain::SlotPurpose purpose) {
        chain::Slot slot;
        slot.tx_nonce = tx_nonce;
        slot.purpose = purpose;
        slot.jobs = {{job, FileId{5}, filled<Hash32>(7)}};
        slot.attempts.push_back({.kind = chain::AttemptKind::kCall,
                                 .tx_hash = filled<Hash32>(8),
                                 .raw = Bytes{1},
                                 .max_fee_wei = 7,
                                 .tip_wei = 5,
                                 .gas_max = 21'000,
                                 .signed_unix_s = 1});
        ASSERT_TRUE(journal_.bind(slot));
    }
    /// The slot is in a block, or final, with its job's work done or not.
    void mine(std::uint64_t tx_nonce, JobId job, chain::SlotState state, bool worked = true) {
        chain::Inclusion inclusion;
        inclusion.succeeded = worked;
        if (worked) inclusion.landed = {{job, 1}};
        ASSERT_TRUE(
            journal_.set_state(tx_nonce, state, inclusion,
                               worked ? chain::VoidReason::kNone : chain::VoidReason::kReverted));
    }
    ProofState state(std::uint64_t job) { return router_.progress(JobId{job})->state; }

    const Address kDlp = filled<Address>(0xd1);
    const Address kBoth = filled<Address>(0xd2);
    std::unique_ptr<store::MemoryStore> store_ = store::make_memory_store({});
    const SigningKey key_ = key_of(1);
    FakeClock clock_;
    JournalAdapter journal_{store_->slots(key_.address())};
    chain_rpc::RpcClient rpc_{rpc_options(), std::make_shared<DeadNode>()};
    chain_rpc::ChainReader reader_{rpc_, {}};
    chain_rpc::Submitter submitter_{reader_, journal_, key_, {}};
    ProofAdapter proofs_{submitter_, journal_, key_, 5};
    ResultPublisher results_{
        {.reader = reader_,
         .store = *store_,
         .clock = clock_,
         .finality = {},
         .signers = {{key_, submitter_, journal_}},
         .routes = {{.dlp = kDlp, .registry = filled<Address>(0xee)},
                    {.dlp = kBoth, .registry = filled<Address>(0xee), .pool_proofs = true}}}};
    ProofRouter router_{store_->jobs(), {{key_.address(), proofs_}}, results_};
};

TEST_F(Publisher, a_result_waits_until_its_batch_is_due_and_says_what_for) {
    EXPECT_EQ(state(1), ProofState::kNone);
    pipeline::ProofCall call;
    call.job = JobId{1};
    call.dlp = kDlp;
    call.tee = key_.address();
    EXPECT_EQ(router_.submit(call).error().code, Errc::kWaitsForBatch);
    results_.round();
    EXPECT_EQ(state(1), ProofState::kQueued);
    EXPECT_FALSE(router_.progress(JobId{1})->cause) << "it waits for others";
    EXPECT_TRUE(results_.troubles().empty());
    clock_.advance(11);
    results_.round();
    EXPECT_EQ(router_.progress(JobId{1})->cause->code, Errc::kRpcUnavailable);
    EXPECT_EQ(results_.troubles(), std::vector<std::string>{"results_rpc_unavailable"});
    call.tee = filled<Address>(9);
    EXPECT_EQ(router_.submit(call).error().code, Errc::kJobNotOurs);
}

TEST_F(Publisher, a_batch_that_came_to_nothing_is_made_anew) {
    bind(1, JobId{1}, chain::SlotPurpose::kResult);
    EXPECT_EQ(state(1), ProofState::kSigned);
    mine(1, JobId{1}, chain::SlotState::kVoided, false);
    EXPECT_EQ(state(1), ProofState::kReverted);
    EXPECT_EQ(router_.progress(JobId{1})->cause->code, Errc::kCorpusHeadMoved);
    ASSERT_TRUE(results_.offer(JobId{1}, kDlp, key_.address()));
    EXPECT_EQ(state(1), ProofState::kQueued);
    bind(2, JobId{1}, chain::SlotPurpose::kResult);
    mine(2, JobId{1}, chain::SlotState::kFinal);
    EXPECT_EQ(state(1), ProofState::kFinal);
}

TEST_F(Publisher, with_pool_and_registry_a_job_is_final_when_both_are) {
    bind(1, JobId{2}, chain::SlotPurpose::kProof);
    EXPECT_EQ(state(2), ProofState::kSigned);
    mine(1, JobId{2}, chain::SlotState::kIncluded);
    EXPECT_EQ(state(2), ProofState::kIncluded);
    EXPECT_EQ(results_.progress(JobId{2})->state, ProofState::kQueued) << "offered by itself";
    mine(1, JobId{2}, chain::SlotState::kFinal);
    EXPECT_EQ(state(2), ProofState::kIncluded) << "the result is not there yet";
    const store::Stage before = store_->jobs().job(JobId{2})->stage;
    bind(2, JobId{2}, chain::SlotPurpose::kResult);
    EXPECT_EQ(store_->jobs().job(JobId{2})->stage, before) << "the proof's stage stays";
    mine(2, JobId{2}, chain::SlotState::kFinal);
    EXPECT_EQ(state(2), ProofState::kFinal);
    EXPECT_EQ(router_.progress(JobId{2})->proof_index, 1U);
}

TEST_F(Publisher, proofs_of_the_pool_wait_for_their_batch_too) {
    proofs_.set_recovered();
    pipeline::ProofCall call;
    call.job = JobId{2};
    call.dlp = kBoth;
    call.tee = key_.address();
    EXPECT_EQ(router_.submit(call).error().code, Errc::kWaitsForBatch);
    EXPECT_EQ(state(2), ProofState::kQueued);
    proofs_.send_queued();
    EXPECT_EQ(router_.progress(JobId{2})->cause->code, Errc::kRpcUnavailable);
    EXPECT_EQ(state(2), ProofState::kQueued);
    EXPECT_FALSE(journal_.highest_nonce()->has_value());
}

}  // namespace
}  // namespace pramana::app
