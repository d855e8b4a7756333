#include "pramana/chain_rpc/rpc_client.hpp"

#include "unit/net/local_server.hpp"

#include <gtest/gtest.h>

namespace pramana::chain_rpc {
namespace {

using namespace std::chrono_literals;
using testing_net::LocalServer;
using testing_net::Script;

constexpr std::size_t kBodyMax = 10'000;

RpcOptions options_for(std::string endpoint = "http://127.0.0.1:1/") {
    RpcOptions options;
    options.endpoints = {std::move(endpoint)};
    options.chain_id = 31337;
    options.call_time_max = 500ms;
    options.body_bytes_max = kBodyMax;
    return options;
}

/// Answers eth_chainId honestly (call 1), and all else with a text in which ID is replaced by the
/// call's id.
class OneAnswer final : public RpcTransport {
  public:
    OneAnswer(unsigned status, std::string text) : status_{status}, text_{std::move(text)} {}
    Result<Reply> post(const std::string& body, net::Deadline /*deadline*/) override {
        std::string text = text_;
        unsigned status = status_;
        const std::size_t at = body.find("\"id\":") + 5;
        const std::string id = body.substr(at, body.find(',', at) - at);
        if (body.find("eth_chainId") != std::string::npos) {
            text = R"({"jsonrpc":"2.0","id":ID,"result":"0x7a69"})";
            status = 200;
        }
        for (std::size_t i = text.find("ID"); i != std::string::npos; i = text.find("ID"))
            text.replace(i, 2, id);
        return Reply{status, Bytes(text.begin(), text.end())};
    }

  private:
    unsigned status_;
    std::string text_;
};

struct AnswerRow {
    const char* name;
    unsigned status;
    std::string text;
    std::optional<Errc> error;
};
const AnswerRow kAnswers[] = {
    {"result", 200, R"({"jsonrpc":"2.0","id":ID,"result":"0x1"})", {}},
    {"null_result", 200, R"({"jsonrpc":"2.0","id":ID,"result":null})", {}},
    {"error", 200, R"({"jsonrpc":"2.0","id":ID,"error":{"code":-32000,"message":"no"}})", {}},
    {"error_beside_null_result",
     200,
     R"({"jsonrpc":"2.0","id":ID,"result":null,"error":{"code":1,"message":"no"}})",
     {}},
    {"error_beside_result", 200,
     R"({"jsonrpc":"2.0","id":ID,"result":"0x1","error":{"code":1,"message":"no"}})",
     Errc::kMalformedChainData},
    {"null_error_beside_result",
     200,
     R"({"jsonrpc":"2.0","id":ID,"result":"0x1","error":null})",
     {}},
    {"error_with_status_400",
     400,
     R"({"jsonrpc":"2.0","id":ID,"error":{"code":-32602,"message":"no"}})",
     {}},
    {"error_with_status_413",
     413,
     R"({"jsonrpc":"2.0","id":ID,"error":{"code":-32614,"message":"limited to a 10,000 range"}})",
     {}},
    {"wrong_id", 200, R"({"jsonrpc":"2.0","id":999,"result":"0x1"})", Errc::kNodeInconsistent},
    {"text_id", 200, R"({"jsonrpc":"2.0","id":"ID","result":"0x1"})", Errc::kNodeInconsistent},
    {"no_id", 200, R"({"jsonrpc":"2.0","result":"0x1"})", Errc::kNodeInconsistent},
    {"null_id", 200, R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"parse"}})",
     Errc::kNodeInconsistent},
    {"no_version", 200, R"({"id":ID,"result":"0x1"})", Errc::kMalformedChainData},
    {"other_version", 200, R"({"jsonrpc":"1.0","id":ID,"result":"0x1"})",
     Errc::kMalformedChainData},
    {"neither", 200, R"({"jsonrpc":"2.0","id":ID})", Errc::kMalformedChainData},
    {"error_without_code", 200, R"({"jsonrpc":"2.0","id":ID,"error":{"message":"no"}})",
     Errc::kMalformedChainData},
    {"duplicate_result", 200, R"({"jsonrpc":"2.0","id":ID,"result":"0x1","result":"0x2"})",
     Errc::kMalformedChainData},
    {"duplicate_below", 200, R"({"jsonrpc":"2.0","id":ID,"result":{"a":1,"a":2}})",
     Errc::kMalformedChainData},
    {"trailing", 200, R"({"jsonrpc":"2.0","id":ID,"result":"0x1"}x)", Errc::kMalformedChainData},
    {"cut", 200, R"({"jsonrpc":"2.0","id":ID,"resul)", Errc::kMalformedChainData},
    {"array_for_one", 200, R"([{"jsonrpc":"2.0","id":ID,"result":"0x1"}])",
     Errc::kNodeInconsistent},
    {"deep", 200,
     R"({"jsonrpc":"2.0","id":ID,"result":)" + std::string(4000, '[') + std::string(4000, ']') +
         "}",
     Errc::kMalformedChainData},
    {"deepest",
     200,
     R"({"jsonrpc":"2.0","id":ID,"result":)" + std::string(31, '[') + std::string(31, ']') + "}",
     {}},
    {"html", 200, "<html><body>502</body></html>", Errc::kRpcUnavailable},
    {"text", 200, "404 page not found", Errc::kRpcUnavailable},
    {"empty", 200, "", Errc::kRpcUnavailable},
    {"html_404", 404, "<html></html>", Errc::kRpcUnavailable},
    {"status_429", 429,
     R"({"jsonrpc":"2.0","id":ID,"error":{"code":-32005,"message":"slow down"}})",
     Errc::kRpcUnavailable},
    {"status_503", 503, "", Errc::kRpcUnavailable},
    {"huge", 200, R"({"jsonrpc":"2.0","id":ID,"result":")" + std::string(kBodyMax, 'x') + "\"}",
     Errc::kTooLarge},
};
class RpcClientAnswer : public testing::TestWithParam<AnswerRow> {};
TEST_P(RpcClientAnswer, is_believed_only_when_whole) {
    RpcClient client{options_for(),
                     std::make_shared<OneAnswer>(GetParam().status, GetParam().text)};
    const Result<RpcAnswer> answer = client.call({"eth_test", "[]"});
    EXPECT_EQ(answer ? std::nullopt : std::optional{answer.error().code}, GetParam().error);
}
INSTANTIATE_TEST_SUITE_P(Rows, RpcClientAnswer, testing::ValuesIn(kAnswers),
                         [](const auto& row) { return std::string{row.param.name}; });

