// Reading write-ahead logs: every cut, every changed byte, and the same answer as RocksDB's own.
#include "store_fixture.hpp"

#include "log_tail.hpp"
#include "rocks_key_value.hpp"

#include "pramana/os/file.hpp"

namespace pramana::store {
namespace {

struct CrcVector {
    const char* name;
    Bytes bytes;
    std::uint32_t crc;
};
// RFC 3720, appendix B.4; the check value of the CRC catalogue for "123456789".
const CrcVector kCrcs[] = {
    {"zeros", Bytes(32, 0x00), 0x8A9136AA},
    {"ones", Bytes(32, 0xFF), 0x62A8AB43},
    {"digits", {'1', '2', '3', '4', '5', '6', '7', '8', '9'}, 0xE3069283},
    {"nothing", {}, 0},
};

TEST(Crc32c, agrees_with_rfc_3720) {
    for (const CrcVector& row : kCrcs) {
        EXPECT_EQ(crc32c(0, row.bytes), row.crc) << row.name;
        const std::size_t half = row.bytes.size() / 3;
        const ByteView bytes = row.bytes;
        EXPECT_EQ(crc32c(crc32c(0, bytes.first(half)), bytes.subspan(half)), row.crc) << row.name;
    }
}

/// Logs that RocksDB wrote: one of small records, one whose records span blocks.
class LogTail : public testing::Test {
  protected:
    void SetUp() override {
        directory = fresh_directory();
        std::filesystem::create_directories(directory);
    }
    void TearDown() override { std::filesystem::remove_all(directory); }

