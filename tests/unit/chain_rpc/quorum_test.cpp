#include "pramana/chain/transaction.hpp"
#include "pramana/chain/uint256.hpp"
#include "unit/chain_rpc/nodes_fixture.hpp"

// Several endpoints, some of which lie: reference chain.md section 4 rule 13, section 5 rows
// 22, 23.
namespace pramana::chain_rpc {
namespace {

std::optional<Errc> error_of(const auto& result) {
    return result ? std::nullopt : std::optional{result.error().code};
}

struct PinRow {
    const char* name;
    std::size_t nodes;
    std::function<void(FakeNode&)> last_node;  ///< what is wrong with the last one
    std::optional<Errc> error;
    std::uint64_t pinned_below;  ///< the honest head
    EndpointState last_state;
};
void lose(FakeNode& node, std::size_t blocks) { node.forget(blocks); }
const PinRow kPins[] = {
    {"three_agree", 3, [](FakeNode&) {}, {}, 0, EndpointState::kHealthy},
    {"two_agree", 2, [](FakeNode&) {}, {}, 0, EndpointState::kHealthy},
    {"one_of_three_20_behind", 3, [](FakeNode& n) { lose(n, 20); }, {}, 0, EndpointState::kLagging},
    {"one_of_two_20_behind", 2, [](FakeNode& n) { lose(n, 20); }, Errc::kNoQuorum, 0,
     EndpointState::kLagging},
    {"one_of_two_at_the_lag_that_is_allowed",
     2,
     [](FakeNode& n) { lose(n, 5); },
     {},
     5,
     EndpointState::kHealthy},
    {"one_of_two_just_beyond_it", 2, [](FakeNode& n) { lose(n, 6); }, Errc::kNoQuorum, 0,
     EndpointState::kLagging},
    {"one_of_three_on_another_fork",
     3,
     [](FakeNode& n) { n.reorg(10); },
     {},
     0,
     EndpointState::kForked},
    {"one_of_two_on_another_fork", 2, [](FakeNode& n) { n.reorg(10); }, Errc::kEndpointsDisagree, 0,
     EndpointState::kHealthy},
    {"one_of_two_with_another_tip",
     2,
     [](FakeNode& n) { n.reorg(1); },
     {},
     1,
     EndpointState::kHealthy},
    {"one_of_two_with_three_other_blocks",
     2,
     [](FakeNode& n) { n.reorg(3); },
     {},
     3,
     EndpointState::kHealthy},
    {"one_of_three_on_another_chain",
     3,
     [](FakeNode& n) { n.chain_id = 1; },
     {},
     0,
     EndpointState::kWrongChain},
    {"one_of_two_on_another_chain", 2, [](FakeNode& n) { n.chain_id = 1; }, Errc::kNoQuorum, 0,
     EndpointState::kWrongChain},
    {"one_of_three_down",
     3,
     [](FakeNode& n) {
         n.fault = [](const std::string&) -> std::optional<FakeNode::Fault> {
             return FakeNode::Fault{"", Errc::kFetchFailed, false, ""};
         };
     },
     {},
     0,
     EndpointState::kHealthy},
    {"one_of_three_runs_ahead", 3, [](FakeNode& n) { n.mine(50); }, {}, 0, EndpointState::kHealthy},
};
class QuorumPin : public NodesTest, public testing::WithParamInterface<PinRow> {};
TEST_P(QuorumPin, is_the_newest_block_that_a_quorum_shows) {
    start(GetParam().nodes);
    GetParam().last_node(node(GetParam().nodes - 1));
    const Result<BlockHeader> pinned = reader_->pin();
    ASSERT_EQ(error_of(pinned), GetParam().error);
    if (pinned) {
        const std::uint64_t expected = node(0).head().number - GetParam().pinned_below;
        EXPECT_EQ(pinned->number, expected);
        EXPECT_EQ(pinned->hash, node(0).block(expected).hash);
        EXPECT_EQ(reader_->job(JobId{1})->file, FileId{70});
    }
    EXPECT_EQ(name_of(health(GetParam().nodes - 1).state), name_of(GetParam().last_state));
    EXPECT_EQ(name_of(health(0).state), name_of(EndpointState::kHealthy));
}
INSTANTIATE_TEST_SUITE_P(Rows, QuorumPin, testing::ValuesIn(kPins),
                         [](const auto& row) { return std::string{row.param.name}; });

using Read = std::function<std::optional<Errc>(const ChainReader&, const Hash32& tx_hash)>;
struct LieRow {
    const char* name;
    std::string method;
    std::string result_json;
    Read read;
};
template <class T>
std::optional<Errc> is(const Result<T>& result, const T& truth) {
    if (!result) return result.error().code;
    return *result == truth ? std::nullopt : std::optional{Errc::kInternal};
}
const Address kAccount = SigningKey::from_bytes(SecretBytes::copy_of(Bytes(32, 0x42)))->address();
const LieRow kLies[] = {
    {"jobs_count", "eth_call", "\"0x" + std::string(63, '0') + "7\"",
     [](const ChainReader& r, const Hash32&) { return is<std::uint64_t>(r.jobs_count(), 1); }},
    {"preflight", "eth_call", "\"0x\"",
     [](const ChainReader& r, const Hash32&) {
         const auto outcome = r.call({{}, r.contracts().tee_pool, chain::tee_pool::jobs_count()});
         if (!outcome) return std::optional{outcome.error().code};
         return outcome->value ? std::nullopt : std::optional{Errc::kInternal};
     }},
    {"transaction_count", "eth_getTransactionCount", "\"0x9\"",
     [](const ChainReader& r, const Hash32&) {
         return is<std::uint64_t>(r.transaction_count(kAccount), 1);
     }},
    {"balance", "eth_getBalance", "\"0x0\"",
     [](const ChainReader& r, const Hash32&) {
         return is<Word256>(r.balance(kAccount), FakeNode{}.balance_wei);
     }},
    {"a_receipt_is_hidden", "eth_getTransactionReceipt", "null",
     [](const ChainReader& r, const Hash32& hash) {
         const auto receipt = r.receipt(hash);
         if (!receipt) return std::optional{receipt.error().code};
         return *receipt ? std::nullopt : std::optional{Errc::kInternal};
     }},
    {"logs_are_hidden", "eth_getLogs", "[]",
     [](const ChainReader& r, const Hash32&) {
         const auto page = r.logs({r.contracts().tee_pool, chain::JobSubmitted::topic0(), 0, 40});
         if (!page) return std::optional{page.error().code};
         return page->logs.size() == 1 ? std::nullopt : std::optional{Errc::kInternal};
     }},
};
class QuorumRead : public NodesTest, public testing::WithParamInterface<LieRow> {
  protected:
    /// A transaction of `key_`, mined everywhere; then node `liar` lies.
    Hash32 start_with_liar(std::size_t count, std::size_t liar) {
        start(count);
        for (const auto& each : nodes_) each->foreign_transaction(key_);
        mine(3);
        const FakeNode::Fault fault = lie(GetParam().result_json);
        node(liar).fault = on(GetParam().method, fault);
        return node(0).block(node(0).head().number - 2).receipts.at(0).tx_hash;
    }
};
TEST_P(QuorumRead, of_three_survives_one_liar_and_counts_it) {
    for (const std::size_t liar : {0U, 2U}) {
        nodes_.clear();
        const Hash32 hash = start_with_liar(3, liar);
        EXPECT_EQ(GetParam().read(*reader_, hash), std::nullopt) << liar;
        EXPECT_EQ(health(liar).disagreements, 1U);
        EXPECT_EQ(health(1).disagreements, 0U);
        EXPECT_EQ(rpc_->report().reads_disagreed, 0U);
    }
}
TEST_P(QuorumRead, of_two_refuses_and_says_who_differed) {
    const Hash32 hash = start_with_liar(2, 1);
    EXPECT_EQ(GetParam().read(*reader_, hash), Errc::kEndpointsDisagree);
    EXPECT_EQ(rpc_->report().reads_disagreed, 1U);
    EXPECT_EQ(health(1).disagreements, 1U);
    node(1).fault = nullptr;
    EXPECT_EQ(GetParam().read(*reader_, hash), std::nullopt) << "it goes on by itself";
}
INSTANTIATE_TEST_SUITE_P(Rows, QuorumRead, testing::ValuesIn(kLies),
                         [](const auto& row) { return std::string{row.param.name}; });

using QuorumTest = NodesTest;

TEST_F(QuorumTest, a_receipt_counts_as_of_the_pinned_block) {
    start(2);
    for (const auto& each : nodes_) each->foreign_transaction(key_);
    node(0).mine(2);  // node 1 has not seen these blocks
    const Hash32 hash = node(0).block(node(0).head().number - 1).receipts.at(0).tx_hash;
    EXPECT_EQ(*reader_->receipt(hash), std::nullopt) << "not there yet, and no disagreement";
    EXPECT_EQ(*reader_->transaction_count(key_.address()), 0U) << "of the same block";
    node(1).mine(2);
    ASSERT_TRUE(*reader_->receipt(hash));
    EXPECT_EQ(*reader_->transaction_count(key_.address()), 1U);
}

TEST_F(QuorumTest, a_read_at_a_pinned_block_notices_that_it_was_replaced) {
    for (const std::size_t count : {1U, 3U}) {
        nodes_.clear();
        start(count);
        const Result<BlockHeader> pinned = reader_->pin();
        ASSERT_TRUE(pinned);
        EXPECT_TRUE(reader_->jobs_count(*pinned));
        for (const auto& each : nodes_) each->reorg(2);
        EXPECT_EQ(reader_->jobs_count(*pinned).error().code, Errc::kNodeInconsistent) << count;
        EXPECT_TRUE(reader_->jobs_count(*reader_->pin()));
    }
}

TEST_F(QuorumTest, a_node_that_was_left_out_comes_back) {
    start(3);
    lose(node(2), 20);
    ASSERT_TRUE(reader_->pin());
    EXPECT_FALSE(rpc_->trusted(2));
    EXPECT_EQ(health(2).lag_blocks, 20U);
    node(2).mine(20);
    ASSERT_TRUE(reader_->pin());
    EXPECT_TRUE(rpc_->trusted(2));
    node(1).reorg(10);
    ASSERT_TRUE(reader_->pin());
    EXPECT_FALSE(rpc_->trusted(1));
    node(1).copy_chain(node(0));
    node(0).mine();
    node(2).mine();  // node 1 is a block behind, and on the right fork again
    ASSERT_TRUE(reader_->pin());
    EXPECT_TRUE(rpc_->trusted(1));
}

TEST_F(QuorumTest, other_reads_go_to_the_next_when_one_is_down) {
    start(3);
    node(0).fault = on("", down());
    EXPECT_TRUE(reader_->fee_market());
    node(1).fault = on("", down());
    EXPECT_TRUE(reader_->fee_market());
    EXPECT_EQ(reader_->pin().error().code, Errc::kNoQuorum);
    node(2).fault = on("", down());
    EXPECT_EQ(reader_->fee_market().error().code, Errc::kRpcUnavailable);
}

TEST_F(QuorumTest, a_chain_is_wrong_only_when_no_endpoint_is_right) {
    start(2);
    node(0).chain_id = 1;
    EXPECT_TRUE(rpc_->check_chain());
    node(1).chain_id = 1;
    EXPECT_EQ(rpc_->check_chain().error().code, Errc::kWrongChain);
    EXPECT_EQ(reader_->fee_market().error().code, Errc::kWrongChain);
    node(0).chain_id = 31337;
    clock_.now += std::chrono::minutes{1};
    EXPECT_TRUE(reader_->fee_market()) << "asked again after a while";
}

TEST_F(QuorumTest, the_finalized_block_is_one_that_a_quorum_calls_final) {
    start(3);
    node(0).finality_lag = 0;  // calls its head final
    node(1).finality_lag = 10;
    node(2).finality_lag = 16;
    EXPECT_EQ(reader_->block(BlockTag::kFinalized)->number, node(0).head().number - 10);
}

struct SendRow {
    const char* name;
    std::vector<std::string> errors;  ///< of each node: "" takes it, "-" does not answer
    SendClass merged;
    std::size_t accepted_by;
};
// The order and its reasons: ChainReader::send_raw.
const SendRow kSends[] = {
    {"all_take_it", {"", "", ""}, SendClass::kAccepted, 3},
    {"one_takes_it", {"-", "nonce too low", ""}, SendClass::kAccepted, 1},
    {"one_knows_it", {"insufficient funds", "already known"}, SendClass::kAccepted, 1},
    {"used_before_price",
     {"replacement transaction underpriced", "nonce too low"},
     SendClass::kNonceUsed,
     0},
    {"price_before_gap", {"nonce too high", "transaction underpriced"}, SendClass::kPrice, 0},
    {"gap_before_full", {"txpool is full", "nonce too high"}, SendClass::kGap, 0},
    {"full_before_money", {"insufficient funds", "txpool is full"}, SendClass::kPoolFull, 0},
    {"money_before_silence", {"-", "insufficient funds"}, SendClass::kMoney, 0},
    {"silence_before_permanent", {"invalid sender", "-"}, SendClass::kAmbiguous, 0},
    {"permanent_when_all_say_so",
     {"invalid sender", "intrinsic gas too low"},
     SendClass::kPermanent,
     0},
};
class QuorumSend : public NodesTest, public testing::WithParamInterface<SendRow> {};
TEST_P(QuorumSend, goes_to_all_and_the_best_answer_counts) {
    start(GetParam().errors.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const std::string& error = GetParam().errors[i];
        if (error == "-")
            node(i).fault = on("eth_sendRawTransaction", down());
        else if (!error.empty())
            node(i).fault = on("eth_sendRawTransaction",
                               {R"({"code":-32000,"message":")" + error + "\"}", {}, false, ""});
    }
    chain::Transaction transaction;
    transaction.chain_id = 31337;
    transaction.max_priority_fee_per_gas_wei = chain::to_word(1);
    transaction.max_fee_per_gas_wei = chain::to_word(3'000'000'000);
    transaction.gas_limit = chain::to_word(21'000);
    const auto made = *chain::sign_transaction(transaction, key_);
    const ChainReader::SendOutcome outcome = reader_->send_raw(made.raw, made.hash);
    EXPECT_EQ(outcome.kind, GetParam().merged) << outcome.message;
    EXPECT_EQ(outcome.accepted_by, GetParam().accepted_by);
    EXPECT_EQ(outcome.asked, nodes_.size());
    const std::size_t have = static_cast<std::size_t>(std::count_if(
        nodes_.begin(), nodes_.end(), [&](const auto& each) { return each->pool_has(made.hash); }));
    EXPECT_EQ(have, static_cast<std::size_t>(
                        std::count(GetParam().errors.begin(), GetParam().errors.end(), "")));
    EXPECT_EQ(reader_->known({made.hash})->front(), have > 0) << "any endpoint's word suffices";
}
INSTANTIATE_TEST_SUITE_P(Rows, QuorumSend, testing::ValuesIn(kSends),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::chain_rpc
