// What only the engine on disk can show: locks, versions, damage, failing writes, many writers.
#include "store_fixture.hpp"

#include "keys.hpp"
#include "rocks_key_value.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/os/file.hpp"
#include "pramana/store/store_view.hpp"

#include <atomic>
#include <thread>

namespace pramana::store {
namespace {

class DiskStoreTest : public testing::Test {
  protected:
    void SetUp() override { directory = fresh_directory(); }
    void TearDown() override { std::filesystem::remove_all(directory); }
    [[nodiscard]] Result<std::unique_ptr<Store>> open() const {
        return open_store(small_options(directory));
    }
    std::filesystem::path directory;
};

TEST_F(DiskStoreTest, is_opened_once) {
    Result<std::unique_ptr<Store>> first = open();
    ASSERT_TRUE(first);
    EXPECT_EQ(code_of(open()), "store_locked");
    first->reset();
    EXPECT_TRUE(open());
}

TEST_F(DiskStoreTest, a_view_sees_what_was_stored_and_neither_locks_nor_writes) {
    EXPECT_EQ(code_of(open_store_view(directory)), "not_found");
    const std::unique_ptr<Store> running = *open();
    JobRecord job = job_of(1);
    ASSERT_TRUE(running->jobs().put(job));
    {
        const auto view = *open_store_view(directory);
        EXPECT_EQ(view->jobs().job(JobId{1})->url, job.url);
        EXPECT_EQ(view->corpus().head({})->size, 0U);
        EXPECT_TRUE(view->slots(filled<Address>(7)).open_slots()->empty());
        EXPECT_EQ(code_of(view->slots(filled<Address>(7)).bind(slot_of(0, 9))),
                  "store_unavailable");
        JobRecord another = job_of(2);
        EXPECT_EQ(code_of(view->jobs().put(another)), "store_unavailable");
        JobRecord later = job_of(3);
        ASSERT_TRUE(running->jobs().put(later)) << "beside a view";
        EXPECT_EQ(code_of(view->jobs().job(JobId{3})), "not_found") << "as it was when opened";
    }
    EXPECT_TRUE((*open_store_view(directory))->jobs().job(JobId{3}));
    EXPECT_EQ(code_of(open()), "store_locked") << "the running one keeps its lock";
}

TEST_F(DiskStoreTest, a_view_beside_a_writer_at_full_speed_misses_nothing) {
    const std::unique_ptr<Store> running = *open();
    JobRecord first = job_of(1);
    ASSERT_TRUE(running->jobs().put(first));
    std::atomic<std::uint64_t> written{1};
    std::jthread writer{[&](const std::stop_token& stop) {
        for (std::uint64_t id = 2; !stop.stop_requested(); ++id) {
            JobRecord job = job_of(id);
            job.sealed_score.assign(16'000, 7);  // so that tables and logs come and go
            if (running->jobs().put(job)) written = id;
            // Time for a view to open in, however slow the machine is just now.
            if (id % 1'000 == 0) std::this_thread::sleep_for(std::chrono::milliseconds{100});
        }
    }};
    int opened = 0;
    for (int i = 0; i < 50; ++i) {
        const std::uint64_t before = written;
        const Result<std::unique_ptr<StoreView>> view = open_store_view(directory);
        if (!view) {  // the files never stood still: said so, and not opened with a part of them
            EXPECT_EQ(code_of(view), "store_unavailable");
            EXPECT_EQ(view.error().site, "store.rocks.open_view");
            break;  // once is enough, it took the whole patience
        }
        ++opened;
        const auto newest = (*view)->jobs().jobs_below({}, 1);
        ASSERT_TRUE(newest);
        EXPECT_GE(number(newest->at(0).id), before) << "what was acknowledged is seen";
    }
    EXPECT_GT(opened, 0);
    writer.request_stop();
    writer.join();
    EXPECT_TRUE(open_store_view(directory)) << "and always once the writer rests";
}

TEST_F(DiskStoreTest, refuses_the_directory_of_a_newer_version) {
    ASSERT_TRUE(open());
    {
        auto engine = *RocksKeyValue::open(directory / "db");
        WriteSet newer;
        newer.put(keys::kSchema, {1, 0, 0, 0, 3});
        ASSERT_TRUE(engine->write(newer));
    }
    EXPECT_EQ(code_of(open()), "store_newer");
}

TEST_F(DiskStoreTest, a_changed_blob_is_not_handed_out) {
    Result<std::unique_ptr<Store>> store = open();
    const Hash32 sha256 = *(*store)->blobs().put(as_bytes_view("sealed"));
    const std::string name = to_hex(sha256.view());
    ASSERT_TRUE(write_file_durably(directory / "blobs" / name.substr(0, 2) / name,
                                   as_bytes_view("sEaled")));
    EXPECT_EQ(code_of((*store)->blobs().get(sha256)), "store_corrupt");
}

TEST_F(DiskStoreTest, temporaries_of_a_crash_are_swept) {
    ASSERT_TRUE(open());
    const std::filesystem::path left = directory / "blobs" / "00" / "x.tmp.1.0";
    ASSERT_TRUE(write_file_durably(left, as_bytes_view("half")));
    Result<std::unique_ptr<Store>> store = open();
    EXPECT_EQ((*store)->blobs().total_bytes(), 0U);
    EXPECT_FALSE(std::filesystem::exists(left));
}

TEST_F(DiskStoreTest, nothing_is_taken_in_below_the_reserve) {
    StoreOptions options = small_options(directory);
    options.free_bytes_min = std::uint64_t{1} << 60U;
    Result<std::unique_ptr<Store>> store = open_store(options);
    ASSERT_TRUE(store);
    EXPECT_EQ(code_of((*store)->blobs().put(as_bytes_view("x"))), "storage_full");
    EXPECT_EQ(code_of((*store)->health()), "storage_full");
    JobRecord job = job_of(1);
    EXPECT_EQ(code_of((*store)->jobs().put(job)), "ok") << "what is running goes on";
}

TEST_F(DiskStoreTest, many_writers_lose_nothing) {
    constexpr std::uint64_t kWriters = 8;
    constexpr std::uint64_t kJobs = 40;
    {
        Result<std::unique_ptr<Store>> store = open();
        ASSERT_TRUE(store);
        std::vector<std::jthread> writers;
        for (std::uint64_t writer = 0; writer < kWriters; ++writer)
            writers.emplace_back([&store, writer] {
                for (std::uint64_t i = 0; i < kJobs; ++i) {
                    JobRecord job = job_of(1 + writer * kJobs + i);
                    EXPECT_TRUE((*store)->jobs().put(job));
                }
            });
    }
    EXPECT_EQ((*open())->jobs().open_jobs()->size(), kWriters * kJobs);
}

}  // namespace
}  // namespace pramana::store
