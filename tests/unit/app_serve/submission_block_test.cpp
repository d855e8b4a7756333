// The block that draws the sample of a long text, over a node in memory.
#include "serve/chain_adapters.hpp"

#include "unit/chain_rpc/fake_node.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace pramana::app {
namespace {

class SubmissionBlock : public testing::Test {
  protected:
    Result<std::optional<store::SeedBlock>> asked(JobId job, std::string_view event) {
        ChainAdapter adapter{
            reader_, reader_, {.depth = 3}, {}, *chain_rpc::JobEvent::parse(event)};
        return adapter.submission_block(job, block_);
    }
    [[nodiscard]] std::optional<store::SeedBlock> block_at(std::uint64_t number) const {
        return store::SeedBlock{.number = number, .hash = node_->block(number).hash};
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
    const Result<std::optional<store::SeedBlock>> found = asked(job, "");
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, block_at(block_));
    EXPECT_EQ(*asked(JobId{99}, ""), std::nullopt) << "of another job";
}

// With today's event alone no block was ever found, and every long text waited for ever.
TEST_F(SubmissionBlock, is_found_by_the_event_that_the_configuration_declares) {
    constexpr std::string_view kEvent =
        "WorkAsked(uint256 indexed,uint256 indexed,address,uint256)";
    node_->job_topic0 = chain_rpc::JobEvent::parse(kEvent)->topic0();
    ASSERT_NE(node_->job_topic0, chain::JobSubmitted::topic0());
    const JobId job = submitted();
    const Result<std::optional<store::SeedBlock>> found = asked(job, kEvent);
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, block_at(block_));
    EXPECT_EQ(*asked(job, ""), std::nullopt);
}

// Of a previous key's job, and of one from before start_block, the watcher reads no log: such a
// text stood at seed_not_final until its payer took the bid back.
TEST_F(SubmissionBlock, is_found_by_the_time_of_a_job_of_which_no_log_was_read) {
    for (const std::uint64_t before : {1U, 7U, 100U}) {
        node_->mine(before);
        const JobId job = submitted();
        const std::uint64_t mined = std::exchange(block_, 0);  // nothing was told
        EXPECT_EQ(*asked(job, ""), block_at(mined)) << before;
    }
    EXPECT_EQ(*asked(JobId{99}, ""), std::nullopt) << "no such job";
}

TEST_F(SubmissionBlock, that_is_looked_for_is_waited_for_until_it_is_final) {
    const JobId job = node_->request_job(Address{}, FileId{70});
    EXPECT_EQ(*asked(job, ""), std::nullopt) << "not in a block yet";
    node_->mine();
    const std::uint64_t mined = node_->head().number;
    node_->mine(2);
    EXPECT_EQ(*asked(job, ""), std::nullopt);
    node_->mine(8);
    EXPECT_EQ(*asked(job, ""), block_at(mined));
}

// A chain with several blocks a second.
TEST_F(SubmissionBlock, is_told_from_others_of_the_same_second) {
    node_->seconds_per_block = 0;
    node_->mine(4);
    const JobId job = node_->request_job(Address{}, FileId{70});
    node_->mine();
    const std::uint64_t mined = node_->head().number;
    ASSERT_GE(mined, 5U);
    node_->mine(10);
    EXPECT_EQ(*asked(job, ""), block_at(mined));
}

}  // namespace
}  // namespace pramana::app
