// What every engine must do: include/pramana/store/store.hpp, sentence by sentence.
#include "store_fixture.hpp"

namespace pramana::store {
namespace {

class StoreContract : public testing::TestWithParam<Engine> {
  protected:
    StoreUnderTest store{GetParam(), small_options(fresh_directory())};
};

INSTANTIATE_TEST_SUITE_P(Engines, StoreContract, testing::Values(Engine::kMemory, Engine::kRocks),
                         [](const auto& row) { return name_of(row.param); });

TEST_P(StoreContract, a_contribution_is_read_back_after_a_restart) {
    ContributionRecord record = contribution_of(1, 2);
    record.cause = Errc::kIntentExpired;
    record.job = JobId{5};
    ASSERT_TRUE(store->jobs().admit(record, Quota{}));
    EXPECT_EQ(record.revision, 1U);
    store.reopen();
    EXPECT_EQ(*store->jobs().contribution(record.id), record);
    EXPECT_EQ(code_of(store->jobs().contribution(contribution_of(1, 3).id)), "not_found");
}

TEST_P(StoreContract, a_job_is_read_back_after_a_restart) {
    JobRecord record = job_of(3);
    record.contribution = contribution_of(1, 2).id;
    record.sealed_key = {1, 2, 3};
    record.corpus = CorpusKey{filled<Hash32>(8), 2};
    record.place = CorpusPosition{4};
    record.document = filled<Hash32>(5);
    record.sample = SeedBlock{77, filled<Hash32>(6)};
    record.proof_index = 9;
    record.cause = Errc::kFeeTooLow;
    ASSERT_TRUE(store->jobs().put(record));
    store.reopen();
    EXPECT_EQ(*store->jobs().job(JobId{3}), record);
    EXPECT_EQ(code_of(store->jobs().job(JobId{4})), "not_found");
}

TEST_P(StoreContract, a_record_is_replaced_only_by_who_has_its_revision) {
    JobRecord first = job_of(3);
    ASSERT_TRUE(store->jobs().put(first));
    JobRecord second = first;
    second.stage = Stage::kQueued;
    ASSERT_TRUE(store->jobs().put(second));
    first.stage = Stage::kRefused;
    EXPECT_EQ(code_of(store->jobs().put(first)), "conflict");
    EXPECT_EQ(first.revision, 1U) << "a failed write leaves the caller's record alone";
    JobRecord fresh = job_of(3);
    EXPECT_EQ(code_of(store->jobs().put(fresh)), "conflict");
    EXPECT_EQ(store->jobs().job(JobId{3})->stage, Stage::kQueued);
}

TEST_P(StoreContract, a_job_and_its_contribution_change_together_or_not_at_all) {
    ContributionRecord contribution = contribution_of(1, 2);
    ASSERT_TRUE(store->jobs().admit(contribution, Quota{}));
    JobRecord job = job_of(3);
    ASSERT_TRUE(store->jobs().put(job));
    ContributionRecord stale = contribution;
    contribution.job = job.id;
    ASSERT_TRUE(store->jobs().put(job, contribution));
    EXPECT_EQ(store->jobs().contribution(contribution.id)->job, job.id);

    job.stage = Stage::kFinal;
    stale.stage = Stage::kFinal;
    EXPECT_EQ(code_of(store->jobs().put(job, stale)), "conflict");
    EXPECT_EQ(store->jobs().job(job.id)->stage, Stage::kReceived);
}

TEST_P(StoreContract, lists_the_jobs_that_are_not_terminal_in_their_order) {
    for (const std::uint64_t id : {300U, 2U, 256U}) {
        JobRecord job = job_of(id);
        ASSERT_TRUE(store->jobs().put(job));
    }
    JobRecord done = *store->jobs().job(JobId{256});
    done.stage = Stage::kCancelled;
    ASSERT_TRUE(store->jobs().put(done));
    store.reopen();
    EXPECT_EQ(*store->jobs().open_jobs(), (std::vector{JobId{2}, JobId{300}}));
}

TEST_P(StoreContract, lists_jobs_newest_first_page_by_page) {
    for (const std::uint64_t id : {300U, 2U, 256U}) {
        JobRecord job = job_of(id);
        job.stage = id == 2 ? Stage::kCancelled : Stage::kReceived;
        ASSERT_TRUE(store->jobs().put(job));
    }
    store.reopen();
    const auto ids = [&](std::optional<JobId> below, std::size_t count_max) {
        std::vector<std::uint64_t> found;
        const Result<std::vector<JobRecord>> page = store->jobs().jobs_below(below, count_max);
        for (const JobRecord& job : *page) found.push_back(number(job.id));
        return found;
    };
    EXPECT_EQ(ids({}, 2), (std::vector<std::uint64_t>{300, 256}));
    EXPECT_EQ(ids(JobId{256}, 2), (std::vector<std::uint64_t>{2}));
    EXPECT_EQ(ids(JobId{2}, 2), (std::vector<std::uint64_t>{}));
}

TEST_P(StoreContract, tells_what_is_due_by_time) {
    JobRecord late = job_of(1);
    late.due_unix_s = 500;
    JobRecord early = job_of(2);
    early.due_unix_s = 100;
    JobRecord never = job_of(3);
    ContributionRecord between = contribution_of(1, 2);
    between.due_unix_s = 300;
    ASSERT_TRUE(store->jobs().put(late) && store->jobs().put(early) && store->jobs().put(never));
    ASSERT_TRUE(store->jobs().admit(between, Quota{}));

    EXPECT_TRUE(store->jobs().due(99, 10)->empty());
    const std::vector<DueItem> all = *store->jobs().due(500, 10);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].job, JobId{2});
    EXPECT_EQ(all[1].job, std::nullopt);
    EXPECT_EQ(all[1].contribution, between.id);
    EXPECT_EQ(all[2].due_unix_s, 500);
    EXPECT_EQ(store->jobs().due(500, 2)->size(), 2U);

