#include "log_tail.hpp"

#include "pramana/core/endian.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <vector>

namespace pramana::store {
namespace {

constexpr std::size_t kBlock = 32768;
constexpr std::size_t kHead = 4 + 2 + 1;
constexpr std::size_t kTypeAt = 6;
constexpr std::uint8_t kWholeRecord = 1;
constexpr std::uint8_t kFirst = 2;
constexpr std::uint8_t kMiddle = 3;
constexpr std::uint8_t kLast = 4;

constexpr std::uint32_t kPolynomial = 0x82F63B78U;  // reflected
constexpr std::size_t kSlices = 8;

using CrcTables = std::array<std::array<std::uint32_t, 256>, kSlices>;
constexpr CrcTables make_tables() {
    CrcTables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kPolynomial : 0U);
        tables[0][byte] = crc;
    }
    for (std::size_t slice = 1; slice < kSlices; ++slice)
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t before = tables[slice - 1][byte];
            tables[slice][byte] = (before >> 8U) ^ tables[0][before & 0xFFU];
        }
    return tables;
}
constexpr CrcTables kTables = make_tables();

/// As it stands in a log, where a checksum of bytes that hold checksums would be weak.
constexpr std::uint32_t masked(std::uint32_t crc) noexcept {
    return ((crc >> 15U) | (crc << 17U)) + 0xA282EAD8U;
}

struct Head {
    std::uint32_t checksum;
    std::size_t length;
    std::uint8_t type;
};
Head head_of(ByteView at) noexcept {
    return {load_le<std::uint32_t>(at.data()), load_le<std::uint16_t>(at.data() + 4), at[kTypeAt]};
}
bool is_type(std::uint8_t type) noexcept { return type >= kWholeRecord && type <= kLast; }
bool all_zero(ByteView bytes) noexcept {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

/// Whether a whole fragment stands at the beginning of `bytes`.
bool is_fragment(ByteView bytes) noexcept {
    if (bytes.size() < kHead) return false;
    const Head head = head_of(bytes);
    return is_type(head.type) && head.length <= bytes.size() - kHead &&
           masked(crc32c(0, bytes.subspan(kTypeAt, 1 + head.length))) == head.checksum;
}

/// Whether `rest`, whose head names more bytes than there are, can be the beginning of a fragment
/// that was cut off: its checksum fits no shorter length, and no whole fragment lies in it.
bool is_cut_off(ByteView rest) noexcept {
    const Head head = head_of(rest);
    std::uint32_t crc = crc32c(0, rest.subspan(kTypeAt, 1));
    for (std::size_t length = 0;; ++length) {
        if (masked(crc) == head.checksum) return false;
        if (kHead + length == rest.size()) break;
        crc = crc32c(crc, rest.subspan(kHead + length, 1));
    }
    for (std::size_t at = 1; at + kHead <= rest.size(); ++at)
        if (is_fragment(rest.subspan(at))) return false;
    return true;
}

/// Goes through a log block by block.
class LogWalk {
  public:
    /// The next block; only the last may be shorter. False: there is nothing more to learn.
    bool take(ByteView block) {
        for (std::size_t at = 0; at < block.size();) {
            const std::optional<std::size_t> step = fragment(block.subspan(at), kBlock - at);
            if (!step) return zeros_may_follow(block.subspan(at));
            at += *step;
            offset_ += *step;
            if (!in_record_) end_ = offset_;
        }
        return true;
    }
    /// Behind a place where nothing but zeros may come.
    void take_zeros(ByteView block) {
        if (!all_zero(block)) state_ = LogState::kDamaged;
    }
    [[nodiscard]] bool only_zeros() const { return state_ == LogState::kZeros; }
    [[nodiscard]] LogReading result(std::uint64_t size) const {
        const bool cut = state_ == LogState::kWhole && in_record_;
        return {cut ? LogState::kTorn : state_, end_, size};
    }

  private:
    /// Bytes of the fragment at the beginning of `rest`, or of the zeros that end a block; nullopt:
    /// neither, and state_ says what it is.
    /// @param room  bytes up to the end of the block
    std::optional<std::size_t> fragment(ByteView rest, std::size_t room) {
        if (room < kHead) return trailer(rest, room);
        if (rest.size() < kHead) return stop(LogState::kTorn);
        const Head head = head_of(rest);
        const bool in_order = in_record_ ? head.type == kMiddle || head.type == kLast
                                         : head.type == kWholeRecord || head.type == kFirst;
        if (!in_order || head.length > room - kHead) return stop(LogState::kDamaged);
        if (head.length > rest.size() - kHead)
            return stop(is_cut_off(rest) ? LogState::kTorn : LogState::kDamaged);
        if (!is_fragment(rest)) return stop(LogState::kDamaged);
        in_record_ = head.type == kFirst || head.type == kMiddle;
        return kHead + head.length;
    }
    std::optional<std::size_t> trailer(ByteView rest, std::size_t room) {
        if (!all_zero(rest)) return stop(LogState::kDamaged);
        if (rest.size() < room) return stop(LogState::kTorn);
        return room;
    }
    std::nullopt_t stop(LogState state) {
        state_ = state;
        return std::nullopt;
    }
    /// Zeros up to the end of the file are a state of their own.
    bool zeros_may_follow(ByteView rest) {
        if (state_ == LogState::kTorn || !all_zero(rest)) return false;
        state_ = LogState::kZeros;
        return true;
    }

    std::uint64_t offset_ = 0;
    std::uint64_t end_ = 0;
    bool in_record_ = false;
    LogState state_ = LogState::kWhole;
};

}  // namespace

