#include "rpc_failure.hpp"

#include "pramana/core/hex.hpp"

#include <gtest/gtest.h>

namespace pramana::chain_rpc {
namespace {

struct SendRow {
    const char* name;
    std::int64_t code;
    std::string_view message;
    SendClass kind;
};
// Texts of reference chain.md section 1 (measured on anvil 1.7.1, Hardhat 2.29.1 and 3.18.0,
// Ganache 7.9.2), of geth's core/txpool/errors.go and core/error.go, and of other pools as their
// repositories have them.
const SendRow kSendRows[] = {
    {"anvil_known", -32003, "transaction already imported", SendClass::kAccepted},
    {"geth_known", -32000, "already known", SendClass::kAccepted},
    {"hardhat_known", -32000, "Known transaction: 0x12ab", SendClass::kAccepted},
    {"nethermind_known", -32010, "AlreadyKnown", SendClass::kAccepted},
    {"erigon_known", -32000, "ALREADY_EXISTS: already known", SendClass::kAccepted},
    {"hardhat_replacement", -32000,
     "Replacement transaction underpriced. A gasPrice/maxFeePerGas of at least 9 is necessary to "
     "replace",
     SendClass::kPrice},
    {"geth_replacement", -32000, "replacement transaction underpriced", SendClass::kPrice},
    {"ganache_underpriced", -32003, "transaction underpriced", SendClass::kPrice},
    {"geth_underpriced", -32000, "transaction underpriced: tip needed 1, tip permitted 0",
     SendClass::kPrice},
    {"geth_base_fee", -32000,
     "max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 2",
     SendClass::kPrice},
    {"anvil_base_fee", -32003, "max fee per gas less than block base fee", SendClass::kPrice},
    {"nethermind_fee", -32010, "FeeTooLow, MaxFeePerGas too low.", SendClass::kPrice},
    {"anvil_nonce_low", -32003, "nonce too low", SendClass::kNonceUsed},
    {"hardhat_nonce_low", -32000,
     "Transaction nonce too low. Expected nonce to be at least 1 but got 0.",
     SendClass::kNonceUsed},
    {"ganache_nonce_low", -32000,
     "the tx doesn't have the correct nonce. account has nonce of: 2 tx has nonce of: 1",
     SendClass::kNonceUsed},
    {"geth_nonce_low", -32000, "nonce too low: next nonce 5, tx nonce 4", SendClass::kNonceUsed},
    {"nethermind_nonce_low", -32010, "OldNonce, Current nonce: 5, nonce of rejected tx: 4",
     SendClass::kNonceUsed},
    {"geth_nonce_high", -32000, "nonce too high: address 0x1, tx: 9 state: 5", SendClass::kGap},
    {"nethermind_gap", -32010, "NonceGap, Future nonce. Expected nonce: 5", SendClass::kGap},
    {"anvil_money", -32003, "Insufficient funds for gas * price + value", SendClass::kMoney},
    {"hardhat_money", -32000,
     "Sender doesn't have enough funds to send tx. The max upfront cost is: 9", SendClass::kMoney},
    {"geth_money", -32000, "insufficient funds for gas * price + value: address 0x1 have 0 want 9",
     SendClass::kMoney},
    {"besu_money", -32004, "Upfront cost exceeds account balance", SendClass::kMoney},
    {"intrinsic_gas", -32000, "intrinsic gas too low", SendClass::kPermanent},
    {"hardhat_intrinsic_gas", -32000, "Transaction requires at least 21000 gas but got 20000",
     SendClass::kPermanent},
    {"block_gas", -32000, "exceeds block gas limit", SendClass::kPermanent},
    {"gas_cap", -32000, "transaction gas limit too high (cap: 16777216, tx: 20000000)",
     SendClass::kPermanent},
    {"anvil_chain", -32003, "invalid chain id for signer", SendClass::kPermanent},
    {"hardhat_chain", -32602,
     "Trying to send an incompatible EIP-155 transaction, signed for another chain: invalid "
     "chainId 1",
     SendClass::kPermanent},
    {"ganache_chain", -32000, "Invalid chain id (1) for chain with id 14800.",
     SendClass::kPermanent},
    {"hardhat_high_s", -32602, "Invalid Signature", SendClass::kPermanent},
    {"tip_above_cap", -32000, "max priority fee per gas higher than max fee per gas: address 0x1",
     SendClass::kPermanent},
    {"geth_fee_cap", -32000, "tx fee (1500.00 ether) exceeds the configured cap (1000.00 ether)",
     SendClass::kPermanent},
    {"oversized", -32000, "oversized data: transaction size 200000, limit 131072",
     SendClass::kPermanent},
    {"rlp", -32000, "rlp: expected input list for types.DynamicFeeTx", SendClass::kPermanent},
    {"anvil_decode", -32602, "Failed to decode transaction", SendClass::kPermanent},
    {"type", -32000, "transaction type not supported", SendClass::kPermanent},
    {"pool_full", -32000, "txpool is full", SendClass::kPoolFull},
    {"account_limit", -32000, "account limit exceeded", SendClass::kPoolFull},
    {"reserved", -32000, "address already reserved", SendClass::kPoolFull},
    {"delegated", -32000, "in-flight transaction limit reached for delegated accounts",
     SendClass::kPoolFull},
    {"internal", -32603, "Internal error", SendClass::kAmbiguous},
    {"vendor_limit", -32005, "daily request count exceeded, request rate limited",
     SendClass::kAmbiguous},
    {"vendor_limit_that_sounds_like_the_pool", -32005, "limit exceeded", SendClass::kAmbiguous},
    {"too_many_requests", 429, "Too Many Requests", SendClass::kAmbiguous},
    {"unknown", -32000, "the moon is full", SendClass::kAmbiguous},
    {"empty", 0, "", SendClass::kAmbiguous},
};
class Classify : public testing::TestWithParam<SendRow> {};
TEST_P(Classify, sorts_by_meaning) {
    EXPECT_EQ(classify(GetParam().code, GetParam().message), GetParam().kind);
}
INSTANTIATE_TEST_SUITE_P(Rows, Classify, testing::ValuesIn(kSendRows),
                         [](const auto& row) { return std::string{row.param.name}; });

struct FailureRow {
    const char* name;
    std::string_view json;
    bool reverts;
    std::optional<std::string_view> revert_data;
};
const FailureRow kFailureRows[] = {
    {"geth", R"({"code":3,"message":"execution reverted","data":"0xb969563b"})", true, "b969563b"},
    {"hardhat_2",
     R"({"code":-32603,"message":"Error: VM Exception while processing transaction","data":{"message":"x","data":"0xb969563b"}})",
     true, "b969563b"},
    {"ganache_estimate",
     R"({"code":-32000,"message":"VM Exception while processing transaction: revert","data":{"hash":null,"result":"0xb969563b"}})",
     true, "b969563b"},
    {"ganache_by_hash",
     R"({"code":-32000,"message":"VM Exception","data":{"0x11":{"error":"revert","return":"0xb969563b"}}})",
     true, "b969563b"},
    {"parity", R"({"code":-32015,"message":"VM execution error.","data":"Reverted 0xb969563b"})",
     true, "b969563b"},
    {"without_data", R"({"code":-32000,"message":"execution reverted"})", true, std::nullopt},
    {"empty_data", R"({"code":3,"message":"execution reverted","data":"0x"})", true, ""},
    {"odd_hex", R"({"code":3,"message":"execution reverted","data":"0xb96"})", true, std::nullopt},
    {"unwell", R"({"code":-32000,"message":"header not found"})", false, std::nullopt},
    {"text_in_data", R"({"code":-32602,"message":"invalid params","data":"missing value"})", false,
     std::nullopt},
    {"number_in_data", R"({"code":-32602,"message":"invalid params","data":7})", false,
     std::nullopt},
};
class ReadFailure : public testing::TestWithParam<FailureRow> {};
TEST_P(ReadFailure, finds_the_revert_in_every_shape) {
    const Result<JsonView> json = read_json(GetParam().json);
    ASSERT_TRUE(json);
    const Result<RpcFailure> failure = read_failure(*json);
    ASSERT_TRUE(failure);
    EXPECT_EQ(is_revert(*failure), GetParam().reverts);
    ASSERT_EQ(failure->revert_data.has_value(), GetParam().revert_data.has_value());
    if (failure->revert_data) {
        EXPECT_EQ(to_hex(*failure->revert_data), *GetParam().revert_data);
    }
}
INSTANTIATE_TEST_SUITE_P(Rows, ReadFailure, testing::ValuesIn(kFailureRows),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(ReadFailureMembers, must_be_there_and_are_cut) {
    for (const std::string_view bad :
         {R"({})", R"({"code":1})", R"({"message":"x"})", R"({"code":"1","message":"x"})",
          R"({"code":1.5,"message":"x"})", R"({"code":1,"message":2})",
          R"({"code":99999999999999999999,"message":"x"})", R"("text")"}) {
        const Result<JsonView> json = read_json(bad);
        ASSERT_TRUE(json) << bad;
        EXPECT_EQ(read_failure(*json).error().code, Errc::kMalformedChainData) << bad;
    }
    const std::string longest = R"({"code":-1,"message":"a\n)" + std::string(5000, 'x') + "\"}";
    const Result<RpcFailure> cut = read_failure(*read_json(longest));
    EXPECT_EQ(cut->message.size(), 512U);
    EXPECT_TRUE(cut->message.starts_with("a?x"));
}

struct RangeRow {
    const char* name;
    std::string_view message;
    bool limit;
};
// As vendors write them today (public issue threads): the codes differ, the texts too.
const RangeRow kRangeRows[] = {
    {"infura_results", "query returned more than 10000 results", true},
    {"infura_range", "range 1000000 exceeds limit of 10000", true},
    {"alchemy", "Log response size exceeded. Please reduce query block range.", true},
    {"quicknode", "eth_getLogs is limited to a 10,000 range", true},
    {"ankr", "ranges over 10000 blocks are not supported on freetier", true},
    {"reth", "query exceeds max block range 100000", true},
    {"reth_results", "query exceeds max results 20000, retry with the range 1-2", true},
    {"erigon", "block range too large, max range: 1000", true},
    {"timeout", "query timeout exceeded", true},
    {"rate", "rate limit exceeded", false},
    {"requests", "Too many requests, please slow down", false},
    {"anvil_beyond_head", "block is out of range", false},
    {"unknown_block", "unknown block", false},
    {"internal", "Internal error", false},
};
class RangeLimit : public testing::TestWithParam<RangeRow> {};
TEST_P(RangeLimit, is_told_from_other_errors) {
    EXPECT_EQ(is_range_limit({-32000, std::string{GetParam().message}, std::nullopt}),
              GetParam().limit);
}
INSTANTIATE_TEST_SUITE_P(Rows, RangeLimit, testing::ValuesIn(kRangeRows),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::chain_rpc
