// A log that ends in half a record: when it is cut, and when the operator is asked.
#include "store_fixture.hpp"

#include "log_tail.hpp"

#include "pramana/os/file.hpp"

namespace pramana::store {
namespace {

constexpr std::string_view kBoot = "0b6b4be1-0a63-4f57-9a7c-0f0d3f5c2a11\n";
constexpr std::string_view kOtherBoot = "9c0e2f5d-6a1b-4a3e-8f12-77aa00bb11cc\n";

class TornTail : public testing::Test {
  protected:
    void SetUp() override {
        directory = fresh_directory();
        boot_file = directory.string() + "_boot_id";
        boots(kBoot);
        for (std::uint64_t id = 1; id <= 3; ++id) {
            // RocksDB writes the log out at the next open; only the last record stays in a log.
            const std::unique_ptr<Store> store = *open();
            JobRecord job = job_of(id);
            ASSERT_TRUE(store->jobs().put(job));
        }
        log = read_logs(directory / "db")->newest;
    }
    void TearDown() override {
        std::filesystem::remove_all(directory);
        std::filesystem::remove(boot_file);
    }
    void boots(std::string_view id) const {
        ASSERT_TRUE(write_file_durably(boot_file, as_bytes_view(id)));
    }
    void tear(std::uintmax_t bytes = 10) const {
        std::filesystem::resize_file(log, std::filesystem::file_size(log) - bytes);
    }
    [[nodiscard]] Result<std::unique_ptr<Store>> open(bool torn_tail_accepted = false) const {
        StoreOptions options = small_options(directory);
        options.torn_tail_accepted = torn_tail_accepted;
        options.boot_id_file = boot_file;
        return open_store(options);
    }
    [[nodiscard]] static std::vector<JobId> jobs_in(const Result<std::unique_ptr<Store>>& store) {
        return store ? *(*store)->jobs().open_jobs() : std::vector<JobId>{};
    }
    std::filesystem::path directory;
    std::filesystem::path boot_file;
    std::filesystem::path log;
};

TEST_F(TornTail, of_a_killed_process_is_cut_without_a_word) {
    tear();
    EXPECT_EQ(jobs_in(open()), (std::vector{JobId{1}, JobId{2}}));
}

TEST_F(TornTail, of_another_boot_waits_for_the_operator_however_often) {
    tear();
    boots(kOtherBoot);
    for (int start = 0; start < 3; ++start) EXPECT_EQ(code_of(open()), "store_corrupt");
    EXPECT_EQ(jobs_in(open(true)), (std::vector{JobId{1}, JobId{2}}));
    // From here on a torn tail is a process's again.
    {
        const std::unique_ptr<Store> store = *open();
        JobRecord job = job_of(4);
        ASSERT_TRUE(store->jobs().put(job));
    }
    log = read_logs(directory / "db")->newest;
    tear();
    EXPECT_EQ(jobs_in(open()), (std::vector{JobId{1}, JobId{2}}));
}

struct UnknownBoot {
    const char* name;
    const char* content;  ///< of the file that names the boot; nullptr: it is not there
};
const UnknownBoot kUnknown[] = {
    {"no file", nullptr},
    {"empty", ""},
    {"short", "0b6b4be1-0a63\n"},
    {"no UUID", "0B6B4BE1-0A63-4F57-9A7C-0F0D3F5C2A11\n"},
};

TEST_F(TornTail, where_the_machine_does_not_say_which_boot_it_is_waits_for_the_operator) {
    tear();
    for (const UnknownBoot& row : kUnknown) {
        std::filesystem::remove(boot_file);
        if (row.content != nullptr) boots(row.content);
        EXPECT_EQ(code_of(open()), "store_corrupt") << row.name;
    }
    std::filesystem::remove(boot_file);
    EXPECT_EQ(jobs_in(open(true)), (std::vector{JobId{1}, JobId{2}}));
}

TEST_F(TornTail, is_not_cut_where_no_boot_or_another_form_was_noted) {
    tear();
    const Bytes note = *read_file(directory / "boot", 128);
    for (const std::string_view content : {"", "0b6b4be1-0a63-4f57-9a7c-0f0d3f5c2a11 1\n"}) {
        ASSERT_TRUE(write_file_durably(directory / "boot", as_bytes_view(content)));
        EXPECT_EQ(code_of(open()), "store_corrupt") << content;
    }
    std::filesystem::remove(directory / "boot");
    EXPECT_EQ(code_of(open()), "store_corrupt");
    ASSERT_TRUE(write_file_durably(directory / "boot", note));
    EXPECT_TRUE(open());
}

TEST_F(TornTail, in_a_copy_of_the_directory_waits_for_the_operator) {
    tear();
    const std::filesystem::path original = directory.string() + "_original";
    std::filesystem::rename(directory, original);
    std::filesystem::copy(original, directory, std::filesystem::copy_options::recursive);
    EXPECT_EQ(code_of(open()), "store_corrupt");
    std::filesystem::remove_all(directory);
    std::filesystem::rename(original, directory);
    EXPECT_TRUE(open()) << "a directory that was moved is the same";
}

TEST_F(TornTail, damage_between_records_is_refused_in_every_boot_and_whatever_the_operator_says) {
    {
        const std::unique_ptr<Store> store = *open();
        for (std::uint64_t id = 4; id <= 8; ++id) {
            JobRecord job = job_of(id);
            ASSERT_TRUE(store->jobs().put(job));
        }
    }
    log = read_logs(directory / "db")->newest;
    const Bytes whole = *read_file(log, std::size_t{1} << 20U);
    // Byte 5 is the high byte of the first record's length: with it the record would reach behind
    // the end, which RocksDB's tolerant mode reads as a torn tail.
    for (const std::size_t at : {std::size_t{0}, std::size_t{5}, std::size_t{6}, std::size_t{20},
                                 whole.size() / 2, whole.size() - 1}) {
        Bytes damaged = whole;
        damaged[at] ^= 0x40U;
        ASSERT_TRUE(write_file_durably(log, damaged));
        EXPECT_EQ(code_of(open()), "store_corrupt") << at;
        EXPECT_EQ(code_of(open(true)), "store_corrupt") << at;
    }
    ASSERT_TRUE(write_file_durably(log, whole));
    EXPECT_EQ(jobs_in(open()).size(), 8U);
}

TEST_F(TornTail, zeros_at_the_end_are_no_kill_and_wait_for_the_operator) {
    std::filesystem::resize_file(log, std::filesystem::file_size(log) + 4096);
    EXPECT_EQ(code_of(open()), "store_corrupt");
    EXPECT_EQ(jobs_in(open(true)).size(), 3U);
}

}  // namespace
}  // namespace pramana::store
