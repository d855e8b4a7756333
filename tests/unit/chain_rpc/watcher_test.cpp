#include "pramana/chain_rpc/watcher.hpp"

#include "unit/chain_rpc/fake_node.hpp"

#include <gtest/gtest.h>

namespace pramana::chain_rpc {
namespace {

using namespace std::chrono_literals;
using testing_chain::FakeClock;
using testing_chain::FakeNode;

class MemoryCursor final : public WatchCursor {
  public:
    Result<std::optional<Bytes>> load() override { return record; }
    Status save(ByteView bytes) override {
        if (failing) return Error{Errc::kStoreUnavailable, "test.cursor"};
        record = Bytes(bytes.begin(), bytes.end());
        return Done{};
    }
    std::optional<Bytes> record;
    bool failing = false;
};

class WatcherTest : public testing::Test {
  protected:
    WatcherTest() { ours_.bytes.fill(0x11); }

    std::unique_ptr<Watcher> watcher() {
        WatcherOptions options;
        options.tee = ours_;
        options.range_blocks_max = 8;
        options.sweep_page = 2;
        return std::make_unique<Watcher>(
            reader_, cursor_, clock_, options,
            [this](std::span<const JobSeen> jobs) -> Status {
                if (sink_fails_) return Error{Errc::kStoreUnavailable, "test.sink"};
                seen_.insert(seen_.end(), jobs.begin(), jobs.end());
                told_at_once_.push_back(jobs.size());
                return Done{};
            },
            [this](std::uint64_t fork) -> Status {
                forks_.push_back(fork);
                return Done{};
            });
    }
    std::vector<std::uint64_t> seen_ids() const {
        std::vector<std::uint64_t> ids;
        for (const JobSeen& seen : seen_) ids.push_back(number(seen.job));
        return ids;
    }
    using Ids = std::vector<std::uint64_t>;

