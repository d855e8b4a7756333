// Time, restarts and damage.
#include "pramana/core/hex.hpp"

#include "pipeline_fixture.hpp"

#include <unistd.h>

#include <fstream>

namespace pramana::pipeline {
namespace {

using RecoveryTest = PipelineTest;

TEST_F(RecoveryTest, a_contribution_whose_job_never_comes_expires_and_frees_its_file) {
    const Upload upload = world.upload(1, "text");
    const ContributionId id = *world.pipeline->admit(upload);
    world.clock.advance(3600 + 3599);
    world.pipeline->tick();
    EXPECT_EQ(world.pipeline->status(id)->stage, Stage::kReceived);
    world.clock.advance(1);  // the intent's end and an hour's grace come before unpaid_expiry
    world.pipeline->tick();
    EXPECT_EQ(world.pipeline->status(id)->stage, Stage::kExpired);
    EXPECT_TRUE(store->blobs().list()->empty());
    EXPECT_EQ(store->jobs().usage_total().count, 0U);
    EXPECT_TRUE(store->jobs().contribution(id)->envelope.empty());

    EXPECT_TRUE(world.pipeline->admit(world.upload(1, "text"))) << "it may come again";
    EXPECT_EQ(world.pipeline->status(id)->stage, Stage::kReceived);
}

TEST_F(RecoveryTest, a_job_whose_key_never_comes_expires) {
    world.request(1, 1, "https://files.example/1");
    ASSERT_TRUE(world.seen(1));
    world.pipeline->tick();
    world.clock.advance(86'399);
    world.pipeline->tick();
    EXPECT_EQ(world.outcome(1), "waiting_key");
    world.clock.advance(2);
    world.pipeline->tick();
    EXPECT_EQ(world.outcome(1), "expired");
    EXPECT_TRUE(store->jobs().open_jobs()->empty());
}

TEST_F(RecoveryTest, jobs_that_are_seen_together_are_told_again_without_harm) {
    const std::vector<SeenJob> seen{{JobId{1}, 5}, {JobId{2}, 5}, {JobId{3}, 6}};
    ASSERT_TRUE(world.pipeline->on_jobs_seen(seen));
    EXPECT_EQ(store->jobs().open_jobs()->size(), 3U);
    const std::vector<SeenJob> again{{JobId{2}, 7}, {JobId{3}, 6}, {JobId{4}, 7}};
    ASSERT_TRUE(world.pipeline->on_jobs_seen(again));
    EXPECT_EQ(store->jobs().open_jobs()->size(), 4U);
    const std::uint64_t blocks[] = {5, 7, 6, 7};
    for (std::uint64_t id = 1; id <= 4; ++id) {
        EXPECT_EQ(*store->jobs().seen_block(JobId{id}), blocks[id - 1]);
        EXPECT_EQ(store->jobs().job(JobId{id})->revision, 1U) << "the record stays as it was";
    }
}

TEST_F(RecoveryTest, a_sealed_file_is_kept_for_its_time_after_finality) {
    const Upload upload = world.upload(1, "text");
    ASSERT_TRUE(world.pipeline->admit(upload));
    world.request_own(1, 1, "text");
    world.request(2, 2, "https://files.example/2");
    world.fetch.pages["https://files.example/2"] = World::sealed(2, "other");
    ASSERT_TRUE(world.seen(1));
    ASSERT_TRUE(world.pipeline->deposit_key(World::deposit(2, key_of_wallet(World::wallet(2)))));
    world.settle();
    ASSERT_EQ(world.outcome(1), "final");
    ASSERT_EQ(world.outcome(2), "final");
    EXPECT_EQ(store->blobs().list()->size(), 2U);
    world.clock.advance(604'800);
    world.pipeline->tick();
    EXPECT_TRUE(store->blobs().list()->empty());
    EXPECT_TRUE(world.job(1).result) << "the result stays";
}

TEST_F(RecoveryTest, a_file_that_two_wallets_uploaded_goes_with_the_last_of_them) {
    Upload first = world.upload(1, "text");
    ASSERT_TRUE(world.pipeline->admit(first));
    world.clock.advance(1800);
    Upload second = first;
    VerifiedIntent intent = world.intent(2, first.sealed);
    second.envelope = envelope_of(intent, "key");
    ASSERT_TRUE(world.pipeline->admit(second));
    world.clock.advance(5400);
    world.pipeline->tick();
    EXPECT_EQ(store->blobs().list()->size(), 1U);
    world.clock.advance(1800);
    world.pipeline->tick();
    EXPECT_TRUE(store->blobs().list()->empty());
}

// However many steps were made before a restart, the rest is made after it, and no proof twice.
class RestartTest : public PipelineTest, public testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(Steps, RestartTest, testing::Range(0, 24));
TEST_P(RestartTest, goes_on_where_it_was) {
    for (std::uint8_t i = 1; i <= 3; ++i) {
        ASSERT_TRUE(world.pipeline->admit(world.upload(i, "text " + std::to_string(i % 2))));
        world.request_own(i, i, "text " + std::to_string(i % 2));
        ASSERT_TRUE(world.seen(i));
    }
    for (int step = 0; step < GetParam(); ++step) {
        world.clock.advance(1);
        static_cast<void>(world.pipeline->step_next());
    }
    world.start();
    world.settle();
    int paid = 0;
    for (std::uint64_t i = 1; i <= 3; ++i) {
        EXPECT_EQ(world.outcome(i), "final");
        EXPECT_EQ(world.chain.sent(JobId{i}), 1U);
        paid += world.job(i).result->pay_1024 > 0 ? 1 : 0;
    }
    EXPECT_EQ(paid, 2) << "two texts, one copy";
}

TEST_F(RecoveryTest, a_file_that_nobody_holds_is_dropped_at_start) {
    ASSERT_TRUE(store->blobs().put(as_bytes_view("orphan")));
    world.start();
    EXPECT_TRUE(store->blobs().list()->empty());
}

TEST(DiskRecoveryTest, a_damaged_file_is_asked_for_again) {
    const std::filesystem::path directory =
        std::filesystem::temp_directory_path() / ("pramana-blob-" + std::to_string(::getpid()));
    std::filesystem::remove_all(directory);
    {
        const auto disk = *store::open_store({.directory = directory, .free_bytes_min = 0});
        World world{*disk};
        world.start();
        const Upload upload = world.upload(1, "text");
        ASSERT_TRUE(world.pipeline->admit(upload));
        const std::string name = to_hex(hash_of(as_text(upload.sealed)).view());
        std::ofstream{directory / "blobs" / name.substr(0, 2) / name} << "a flipped bit";
        world.request_own(1, 1, "text");
        ASSERT_TRUE(world.seen(1));
        world.pipeline->tick();
        EXPECT_EQ(world.outcome(1), "waiting_file");
        ASSERT_TRUE(world.pipeline->admit(upload));
        world.settle();
        EXPECT_EQ(world.outcome(1), "final");
    }
    std::filesystem::remove_all(directory);
}

TEST(DiskRecoveryTest, housekeeping_that_fails_at_one_record_goes_on_to_the_others) {
    const std::filesystem::path directory =
        std::filesystem::temp_directory_path() / ("pramana-house-" + std::to_string(::getpid()));
    std::filesystem::remove_all(directory);
    {
        const auto disk = *store::open_store({.directory = directory, .free_bytes_min = 0});
        World world{*disk};
        world.start();
        const Upload first = world.upload(1, "text");
        ASSERT_TRUE(world.pipeline->admit(first));
        world.clock.advance(1);
        const Upload second = world.upload(2, "other text");
        const ContributionId id = *world.pipeline->admit(second);
        const std::string name = to_hex(hash_of(as_text(first.sealed)).view());
        const auto blob = directory / "blobs" / name.substr(0, 2) / name;
        std::filesystem::remove(blob);
        std::filesystem::create_directories(blob / "no file");  // cannot be removed as one
        world.clock.advance(2 * 86'400);
        testing::internal::CaptureStderr();
        world.pipeline->tick();
        EXPECT_NE(testing::internal::GetCapturedStderr().find("pipeline.house.failed"),
                  std::string::npos);
        EXPECT_EQ(world.pipeline->status(id)->stage, Stage::kExpired);
    }
    std::filesystem::remove_all(directory);
}

TEST_F(RecoveryTest, a_corpus_that_does_not_match_its_roots_stops_the_start) {
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    world.settle();
    store::JobRecord forger;
    forger.id = JobId{9};
    ASSERT_TRUE(store->jobs().put(forger));
    const store::CorpusKey corpus{filled<Hash32>(1), 1};
    const store::CorpusHead head = *store->corpus().head(corpus);
    const CorpusPosition place = *store->corpus().take_place(forger, corpus);
    store::CorpusEntry entry;
    entry.job = forger.id;
    entry.previous_root = head.root;
    entry.new_root = filled<Hash32>(0x66);
    entry.sealed_entry = world.vault.seal(
        SecretBytes::copy_of(as_bytes_view("smuggled")),
        "corpus/" + to_hex(corpus.id.view()) + "/1/" + std::to_string(number(place)));
    ASSERT_TRUE(store->corpus().append(forger, entry));
    Pipeline again{*store,
                   Ports{.chain = &world.chain,
                         .proofs = &world.proofs,
                         .opener = &world.opener,
                         .fetch = &world.fetch,
                         .vault = &world.vault,
                         .score = &world.score,
                         .evidence = &world.evidence},
                   world.clock, world.options};
    EXPECT_EQ(code_of(again.recover()), "corpus_corrupt");
    EXPECT_FALSE(again.readiness().ready);
}

struct Kept {
    const char* name;
    std::vector<std::string> entries;  // that the disk has of a log of "one", "two", "three"
    int replayed;
};
const Kept kKept[] = {
    {"nothing", {}, 3},
    {"a_beginning", {"one", "two"}, 1},
    {"all", {"one", "two", "three"}, 0},
    {"another_history", {"one", "zwei"}, 3},
    {"another_history_of_the_same_size", {"one", "two", "drei"}, 3},
    {"more_than_the_log", {"one", "two", "three", "four"}, 3},
};
class KeptCorpus : public RecoveryTest, public testing::WithParamInterface<Kept> {};
TEST_P(KeptCorpus, is_taken_over_only_where_the_log_agrees) {
    const char* const texts[] = {"one", "two", "three"};
    for (std::uint8_t i = 1; i <= 3; ++i) {
        ASSERT_TRUE(world.pipeline->admit(world.upload(i, texts[i - 1])));
        world.request_own(i, i, texts[i - 1]);
        ASSERT_TRUE(world.seen(i));
        world.settle();
    }
    const CorpusName corpus{filled<Hash32>(1), 1};
    const CorpusState before = world.score.state(corpus);
    ASSERT_EQ(before.size, 3U);
    world.score.kept = GetParam().entries;
    Pipeline again{*store,
                   Ports{.chain = &world.chain,
                         .proofs = &world.proofs,
                         .opener = &world.opener,
                         .fetch = &world.fetch,
                         .vault = &world.vault,
                         .score = &world.score,
                         .evidence = &world.evidence},
                   world.clock, world.options};
    world.score.appends = 0;
    ASSERT_TRUE(again.recover());
    EXPECT_EQ(world.score.state(corpus).size, 3U);
    EXPECT_EQ(world.score.state(corpus).root, before.root);
    EXPECT_EQ(world.score.appends, GetParam().replayed);
}
INSTANTIATE_TEST_SUITE_P(Rows, KeptCorpus, testing::ValuesIn(kKept),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(RecoveryTest, a_dlp_that_is_no_longer_served_refuses_its_jobs) {
    ASSERT_TRUE(world.pipeline->admit(world.upload(1, "text")));
    world.request_own(1, 1, "text");
    ASSERT_TRUE(world.seen(1));
    ASSERT_TRUE(world.pipeline->step_next());
    ASSERT_TRUE(world.pipeline->step_next());
    ASSERT_EQ(world.outcome(1), "queued");
    world.options.dlps.clear();
    world.serve(filled<Address>(0xD7), 7);
    world.start();
    world.settle();
    EXPECT_EQ(world.outcome(1), "refused dlp_not_served");
}

TEST_F(RecoveryTest, the_runner_stops_at_once_when_it_is_idle) {
    const auto before = std::chrono::steady_clock::now();
    {
        const Runner runner{*world.pipeline, 3};
    }
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds{900});
}

}  // namespace
}  // namespace pramana::pipeline
