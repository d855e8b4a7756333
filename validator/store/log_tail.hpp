#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <filesystem>
#include <optional>

/// What RocksDB's write-ahead logs hold, before RocksDB reads them: its own modes cannot tell a
/// record that was cut off from a damaged one in the middle (an altered length that points behind
/// the end reads as the first, and all that follows is lost without a word).
namespace pramana::store {

/// CRC-32C (RFC 3720 appendix B.4) of `bytes` behind those that gave `crc`; 0 for none.
[[nodiscard]] std::uint32_t crc32c(std::uint32_t crc, ByteView bytes) noexcept;

enum class LogState : std::uint8_t {
    kWhole,    ///< records from the first byte to the last
    kTorn,     ///< whole records, then the beginning of one: what a killed writer leaves
    kZeros,    ///< whole records, then zeros: what some file systems leave after a power cut
    kDamaged,  ///< something else between or behind the records: no way to stop writes it
};

struct LogReading {
    LogState state = LogState::kWhole;
    std::uint64_t end = 0;   ///< of the whole records, in bytes
    std::uint64_t size = 0;  ///< of the file
};

/// Reads a log in the form of RocksDB 7.8 without recycling and compression: blocks of 32 KiB,
/// fragments of CRC-32C u32 (masked), length u16, type u8 (1 whole, 2 first, 3 middle, 4 last),
/// payload; a block's last bytes are zero where no fragment's head fits. A tail counts as torn only
/// if no whole fragment is in it: not where its length was altered, and none behind it.
/// Errors: kIo. Source: RocksDB wiki "Write Ahead Log File Format".
[[nodiscard]] Result<LogReading> read_log(const std::filesystem::path& file);

/// All logs of a database.
struct LogsReading {
    std::filesystem::path newest;  ///< empty: there is none
    LogReading tail;               ///< of the newest
    bool older_torn = false;       ///< an older one is not whole: only RocksDB knows if it is used
    /// The first that is damaged, and where.
    std::optional<std::filesystem::path> damaged;
    std::uint64_t damaged_at = 0;
};
/// A directory that is not there has none. Errors: kIo.
[[nodiscard]] Result<LogsReading> read_logs(const std::filesystem::path& database);

}  // namespace pramana::store