    Address ours_;
    std::shared_ptr<FakeNode> node_ = std::make_shared<FakeNode>();
    RpcClient rpc_{testing_chain::options_on(31337), node_};
    ChainReader reader_{rpc_, node_->contracts};
    MemoryCursor cursor_;
    FakeClock clock_;
    std::vector<JobSeen> seen_;
    std::vector<std::size_t> told_at_once_;
    std::vector<std::uint64_t> forks_;
    bool sink_fails_ = false;
};

TEST_F(WatcherTest, tells_each_job_of_ours_once) {
    const auto watching = watcher();
    ASSERT_TRUE(watching->poll());
    Address other;
    node_->request_job(ours_, FileId{70});
    node_->request_job(other, FileId{71});
    node_->request_job(ours_, FileId{72});
    node_->mine(30);
    const Result<WatchReport> report = watching->poll();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->scanned_to, report->head);
    EXPECT_EQ(seen_ids(), (Ids{1, 3}));
    EXPECT_EQ(seen_[1].file, FileId{72});
    EXPECT_EQ(seen_[1].block_number, 1U);
    EXPECT_EQ(seen_[1].bid_wei, [] {
        Word256 word;
        word.bytes[31] = 5;
        return word;
    }());
    ASSERT_TRUE(watching->poll());
    EXPECT_EQ(seen_.size(), 2U);
    EXPECT_TRUE(forks_.empty());
}

TEST_F(WatcherTest, tells_the_jobs_of_a_range_together_and_each_once) {
    const auto watching = watcher();
    ASSERT_TRUE(watching->poll());
    for (std::uint64_t i = 0; i < kJobsToldAtOnce + 3; ++i)
        node_->request_job(ours_, FileId{70 + i});
    node_->mine();
    sink_fails_ = true;
    EXPECT_FALSE(watching->poll());
    sink_fails_ = false;
    ASSERT_TRUE(watching->poll());
    EXPECT_EQ(told_at_once_, (std::vector<std::size_t>{kJobsToldAtOnce, 3}));
    ASSERT_EQ(seen_.size(), kJobsToldAtOnce + 3);
    for (std::size_t i = 0; i < seen_.size(); ++i) EXPECT_EQ(seen_[i].job, JobId{i + 1});
}

TEST_F(WatcherTest, asks_once_whether_there_is_a_new_head_and_no_more) {
    const auto watching = watcher();
    ASSERT_TRUE(watching->poll());
    const int posts = node_->posts;
    const Result<WatchReport> report = watching->poll();
    ASSERT_TRUE(report);
    EXPECT_EQ(node_->posts, posts + 1);
    EXPECT_EQ(report->scanned_to, node_->head().number);
    EXPECT_EQ(report->finalized, 0U);
    clock_.now += 601s;
    EXPECT_TRUE(watching->poll()->swept) << "what is due is done all the same";
    node_->reorg(0);
    node_->mine();
    ASSERT_TRUE(watching->poll());
    EXPECT_GT(node_->posts, posts + 3);
}

TEST_F(WatcherTest, goes_on_from_its_record_after_a_restart) {
    ASSERT_TRUE(watcher()->poll());
    node_->mine(20);
    ASSERT_TRUE(watcher()->poll());
    const int logs_before = node_->calls_of("eth_getLogs");
    node_->request_job(ours_, FileId{70});
    node_->mine();
    ASSERT_TRUE(watcher()->poll());
    EXPECT_EQ(node_->calls_of("eth_getLogs"), logs_before + 1) << "only the new block is scanned";
    EXPECT_EQ(seen_ids(), Ids{1});
}

TEST_F(WatcherTest, starts_over_when_its_record_is_unreadable) {
    node_->request_job(ours_, FileId{70});
    node_->mine(3);
    for (const Bytes& record :
         {Bytes{}, Bytes{9}, Bytes(18, 1), Bytes(18 + 72, 2), Bytes(18 + 66 * 72, 2)}) {
        cursor_.record = record;
        seen_.clear();
        ASSERT_TRUE(watcher()->poll());
        EXPECT_EQ(seen_ids(), Ids{1});
    }
}

TEST_F(WatcherTest, finds_by_state_what_the_logs_do_not_show) {
    node_->gives_block_receipts = false;
    for (std::uint64_t file = 70; file < 75; ++file) node_->request_job(ours_, FileId{file});
    node_->mine();
    node_->hidden_logs_of = {node_->head().hash};
    const auto watching = watcher();
    const Result<WatchReport> report = watching->poll();
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->swept);
    EXPECT_EQ(seen_ids(), (Ids{1, 2, 3, 4, 5})) << "in pages of two";
    EXPECT_EQ(seen_[0].block_number, 0U);
}

TEST_F(WatcherTest, sweeps_at_once_when_the_dense_ids_show_a_gap) {
    node_->blooms = false;
    const auto watching = watcher();
    node_->request_job(ours_, FileId{70});
    node_->mine();
    ASSERT_TRUE(watching->poll());
    node_->request_job(ours_, FileId{71});
    node_->mine();
    node_->hidden_logs_of = {node_->head().hash};  // the log of job 2 is lost
    const Result<WatchReport> report = watching->poll();
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->swept);
    EXPECT_EQ(seen_ids(), (Ids{1, 2})) << "jobsCount() says that there is a second one";
    EXPECT_EQ(report->logs_left_out, 1U);
    EXPECT_EQ(rpc_.report().endpoints[0].logs_left_out, 1U) << "its receipts convict the node";
}

TEST_F(WatcherTest, a_bloom_without_its_log_is_settled_by_receipts) {
    const auto watching = watcher();
    ASSERT_TRUE(watching->poll());
    node_->request_job(ours_, FileId{70});
    node_->mine();
    node_->hidden_logs_of = {node_->head().hash};
    const Result<WatchReport> report = watching->poll();
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->swept) << "found without a sweep";
    EXPECT_EQ(seen_ids(), Ids{1});
    EXPECT_EQ(seen_[0].block_hash, node_->head().hash);
    EXPECT_EQ(report->logs_left_out, 1U);
}

TEST_F(WatcherTest, a_bloom_without_its_log_and_no_receipts_is_swept) {
    const auto watching = watcher();
    ASSERT_TRUE(watching->poll());
    node_->gives_block_receipts = false;
    node_->request_job(ours_, FileId{70});
    node_->mine();
    node_->hidden_logs_of = {node_->head().hash};
    const Result<WatchReport> report = watching->poll();
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->swept);
    EXPECT_EQ(seen_ids(), Ids{1});
}