/// Answers a batch with a fixed text in which I0 and I1 are the ids of the two calls.
class BatchAnswer final : public RpcTransport {
  public:
    explicit BatchAnswer(std::string text) : text_{std::move(text)} {}
    Result<Reply> post(const std::string& body, net::Deadline /*deadline*/) override {
        std::string text = body.find("eth_chainId") != std::string::npos
                               ? R"({"jsonrpc":"2.0","id":1,"result":"0x7a69"})"
                               : text_;  // ids begin at 1
        for (const auto& [name, id] : {std::pair{"I0", "2"}, {"I1", "3"}})
            for (std::size_t i = text.find(name); i != std::string::npos; i = text.find(name))
                text.replace(i, 2, id);
        return Reply{200, Bytes(text.begin(), text.end())};
    }

  private:
    std::string text_;
};
#define ANSWER(id, value) R"({"jsonrpc":"2.0","id":)" id R"(,"result":")" value R"("})"
const AnswerRow kBatches[] = {
    {"in_order", 200, "[" ANSWER("I0", "a") "," ANSWER("I1", "b") "]", {}},
    {"out_of_order", 200, "[" ANSWER("I1", "b") "," ANSWER("I0", "a") "]", {}},
    {"one_missing", 200, "[" ANSWER("I0", "a") "]", Errc::kNodeInconsistent},
    {"one_twice", 200, "[" ANSWER("I0", "a") "," ANSWER("I0", "a") "]", Errc::kNodeInconsistent},
    {"one_foreign", 200, "[" ANSWER("I0", "a") "," ANSWER("7", "a") "]", Errc::kNodeInconsistent},
    {"one_more", 200, "[" ANSWER("I0", "a") "," ANSWER("I1", "b") "," ANSWER("4", "c") "]",
     Errc::kNodeInconsistent},
    {"refused", 200,
     R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch too large"}})",
     Errc::kRpcRejected},
    {"scalar", 200, "[1,2]", Errc::kNodeInconsistent},
};
class RpcClientBatch : public testing::TestWithParam<AnswerRow> {};
TEST_P(RpcClientBatch, puts_answers_to_their_calls) {
    RpcClient client{options_for(), std::make_shared<BatchAnswer>(GetParam().text)};
    const Result<std::vector<RpcAnswer>> answers = client.batch({{"a", "[]"}, {"b", "[]"}});
    EXPECT_EQ(answers ? std::nullopt : std::optional{answers.error().code}, GetParam().error);
    if (answers) {
        EXPECT_EQ(*(*answers)[0].result->text(), "a");
        EXPECT_EQ(*(*answers)[1].result->text(), "b");
    }
}
INSTANTIATE_TEST_SUITE_P(Rows, RpcClientBatch, testing::ValuesIn(kBatches),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(RpcClientChain, is_checked_before_the_first_call) {
    RpcOptions options = options_for();
    options.chain_id = 1480;
    RpcClient client{
        options, std::make_shared<OneAnswer>(200, R"({"jsonrpc":"2.0","id":ID,"result":"0x1"})")};
    EXPECT_EQ(client.call({"eth_test", "[]"}).error().code, Errc::kWrongChain);
    EXPECT_EQ(client.call({"eth_test", "[]"}).error().code, Errc::kWrongChain)
        << "and not forgotten";
}

TEST(RpcClientHttp, speaks_to_a_server_and_names_what_fails) {
    std::atomic<int> calls{0};
    const LocalServer server{[&](const std::string& request) {
        if (request.find("eth_chainId") != std::string::npos)
            return Script::answer(200, R"({"jsonrpc":"2.0","id":1,"result":"0x7a69"})");
        switch (++calls) {
            case 1: return Script::answer(200, R"({"jsonrpc":"2.0","id":2,"result":"0x5"})");
            case 2: return Script::answer(502, "<html>");
            case 3: return Script::answer(200, std::string(kBodyMax + 1, ' '));
            case 4: return Script{{{"", 5s}}};
            default: return Script::raw("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{");
        }
    }};
    const auto client = std::move(*RpcClient::create(options_for(server.url("/"))));
    const Result<RpcAnswer> first = client->call({"eth_blockNumber", "[]"});
    ASSERT_TRUE(first);
    EXPECT_EQ(*first->result->text(), "0x5");
    EXPECT_EQ(client->call({"a", "[]"}).error().code, Errc::kRpcUnavailable);
    EXPECT_EQ(client->call({"a", "[]"}).error().code, Errc::kTooLarge);
    EXPECT_EQ(client->call({"a", "[]"}).error().code, Errc::kTimeout);
    EXPECT_EQ(client->call({"a", "[]"}).error().code, Errc::kRpcUnavailable);
    EXPECT_EQ(RpcClient::create(options_for("ftp://x/")).error().code, Errc::kConfigInvalid);
    EXPECT_EQ(RpcClient::create({}).error().code, Errc::kConfigInvalid);
}

}  // namespace
}  // namespace pramana::chain_rpc
