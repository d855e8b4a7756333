// What is owed for a key's proofs, and claiming it before the key leaves the pool: over a node and
// a store in memory. On a chain: tests/e2e/operator.test.mjs.
#include "serve/owed_claims.hpp"

#include "pramana/chain/binding_document.hpp"
#include "unit/chain_rpc/fake_node.hpp"

#include <gtest/gtest.h>

namespace pramana::app {
namespace {

constexpr std::uint64_t kFee = 1'000'000'000'000'000;  // more than the gas of claiming it

class OwedClaims : public testing::Test {
  protected:
    OwedClaims() {
        node_->fee_per_proof = kFee;
        node_->finality_lag = 4;
        options_.finality.depth = 3;
        restart();
    }
    void restart() {
        claim_key_ =
            std::make_unique<ClaimKey>(key_, store_->slots(key_.address()), reader_, options_);
    }
    /// A final proof of ours for a job of `dlp`.
    JobId proved(std::uint64_t file, const Address& dlp) {
        const JobId id = node_->request_job(key_.address(), FileId{file});
        node_->mine();
        store::JobRecord record;
        record.id = id;
        record.file = FileId{file};
        record.dlp = dlp;
        EXPECT_TRUE(store_->jobs().put(record));
        chain::Proof proof;
        proof.signature = Bytes(65, 1);
        EXPECT_TRUE(claim_key_->submitter.submit(
            id, {FileId{file}, chain::tee_pool::add_proof(id, proof)}));
        settle();
        return id;
    }
    void settle() {
        for (int i = 0; i < 20 && !claim_key_->journal.open_slots()->empty(); ++i) {
            EXPECT_TRUE(claim_key_->submitter.poll());
            node_->mine();
        }
    }
    std::vector<OwedClaim> owed(const std::optional<Address>& only = std::nullopt) {
        Result<std::vector<OwedClaim>> found =
            find_owed(*claim_key_, store_->jobs(), reader_, only);
        EXPECT_TRUE(found) << pramana::name_of(found.error().code);
        return found ? *std::move(found) : std::vector<OwedClaim>{};
    }
    /// A block a round; gives up after `rounds`.
    ClaimPace pace(int rounds = 60) {
        return {.wait = [this] { node_->mine(); },
                .time_out = [rounds, left = rounds]() mutable { return --left == 0; }};
    }
    Status claim(std::vector<OwedClaim>& what, int rounds = 60) {
        return claim_all(*claim_key_, reader_.contracts(), what, pace(rounds),
                         [this](const OwedClaim& each) {
                             told_.push_back(each.slot ? static_cast<int>(each.slot->state) : -1);
                         });
    }

