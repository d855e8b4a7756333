#include "pramana/chain/uint256.hpp"
#include "pramana/chain_rpc/watcher.hpp"
#include "unit/chain_rpc/nodes_fixture.hpp"

// The watcher over nodes that lag, hide, limit and fail: reference chain.md section 5, rows 22 to
// 25.
namespace pramana::chain_rpc {
namespace {

class MemoryCursor final : public WatchCursor {
  public:
    Result<std::optional<Bytes>> load() override { return record; }
    Status save(ByteView bytes) override {
        record = Bytes(bytes.begin(), bytes.end());
        return Done{};
    }
    std::optional<Bytes> record;
};

class WatcherNodesTest : public NodesTest {
  protected:
    void watch(std::size_t nodes, std::size_t blocks = 10) {
        start(nodes, blocks);
        WatcherOptions options;
        options.tee = ours_;
        options.range_blocks_max = 16;
        watcher_ = std::make_unique<Watcher>(
            *reader_, cursor_, clock_, options,
            [this](std::span<const JobSeen> jobs) -> Status {
                for (const JobSeen& seen : jobs) seen_.insert(number(seen.job));
                return Done{};
            },
            nullptr);
    }
    void job_everywhere(std::uint64_t file) {
        for (const auto& each : nodes_) each->request_job(ours_, FileId{file});
    }
    using Ids = std::set<std::uint64_t>;

