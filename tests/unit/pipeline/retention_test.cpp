// How long what has ended is kept, and what is never forgotten.
#include "pipeline_fixture.hpp"

#include "pramana/core/hex.hpp"

namespace pramana::pipeline {
namespace {

constexpr int kBlobs_s = 1'000;
constexpr int kRecords_s = 5'000;

class RetentionTest : public PipelineTest {
  protected:
    void start(int records_s) {
        world.options.blob_retention = std::chrono::seconds{kBlobs_s};
        world.options.record_retention = std::chrono::seconds{records_s};
        world.start();
    }
    ContributionId contribute(std::uint64_t job, std::string_view text) {
        const Upload upload = world.upload(1, text);
        const ContributionId id = *world.pipeline->admit(upload);
        sealed_ = hash_of(as_text(upload.sealed));
        world.request_own(job, 1, text);
        EXPECT_TRUE(world.seen(job));
        world.settle();
        return id;
    }
    void pass(int seconds) {
        world.clock.advance(seconds);
        world.pipeline->tick();
    }
    Hash32 sealed_;
};

TEST_F(RetentionTest, a_file_goes_first_and_then_the_record_but_the_proof_stays_public) {
    start(kRecords_s);
    const ContributionId id = contribute(1, "text");
    const Hash32 document = *world.job(1).proof_document;
    pass(kBlobs_s);
    EXPECT_EQ(code_of(world.pipeline->blob(sealed_)), "not_found");
    EXPECT_EQ(world.pipeline->status(id)->stage, Stage::kFinal);
    EXPECT_TRUE(world.pipeline->status(id)->result);
    pass(kRecords_s - kBlobs_s);
    EXPECT_EQ(code_of(world.pipeline->status(id)), "not_found");
    EXPECT_EQ(code_of(world.pipeline->job_status(JobId{1})), "not_found");
    EXPECT_TRUE(world.pipeline->proof_document(document));
    EXPECT_TRUE(store->jobs().due(world.clock.unix_s() + kRecords_s, 10)->empty());
}

TEST_F(RetentionTest, nothing_is_purged_where_records_are_kept_for_ever) {
    start(0);
    const ContributionId id = contribute(1, "text");
    pass(kBlobs_s);
    pass(1'000 * kRecords_s);
    EXPECT_EQ(world.pipeline->status(id)->stage, Stage::kFinal);
    EXPECT_TRUE(store->jobs().due(world.clock.unix_s() * 2, 10)->empty());
}

TEST_F(RetentionTest, a_purged_job_is_not_done_again) {
    start(kRecords_s);
    contribute(1, "text");
    pass(kBlobs_s);
    pass(kRecords_s);
    const std::size_t sent = world.chain.sent(JobId{1});
    ASSERT_TRUE(world.seen(1)) << "the watcher tells it again";
    world.settle();
    EXPECT_EQ(world.chain.sent(JobId{1}), sent);
    EXPECT_EQ(code_of(store->jobs().job(JobId{1})), "not_found");
}

TEST_F(RetentionTest, the_same_file_again_is_a_copy_after_all_was_purged) {
    start(kRecords_s);
    contribute(1, "text");
    pass(kBlobs_s);
    pass(kRecords_s);
    const ContributionId id = contribute(2, "text");
    EXPECT_EQ(world.outcome(2), "final");
    EXPECT_EQ(world.pipeline->status(id)->result->pay_1024, 0U);
}

TEST_F(RetentionTest, what_expired_is_purged_too) {
    start(kRecords_s);
    const ContributionId id = *world.pipeline->admit(world.upload(1, "text"));
    pass(static_cast<int>(world.options.unpaid_expiry.count()) + 1);
    EXPECT_EQ(world.pipeline->status(id)->stage, Stage::kExpired);
    pass(kRecords_s);
    EXPECT_EQ(code_of(world.pipeline->status(id)), "not_found");
}

}  // namespace
}  // namespace pramana::pipeline