    early.due_unix_s = 0;
    ASSERT_TRUE(store->jobs().put(early));
    EXPECT_TRUE(store->jobs().due(100, 10)->empty());
}

struct QuotaRow {
    const char* name;
    Quota quota;
    const char* third;  ///< what a third contribution of 100 bytes by the same wallet gets
    const char* other;  ///< and then one of another wallet
};
// Two contributions of 100 bytes by one wallet are open already. Rows stand on both sides of each
// bound.
constexpr std::uint64_t kMany = 1'000'000;
const QuotaRow kQuotaRows[] = {
    {"wallet_count_reached", {2, kMany, kMany, kMany}, "quota_exceeded", "ok"},
    {"wallet_count_allows", {3, kMany, kMany, kMany}, "ok", "ok"},
    {"wallet_bytes_reached", {kMany, 299, kMany, kMany}, "quota_exceeded", "ok"},
    {"wallet_bytes_allow", {kMany, 300, kMany, kMany}, "ok", "ok"},
    {"total_count_reached", {kMany, kMany, 2, kMany}, "busy", "busy"},
    {"total_count_allows_one", {kMany, kMany, 3, kMany}, "ok", "busy"},
    {"total_bytes_reached", {kMany, kMany, kMany, 299}, "busy", "busy"},
    {"total_bytes_allow_one", {kMany, kMany, kMany, 300}, "ok", "busy"},
};

class StoreQuota : public testing::TestWithParam<std::tuple<Engine, QuotaRow>> {
  protected:
    StoreUnderTest store{std::get<0>(GetParam()), small_options(fresh_directory())};
};
INSTANTIATE_TEST_SUITE_P(Rows, StoreQuota,
                         testing::Combine(testing::Values(Engine::kMemory, Engine::kRocks),
                                          testing::ValuesIn(kQuotaRows)),
                         [](const auto& row) {
                             return name_of(std::get<0>(row.param)) + "_" +
                                    std::get<1>(row.param).name;
                         });

