#include "unit/chain_rpc/nodes_fixture.hpp"

// When an endpoint is left alone: reference chain.md section 4 rule 13, section 5 rows 25, 26, 34.
namespace pramana::chain_rpc {
namespace {

using namespace std::chrono_literals;
using Reply = RpcTransport::Reply;

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

class GateTest : public NodesTest {
  protected:
    void SetUp() override {
        options_.endpoint.failures_to_open = 3;
        options_.body_bytes_max = 100'000;
        start(1, 5);
        EXPECT_TRUE(ask());
    }
    bool ask() { return reader_->fee_market().has_value(); }
    /// Requests that reach the node when it is asked once a second for so long.
    int asked_in(std::chrono::seconds time) {
        const int before = node(0).posts;
        for (std::chrono::seconds passed{0}; passed < time; passed += 1s) {
            clock_.now += 1s;
            static_cast<void>(ask());
        }
        return node(0).posts - before;
    }
    void answer_with(std::function<Reply()> make) {
        node(0).reply_fault = [make = std::move(make)](const std::string&) {
            return std::optional<Result<Reply>>{make()};
        };
    }
};

struct BadRow {
    const char* name;
    unsigned status;
    std::string body;
    Errc error;
};
const BadRow kBad[] = {
    {"html", 200, "<html>502</html>", Errc::kRpcUnavailable},
    {"status_500", 500, "{}", Errc::kRpcUnavailable},
    {"cut", 200, R"({"jsonrpc":"2.0","id)", Errc::kMalformedChainData},
    {"huge", 200, "\"" + std::string(200'000, 'x') + "\"", Errc::kTooLarge},
    {"deep", 200, std::string(5'000, '[') + std::string(5'000, ']'), Errc::kMalformedChainData},
    {"twice", 200, R"({"jsonrpc":"2.0","id":1,"id":1,"result":"0x1"})", Errc::kMalformedChainData},
    {"wrong_id", 200, R"({"jsonrpc":"2.0","id":99999,"result":"0x1"})", Errc::kNodeInconsistent},
};
class GateBad : public GateTest, public testing::WithParamInterface<BadRow> {};
TEST_P(GateBad, answers_in_a_row_open_the_breaker_and_a_good_one_closes_it) {
    answer_with([] { return Reply{GetParam().status, bytes_of(GetParam().body)}; });
    const int before = node(0).posts;
    for (int i = 0; i < 10; ++i) EXPECT_FALSE(ask());
    EXPECT_EQ(node(0).posts - before, 3) << "then it is left alone";
    EXPECT_EQ(name_of(health(0).state), name_of(EndpointState::kOpen));
    EXPECT_EQ(health(0).last_error, GetParam().error);
    EXPECT_EQ(health(0).failures, 3U);
    EXPECT_GE(health(0).retry_in, 750ms);
    EXPECT_LE(health(0).retry_in, 1250ms);
    node(0).reply_fault = nullptr;
    clock_.now += 1250ms;
    EXPECT_TRUE(ask());
    EXPECT_EQ(name_of(health(0).state), name_of(EndpointState::kHealthy));
    EXPECT_EQ(health(0).failures_in_row, 0U);
}
INSTANTIATE_TEST_SUITE_P(Rows, GateBad, testing::ValuesIn(kBad),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(GateTest, probes_of_an_open_breaker_become_rare) {
    answer_with([] { return Reply{503, {}}; });
    // 3 failures, then probes after about 1, 2, 4, 8, 16, 32 s and every 60 s: 63 + 4 * 60 s.
    const int asked = asked_in(300s);
    EXPECT_GE(asked, 3 + 8);
    EXPECT_LE(asked, 3 + 12);
}

TEST_F(GateTest, one_good_answer_between_bad_ones_keeps_it_closed) {
    int count = 0;
    node(0).reply_fault = [&count](const std::string&) -> std::optional<Result<Reply>> {
        if (++count % 3 == 0) return std::nullopt;
        return Result<Reply>{Reply{503, {}}};
    };
    for (int i = 0; i < 30; ++i) EXPECT_EQ(ask(), i % 3 == 2);
}

struct LimitRow {
    const char* name;
    std::optional<std::chrono::seconds> retry_after;
    int asked_min;  ///< in five minutes
    int asked_max;
};
const LimitRow kLimits[] = {
    {"every_20_s", 20s, 14, 15},
    {"longer_than_is_believed", std::chrono::hours{24}, 1, 1},
    {"zero_is_no_licence_to_hammer", 0s, 8, 14},
    // About 1, 2, 4, 8, 16, 32 s and every 60 s.
    {"without", std::nullopt, 8, 14},
};
class GateLimit : public GateTest, public testing::WithParamInterface<LimitRow> {};
TEST_P(GateLimit, is_waited_out_and_not_answered_by_a_burst) {
    answer_with([] { return Reply{429, {}, GetParam().retry_after}; });
    const int asked = asked_in(300s);
    EXPECT_GE(asked, GetParam().asked_min);
    EXPECT_LE(asked, GetParam().asked_max);
    EXPECT_EQ(health(0).rate_limited, static_cast<std::uint64_t>(asked));
    node(0).reply_fault = nullptr;
    clock_.now += 601s;  // a longer Retry-After is cut to ten minutes
    int through = 0;
    for (int i = 0; i < 100; ++i) through += ask() ? 1 : 0;
    EXPECT_GE(through, 1);
    EXPECT_LE(through, 11) << "at one instant: the bucket's ten, whatever has gathered";
    for (int i = 0; i < 200; ++i) {
        clock_.now += 1s;
        static_cast<void>(ask());
    }
    through = 0;
    for (int i = 0; i < 500; ++i) through += ask() ? 1 : 0;
    EXPECT_EQ(through, 500) << "after quiet minutes nothing is held back";
}
INSTANTIATE_TEST_SUITE_P(Rows, GateLimit, testing::ValuesIn(kLimits),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(GateTest, a_limit_told_inside_of_a_200_counts_as_one) {
    node(0).fault =
        on("eth_feeHistory",
           {R"({"code":-32005,"message":"daily request limit reached"})", {}, false, ""});
    EXPECT_FALSE(ask());
    EXPECT_EQ(name_of(health(0).state), name_of(EndpointState::kLimited));
}

TEST_F(GateTest, the_wall_clock_may_jump) {
    answer_with([] { return Reply{429, {}, 30s}; });
    EXPECT_FALSE(ask());
    for (const std::int64_t jump : {7'200, -14'400}) {
        clock_.wall += jump;
        EXPECT_EQ(health(0).retry_in, 30s);
    }
    node(0).reply_fault = nullptr;
    clock_.now += 30s;
    EXPECT_TRUE(ask());
}

TEST_F(GateTest, a_configured_rate_holds_on_average_and_a_batch_may_go_into_debt) {
    nodes_.clear();
    options_.endpoint.calls_per_s = 5;
    options_.endpoint.calls_burst = 10;
    start(1, 5);
    int through = 0;
    for (int i = 0; i < 100; ++i) through += ask() ? 1 : 0;
    EXPECT_EQ(through, 10 - 1) << "the question for the chain id costs one";
    clock_.now += 2s;
    EXPECT_TRUE(reader_->known(std::vector<Hash32>(30)));  // 10 tokens, 20 in debt
    clock_.now += 4s;
    EXPECT_FALSE(ask());
    clock_.now += 1s;
    EXPECT_TRUE(ask());
}

TEST_F(GateTest, the_chain_id_is_asked_again_every_hour) {
    EXPECT_EQ(node(0).calls_of("eth_chainId"), 1);
    clock_.now += std::chrono::minutes{59};
    EXPECT_TRUE(ask());
    EXPECT_EQ(node(0).calls_of("eth_chainId"), 1);
    node(0).chain_id = 1;
    clock_.now += std::chrono::minutes{1};
    EXPECT_FALSE(ask());
    EXPECT_EQ(name_of(health(0).state), name_of(EndpointState::kWrongChain));
}

TEST(EndpointsReportTest, names_the_origin_and_no_key) {
    RpcOptions options;
    options.chain_id = 1;
    options.endpoints = {"https://rpc.test/v3/0123456789abcdef", "http://127.0.0.1:8545/?key=1"};
    const auto client = std::move(*RpcClient::create(options));
    const EndpointsReport report = client->report();
    EXPECT_EQ(report.endpoints[0].origin, "https://rpc.test");
    EXPECT_EQ(report.endpoints[1].origin, "http://127.0.0.1:8545");
    EXPECT_EQ(report.quorum, 2U);
    EXPECT_FALSE(report.single());
    options.quorum = 3;
    EXPECT_EQ(RpcClient::create(options).error().code, Errc::kConfigInvalid);
}

}  // namespace
}  // namespace pramana::chain_rpc
