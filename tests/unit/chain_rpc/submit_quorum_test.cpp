#include "submit_reads.hpp"
#include "unit/chain_rpc/nodes_fixture.hpp"

// What is asked before a nonce is bound is decided by quorum: reference chain.md section 4 rule 13.
namespace pramana::chain_rpc {
namespace {

using SubmitQuorum = NodesTest;

BatchCall jobs_call(const Address& pool) {
    BatchCall call;
    call.purpose = chain::SlotPurpose::kFees;  // no job of its own: eth_call and the estimate
    call.to = pool;
    call.calldata = chain::tee_pool::jobs_count();
    return call;
}

TEST_F(SubmitQuorum, one_liar_of_three_decides_neither_a_job_nor_a_preflight) {
    start(3);
    node(0).fault = on("eth_call", lie("\"0x\""));  // the first endpoint, which others reads prefer
    const Result<std::vector<chain::TeeJob>> jobs = read_jobs(*reader_, {JobId{1}});
    ASSERT_TRUE(jobs);
    EXPECT_EQ(jobs->front().tee, ours_);
    const std::vector<BatchCall> calls{jobs_call(reader_->contracts().tee_pool)};
    const Result<std::vector<CheckedCall>> checked =
        check_calls(*reader_, ours_, calls, BlockRef{node(1).head().number});
    ASSERT_TRUE(checked);
    ASSERT_TRUE(checked->front().call.value);
    EXPECT_EQ(checked->front().call.value->size(), 32U);
    EXPECT_EQ(health(0).disagreements, 2U);
}

TEST_F(SubmitQuorum, two_that_differ_decide_nothing) {
    start(2);
    node(1).fault = on("eth_call", lie("\"0x\""));
    EXPECT_EQ(read_jobs(*reader_, {JobId{1}}).error().code, Errc::kEndpointsDisagree);
    const std::vector<BatchCall> calls{jobs_call(reader_->contracts().tee_pool)};
    EXPECT_EQ(check_calls(*reader_, ours_, calls, BlockRef{node(0).head().number}).error().code,
              Errc::kEndpointsDisagree);
}

}  // namespace
}  // namespace pramana::chain_rpc