TEST_F(WatcherTest, names_the_block_and_the_deadline_by_chain_time) {
    const auto watching = watcher();
    ASSERT_TRUE(watching->poll());
    node_->request_job(ours_, FileId{70});
    node_->mine();
    for (const std::int64_t jump : {7'200, -7'200}) {  // our own clock means nothing
        clock_.wall += jump;
        const Result<WatchReport> report = watching->poll();
        ASSERT_TRUE(report);
        EXPECT_EQ(report->head_unix_s, 1'700'000'000 + node_->head().number * 6);
        EXPECT_EQ(report->head_hash, node_->head().hash);
    }
    ASSERT_EQ(seen_.size(), 1U);
    EXPECT_EQ(seen_[0].block_hash, node_->head().hash);
    EXPECT_EQ(seen_[0].cancellable_unix_s, 1'700'000'000 + node_->head().number * 6 + 3'600);
}

struct HoldRow {
    const char* name;
    std::function<void(FakeNode&, bool)> set;
    Errc hold;
};
const HoldRow kHolds[] = {
    {"removed", [](FakeNode& node, bool on) { node.worker_active = !on; }, Errc::kWorkerNotActive},
    {"paused", [](FakeNode& node, bool on) { node.paused = on; }, Errc::kContractPaused},
    {"upgraded", [](FakeNode& node, bool on) { node.pool_upgraded = on; }, Errc::kContractChanged},
};
class WatcherHold : public WatcherTest, public testing::WithParamInterface<HoldRow> {};
TEST_P(WatcherHold, is_told_and_ends_by_itself) {
    const auto watching = watcher();
    EXPECT_EQ(watching->poll()->hold, std::nullopt);
    GetParam().set(*node_, true);
    node_->request_job(ours_, FileId{70});
    node_->mine();
    EXPECT_EQ(watching->poll()->hold, GetParam().hold);
    EXPECT_EQ(seen_ids(), Ids{1}) << "watching goes on";
    GetParam().set(*node_, false);
    EXPECT_EQ(watching->poll()->hold, std::nullopt);
}
INSTANTIATE_TEST_SUITE_P(Rows, WatcherHold, testing::ValuesIn(kHolds),
                         [](const auto& row) { return std::string{row.param.name}; });

struct EventRow {
    const char* name;
    std::string_view declaration;
    bool valid;
};
const EventRow kEvents[] = {
    {"todays", "", true},
    {"worker_indexed", "JobSubmitted(uint256 indexed,uint256 indexed,address indexed,uint256)",
     true},
    {"more_behind", "JobSubmitted(uint256 indexed,uint256,address,uint256,bytes32)", true},
    {"other_order", "JobSubmitted(uint256,address,uint256,uint256)", false},
    {"too_few", "JobSubmitted(uint256,uint256,address)", false},
    {"no_event", "JobSubmitted", false},
};
TEST(WatcherJobEvent, is_checked_before_it_is_used) {
    for (const EventRow& row : kEvents)
        EXPECT_EQ(Watcher::job_event_is_valid(row.declaration), row.valid) << row.name;
}

TEST_F(WatcherTest, sweeps_again_after_its_period) {
    const auto watching = watcher();
    EXPECT_TRUE(watching->poll()->swept);
    clock_.now += 599s;
    EXPECT_FALSE(watching->poll()->swept);
    clock_.now += 1s;
    EXPECT_TRUE(watching->poll()->swept);
}

struct ReorgRow {
    const char* name;
    std::size_t depth;
    bool jobs_return;
    std::vector<std::uint64_t> seen;
};
const ReorgRow kReorgs[] = {
    {"one_block_without_the_job",
     1,
     true,
     {1, 1}},  // told again by the sweep that follows every reorg
    {"the_job_comes_back", 3, true, {1, 1}},
    {"the_job_is_gone", 3, false, {1}},
    {"across_several_ranges", 40, true, {1, 1}},
};
class WatcherReorg : public WatcherTest, public testing::WithParamInterface<ReorgRow> {};
TEST_P(WatcherReorg, is_noticed_and_scanned_again) {
    node_->mine(50);
    const auto watching = watcher();
    ASSERT_TRUE(watching->poll());
    node_->request_job(ours_, FileId{70});
    node_->mine(2);
    ASSERT_TRUE(watching->poll());
    node_->mine();
    ASSERT_TRUE(watching->poll());
    node_->reorg(GetParam().depth, GetParam().jobs_return);
    const Result<WatchReport> report = watching->poll();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->scanned_to, report->head);
    ASSERT_EQ(forks_.size(), 1U);
    EXPECT_LE(forks_[0], node_->head().number - GetParam().depth);
    EXPECT_EQ(seen_ids(), GetParam().seen);
    ASSERT_TRUE(watching->poll());
    EXPECT_EQ(forks_.size(), 1U) << "settled";
}
INSTANTIATE_TEST_SUITE_P(Rows, WatcherReorg, testing::ValuesIn(kReorgs),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(WatcherTest, notices_a_reorg_that_happened_while_it_was_down) {
    node_->mine(5);
    ASSERT_TRUE(watcher()->poll());
    node_->reorg(3);
    node_->mine(2);
    ASSERT_TRUE(watcher()->poll());
    EXPECT_EQ(forks_.size(), 1U);
}

TEST_F(WatcherTest, halves_the_range_until_the_node_takes_it) {
    node_->logs_range_max = 1;
    node_->request_job(ours_, FileId{70});
    node_->mine(20);
    const Result<WatchReport> report = watcher()->poll();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->scanned_to, 20U);
    EXPECT_EQ(seen_ids(), Ids{1});
}

