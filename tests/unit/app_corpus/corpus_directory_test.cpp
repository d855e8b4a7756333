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
    void fill_one(std::uint32_t seed) const {
        const auto opened = open();
        ASSERT_TRUE(opened);
        ASSERT_TRUE((*opened)->append(entry_of(seed)));
    }
    static void flip_byte(const std::filesystem::path& path, std::streamoff from_end) {
        std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
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
    flip_byte(directory / "log", 40);
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

// The log as a crash leaves it: an entry is begun, and the head does not speak of it yet.
TEST_F(CorpusDirectoryTest, cuts_off_an_entry_whose_append_did_not_end) {
    fill(2);
    const Bytes head = *read_file(directory / "head", 1 << 10);
    fill_one(2);
    const auto bytes = std::filesystem::file_size(directory / "log");
    for (const std::uintmax_t lost : {1U, 50U, 500U}) {
        ASSERT_TRUE(write_file_durably(directory / "head", head));
        std::filesystem::resize_file(directory / "log", bytes - lost);
        const auto opened = open();
        ASSERT_TRUE(opened) << lost;
        ASSERT_EQ((*opened)->corpus().size(), 2U) << lost;
        ASSERT_TRUE((*opened)->append(entry_of(2)));
        ASSERT_EQ(std::filesystem::file_size(directory / "log"), bytes);
    }
}

// A length that points behind the end looks like the begun entry of a crash.
TEST_F(CorpusDirectoryTest, loses_nothing_behind_a_damaged_length) {
    fill(3);
    const auto bytes = std::filesystem::file_size(directory / "log");
    const auto length_at = static_cast<std::streamoff>(bytes) - 42;  // of the first: its 2nd byte
    flip_byte(directory / "log", length_at);
    EXPECT_EQ(open().error().code, Errc::kCorpusCorrupt);
    EXPECT_EQ(open(1).error().code, Errc::kCorpusCorrupt);
    EXPECT_EQ(std::filesystem::file_size(directory / "log"), bytes);
    flip_byte(directory / "log", length_at);
    EXPECT_EQ((*open())->corpus().size(), 3U);
}

TEST_F(CorpusDirectoryTest, takes_an_entry_whose_head_was_not_written) {
    fill(2);
    const Bytes head = *read_file(directory / "head", 1 << 10);
    fill_one(2);
    ASSERT_TRUE(write_file_durably(directory / "head", head));
    const auto opened = open();
    ASSERT_TRUE(opened);
    EXPECT_EQ((*opened)->corpus().size(), 3U);
}

TEST_F(CorpusDirectoryTest, misses_acknowledged_entries) {
    fill(2);
    const auto shorter = std::filesystem::file_size(directory / "log");
    fill_one(2);
    const auto bytes = std::filesystem::file_size(directory / "log");
    const Bytes log = *read_file(directory / "log", 1 << 20);
    for (const std::uintmax_t left : {bytes - 1, shorter, std::uintmax_t{41}}) {
        std::filesystem::resize_file(directory / "log", left);
        EXPECT_EQ(open().error().code, Errc::kCorpusCorrupt) << left;
        EXPECT_EQ(open(1).error().code, Errc::kCorpusCorrupt) << left;
        ASSERT_TRUE(write_file_durably(directory / "log", log));
    }
    EXPECT_TRUE(open());
}

TEST_F(CorpusDirectoryTest, refuses_a_head_that_is_missing_altered_or_another_s) {
    fill(1);
    flip_byte(directory / "head", 3);
    EXPECT_EQ(open().error().code, Errc::kCorpusCorrupt);
    std::filesystem::remove(directory / "head");
    EXPECT_EQ(open().error().code, Errc::kCorpusCorrupt);
}

class CorpusSegmentFiles : public CorpusDirectoryTest {
  protected:
    /// Ten places, of which the first eight are in one segment file.
    void fill_with_segment() {
        const auto opened = open();
        ASSERT_TRUE(opened);
        for (std::uint32_t place = 0; place < 10; ++place) {
            ASSERT_TRUE((*opened)->append(entry_of(place)));
            if (place != 7) continue;
            ASSERT_TRUE((*opened)->checkpoint());
        }
        root = (*opened)->corpus().root();
        ASSERT_EQ(files().size(), 1U);
    }
    [[nodiscard]] std::vector<std::filesystem::path> files() const {
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::directory_iterator{directory / "segments"})
            found.push_back(entry.path());
        return found;
    }
    /// The corpus comes back from its log whatever the segments are, and says which it refused.
    void expect_refused_and_rebuilt(std::string_view site) {
        {
            const auto opened = open();
            ASSERT_TRUE(opened);
            ASSERT_TRUE((*opened)->refused_segment());
            EXPECT_EQ((*opened)->refused_segment()->site, site);
            EXPECT_EQ((*opened)->corpus().root(), root);
            ASSERT_TRUE((*opened)->checkpoint());
        }
        const auto again = open();
        ASSERT_TRUE(again);
        EXPECT_FALSE((*again)->refused_segment());
        EXPECT_EQ((*again)->corpus().root(), root);
        EXPECT_EQ((*again)->corpus().segments().size(), 1U);
    }
    Hash32 root;
};

TEST_F(CorpusSegmentFiles, are_taken_over_and_the_rest_is_replayed) {
    ASSERT_NO_FATAL_FAILURE(fill_with_segment());
    const auto opened = open();
    ASSERT_TRUE(opened);
    EXPECT_FALSE((*opened)->refused_segment());
    EXPECT_EQ((*opened)->corpus().segments().size(), 1U);
    EXPECT_EQ((*opened)->corpus().segments().front().place_end, 8U);
    EXPECT_EQ((*opened)->corpus().size(), 10U);
    EXPECT_EQ((*opened)->corpus().root(), root);
}