std::uint32_t crc32c(std::uint32_t crc, ByteView bytes) noexcept {
    crc = ~crc;
    std::size_t at = 0;
    for (; at + kSlices <= bytes.size(); at += kSlices) {
        const std::uint64_t word = load_le<std::uint64_t>(bytes.data() + at) ^ crc;
        crc = 0;
        for (std::size_t slice = 0; slice < kSlices; ++slice)
            crc ^= kTables[kSlices - 1 - slice][(word >> (8 * slice)) & 0xFFU];
    }
    for (; at < bytes.size(); ++at) crc = (crc >> 8U) ^ kTables[0][(crc ^ bytes[at]) & 0xFFU];
    return ~crc;
}

Result<LogReading> read_log(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    if (!in) return Error{Errc::kIo, "store.log.open"};
    LogWalk walk;
    std::vector<std::uint8_t> block(kBlock);
    std::uint64_t size = 0;
    bool going_on = true;
    while (in) {
        in.read(reinterpret_cast<char*>(block.data()), static_cast<std::streamsize>(kBlock));
        if (in.bad()) return Error{Errc::kIo, "store.log.read"};
        const ByteView read = ByteView{block}.first(static_cast<std::size_t>(in.gcount()));
        size += read.size();
        if (walk.only_zeros())
            walk.take_zeros(read);
        else if (going_on)
            going_on = walk.take(read);
    }
    return walk.result(size);
}

Result<LogsReading> read_logs(const std::filesystem::path& database) {
    std::vector<std::filesystem::path> logs;
    std::error_code failed;
    if (!std::filesystem::is_directory(database, failed)) return LogsReading{};
    std::filesystem::directory_iterator at{database, failed};
    for (; !failed && at != std::filesystem::directory_iterator{}; at.increment(failed))
        if (at->path().extension() == ".log") logs.push_back(at->path());
    if (failed) return Error{Errc::kIo, "store.log.list"};
    // Six digits and more: the longer name has the greater number.
    std::ranges::sort(logs, {}, [](const std::filesystem::path& path) {
        const std::string name = path.filename().string();
        return std::pair{name.size(), name};
    });
    LogsReading all;
    for (const std::filesystem::path& log : logs) {
        if (all.tail.state != LogState::kWhole) all.older_torn = true;
        const Result<LogReading> reading = read_log(log);
        if (!reading) return reading.error();
        if (reading->state == LogState::kDamaged && !all.damaged) {
            all.damaged = log;
            all.damaged_at = reading->end;
        }
        all.newest = log;
        all.tail = *reading;
    }
    return all;
}

}  // namespace pramana::store