TEST_P(StoreQuota, bounds_what_is_unfinished) {
    const QuotaRow& row = std::get<1>(GetParam());
    for (const auto file : Bytes{1, 2}) {
        ContributionRecord open = contribution_of(1, file);
        ASSERT_TRUE(store->jobs().admit(open, Quota{}));
    }
    store.reopen();  // the counters are counted anew
    ContributionRecord third = contribution_of(1, 3);
    EXPECT_EQ(code_of(store->jobs().admit(third, row.quota)), row.third);
    ContributionRecord other = contribution_of(2, 4);
    EXPECT_EQ(code_of(store->jobs().admit(other, row.quota)), row.other);
}

TEST_P(StoreContract, what_ends_is_no_longer_counted) {
    ContributionRecord record = contribution_of(1, 2, 40);
    ASSERT_TRUE(store->jobs().admit(record, Quota{}));
    EXPECT_EQ(store->jobs().usage(record.wallet), (Usage{1, 40}));
    ASSERT_TRUE(store->jobs().admit(record, Quota{})) << "an open one may be replaced";
    EXPECT_EQ(store->jobs().usage_total(), (Usage{1, 40})) << "and is counted once";
    record.stage = Stage::kExpired;
    ASSERT_TRUE(store->jobs().put(record));
    EXPECT_EQ(store->jobs().usage(record.wallet), Usage{});
    EXPECT_EQ(store->jobs().usage_total(), Usage{});
    record.stage = Stage::kReceived;
    ASSERT_TRUE(store->jobs().admit(record, Quota{})) << "a terminal one may come again";
    EXPECT_EQ(store->jobs().usage_total(), (Usage{1, 40}));
}

TEST_P(StoreContract, knows_who_holds_a_blob) {
    ContributionRecord contribution = contribution_of(1, 2);
    ASSERT_TRUE(store->jobs().admit(contribution, Quota{}));
    JobRecord job = job_of(1);
    job.sealed_sha256 = contribution.sealed_sha256;
    job.blob_held = true;
    ASSERT_TRUE(store->jobs().put(job));
    contribution.blob_held = false;
    ASSERT_TRUE(store->jobs().put(contribution));
    EXPECT_TRUE(*store->jobs().blob_held(contribution.sealed_sha256));
    job.blob_held = false;
    ASSERT_TRUE(store->jobs().put(job));
    EXPECT_FALSE(*store->jobs().blob_held(contribution.sealed_sha256));
    EXPECT_FALSE(*store->jobs().blob_held(filled<Hash32>(0xFF)));
}

TEST_P(StoreContract, a_binding_document_comes_with_its_job) {
    JobRecord job = job_of(1);
    const ProofDocument document{filled<Hash32>(6), {'{', '}'}};
    JobRecord stale = job;
    ASSERT_TRUE(store->jobs().put(job));
    EXPECT_EQ(code_of(store->jobs().put(stale, document)), "conflict");
    EXPECT_EQ(code_of(store->jobs().proof_document(document.hash)), "not_found");
    ASSERT_TRUE(store->jobs().put(job, document));
    store.reopen();
    EXPECT_EQ(*store->jobs().proof_document(document.hash), document.text);
    EXPECT_EQ(*store->jobs().job_of_document(document.hash), job.id);
    EXPECT_EQ(code_of(store->jobs().job_of_document(filled<Hash32>(7))), "not_found");
}

TEST_P(StoreContract, asks_for_no_restart_while_it_takes_writes) {
    ASSERT_TRUE(store->health());
    EXPECT_FALSE(store->waits_for_restart());
}

