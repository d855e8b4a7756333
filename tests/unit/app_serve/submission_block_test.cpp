// The block that draws the sample of a long text, over a node in memory.
#include "serve/chain_adapters.hpp"

#include "unit/chain_rpc/fake_node.hpp"

#include <gtest/gtest.h>

namespace pramana::app {
namespace {

class SubmissionBlock : public testing::Test {
  protected:
    Result<std::optional<Hash32>> asked(JobId job, std::string_view event) {
        ChainAdapter adapter{
            reader_, reader_, {.depth = 3}, {}, *chain_rpc::JobEvent::parse(event)};
        return adapter.submission_block(job, block_);
    }
    /// Its event is in block_, which is final.
    JobId submitted() {
        const JobId job = node_->request_job(Address{}, FileId{70});
        node_->mine();
        block_ = node_->head().number;
        node_->mine(10);
        return job;
    }
    std::shared_ptr<testing_chain::FakeNode> node_ = std::make_shared<testing_chain::FakeNode>();
    chain_rpc::RpcClient rpc_{testing_chain::options_on(31337), node_};
    chain_rpc::ChainReader reader_{rpc_, node_->contracts};
    std::uint64_t block_ = 0;
};

TEST_F(SubmissionBlock, is_that_of_the_jobs_event) {
    const JobId job = submitted();
    const Result<std::optional<Hash32>> found = asked(job, "");
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, std::optional{node_->block(block_).hash});
    EXPECT_EQ(*asked(JobId{99}, ""), std::optional<Hash32>{}) << "of another job";
}

// With today's event alone no block was ever found, and every long text waited for ever.
TEST_F(SubmissionBlock, is_found_by_the_event_that_the_configuration_declares) {
    constexpr std::string_view kEvent =
        "WorkAsked(uint256 indexed,uint256 indexed,address,uint256)";
    node_->job_topic0 = chain_rpc::JobEvent::parse(kEvent)->topic0();
    ASSERT_NE(node_->job_topic0, chain::JobSubmitted::topic0());
    const JobId job = submitted();
    const Result<std::optional<Hash32>> found = asked(job, kEvent);
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, std::optional{node_->block(block_).hash});
    EXPECT_EQ(*asked(job, ""), std::optional<Hash32>{});
}

}  // namespace
}  // namespace pramana::app
