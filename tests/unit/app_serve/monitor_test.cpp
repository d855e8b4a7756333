// What the monitor reads off chain and store, over a node and a store in memory.
#include "serve/monitor.hpp"

#include "serve/owed_claims.hpp"
#include "unit/chain_rpc/fake_node.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pramana::app {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;

class MonitorTest : public testing::Test {
  protected:
    MonitorTest() {
        clock_.wall = kNow;
        node_->cancel_delay_s = 3'600;
        node_->seconds_per_block = 6;
    }
    /// A job that was asked for `blocks` blocks ago and that we see only now.
    void seen_late(std::size_t blocks) {
        store::JobRecord record;
        record.id = node_->request_job(key_.address(), FileId{70});
        node_->mine(blocks);
        record.file = FileId{70};
        record.stage = store::Stage::kQueued;
        record.seen_unix_s = kNow;
        ASSERT_TRUE(store_->jobs().put(record));
    }
    /// The first look.
    void look(chain_rpc::ChainReader& reader) {
        const Monitor monitor{
            {.store = *store_,
             .reader = reader,
             .rpc = rpc_,
             .submitter = claim_key_.submitter,
             .clock = clock_,
             .troubles = [] { return std::vector<std::string>{}; }},
            {.tee = key_.address(), .every = std::chrono::hours{1}, .limits = {}}};
        while (monitor.metrics().empty()) std::this_thread::yield();
        metrics_ = monitor.metrics();
        raised_ = monitor.raised();
    }
    [[nodiscard]] bool has_line(const std::string& line) const {
        return metrics_.find('\n' + line + '\n') != std::string::npos;
    }
    [[nodiscard]] bool raised(std::string_view alarm) const {
        return std::ranges::find(raised_, alarm) != raised_.end();
    }

    const SigningKey key_ = *SigningKey::from_bytes(SecretBytes::copy_of(Bytes(32, 0x42)));
    std::shared_ptr<testing_chain::FakeNode> node_ = std::make_shared<testing_chain::FakeNode>();
    testing_chain::FakeClock clock_;
    chain_rpc::RpcClient rpc_{testing_chain::options_on(31337), node_};
    chain_rpc::ChainReader reader_{rpc_, node_->contracts};
    std::unique_ptr<store::MemoryStore> store_ = store::make_memory_store({});
    ClaimKey claim_key_{key_, store_->slots(key_.address()), reader_, {}};
    std::string metrics_;
    std::vector<std::string> raised_;
};

// docs/chain.md "Finding jobs": deadlines are chain time. A job that came while the validator was
// down has less time left than since it was seen.
TEST_F(MonitorTest, tells_when_a_payer_may_cancel_by_the_chains_time) {
    seen_late(501);
    look(reader_);
    EXPECT_TRUE(has_line("pramana_job_deadline_seconds 600")) << metrics_;
    EXPECT_TRUE(raised("job_deadline")) << "600 s, of blocks of 6 s, are less than a fifth of 3600";
}

TEST_F(MonitorTest, counts_since_a_job_was_seen_where_the_pool_tells_no_time) {
    seen_late(500);
    Result<chain::tee_pool::JobLayout> layout = chain::tee_pool::JobLayout::parse(
        "(string note,address teeAddress,uint8 status,uint64 "
        "fileId)");
    ASSERT_TRUE(layout);
    node_->jobs_laid_out_otherwise = true;
    chain_rpc::Contracts contracts = node_->contracts;
    contracts.job_layout = *layout;
    chain_rpc::ChainReader reader{rpc_, contracts};
    look(reader);
    EXPECT_TRUE(has_line("pramana_job_deadline_seconds 3600")) << metrics_;
    EXPECT_FALSE(raised("job_deadline"));
}

}  // namespace
}  // namespace pramana::app
