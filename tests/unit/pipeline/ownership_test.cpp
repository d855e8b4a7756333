// A ruleset that asks for evidence of ownership: a gate at admission and before opening, and
// nothing that a score could see.
#include "pipeline_fixture.hpp"

namespace pramana::pipeline {
namespace {

class OwnershipTest : public PipelineTest {
  protected:
    void SetUp() override {
        PipelineTest::SetUp();
        world.opener.asks_for_ownership = world.options.dlps[0].ruleset;
    }
    [[nodiscard]] Upload owned(std::uint8_t wallet, std::string_view content) const {
        Upload upload = world.upload(wallet, content);
        append(upload.envelope, " owned");
        return upload;
    }
};

TEST_F(OwnershipTest, an_upload_without_it_is_refused_and_leaves_no_trace) {
    EXPECT_EQ(code_of(world.pipeline->admit(world.upload(1, "text"))), "ownership_not_shown");
    EXPECT_EQ(store->jobs().usage_total().count, 0U);
    EXPECT_TRUE(store->blobs().list()->empty());
}

TEST_F(OwnershipTest, what_was_shown_is_bound_to_the_proof) {
    ASSERT_TRUE(world.pipeline->admit(owned(1, "text")));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    world.settle();
    ASSERT_EQ(world.outcome(1), "final");
    const std::optional<OwnershipShown> shown = world.evidence.facts_of(JobId{1}).ownership;
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->provider, "chatgpt");
    EXPECT_EQ(shown->statement, filled<Hash32>(0x51));
}

TEST_F(OwnershipTest, the_score_is_the_same_without_it) {
    ASSERT_TRUE(world.pipeline->admit(owned(1, "text")));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    world.settle();
    world.opener.asks_for_ownership.reset();
    ASSERT_TRUE(world.pipeline->admit(world.upload(2, "texu")));
    world.request_own(2, 2, "texu");
    ASSERT_TRUE(world.seen(2));
    world.settle();
    EXPECT_EQ(world.job(1).result->pay_1024, world.job(2).result->pay_1024);
    EXPECT_FALSE(world.evidence.facts_of(JobId{2}).ownership);
}

// The file lies elsewhere and the key comes by RunProof: nothing was uploaded that could show it.
TEST_F(OwnershipTest, a_file_that_nobody_uploaded_is_never_opened) {
    const std::string url = "https://files.example/1";
    world.request(1, 1, url);
    world.fetch.pages[url] = World::sealed(1, "text");
    ASSERT_TRUE(world.pipeline->deposit_key(World::deposit(1, key_of_wallet(World::wallet(1)))));
    world.settle();
    EXPECT_EQ(world.outcome(1), "refused ownership_not_shown");
    EXPECT_EQ(world.opener.decryptions, 0);
    EXPECT_EQ(world.chain.sent(JobId{1}), 0U);
}

TEST_F(OwnershipTest, what_ended_before_the_job_came_is_not_opened) {
    world.opener.shown_until = world.clock.unix_s();
    ASSERT_TRUE(world.pipeline->admit(owned(1, "text")));
    world.clock.advance(1);
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    world.settle();
    EXPECT_EQ(world.outcome(1), "refused ownership_not_shown");
    EXPECT_EQ(world.opener.decryptions, 0);
}

// It is opened, and nothing of it is scored, kept or proved.
TEST_F(OwnershipTest, another_content_than_the_evidence_speaks_of_is_not_scored) {
    world.opener.owned_text = "diary";
    ASSERT_TRUE(world.pipeline->admit(owned(1, "something else")));
    world.request_own(1, 1, "something else");
    ASSERT_TRUE(world.seen(1));
    world.settle();
    EXPECT_EQ(world.outcome(1), "refused ownership_not_shown");
    EXPECT_EQ(world.opener.decryptions, 1);
    EXPECT_FALSE(store->jobs().job(JobId{1})->place);
    EXPECT_TRUE(store->jobs().job(JobId{1})->sealed_score.empty());
    EXPECT_EQ(world.chain.sent(JobId{1}), 0U);

    ASSERT_TRUE(world.pipeline->admit(owned(2, "my diary")));
    world.request_own(2, 2, "my diary");
    ASSERT_TRUE(world.seen(2));
    world.settle();
    EXPECT_EQ(world.outcome(2), "final");
    EXPECT_EQ(number(*store->jobs().job(JobId{2})->place), 0U);
}

}  // namespace
}  // namespace pramana::pipeline
