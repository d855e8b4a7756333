#include "corpus_directory.hpp"
#include "contributions.hpp"
#include "pramana/os/file.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>

namespace pramana::app {
namespace {

using scoring::testing::World;

SecretBytes key_of(std::uint8_t byte) {
    SecretBytes key{32};
    for (std::uint8_t& k : key.expose_mutable()) k = byte;
    return key;
}

Bytes entry_of(std::uint32_t seed, std::size_t chunks = 3) {
    World world{seed};
    return scoring::encode_entry(scoring::testing::record_of(world.contribution(chunks)));
}

class CorpusDirectoryTest : public ::testing::Test {
  protected:
    void SetUp() override {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        const char* memory = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
        directory = std::filesystem::path{memory} /
                    ("pramana_corpus_" + std::to_string(::getpid()) + "_" + test->name());
        std::filesystem::remove_all(directory);
    }
    void TearDown() override { std::filesystem::remove_all(directory); }

    [[nodiscard]] Result<std::unique_ptr<CorpusDirectory>> open(
        std::optional<std::uint64_t> places_max = {}, std::uint8_t key = 1) const {
        return CorpusDirectory::open(
            {.directory = directory, .corpus = {}, .may_create = true, .places_max = places_max},
            key_of(key));
    }
    void fill(std::uint32_t places) const {
        const auto opened = open();
        ASSERT_TRUE(opened);
        for (std::uint32_t place = 0; place < places; ++place)
            ASSERT_TRUE((*opened)->append(entry_of(place)));
    }
    void flip_byte(std::streamoff from_end) const {
        std::fstream file{directory / "log", std::ios::in | std::ios::out | std::ios::binary};
        file.seekg(-from_end, std::ios::end);
        const int byte = file.get();
        file.seekp(-from_end, std::ios::end);
        file.put(static_cast<char>(byte ^ 1));
    }

    std::filesystem::path directory;
};

TEST_F(CorpusDirectoryTest, holds_what_was_appended) {
    Hash32 root;
    {
        const auto opened = open();
        ASSERT_TRUE(opened);
        EXPECT_EQ((*opened)->corpus().size(), 0U);
        scoring::Corpus memory{Hash32{}, 0};
        for (std::uint32_t place = 0; place < 5; ++place) {
            ASSERT_TRUE((*opened)->append(entry_of(place)));
            ASSERT_TRUE(memory.append(entry_of(place)));
        }
        root = (*opened)->corpus().root();
        EXPECT_EQ(root, memory.root());
        EXPECT_EQ((*opened)->append(Bytes{1, 2}).error().code, Errc::kCorpusCorrupt);
    }
    const auto again = open();
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)->corpus().size(), 5U);
    EXPECT_EQ((*again)->corpus().root(), root);
}

TEST_F(CorpusDirectoryTest, opens_as_it_was_before_a_place) {
    fill(4);
    scoring::Corpus memory{Hash32{}, 0};
    for (std::uint32_t place = 0; place < 4; ++place) {
        const auto opened = open(place);
        ASSERT_TRUE(opened);
        EXPECT_EQ((*opened)->corpus().root(), memory.root());
        EXPECT_EQ((*opened)->append(entry_of(place)).error().code, Errc::kConflict);
        ASSERT_TRUE(memory.append(entry_of(place)));
    }
    EXPECT_EQ(open(5).error().code, Errc::kConflict);
}

TEST_F(CorpusDirectoryTest, is_opened_once) {
    fill(2);
    const auto first = open();
    ASSERT_TRUE(first);
    EXPECT_EQ(open().error().code, Errc::kStoreLocked);
}

TEST_F(CorpusDirectoryTest, refuses_another_key) {
    fill(1);
    EXPECT_EQ(open({}, 2).error().code, Errc::kCorpusCorrupt);
}

TEST_F(CorpusDirectoryTest, refuses_another_corpus) {
    fill(1);
    store::CorpusKey other;
    other.epoch = 1;
    const auto opened = CorpusDirectory::open(
        {.directory = directory, .corpus = other, .may_create = true, .places_max = {}}, key_of(1));
    EXPECT_EQ(opened.error().code, Errc::kCorpusCorrupt);
}

TEST_F(CorpusDirectoryTest, is_not_made_unless_asked_to) {
    const auto opened = CorpusDirectory::open(
        {.directory = directory, .corpus = {}, .may_create = false, .places_max = {}}, key_of(1));
    EXPECT_EQ(opened.error().code, Errc::kNotFound);
}

TEST_F(CorpusDirectoryTest, refuses_an_altered_entry) {
    fill(3);
    flip_byte(40);
    EXPECT_EQ(open().error().code, Errc::kCorpusCorrupt);
}

TEST_F(CorpusDirectoryTest, refuses_entries_that_changed_places) {
    // Two entries of one length: the records swap byte for byte.
    {
        const auto opened = open();
        ASSERT_TRUE(opened);
        ASSERT_TRUE((*opened)->append(entry_of(7, 0)));
        ASSERT_TRUE((*opened)->append(entry_of(8, 0)));
    }
    const Result<Bytes> read = read_file(directory / "log", 1 << 20);
    ASSERT_TRUE(read);
    const std::size_t header = 41;
    const std::size_t record = (read->size() - header) / 2;
    Bytes swapped{read->begin(), read->begin() + header};
    swapped.insert(swapped.end(), read->end() - static_cast<std::ptrdiff_t>(record), read->end());
    swapped.insert(swapped.end(), read->begin() + header,
                   read->begin() + static_cast<std::ptrdiff_t>(header + record));
    ASSERT_TRUE(write_file_durably(directory / "log", swapped));
    EXPECT_EQ(open().error().code, Errc::kCorpusCorrupt);
}

TEST_F(CorpusDirectoryTest, cuts_off_an_entry_whose_append_did_not_end) {
    fill(3);
    const auto bytes = std::filesystem::file_size(directory / "log");
    for (const std::uintmax_t lost : {1U, 50U, 500U}) {
        std::filesystem::resize_file(directory / "log", bytes - lost);
        {
            const auto opened = open();
            ASSERT_TRUE(opened) << lost;
            ASSERT_EQ((*opened)->corpus().size(), 2U) << lost;
            ASSERT_TRUE((*opened)->append(entry_of(2)));
        }
        ASSERT_EQ(std::filesystem::file_size(directory / "log"), bytes);
    }
}

TEST(CorpusKeyFile, is_drawn_once) {
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("pramana_key_" + std::to_string(::getpid()));
    std::filesystem::remove(file);
    const Result<SecretBytes> first = corpus_key_in(file);
    const Result<SecretBytes> second = corpus_key_in(file);
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(equal_secret(first->expose(), second->expose()));
    ASSERT_TRUE(write_file_durably(file, Bytes(31, 7)));
    EXPECT_EQ(corpus_key_in(file).error().code, Errc::kBadRequest);
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace pramana::app