    MemoryCursor cursor_;
    std::unique_ptr<Watcher> watcher_;
    Ids seen_;
};

struct HidingRow {
    const char* name;
    std::size_t nodes;
    std::vector<std::size_t> hiding;  ///< nodes that hide
    bool one_of_two;                  ///< only the first log of the block
    bool receipts;                    ///< the honest nodes give block receipts
    std::size_t left_out;             ///< nodes convicted
    bool swept;
};
const HidingRow kHiding[] = {
    {"one_of_three_all_logs", 3, {2}, false, true, 1, false},
    {"one_of_three_one_log", 3, {0}, true, true, 1, false},
    {"one_of_two_all_logs", 2, {1}, false, true, 1, false},
    {"one_of_two_one_log", 2, {0}, true, true, 1, false},
    {"all_of_two_all_logs", 2, {0, 1}, false, true, 2, false},
    // Nothing but the dense ids shows the second log: the receipts convict, the sweep finds.
    {"all_of_two_one_log", 2, {0, 1}, true, true, 2, true},
    {"all_of_two_and_no_receipts", 2, {0, 1}, false, false, 0, true},
    {"a_lone_node_one_log", 1, {0}, true, true, 1, true},
};
class WatcherHiding : public WatcherNodesTest, public testing::WithParamInterface<HidingRow> {};
TEST_P(WatcherHiding, logs_are_found_and_the_liar_is_counted) {
    watch(GetParam().nodes);
    ASSERT_TRUE(watcher_->poll());
    job_everywhere(71);
    job_everywhere(72);
    mine();
    for (const auto& each : nodes_) each->gives_block_receipts = GetParam().receipts;
    for (const std::size_t index : GetParam().hiding) {
        if (!GetParam().one_of_two)
            node(index).hidden_logs_of = {node(index).head().hash};
        else
            node(index).hidden_jobs = {JobId{3}};
    }
    const Result<WatchReport> report = watcher_->poll();
    ASSERT_TRUE(report) << name_of(report.error().code);
    EXPECT_EQ(seen_, (Ids{1, 2, 3}));
    EXPECT_EQ(report->logs_left_out, GetParam().left_out);
    EXPECT_EQ(report->swept, GetParam().swept);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const bool hides = std::count(GetParam().hiding.begin(), GetParam().hiding.end(), i) > 0;
        EXPECT_EQ(health(i).logs_left_out, hides && GetParam().receipts ? 1U : 0U) << i;
    }
}
INSTANTIATE_TEST_SUITE_P(Rows, WatcherHiding, testing::ValuesIn(kHiding),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(WatcherNodesTest, a_laggard_that_answers_an_empty_list_hides_nothing) {
    watch(3, 40);
    ASSERT_TRUE(watcher_->poll());
    job_everywhere(71);
    mine(10);
    node(1).forget(10);
    node(1).mine(0);
    ASSERT_TRUE(watcher_->poll());
    EXPECT_EQ(seen_, (Ids{1, 2}));
    EXPECT_EQ(name_of(health(1).state), name_of(EndpointState::kLagging));
}

TEST_F(WatcherNodesTest, two_nodes_of_which_one_lags_decide_nothing_until_it_is_back) {
    watch(2, 40);
    ASSERT_TRUE(watcher_->poll());
    job_everywhere(71);
    node(0).mine(20);
    EXPECT_EQ(watcher_->poll().error().code, Errc::kNoQuorum);
    EXPECT_EQ(seen_, Ids{1});
    node(1).mine(20);
    ASSERT_TRUE(watcher_->poll());
    EXPECT_EQ(seen_, (Ids{1, 2}));
}

/// A node that fails eth_getLogs over more than `blocks_max` blocks.
std::function<std::optional<Result<RpcTransport::Reply>>(const std::string&)> range_limit(
    std::uint64_t blocks_max, std::string error_json) {
    return [=](const std::string& body) -> std::optional<Result<RpcTransport::Reply>> {
        const Result<JsonView> document = read_json(body, 32);
        if (document->kind() != JsonKind::kArray) return std::nullopt;
        std::string text;
        bool too_wide = false;
        for (const JsonView& call : document->items()) {
            text += std::string{text.empty() ? "" : ","} + R"({"jsonrpc":"2.0","id":)" +
                    std::string{call.member("id")->raw()} + ",\"error\":" + error_json + "}";
            const std::vector<JsonView> params = call.member("params")->items();
            const auto from = params.empty() ? std::nullopt : params[0].member("fromBlock");
            if (!from) continue;
            const auto to = params[0].member("toBlock");
            const std::uint64_t first = *chain::to_u64(*chain::parse_quantity(*from->text()));
            const std::uint64_t last = *chain::to_u64(*chain::parse_quantity(*to->text()));
            too_wide = last - first + 1 > blocks_max;
        }
        if (!too_wide) return std::nullopt;
        if (error_json.empty())
            return Result<RpcTransport::Reply>{Error{Errc::kTimeout, "test.node"}};
        text = "[" + text + "]";
        return Result<RpcTransport::Reply>{
            RpcTransport::Reply{200, Bytes(text.begin(), text.end()), {}}};
    };
}
struct RangeRow {
    const char* name;
    const char* error_json;  ///< "" = no answer in time
};
// Texts of vendors: reference chain.md section 5, row 24, and docs of the named providers.
const RangeRow kRanges[] = {
    {"geth_like", R"({"code":-32602,"message":"query exceeds max block range 5"})"},
    {"infura", R"({"code":-32005,"message":"query returned more than 10000 results"})"},
    {"alchemy",
     R"({"code":-32602,"message":"Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range"})"},
    {"quicknode", R"({"code":-32614,"message":"eth_getLogs is limited to a 10,000 range"})"},
    {"ankr", R"({"code":-32600,"message":"block range is too wide"})"},
    {"result_limit", R"({"code":-32000,"message":"too many results, narrow your filter"})"},
    {"unknown_text", R"({"code":-32603,"message":"Internal error"})"},
    {"timeout", ""},
};
class WatcherRange : public WatcherNodesTest, public testing::WithParamInterface<RangeRow> {};
TEST_P(WatcherRange, limits_are_met_by_halving_and_nothing_is_skipped) {
    watch(1, 40);
    for (std::uint64_t file = 71; file < 81; ++file) {
        job_everywhere(file);
        mine(5);
    }
    node(0).reply_fault = range_limit(3, GetParam().error_json);
    const Result<WatchReport> report = watcher_->poll();
    ASSERT_TRUE(report) << name_of(report.error().code);
    EXPECT_EQ(report->scanned_to, report->head);
    EXPECT_EQ(seen_.size(), 11U);
    EXPECT_EQ(report->jobs_told, 11U) << "by logs, before the sweep";
    EXPECT_LT(node(0).calls_of("eth_getLogs"), 60) << "growth is slow, not a probe for each page";
}
INSTANTIATE_TEST_SUITE_P(Rows, WatcherRange, testing::ValuesIn(kRanges),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(WatcherNodesTest, a_429_stops_the_scan_and_it_goes_on_from_there) {
    watch(1, 100);
    int posts = 0;
    node(0).reply_fault =
        [&posts](const std::string&) -> std::optional<Result<RpcTransport::Reply>> {
        if (++posts != 6) return std::nullopt;
        return Result<RpcTransport::Reply>{RpcTransport::Reply{429, {}, std::chrono::seconds{30}}};
    };
    EXPECT_EQ(watcher_->poll().error().code, Errc::kRpcUnavailable);
    const int before = node(0).posts;
    EXPECT_FALSE(watcher_->poll());
    EXPECT_EQ(node(0).posts, before) << "not asked while it said so";
    std::uint64_t reached = 0;
    for (int i = 0; i < 30 && reached < 100; ++i) {
        clock_.now += std::chrono::seconds{30};
        if (const Result<WatchReport> report = watcher_->poll()) reached = report->scanned_to;
    }
    EXPECT_EQ(reached, 100U);
    EXPECT_EQ(seen_, Ids{1});
}

TEST_F(WatcherNodesTest, a_reorg_deeper_than_what_is_kept_goes_back_to_the_checkpoint) {
    watch(1, 10);
    node(0).finality_lag = 100;
    ASSERT_TRUE(watcher_->poll());
    mine(100);
    ASSERT_TRUE(watcher_->poll());
    node(0).reorg(80);
    const Result<WatchReport> report = watcher_->poll();
    ASSERT_TRUE(report);
    ASSERT_TRUE(report->reorg_fork);
    EXPECT_LE(*report->reorg_fork, node(0).head().number - 80);
    EXPECT_EQ(report->scanned_to, report->head);
    EXPECT_EQ(watcher_->poll()->reorg_fork, std::nullopt);
}

}  // namespace
}  // namespace pramana::chain_rpc