    /// The log after one write for each size, and where each record ends.
    struct Written {
        Bytes log;
        std::vector<std::uint64_t> ends{0};
    };
    [[nodiscard]] Written write(const std::vector<std::size_t>& sizes) const {
        const std::filesystem::path database = directory / "db";
        Written written;
        auto engine = *RocksKeyValue::open(database);
        const std::filesystem::path log = read_logs(database)->newest;
        std::uint8_t seed = 1;
        for (const std::size_t size : sizes) {
            Bytes value(size);
            for (std::size_t i = 0; i < size; ++i)
                value[i] = static_cast<std::uint8_t>(i * 7 + seed);
            WriteSet changes;
            changes.put("k" + std::to_string(seed++), std::move(value));
            EXPECT_TRUE(engine->write(changes));
            written.ends.push_back(std::filesystem::file_size(log));
        }
        written.log = *read_file(log, std::size_t{1} << 20U);
        return written;
    }
    [[nodiscard]] LogReading read(ByteView log) const {
        EXPECT_TRUE(write_file_durably(directory / "x.log", log));
        return *read_log(directory / "x.log");
    }
    std::filesystem::path directory;
};

TEST_F(LogTail, every_cut_is_torn_but_those_between_records) {
    const Written written = write({5, 90, 0, 300, 41});
    for (std::size_t size = 0; size <= written.log.size(); ++size) {
        const LogReading reading = read(ByteView{written.log}.first(size));
        const auto next = std::ranges::upper_bound(written.ends, size);
        const std::uint64_t whole = *std::prev(next);
        EXPECT_EQ(reading.end, whole) << size;
        EXPECT_EQ(reading.size, size);
        EXPECT_EQ(reading.state, whole == size ? LogState::kWhole : LogState::kTorn) << size;
    }
}

TEST_F(LogTail, every_changed_byte_is_damage_also_in_the_last_record) {
    const Written written = write({5, 90, 0, 300, 41});
    for (std::size_t at = 0; at < written.log.size(); ++at)
        for (const unsigned change : {0x01U, 0x10U, 0x80U, 0xFFU}) {
            Bytes changed = written.log;
            changed[at] = static_cast<std::uint8_t>(changed[at] ^ change);
            EXPECT_EQ(read(changed).state, LogState::kDamaged) << at << ' ' << change;
        }
}

// Row 1 ends 7 bytes before a block does, so that the next head stands alone in it.
TEST_F(LogTail, records_over_several_blocks) {
    const Written written = write({20, 100'000, 33'000, 30'000, 5});
    for (std::size_t size = 0; size <= written.log.size(); size += 211) {
        const LogReading reading = read(ByteView{written.log}.first(size));
        const auto next = std::ranges::upper_bound(written.ends, size);
        EXPECT_EQ(reading.end, *std::prev(next)) << size;
        EXPECT_EQ(reading.state, reading.end == size ? LogState::kWhole : LogState::kTorn) << size;
    }
    for (std::size_t at = 3; at < written.log.size(); at += 997) {
        Bytes changed = written.log;
        changed[at] ^= 0x40;
        EXPECT_EQ(read(changed).state, LogState::kDamaged) << at;
    }
    Bytes hole = written.log;
    std::fill_n(hole.begin() + 32768, 32768, std::uint8_t{0});
    EXPECT_EQ(read(hole).state, LogState::kDamaged) << "RocksDB takes zeros for nothing";
}

TEST_F(LogTail, the_end_of_a_block_without_room_for_a_head) {
    for (std::size_t left = 0; left <= 8; ++left) {
        std::filesystem::remove_all(directory / "db");
        // What a record of this size takes besides its value, from one that was written.
        const std::size_t besides = write({20'000}).log.size() - 20'000;
        std::filesystem::remove_all(directory / "db");
        const Written written = write({32768 - besides - left, 50});
        ASSERT_EQ(written.ends[1], 32768 - left);
        EXPECT_EQ(read(written.log).state, LogState::kWhole) << left;
        for (std::size_t size = written.ends[1]; size < written.log.size(); ++size) {
            const LogReading reading = read(ByteView{written.log}.first(size));
            const bool ends_here = size == written.ends[1] || (left < 7 && size == 32768);
            EXPECT_EQ(reading.state, ends_here ? LogState::kWhole : LogState::kTorn) << size;
        }
    }
}

TEST_F(LogTail, zeros_behind_the_records_are_a_state_of_their_own) {
    const Written written = write({5, 90});
    for (const std::size_t zeros : {7U, 100U, 40'000U, 100'000U}) {
        Bytes longer = written.log;
        append(longer, Bytes(zeros));
        EXPECT_EQ(read(longer).state, LogState::kZeros) << zeros;
        EXPECT_EQ(read(longer).end, written.log.size());
        longer.push_back(1);
        EXPECT_EQ(read(longer).state, LogState::kDamaged) << zeros;
    }
}

TEST_F(LogTail, rocksdb_opens_what_is_whole_and_nothing_else) {
    const Written written = write({5, 90, 300});
    for (std::size_t size = written.ends[1]; size <= written.log.size(); size += 3) {
        const std::filesystem::path database = directory / ("db" + std::to_string(size));
        std::filesystem::copy(directory / "db", database);
        const std::filesystem::path log = read_logs(database)->newest;
        std::filesystem::resize_file(log, size);
        const bool whole = read_log(log)->state == LogState::kWhole;
        EXPECT_EQ(RocksKeyValue::open(database).has_value(), whole) << size;
        std::filesystem::remove_all(database);
    }
}

TEST_F(LogTail, the_newest_log_has_the_greatest_number) {
    EXPECT_TRUE(read_logs(directory / "none")->newest.empty());
    const Written written = write({5, 90});
    const std::filesystem::path logs = directory / "logs";
    std::filesystem::create_directory(logs);
    const ByteView whole = written.log;
    ASSERT_TRUE(write_file_durably(logs / "999999.log", whole));
    ASSERT_TRUE(write_file_durably(logs / "1000000.log", whole.first(whole.size() - 3)));
    Result<LogsReading> reading = read_logs(logs);
    EXPECT_EQ(reading->newest.filename(), "1000000.log");
    EXPECT_EQ(reading->tail.state, LogState::kTorn);
    EXPECT_FALSE(reading->older_torn || reading->damaged);
    Bytes damaged{whole.begin(), whole.end()};
    damaged[10] ^= 1U;
    ASSERT_TRUE(write_file_durably(logs / "1000001.log", whole));
    ASSERT_TRUE(write_file_durably(logs / "000009.log", damaged));
    reading = read_logs(logs);
    EXPECT_TRUE(reading->older_torn);
    EXPECT_EQ(reading->damaged->filename(), "000009.log");
}

}  // namespace
}  // namespace pramana::store