    const SigningKey key_ = *SigningKey::from_bytes(SecretBytes::copy_of(Bytes(32, 0x42)));
    std::shared_ptr<testing_chain::FakeNode> node_ = std::make_shared<testing_chain::FakeNode>();
    chain_rpc::RpcClient rpc_{testing_chain::options_on(31337), node_};
    chain_rpc::ChainReader reader_{rpc_, node_->contracts};
    std::unique_ptr<store::MemoryStore> store_ = store::make_memory_store({});
    chain_rpc::SubmitterOptions options_;
    std::unique_ptr<ClaimKey> claim_key_;
    std::vector<int> told_;
};

TEST_F(OwedClaims, are_fees_and_every_reward_that_nobody_asked_for) {
    EXPECT_TRUE(owed().empty()) << "nothing was proved";
    const JobId first = proved(70, node_->dlp);
    proved(71, node_->dlp);
    node_->pay_reward(FileId{71});
    node_->mine();
    const std::vector<OwedClaim> found = owed();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].purpose, chain::SlotPurpose::kFees);
    EXPECT_EQ(found[0].fees, Wei::of(2 * kFee));
    EXPECT_EQ(found[1].job, first);
    EXPECT_EQ(found[1].proof_index, 1U);
    EXPECT_EQ(found[1].skipped, "");
    EXPECT_GT(found[1].gas, 21'000U);
    EXPECT_TRUE(found[2].skipped.starts_with("FileAlreadyAdded()")) << found[2].skipped;
}

TEST_F(OwedClaims, are_claimed_once_and_then_nothing_is_left) {
    proved(70, node_->dlp);
    proved(71, node_->dlp);
    std::vector<OwedClaim> found = owed();
    ASSERT_TRUE(claim(found));
    for (const OwedClaim& each : found) {
        ASSERT_TRUE(each.slot);
        EXPECT_EQ(each.slot->state, chain::SlotState::kFinal);
        EXPECT_NE(each.slot->inclusion->cost(), Wei{});
    }
    EXPECT_EQ(node_->head().after.unclaimed.at(key_.address()), 0U);
    EXPECT_EQ(node_->head().after.rewards_of_file.at(70), 1U);
    EXPECT_EQ(node_->head().after.rewards_of_file.at(71), 1U);
    EXPECT_EQ(*claim_key_->journal.highest_nonce(), 4U) << "two proofs, fees, two rewards";
    restart();
    EXPECT_TRUE(owed().empty());
}

TEST_F(OwedClaims, one_that_was_interrupted_goes_on_and_is_not_sent_anew) {
    proved(70, node_->dlp);
    std::vector<OwedClaim> found = owed();
    const Status late = claim(found, 1);
    EXPECT_EQ(late.error().code, Errc::kTimeout);
    restart();
    found = owed();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_TRUE(found[0].slot && found[1].slot) << "on their way";
    ASSERT_TRUE(claim(found));
    EXPECT_EQ(found[0].slot->state, chain::SlotState::kFinal);
    EXPECT_EQ(found[1].slot->state, chain::SlotState::kFinal);
    EXPECT_EQ(*claim_key_->journal.highest_nonce(), 2U);
    EXPECT_EQ(node_->head().after.rewards_of_file.at(70), 1U);
}

TEST_F(OwedClaims, of_one_dlp_leave_fees_and_others_alone) {
    Address other;
    other.bytes.fill(0xd8);
    proved(70, node_->dlp);
    proved(71, other);
    const std::vector<OwedClaim> found = owed(node_->dlp);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].file, FileId{70});
    EXPECT_EQ(owed().size(), 3U);
}

TEST_F(OwedClaims, fees_that_cost_more_than_they_are_stay) {
    node_->fee_per_proof = 5;
    proved(70, node_->dlp);
    const std::vector<OwedClaim> found = owed();
    EXPECT_EQ(found.at(0).skipped, "less than the gas of claiming it");
}

TEST_F(OwedClaims, a_purged_job_is_known_by_its_document) {
    const JobId id = proved(70, node_->dlp);
    chain::BindingDocument document;
    document.dlp = node_->dlp;
    document.file_url = "https://v.test/1";
    const std::string text = *chain::to_canonical_json(document);
    store::JobRecord record = *store_->jobs().job(id);
    record.document = chain::binding_document_hash(text);
    record.stage = store::Stage::kFinal;
    ASSERT_TRUE(store_->jobs().put(record, {*record.document, Bytes(text.begin(), text.end())}));
    ASSERT_TRUE(store_->jobs().purge(record));
    ASSERT_EQ(owed(node_->dlp).size(), 1U);
}

TEST_F(OwedClaims, the_spending_limit_stops_the_rest_and_says_so) {
    proved(70, node_->dlp);
    options_.fees.day_cost_max = Wei::of(1);
    restart();
    std::vector<OwedClaim> found = owed();
    const Status stopped = claim(found);
    EXPECT_EQ(stopped.error().code, Errc::kSpendCeiling);
    EXPECT_EQ(*claim_key_->journal.highest_nonce(), 0U) << "nothing was bound";
}

}  // namespace
}  // namespace pramana::app
