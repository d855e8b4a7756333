#include "pramana/chain_rpc/chain_reader.hpp"

#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"

#include "unit/chain_rpc/fake_node.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace pramana::chain_rpc {
namespace {

/// Answers each method with a result out of a table; `"E…"` is an error object.
class Table final : public RpcTransport {
  public:
    Result<Reply> post(const std::string& body, net::Deadline /*deadline*/) override {
        const Result<JsonView> document = read_json(body, 32);
        const bool batch = document->kind() == JsonKind::kArray;
        std::string text;
        for (const JsonView& request :
             batch ? document->items() : std::vector<JsonView>{*document}) {
            const std::string method = *request.member("method")->text();
            std::string result = method == "eth_chainId" ? "\"0x7a69\"" : results[method];
            const bool error = result.starts_with('E');
            text += (text.empty() ? "" : ",") + std::string{R"({"jsonrpc":"2.0","id":)"} +
                    std::string{request.member("id")->raw()} +
                    (error ? ",\"error\":" : ",\"result\":") + (error ? result.substr(1) : result) +
                    "}";
            last_params = std::string{request.member("params")->raw()};
        }
        if (batch) text = "[" + text + "]";
        return Reply{200, Bytes(text.begin(), text.end())};
    }
    std::map<std::string, std::string> results;
    std::string last_params;
};

const std::string kHash(64, 'a');
const std::string kOther(64, 'b');
std::string quoted_hash(const std::string& digits) { return "\"0x" + digits + "\""; }

class ChainReaderTest : public testing::Test {
  protected:
    std::shared_ptr<Table> node_ = std::make_shared<Table>();
    RpcClient rpc_{testing_chain::options_on(31337), node_};
    ChainReader reader_{rpc_, {}};
};

struct QuantityRow {
    const char* name;
    std::string json;
    std::optional<std::uint64_t> value;
};
// ethereum/execution-apis "Quantity": 0x, no leading zeros, zero is 0x0.
const QuantityRow kQuantities[] = {
    {"zero", "\"0x0\"", 0},
    {"one", "\"0x1\"", 1},
    {"largest", "\"0xffffffffffffffff\"", UINT64_MAX},
    {"above_64_bits", "\"0x10000000000000000\"", std::nullopt},
    {"leading_zero", "\"0x01\"", std::nullopt},
    {"no_digits", "\"0x\"", std::nullopt},
    {"no_prefix", "\"1\"", std::nullopt},
    {"decimal_number", "1", std::nullopt},
    {"null", "null", std::nullopt},
    {"object", "{}", std::nullopt},
    {"word", "\"0xzz\"", std::nullopt},
    {"negative", "\"-0x1\"", std::nullopt},
};
class Quantity : public ChainReaderTest, public testing::WithParamInterface<QuantityRow> {};
TEST_P(Quantity, is_read_strictly) {
    node_->results["eth_getTransactionCount"] = GetParam().json;
    const Result<std::uint64_t> count = reader_.transaction_count({});
    ASSERT_EQ(count.has_value(), GetParam().value.has_value());
    if (count) {
        EXPECT_EQ(*count, *GetParam().value);
    }
    if (!count) {
        EXPECT_EQ(count.error().code, Errc::kMalformedChainData);
    }
}
INSTANTIATE_TEST_SUITE_P(Rows, Quantity, testing::ValuesIn(kQuantities),
                         [](const auto& row) { return std::string{row.param.name}; });

std::string receipt_json(const std::string& change_from = "", const std::string& change_to = "") {
    std::string text =
        R"({"transactionHash":)" + quoted_hash(kHash) + R"(,"blockHash":)" + quoted_hash(kOther) +
        R"(,"blockNumber":"0x5","status":"0x1","gasUsed":"0x5208","effectiveGasPrice":"0x7","logs":[{"address":"0x)" +
        std::string(40, '1') + R"(","topics":[)" + quoted_hash(kHash) +
        R"(],"data":"0x0102","blockNumber":"0x5","blockHash":)" + quoted_hash(kOther) +
        R"(,"transactionHash":)" + quoted_hash(kHash) + R"(,"logIndex":"0x0","removed":false}]})";
    if (!change_from.empty()) text.replace(text.find(change_from), change_from.size(), change_to);
    return text;
}
struct ReceiptRow {
    const char* name;
    std::string from;
    std::string to;
    std::optional<Errc> error;
};
const ReceiptRow kReceipts[] = {
    {"whole", "", "", {}},
    {"failed", R"("status":"0x1")", R"("status":"0x0")", {}},
    {"status_two", R"("status":"0x1")", R"("status":"0x2")", Errc::kMalformedChainData},
    {"no_status", R"("status":"0x1",)", "", Errc::kMalformedChainData},
    {"null_block", R"("blockNumber":"0x5")", R"("blockNumber":null)", Errc::kMalformedChainData},
    {"short_hash", quoted_hash(kOther), "\"0xbb\"", Errc::kMalformedChainData},
    {"no_logs", R"("logs":[)", R"("other":[)", Errc::kMalformedChainData},
    {"removed_log", R"("removed":false)", R"("removed":true)", Errc::kMalformedChainData},
    {"odd_data", R"("data":"0x0102")", R"("data":"0x010")", Errc::kMalformedChainData},
    {"five_topics", "[" + quoted_hash(kHash) + "]",
     "[" + quoted_hash(kHash) + "," + quoted_hash(kHash) + "," + quoted_hash(kHash) + "," +
         quoted_hash(kHash) + "," + quoted_hash(kHash) + "]",
     Errc::kMalformedChainData},
    {"other_transaction", quoted_hash(kHash), quoted_hash(kOther), Errc::kNodeInconsistent},
};
class ReceiptOf : public ChainReaderTest, public testing::WithParamInterface<ReceiptRow> {};
TEST_P(ReceiptOf, is_whole_or_an_error) {
    node_->results["eth_getTransactionReceipt"] = receipt_json(GetParam().from, GetParam().to);
    const auto receipt = reader_.receipt(*fixed_from_hex<Hash32>(kHash));
    EXPECT_EQ(receipt ? std::nullopt : std::optional{receipt.error().code}, GetParam().error);
    if (receipt) {
        EXPECT_EQ((*receipt)->logs.at(0).log.body, (Bytes{1, 2}));
    }
}
INSTANTIATE_TEST_SUITE_P(Rows, ReceiptOf, testing::ValuesIn(kReceipts),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(ChainReaderTest, tells_absent_from_malformed) {
    node_->results["eth_getTransactionReceipt"] = "null";
    node_->results["eth_getBlockByNumber"] = "null";
    node_->results["eth_getTransactionByHash"] = "null";
    EXPECT_FALSE(reader_.receipt({})->has_value());
    EXPECT_EQ(reader_.block(BlockRef{5}).error().code, Errc::kNotFound);
    EXPECT_EQ(*reader_.known({Hash32{}, Hash32{}}), (std::vector<bool>{false, false}));
    EXPECT_TRUE(reader_.receipts({})->empty());
}

TEST_F(ChainReaderTest, refuses_a_block_with_another_number) {
    const std::string block = R"({"number":"0x6","hash":)" + quoted_hash(kHash) +
                              R"(,"parentHash":)" + quoted_hash(kOther) +
                              R"(,"timestamp":"0x1","gasLimit":"0x2"})";
    node_->results["eth_getBlockByNumber"] = block;
    EXPECT_EQ(reader_.block(BlockRef{5}).error().code, Errc::kNodeInconsistent);
    EXPECT_EQ(reader_.block(BlockRef{6})->base_fee_wei, 0U) << "before EIP-1559";
    EXPECT_EQ(node_->last_params, R"(["0x6",false])");
    EXPECT_TRUE(reader_.block(BlockTag::kFinalized));
    EXPECT_EQ(node_->last_params, R"(["finalized",false])");
}

TEST_F(ChainReaderTest, tells_a_revert_from_an_unwell_node) {
    node_->results["eth_call"] =
        R"(E{"code":3,"message":"execution reverted","data":"0xb969563b"})";
    node_->results["eth_estimateGas"] = R"(E{"code":-32000,"message":"header not found"})";
    EXPECT_EQ(to_hex(*reader_.call({})->revert_data), "b969563b");
    EXPECT_EQ(reader_.estimate_gas({}).error().code, Errc::kRpcRejected);
    EXPECT_EQ(reader_.tee_fee().error().code, Errc::kReverted);
    node_->results["eth_call"] = "\"0x\"";
    EXPECT_EQ(reader_.tee_fee().error().code, Errc::kMalformedChainData) << "no contract there";
    EXPECT_TRUE(reader_.call({})->value->empty());
    node_->results["eth_estimateGas"] = "\"0x5208\"";
    EXPECT_EQ(*reader_.estimate_gas({})->value, 21'000U);
}

TEST_F(ChainReaderTest, reads_views_at_their_contract) {
    node_->results["eth_call"] = "\"0x" + std::string(63, '0') + "5\"";
    EXPECT_EQ(*reader_.jobs_count(BlockRef{16}), 5U);
    EXPECT_TRUE(node_->last_params.ends_with(R"("0x10"])")) << node_->last_params;
    EXPECT_EQ(*reader_.cancel_delay_s(), 5U);
    EXPECT_EQ(*reader_.tee_fee(), chain::to_word(5));
    EXPECT_EQ(*reader_.dlp_id({}, {}), 5U);
    EXPECT_EQ(reader_.proof_instruction({}).error().code, Errc::kMalformedChainData);
}

TEST_F(ChainReaderTest, takes_the_median_of_tips_that_were_paid) {
    node_->results["eth_feeHistory"] =
        R"({"baseFeePerGas":["0x1","0x2"],"reward":[["0x0"],["0x9"],["0x5"],["0x7"]]})";
    EXPECT_EQ(reader_.fee_market()->next_base_fee_wei, 2U);
    EXPECT_EQ(reader_.fee_market()->tip_median_wei, 7U);
    node_->results["eth_feeHistory"] = R"({"baseFeePerGas":["0x1"]})";
    EXPECT_EQ(reader_.fee_market()->tip_median_wei, 0U);
    for (const char* bad :
         {R"({})", R"({"baseFeePerGas":[]})", R"({"baseFeePerGas":["0x1"],"reward":[[]]})",
          R"({"baseFeePerGas":[1]})", "[]", "null",
          R"({"baseFeePerGas":["0xffffffffffffffff"]})",  // and a tip would be near zero again
          R"({"baseFeePerGas":["0xde0b6b3a7640001"]})",
          R"({"baseFeePerGas":["0x1"],"reward":[["0xffffffffffffffff"]]})"}) {
        node_->results["eth_feeHistory"] = bad;
        EXPECT_EQ(reader_.fee_market().error().code, Errc::kMalformedChainData) << bad;
    }
}

TEST_F(ChainReaderTest, accepts_a_send_only_with_its_own_hash) {
    const Hash32 hash = *fixed_from_hex<Hash32>(kHash);
    node_->results["eth_sendRawTransaction"] = quoted_hash(kHash);
    EXPECT_EQ(reader_.send_raw({}, hash).kind, SendClass::kAccepted);
    node_->results["eth_sendRawTransaction"] = quoted_hash(kOther);
    EXPECT_EQ(reader_.send_raw({}, hash).kind, SendClass::kAmbiguous);
    node_->results["eth_sendRawTransaction"] = "null";
    EXPECT_EQ(reader_.send_raw({}, hash).kind, SendClass::kAmbiguous);
    node_->results["eth_sendRawTransaction"] = R"(E{"code":-32000,"message":"nonce too low"})";
    EXPECT_EQ(reader_.send_raw({}, hash).kind, SendClass::kNonceUsed);
}

struct LogsRow {
    const char* name;
    std::string logs;
    std::string head;
    std::optional<Errc> error;
};
const std::string kBlock5 = R"({"number":"0x5","hash":)" + quoted_hash(kOther) +
                            R"(,"parentHash":)" + quoted_hash(kHash) +
                            R"(,"timestamp":"0x1","gasLimit":"0x2"})";
std::string log_at(const std::string& block, const std::string& hash, char address = '0',
                   const std::string& topic = std::string(64, '0')) {
    return R"([{"address":"0x)" + std::string(40, address) + R"(","topics":[)" +
           quoted_hash(topic) + R"(],"data":"0x","blockNumber":")" + block + R"(","blockHash":)" +
           quoted_hash(hash) + R"(,"transactionHash":)" + quoted_hash(kHash) +
           R"(,"logIndex":"0x0"}])";
}
const LogsRow kLogs[] = {
    {"none", "[]", "\"0x5\"", {}},
    {"in_last_block", log_at("0x5", kOther), "\"0x5\"", {}},
    {"in_earlier_block", log_at("0x3", kHash), "\"0x9\"", {}},
    {"last_block_with_another_hash", log_at("0x5", kHash), "\"0x5\"", Errc::kNodeInconsistent},
    {"before_range", log_at("0x1", kHash), "\"0x5\"", Errc::kNodeInconsistent},
    {"after_range", log_at("0x6", kHash), "\"0x9\"", Errc::kNodeInconsistent},
    {"other_address", log_at("0x3", kHash, '1'), "\"0x5\"", Errc::kNodeInconsistent},
    {"other_topic", log_at("0x3", kHash, '0', kHash), "\"0x5\"", Errc::kNodeInconsistent},
    {"replica_behind", "[]", "\"0x4\"", Errc::kNodeInconsistent},
    {"not_a_list", "{}", "\"0x5\"", Errc::kMalformedChainData},
    {"range_limit", R"(E{"code":-32602,"message":"query exceeds max block range 2"})", "\"0x5\"",
     Errc::kTooLarge},
    {"other_error", R"(E{"code":-32603,"message":"Internal error"})", "\"0x5\"",
     Errc::kRpcRejected},
};
class LogsOf : public ChainReaderTest, public testing::WithParamInterface<LogsRow> {};
TEST_P(LogsOf, belong_to_the_filter_and_the_chain) {
    node_->results = {{"eth_getLogs", GetParam().logs},
                      {"eth_getBlockByNumber", kBlock5},
                      {"eth_blockNumber", GetParam().head}};
    const Result<LogPage> page = reader_.logs({{}, {}, 2, 5});
    EXPECT_EQ(page ? std::nullopt : std::optional{page.error().code}, GetParam().error);
}
INSTANTIATE_TEST_SUITE_P(Rows, LogsOf, testing::ValuesIn(kLogs),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::chain_rpc