TEST_F(CorpusSegmentFiles, are_left_out_where_an_earlier_state_is_wanted) {
    ASSERT_NO_FATAL_FAILURE(fill_with_segment());
    scoring::Corpus memory{Hash32{}, 0};
    for (std::uint32_t place = 0; place < 5; ++place) ASSERT_TRUE(memory.append(entry_of(place)));
    const auto opened = open(5);
    ASSERT_TRUE(opened);
    EXPECT_EQ((*opened)->corpus().root(), memory.root());
    EXPECT_EQ((*opened)->checkpoint().error().code, Errc::kConflict);
}

TEST_F(CorpusSegmentFiles, joined_ones_replace_their_parts) {
    const auto opened = open();
    ASSERT_TRUE(opened);
    for (std::uint32_t place = 0; place < 8; ++place) {
        ASSERT_TRUE((*opened)->append(entry_of(place)));
        ASSERT_TRUE((*opened)->checkpoint());
        EXPECT_EQ(files().size(), (*opened)->corpus().segments().size());
    }
    EXPECT_EQ(files().size(), 2U);  // 0..3 and 4..7
}

TEST_F(CorpusSegmentFiles, left_behind_by_a_crash_are_no_harm) {
    ASSERT_NO_FATAL_FAILURE(fill_with_segment());
    const std::filesystem::path old = files().front();
    const std::filesystem::path aside = directory / "aside";
    std::filesystem::copy_file(old, aside);
    {
        const auto opened = open();
        ASSERT_TRUE(opened);
        for (std::uint32_t place = 10; place < 40; place += 10) {
            ASSERT_TRUE((*opened)->append(entry_of(place)));
            ASSERT_TRUE((*opened)->checkpoint());
        }
        root = (*opened)->corpus().root();
        ASSERT_EQ(files().size(), 1U);
    }
    std::filesystem::copy_file(aside, old);  // joined, and the part not yet removed
    std::ofstream{directory / "segments" / "x.segment.tmp"} << "died while it was written";
    const auto opened = open();
    ASSERT_TRUE(opened);
    EXPECT_FALSE((*opened)->refused_segment());
    EXPECT_EQ((*opened)->corpus().segments().size(), 1U);
    EXPECT_EQ((*opened)->corpus().root(), root);
}

struct Damage {
    const char* name;
    std::streamoff at;  // from the front; negative: from the end
    const char* site;
};
// "PRSG" 1, corpus id 5, epoch 37, places 41 and 49, previous root 57, root 89, segment id 121,
// bytes 153, frame 161, hash 165, frames from 197.
const Damage kDamages[] = {
    {"magic", 0, "store.segment.header"},          {"corpus", 10, "app.segments.history"},
    {"previous_root", 60, "app.segments.history"}, {"root", 90, "app.segments.seal"},
    {"segment_id", 130, "app.segments.seal"},      {"opened_bytes", 160, "app.segments.size"},
    {"frame_bytes", 163, "store.segment.header"},  {"first_frame", 200, "app.segments.seal"},
    {"last_tag", -1, "app.segments.seal"},
};
class DamagedSegmentFile : public CorpusSegmentFiles,
                           public ::testing::WithParamInterface<Damage> {};
TEST_P(DamagedSegmentFile, is_refused) {
    ASSERT_NO_FATAL_FAILURE(fill_with_segment());
    const std::filesystem::path file = files().front();
    const auto bytes = static_cast<std::streamoff>(std::filesystem::file_size(file));
    const std::streamoff at = GetParam().at;
    flip_byte(file, at < 0 ? -at : bytes - at);
    {
        const auto opened = open();
        ASSERT_TRUE(opened);
        ASSERT_TRUE((*opened)->refused_segment());
        const SegmentFault& fault = *(*opened)->refused_segment();
        // A header that cannot be read names no hash to expect.
        const bool readable = fault.site != "store.segment.header";
        EXPECT_EQ(fault.expected != fault.found, readable);
    }
    expect_refused_and_rebuilt(GetParam().site);
}
INSTANTIATE_TEST_SUITE_P(Rows, DamagedSegmentFile, ::testing::ValuesIn(kDamages),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST_F(CorpusSegmentFiles, cut_short_are_refused) {
    ASSERT_NO_FATAL_FAILURE(fill_with_segment());
    std::filesystem::resize_file(files().front(), std::filesystem::file_size(files().front()) - 1);
    expect_refused_and_rebuilt("app.segments.size");
}

// The whole history is another one; sizes and places are the same.
TEST_F(CorpusSegmentFiles, of_another_history_are_refused) {
    ASSERT_NO_FATAL_FAILURE(fill_with_segment());
    std::filesystem::rename(directory / "segments", directory / "aside");
    std::filesystem::remove(directory / "log");
    std::filesystem::remove(directory / "head");
    {
        const auto opened = open();
        ASSERT_TRUE(opened);
        for (std::uint32_t place = 0; place < 10; ++place)
            ASSERT_TRUE((*opened)->append(entry_of(place == 7 ? 99 : place)));
        root = (*opened)->corpus().root();
    }
    std::filesystem::rename(directory / "aside", directory / "segments");
    expect_refused_and_rebuilt("app.segments.log");
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