TEST_P(StoreContract, knows_where_a_job_was_seen_last) {
    JobRecord job = job_of(1);
    job.seen_block = 7;
    EXPECT_EQ(code_of(store->jobs().note_seen_block(JobId{1}, 8)), "not_found");
    ASSERT_TRUE(store->jobs().put(job));
    EXPECT_EQ(*store->jobs().seen_block(JobId{1}), 7U);
    ASSERT_TRUE(store->jobs().note_seen_block(JobId{1}, 9));
    store.reopen();
    EXPECT_EQ(*store->jobs().seen_block(JobId{1}), 9U);
    ASSERT_TRUE(store->jobs().put(job)) << "who works on the job is not disturbed";
}

TEST_P(StoreContract, a_purged_contribution_is_gone_but_not_its_place) {
    ContributionRecord contribution = contribution_of(1, 2);
    ASSERT_TRUE(store->jobs().admit(contribution, Quota{}));
    JobRecord job = job_of(1);
    ASSERT_TRUE(store->jobs().put(job));
    const CorpusKey corpus{filled<Hash32>(8), 0};
    ASSERT_TRUE(store->corpus().take_place(job, corpus));
    ASSERT_TRUE(
        store->corpus().append(job, {JobId{1}, contribution.id, {}, filled<Hash32>(9), {1, 2, 3}}));
    contribution.stage = Stage::kFinal;
    contribution.blob_held = false;
    contribution.due_unix_s = 5;
    ASSERT_TRUE(store->jobs().put(contribution));
    ContributionRecord stale = contribution;
    --stale.revision;
    EXPECT_EQ(code_of(store->jobs().purge(stale)), "conflict");
    ASSERT_TRUE(store->jobs().purge(contribution));
    EXPECT_EQ(code_of(store->jobs().purge(contribution)), "not_found");
    store.reopen();
    EXPECT_EQ(code_of(store->jobs().contribution(contribution.id)), "not_found");
    EXPECT_TRUE(store->jobs().due(100, 10)->empty());
    EXPECT_EQ(*store->corpus().place_of(corpus, contribution.id), CorpusPosition{0});
    contribution.revision = 0;
    contribution.stage = Stage::kReceived;
    EXPECT_TRUE(store->jobs().admit(contribution, Quota{})) << "it may come again";
}

TEST_P(StoreContract, a_purged_job_leaves_its_end_and_what_is_public) {
    const ProofDocument document{filled<Hash32>(6), {'{', '}'}};
    for (const Stage stage : {Stage::kFinal, Stage::kRefused}) {
        const std::uint64_t id = stage == Stage::kFinal ? 1 : 2;
        JobRecord job = job_of(id);
        ASSERT_TRUE(store->jobs().put(job));
        job.document = document.hash;
        job.stage = stage;
        ASSERT_TRUE(store->jobs().put(job, document));
        ASSERT_TRUE(store->jobs().note_seen_block(job.id, 4));
        EXPECT_FALSE(*store->jobs().remains(job.id));
        ASSERT_TRUE(store->jobs().purge(job));
        store.reopen();
        EXPECT_EQ(code_of(store->jobs().job(job.id)), "not_found");
        EXPECT_EQ(code_of(store->jobs().seen_block(job.id)), "not_found");
        const bool is_public = stage == Stage::kFinal;
        EXPECT_EQ(**store->jobs().remains(job.id),
                  (JobRemains{stage, is_public ? std::optional{document.hash} : std::nullopt}));
        EXPECT_EQ(store->jobs().proof_document(document.hash).has_value(), is_public);
        EXPECT_EQ(store->jobs().job_of_document(document.hash).has_value(), is_public);
    }
}

TEST_P(StoreContract, keeps_the_cursor) {
    EXPECT_FALSE(store->jobs().cursor()->has_value());
    ASSERT_TRUE(store->jobs().put_cursor(Bytes{1, 2}));
    ASSERT_TRUE(store->jobs().put_cursor(Bytes{3}));
    store.reopen();
    EXPECT_EQ(**store->jobs().cursor(), Bytes{3});
}

}  // namespace
}  // namespace pramana::store