TEST_F(WatcherTest, gives_up_a_page_that_fails_at_one_block_and_keeps_its_place) {
    node_->mine(5);
    const auto watching = watcher();
    node_->fault = [](const std::string& method) -> std::optional<FakeNode::Fault> {
        if (method != "eth_getLogs") return std::nullopt;
        return FakeNode::Fault{R"({"code":-32603,"message":"Internal error"})", {}, false, ""};
    };
    EXPECT_EQ(watching->poll().error().code, Errc::kRpcRejected);
    node_->fault = nullptr;
    EXPECT_EQ(watching->poll()->scanned_to, 5U);
}

TEST_F(WatcherTest, refuses_a_replica_that_lags_behind_the_range) {
    node_->mine(15);
    int asked = 0;
    node_->fault = [&asked](const std::string& method) -> std::optional<FakeNode::Fault> {
        if (method != "eth_blockNumber" || ++asked > 1) return std::nullopt;
        return FakeNode::Fault{"", {}, false, "\"0x2\""};
    };
    const auto watching = watcher();
    EXPECT_EQ(watching->poll().error().code, Errc::kNodeInconsistent);
    EXPECT_EQ(watching->poll()->scanned_to, 15U);
}

TEST_F(WatcherTest, does_not_move_on_when_the_sink_or_the_cursor_fails) {
    const auto watching = watcher();
    ASSERT_TRUE(watching->poll());
    node_->request_job(ours_, FileId{70});
    node_->mine();
    sink_fails_ = true;
    EXPECT_EQ(watching->poll().error().code, Errc::kStoreUnavailable);
    sink_fails_ = false;
    cursor_.failing = true;
    EXPECT_EQ(watching->poll().error().code, Errc::kStoreUnavailable);
    cursor_.failing = false;
    ASSERT_TRUE(watching->poll());
    EXPECT_EQ(seen_ids(), Ids{1});
    EXPECT_TRUE(watcher()->poll());
}

TEST_F(WatcherTest, bounds_the_work_of_one_poll) {
    node_->mine(100);
    WatcherOptions options;
    options.tee = ours_;
    options.range_blocks_max = 8;
    options.blocks_per_poll_max = 16;
    Watcher watching{reader_,
                     cursor_,
                     clock_,
                     options,
                     [](std::span<const JobSeen>) -> Status { return Done{}; },
                     nullptr};
    EXPECT_EQ(watching.poll()->scanned_to, 15U);
    EXPECT_EQ(watching.poll()->scanned_to, 31U);
}

}  // namespace
}  // namespace pramana::chain_rpc
