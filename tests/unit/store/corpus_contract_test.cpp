// The corpus log and the submission slots, for every engine: include/pramana/store/store.hpp.
#include "store_fixture.hpp"

namespace pramana::store {
namespace {

class CorpusContract : public testing::TestWithParam<Engine> {
  protected:
    JobRecord stored_job(std::uint64_t id) {
        JobRecord job = job_of(id);
        EXPECT_TRUE(store->jobs().put(job));
        return job;
    }
    static CorpusEntry entry_of(const JobRecord& job, std::uint8_t from, std::uint8_t to) {
        return {.job = job.id,
                .contribution = filled<ContributionId>(static_cast<std::uint8_t>(number(job.id))),
                .previous_root = filled<Hash32>(from),
                .new_root = filled<Hash32>(to),
                .sealed_entry = {to, to}};
    }
    const CorpusKey corpus{filled<Hash32>(0xFF), 1};
    StoreUnderTest store{GetParam(), small_options(fresh_directory())};
};
INSTANTIATE_TEST_SUITE_P(Engines, CorpusContract, testing::Values(Engine::kMemory, Engine::kRocks),
                         [](const auto& row) { return name_of(row.param); });

TEST_P(CorpusContract, fills_places_strictly_in_order) {
    JobRecord first = stored_job(1);
    JobRecord second = stored_job(2);
    EXPECT_EQ(*store->corpus().head(corpus), CorpusHead{});
    EXPECT_EQ(*store->corpus().take_place(first, corpus), CorpusPosition{0});
    EXPECT_EQ(code_of(store->corpus().take_place(second, corpus)), "busy");
    store.reopen();
    EXPECT_EQ(store->corpus().head(corpus)->holder, first.id);
    EXPECT_EQ(*store->corpus().take_place(first, corpus), CorpusPosition{0}) << "again, the same";

    first.sealed_score = {1};
    ASSERT_TRUE(store->corpus().append(first, entry_of(first, 0, 10)));
    EXPECT_EQ(*store->corpus().take_place(second, corpus), CorpusPosition{1});
    ASSERT_TRUE(store->corpus().append(second, entry_of(second, 10, 20)));
    store.reopen();
    EXPECT_EQ(*store->corpus().head(corpus),
              (CorpusHead{.size = 2, .root = filled<Hash32>(20), .holder = std::nullopt}));
    EXPECT_EQ(*store->corpus().entry(corpus, CorpusPosition{1}), entry_of(second, 10, 20));
    EXPECT_EQ(store->jobs().job(first.id)->sealed_score, Bytes{1});
    EXPECT_EQ(code_of(store->corpus().entry(corpus, CorpusPosition{2})), "not_found");
}

TEST_P(CorpusContract, refuses_to_append_what_does_not_continue_the_log) {
    JobRecord first = stored_job(1);
    EXPECT_EQ(code_of(store->corpus().append(first, entry_of(first, 0, 10))), "conflict");
    ASSERT_TRUE(store->corpus().take_place(first, corpus));
    ASSERT_TRUE(store->corpus().append(first, entry_of(first, 0, 10)));
    EXPECT_EQ(code_of(store->corpus().append(first, entry_of(first, 10, 20))), "conflict")
        << "the place is filled";
    JobRecord second = stored_job(2);
    ASSERT_TRUE(store->corpus().take_place(second, corpus));
    EXPECT_EQ(code_of(store->corpus().append(second, entry_of(second, 11, 20))), "conflict")
        << "another root";
    EXPECT_EQ(store->corpus().head(corpus)->size, 1U);
}

TEST_P(CorpusContract, a_place_can_be_given_back) {
    JobRecord first = stored_job(1);
    JobRecord second = stored_job(2);
    ASSERT_TRUE(store->corpus().take_place(first, corpus));
    EXPECT_EQ(code_of(store->corpus().release_place(second)), "conflict");
    ASSERT_TRUE(store->corpus().release_place(first));
    EXPECT_EQ(first.place, std::nullopt);
    EXPECT_EQ(*store->corpus().take_place(second, corpus), CorpusPosition{0});
    EXPECT_EQ(code_of(store->corpus().release_place(first)), "conflict");
}

TEST_P(CorpusContract, corpora_and_epochs_do_not_know_each_other) {
    JobRecord first = stored_job(1);
    JobRecord second = stored_job(2);
    CorpusKey later = corpus;
    later.epoch = 2;
    ASSERT_TRUE(store->corpus().take_place(first, corpus));
    EXPECT_EQ(*store->corpus().take_place(second, later), CorpusPosition{0});
}

TEST_P(CorpusContract, knows_the_newest_epoch_that_gave_a_place_away) {
    CorpusKey later = corpus;
    later.epoch = 0x01000000;  // in the order of numbers, not of their little-endian bytes
    EXPECT_EQ(*store->corpus().newest_epoch(corpus.id), std::nullopt);
    EXPECT_EQ(store->corpus().head(later)->size, 0U) << "looking begins nothing";
    JobRecord first = stored_job(1);
    JobRecord second = stored_job(2);
    ASSERT_TRUE(store->corpus().take_place(first, later));
    ASSERT_TRUE(store->corpus().take_place(second, corpus));
    EXPECT_EQ(*store->corpus().newest_epoch(corpus.id), 0x01000000U);
    EXPECT_EQ(*store->corpus().newest_epoch(filled<Hash32>(0x99)), std::nullopt);
}

TEST_P(CorpusContract, finds_the_last_place_of_a_contribution) {
    JobRecord first = stored_job(1);
    const ContributionId id = entry_of(first, 0, 10).contribution;
    EXPECT_FALSE(store->corpus().place_of(corpus, id)->has_value());
    ASSERT_TRUE(store->corpus().take_place(first, corpus));
    ASSERT_TRUE(store->corpus().append(first, entry_of(first, 0, 10)));
    EXPECT_EQ(**store->corpus().place_of(corpus, id), CorpusPosition{0});
}

TEST_P(CorpusContract, a_score_is_one_jobs_at_a_time) {
    JobRecord first = stored_job(1);
    const ContributionId id = entry_of(first, 0, 10).contribution;
    EXPECT_EQ(*store->corpus().scored_job_of(corpus, id), std::nullopt);
    ASSERT_TRUE(store->corpus().take_place(first, corpus));
    ASSERT_TRUE(store->corpus().append(first, entry_of(first, 0, 10)));
    EXPECT_EQ(*store->corpus().scored_job_of(corpus, id), first.id);

    JobRecord heir = stored_job(2);
    EXPECT_EQ(code_of(store->corpus().inherit(heir)), "conflict") << "it names no place";
    heir.corpus = corpus;
    heir.contribution = id;
    heir.place = CorpusPosition{1};
    EXPECT_EQ(code_of(store->corpus().inherit(heir)), "conflict") << "the place of nobody";
    heir.place = CorpusPosition{0};
    heir.sealed_score = {7};
    JobRecord stale = heir;
    ASSERT_TRUE(store->corpus().inherit(heir));
    EXPECT_EQ(code_of(store->corpus().inherit(stale)), "conflict") << "the record moved on";
    store.reopen();
    EXPECT_EQ(*store->corpus().scored_job_of(corpus, id), heir.id);
    EXPECT_EQ(store->jobs().job(heir.id)->sealed_score, Bytes{7});
    EXPECT_EQ(**store->corpus().place_of(corpus, id), CorpusPosition{0});

    JobRecord third = stored_job(3);  // the same contribution takes a place of its own
    ASSERT_TRUE(store->corpus().take_place(third, corpus));
    CorpusEntry entry = entry_of(third, 10, 20);
    entry.contribution = id;
    ASSERT_TRUE(store->corpus().append(third, entry));
    EXPECT_EQ(*store->corpus().scored_job_of(corpus, id), third.id);
}

TEST_P(CorpusContract, a_place_is_refused_when_the_job_moved_on) {
    JobRecord job = stored_job(1);
    JobRecord stale = job;
    ASSERT_TRUE(store->jobs().put(job));
    EXPECT_EQ(code_of(store->corpus().take_place(stale, corpus)), "conflict");
    EXPECT_EQ(store->corpus().head(corpus)->holder, std::nullopt);
}

class BlobContract : public testing::TestWithParam<Engine> {
  protected:
    StoreUnderTest store{GetParam(), small_options(fresh_directory())};
};
INSTANTIATE_TEST_SUITE_P(Engines, BlobContract, testing::Values(Engine::kMemory, Engine::kRocks),
                         [](const auto& row) { return name_of(row.param); });

TEST_P(BlobContract, keeps_bytes_under_their_hash) {
    const Hash32 abc = *store->blobs().put(as_bytes_view("abc"));
    EXPECT_EQ(abc, sha256_of("abc"));
    EXPECT_EQ(*store->blobs().put(as_bytes_view("abc")), abc) << "again, the same";
    EXPECT_EQ(store->blobs().total_bytes(), 3U);
    store.reopen();
    EXPECT_EQ(*store->blobs().get(abc), (Bytes{'a', 'b', 'c'}));
    EXPECT_EQ(store->blobs().total_bytes(), 3U);
    EXPECT_EQ(*store->blobs().list(), std::vector{abc});
    ASSERT_TRUE(store->blobs().remove(abc));
    ASSERT_TRUE(store->blobs().remove(abc)) << "gone already";
    EXPECT_FALSE(store->blobs().contains(abc));
    EXPECT_EQ(code_of(store->blobs().get(abc)), "not_found");
    EXPECT_EQ(store->blobs().total_bytes(), 0U);
}

TEST_P(BlobContract, bounds_one_and_all) {
    EXPECT_EQ(code_of(store->blobs().put(Bytes(1001, 1))), "body_too_large");
    ASSERT_TRUE(store->blobs().put(Bytes(1000, 1)));
    ASSERT_TRUE(store->blobs().put(Bytes(1000, 2)));
    EXPECT_EQ(code_of(store->blobs().put(Bytes(501, 3))), "storage_full");
    ASSERT_TRUE(store->blobs().put(Bytes(500, 3)));
    EXPECT_EQ(code_of(store->blobs().check_room(1)), "storage_full");
    EXPECT_EQ(code_of(store->blobs().put(Bytes(1000, 1))), "ok") << "is there already";
}

}  // namespace
}  // namespace pramana::store
