#include "torn_tail.hpp"

#include "log_tail.hpp"

#include "pramana/os/file.hpp"
#include "pramana/os/log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace pramana::store {
namespace {

constexpr std::size_t kBootIdSize = 36;  // a UUID
constexpr std::size_t kNoteBytesMax = 128;

std::filesystem::path database_of(const StoreOptions& options) { return options.directory / "db"; }
std::filesystem::path note_of(const StoreOptions& options) { return options.directory / "boot"; }

/// "<boot id> <inode of the database's directory>\n": a copy of the directory has another inode,
/// and was perhaps taken while its logs were written. nullopt: the machine or the database does not
/// say.
std::optional<std::string> here_and_now(const StoreOptions& options) {
    std::ifstream in{options.boot_id_file};  // of /proc: its size reads as 0
    std::string id;
    std::getline(in, id);
    const auto is_uuid_character = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
    };
    if (id.size() != kBootIdSize || !std::ranges::all_of(id, is_uuid_character))
        return std::nullopt;
    struct stat database{};
    if (::stat(database_of(options).c_str(), &database) != 0) return std::nullopt;
    return id + ' ' + std::to_string(database.st_ino) + '\n';
}

bool is_boot_of_note(const StoreOptions& options) {
    const std::optional<std::string> now = here_and_now(options);
    const Result<Bytes> noted = read_file(note_of(options), kNoteBytesMax);
    return now && noted && as_text(*noted) == *now;
}

Status cut(const std::filesystem::path& log, std::uint64_t end) {
    const int file = ::open(log.c_str(), O_WRONLY | O_CLOEXEC);
    if (file < 0) return Error{Errc::kIo, "store.torn_tail.open"};
    const bool done = ::ftruncate(file, static_cast<off_t>(end)) == 0 && ::fsync(file) == 0;
    ::close(file);
    if (!done) return Error{Errc::kIo, "store.torn_tail.cut"};
    return Done{};
}

}  // namespace

Status settle_tail(const StoreOptions& options) {
    const Result<LogsReading> logs = read_logs(database_of(options));
    if (!logs) return logs.error();
    if (logs->damaged) {
        log::error("store.log_damaged",
                   {log::Field::vetted("log", logs->damaged->string()), {"at", logs->damaged_at}});
        return Error{Errc::kStoreCorrupt, "store.log.damaged"};
    }
    const LogReading& tail = logs->tail;
    // One that is not whole and not the newest is RocksDB's to refuse, if it uses it at all.
    if (tail.state == LogState::kWhole) return Done{};
    const bool same_boot = tail.state == LogState::kTorn && is_boot_of_note(options);
    const bool is_cut = same_boot || options.torn_tail_accepted;
    const auto say = [&](log::Level level, const char* event) {
        log::write(level, event,
                   {log::Field::vetted("log", logs->newest.string()),
                    {"offset", tail.end},
                    {"bytes", tail.size - tail.end},
                    {"same_boot", same_boot ? 1 : 0}});
    };
    if (!is_cut) {
        say(log::Level::kError, "store.torn_tail");
        return Error{Errc::kStoreCorrupt, "store.log.torn"};
    }
    PRAMANA_TRY(cut(logs->newest, tail.end));
    say(log::Level::kWarn, "store.torn_tail_cut");
    return Done{};
}

void note_boot(const StoreOptions& options) {
    const std::optional<std::string> now = here_and_now(options);
    if (!now || is_boot_of_note(options)) return;
    if (const Status noted = write_file_durably(note_of(options), as_bytes_view(*now)); !noted)
        log::warn("store.boot_not_noted", {{"error", noted.error()}});
}

}  // namespace pramana::store
