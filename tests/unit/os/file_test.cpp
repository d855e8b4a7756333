#include "pramana/os/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace pramana {
namespace {

class FileTest : public testing::Test {
  protected:
    void SetUp() override {
        directory_ = std::filesystem::path{testing::TempDir()} /
                     ("pramana_file_" +
                      std::string{testing::UnitTest::GetInstance()->current_test_info()->name()});
        std::filesystem::remove_all(directory_);
        std::filesystem::create_directories(directory_);
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }
    std::filesystem::path directory_;
};

TEST_F(FileTest, reads_back_what_was_written_and_leaves_no_temporary) {
    const Bytes first(10'000, 7);
    const Bytes second(3, 9);
    ASSERT_TRUE(write_file_durably(directory_ / "a", first));
    EXPECT_EQ(*read_file(directory_ / "a", 10'000), first);
    ASSERT_TRUE(write_file_durably(directory_ / "a", second));
    EXPECT_EQ(*read_file(directory_ / "a", 10'000), second);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{directory_}, {}), 1);
}

TEST_F(FileTest, names_why_a_file_cannot_be_read) {
    ASSERT_TRUE(write_file_durably(directory_ / "a", Bytes(11, 0)));
    EXPECT_EQ(read_file(directory_ / "a", 10).error().code, Errc::kTooLarge);
    EXPECT_EQ(read_file(directory_ / "b", 10).error().code, Errc::kNotFound);
    EXPECT_EQ(read_file(directory_, 10'000'000).error().code, Errc::kIo);
    ASSERT_EQ(::mkfifo((directory_ / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(read_file(directory_ / "pipe", 10).error().code, Errc::kIo) << "and at once";
    EXPECT_EQ(read_secret_file(directory_ / "pipe", 10).error().code, Errc::kIo);
    EXPECT_EQ(write_file_durably(directory_ / "none" / "a", Bytes{}).error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace pramana
