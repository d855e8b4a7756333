// kill -9 around acknowledged writes, and writes that fail: reference service.md 5.3, rows 1 and 4,
// in small.
#include "pramana/store/store.hpp"

#include "child.hpp"

#include <fcntl.h>

namespace pramana {
namespace {

TEST(StoreCrash, what_was_acknowledged_survives_a_kill) {
    const ScratchDirectory scratch{"pramana_store_crash"};
    constexpr std::uint64_t kPerRound = 1'000'000;
    for (std::uint64_t round = 0; round < 10; ++round) {
        int pipe_ends[2];
        ASSERT_EQ(::pipe2(pipe_ends, O_CLOEXEC), 0);
        const pid_t child =
            start_child(PRAMANA_STORE_CRASH_CHILD,
                        {scratch.path(), std::to_string(1 + round * kPerRound)}, "", pipe_ends[1]);
        ::close(pipe_ends[1]);
        std::vector<std::uint64_t> acknowledged;
        std::uint64_t id = 0;
        while (acknowledged.size() < 100 && ::read(pipe_ends[0], &id, sizeof id) == sizeof id)
            acknowledged.push_back(id);
        ::kill(child, SIGKILL);
        while (::read(pipe_ends[0], &id, sizeof id) == sizeof id) acknowledged.push_back(id);
        ::close(pipe_ends[0]);
        ASSERT_EQ(wait_for_child(child), kKilled);
        ASSERT_GE(acknowledged.size(), 100U);

        store::StoreOptions options;
        options.directory = scratch.path();
        options.free_bytes_min = 0;
        // A kill that meets a write(2) half-way leaves half a record: cut without a word, because
        // the machine did not restart in between.
        Result<std::unique_ptr<store::Store>> store = store::open_store(options);
        ASSERT_TRUE(store) << name_of(store.error().code);
        for (const std::uint64_t job : acknowledged)
            EXPECT_TRUE((*store)->jobs().job(JobId{job})) << job;
    }
}

TEST(StoreCrash, a_failed_write_latches_and_what_was_written_stays_readable) {
    const ScratchDirectory scratch{"pramana_store_failing"};
    const pid_t child = start_child(PRAMANA_STORE_CRASH_CHILD, {scratch.path(), "failing"}, "", -1);
    EXPECT_EQ(wait_for_child(child), 0);
}

TEST(StoreCrash, a_full_disk_is_over_after_a_restart) {
    const ScratchDirectory scratch{"pramana_store_full"};
    const pid_t child = start_child(PRAMANA_STORE_CRASH_CHILD, {scratch.path(), "full"}, "", -1);
    const int code = wait_for_child(child);
    if (code == 77) GTEST_SKIP() << "no disk of its own can be mounted here";
    EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace pramana
