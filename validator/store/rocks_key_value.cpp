#include "rocks_key_value.hpp"

#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <thread>
#include <vector>

#if defined(__SANITIZE_THREAD__)
extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}
#endif

namespace pramana::store {
namespace {

/// While it lives, this thread is inside RocksDB. The packaged library is not built for
/// ThreadSanitizer, which sees its memcpy but not its atomics and would report a race for each
/// write group.
class InsideRocks {
  public:
#if defined(__SANITIZE_THREAD__)
    InsideRocks() {
        AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
        AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    }
    ~InsideRocks() {
        AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
        AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
    }
#else
    InsideRocks() noexcept {}
    ~InsideRocks() {}
#endif
    InsideRocks(const InsideRocks&) = delete;
    InsideRocks& operator=(const InsideRocks&) = delete;
};

constexpr int kViewRounds = 5;
constexpr std::chrono::milliseconds kViewPause{20};
constexpr std::chrono::seconds kViewPatience{10};

Errc errc_of(const rocksdb::Status& status) {
    if (status.IsNoSpace()) return Errc::kStorageFull;
    if (status.IsCorruption()) return Errc::kStoreCorrupt;
    return Errc::kStoreUnavailable;
}

/// RocksDB reports its own lock as an I/O error whose text names it; there is no subcode for it
/// in 7.8.
bool is_lock_failure(const rocksdb::Status& status) {
    return status.IsIOError() && status.ToString().find("lock ") != std::string::npos;
}

/// RocksDB's own log lies on the same disk; once the disk is full, RocksDB 7.8 asserts at the next
/// line it writes there and takes the process with it. What fails reaches us as a status.
class NoLog final : public rocksdb::Logger {
  public:
    using rocksdb::Logger::Logv;
    void Logv(const char* /*format*/, va_list /*values*/) override {}
};

rocksdb::Options options_of() {
    rocksdb::Options options;
    options.info_log = std::make_shared<NoLog>();
    options.create_if_missing = true;
    options.paranoid_checks = true;
    // A torn tail is settled before (torn_tail.hpp).
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kAbsoluteConsistency;
    options.recycle_log_file_num = 0;  // a recycled log cannot be recovered strictly
    options.max_background_jobs = 2;
    options.write_buffer_size = 16U << 20U;
    options.max_total_wal_size = 64U << 20U;
    options.compression = rocksdb::kNoCompression;  // sealed bytes do not shrink
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = nullptr;
    table.no_block_cache = true;  // records are small; the system's page cache is enough
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return options;
}

rocksdb::Slice slice_of(std::string_view text) { return {text.data(), text.size()}; }
rocksdb::Slice slice_of(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The least key that is greater than every key with `prefix`; empty = there is none.
std::string after(std::string_view prefix) {
    std::string next{prefix};
    while (!next.empty() && static_cast<unsigned char>(next.back()) == 0xFFU) next.pop_back();
    if (!next.empty())
        next.back() = static_cast<char>(static_cast<unsigned char>(next.back()) + 1U);
    return next;
}

/// The files of a database and the size of its manifest: as long as it is the same, no log was
/// written out to a table and removed.
std::vector<std::string> files_in(const std::filesystem::path& directory) {
    std::vector<std::string> files;
    std::error_code failed;
    for (std::filesystem::directory_iterator at{directory, failed}, end; !failed && at != end;
         at.increment(failed)) {
        std::string name = at->path().filename().string();
        if (name.starts_with("MANIFEST")) {
            std::error_code gone;
            name += " " + std::to_string(std::filesystem::file_size(at->path(), gone));
        }
        files.push_back(std::move(name));
    }
    std::ranges::sort(files);
    return files;
}

}  // namespace

Result<std::unique_ptr<RocksKeyValue>> RocksKeyValue::open(const std::filesystem::path& directory) {
    const InsideRocks inside;
    rocksdb::DB* raw = nullptr;
    const rocksdb::Status opened = rocksdb::DB::Open(options_of(), directory.string(), &raw);
    std::unique_ptr<rocksdb::DB> db{raw};
    if (is_lock_failure(opened)) return Error{Errc::kStoreLocked, "store.rocks.open"};
    if (!opened.ok()) return Error{errc_of(opened), "store.rocks.open"};
    return std::unique_ptr<RocksKeyValue>{new RocksKeyValue{std::move(db)}};
}

RocksKeyValue::~RocksKeyValue() {
    if (latched_.load() != 0 && !view_)
        static_cast<void>(db_.release());  // NOLINT(bugprone-unused-return-value)
}

Result<std::unique_ptr<RocksKeyValue>> RocksKeyValue::open_view(
    const std::filesystem::path& directory) {
    const InsideRocks inside;
    rocksdb::Options options = options_of();
    options.create_if_missing = false;
    // The log of a running writer may end in the middle of a record: what is whole counts.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    rocksdb::Status opened;
    // A writer that moves on writes a log out to a table and removes it. Between our reading of the
    // manifest and of the logs that loses what was acknowledged (RocksDB 7.8 opens without a word);
    // elsewhere a file is gone. So a view counts only if the files stood still while it opened.
    const auto until = std::chrono::steady_clock::now() + kViewPatience;
    int failures = 0;
    do {
        const std::vector<std::string> before = files_in(directory);
        rocksdb::DB* raw = nullptr;
        opened = rocksdb::DB::OpenForReadOnly(options, directory.string(), &raw);
        std::unique_ptr<rocksdb::DB> db{raw};
        if (files_in(directory) != before) {
            opened = rocksdb::Status::Busy();
            continue;
        }
        if (opened.ok()) {
            std::unique_ptr<RocksKeyValue> view{new RocksKeyValue{std::move(db)}};
            view->view_ = true;
            view->latched_ = static_cast<std::uint16_t>(Errc::kStoreUnavailable);
            return view;
        }
        ++failures;
        std::this_thread::sleep_for(kViewPause);
    } while (failures < kViewRounds && std::chrono::steady_clock::now() < until);
    return Error{errc_of(opened), "store.rocks.open_view"};
}

Result<std::optional<Bytes>> RocksKeyValue::get(std::string_view key) {
    const InsideRocks inside;
    rocksdb::PinnableSlice value;
    const rocksdb::Status found =
        db_->Get(rocksdb::ReadOptions{}, db_->DefaultColumnFamily(), slice_of(key), &value);
    if (found.IsNotFound()) return std::optional<Bytes>{};
    if (!found.ok()) return Error{errc_of(found), "store.rocks.get"};
    const ByteView view = as_bytes_view({value.data(), value.size()});
    return std::optional<Bytes>{Bytes{view.begin(), view.end()}};
}

Status RocksKeyValue::write(const WriteSet& changes) {
    if (const std::uint16_t code = latched_.load(); code != 0)
        return Error{Errc{code}, "store.rocks.latched"};
    const InsideRocks inside;
    rocksdb::WriteBatch batch;
    for (const WriteSet::Item& item : changes.items()) {
        if (item.value)
            batch.Put(slice_of(item.key), slice_of(*item.value));
        else
            batch.Delete(slice_of(item.key));
    }
    rocksdb::WriteOptions durable;
    durable.sync = true;  // the default, false, survives a process crash but not a power cut
    const rocksdb::Status written = db_->Write(durable, &batch);
    if (written.ok()) return Done{};
    // What the disk holds is not known any more: nothing is written on top of it until a restart
    // has read it again. RocksDB's own Resume() reports success after ENOSPC and then fails again.
    const Errc code = written.IsNoSpace() ? Errc::kStorageFull : Errc::kStoreUnavailable;
    std::uint16_t none = 0;
    latched_.compare_exchange_strong(none, static_cast<std::uint16_t>(code));
    return Error{code, "store.rocks.write"};
}

Status RocksKeyValue::scan_from(std::string_view prefix, std::string_view first,
                                const std::function<bool(std::string_view, ByteView)>& visit) {
    const InsideRocks inside;
    const std::string upper = after(prefix);
    const rocksdb::Slice upper_slice = slice_of(upper);
    rocksdb::ReadOptions options;
    if (!upper.empty()) options.iterate_upper_bound = &upper_slice;
    const std::unique_ptr<rocksdb::Iterator> at{db_->NewIterator(options)};
    for (at->Seek(slice_of(std::max(prefix, first))); at->Valid(); at->Next()) {
        const rocksdb::Slice value = at->value();
        if (!visit(at->key().ToStringView(), as_bytes_view(value.ToStringView()))) break;
    }
    if (!at->status().ok()) return Error{errc_of(at->status()), "store.rocks.scan"};
    return Done{};
}

Status RocksKeyValue::scan_back(std::string_view prefix, std::string_view below,
                                const std::function<bool(std::string_view, ByteView)>& visit) {
    const InsideRocks inside;
    const std::string upper = below.empty() ? after(prefix) : std::string{below};
    const rocksdb::Slice upper_slice = slice_of(upper);
    rocksdb::ReadOptions options;
    if (!upper.empty()) options.iterate_upper_bound = &upper_slice;
    const std::unique_ptr<rocksdb::Iterator> at{db_->NewIterator(options)};
    for (at->SeekToLast(); at->Valid() && at->key().ToStringView().starts_with(prefix);
         at->Prev()) {
        const rocksdb::Slice value = at->value();
        if (!visit(at->key().ToStringView(), as_bytes_view(value.ToStringView()))) break;
    }
    if (!at->status().ok()) return Error{errc_of(at->status()), "store.rocks.scan_back"};
    return Done{};
}

Result<std::optional<std::string>> RocksKeyValue::last_key(std::string_view prefix) {
    const InsideRocks inside;
    const std::string upper = after(prefix);
    const rocksdb::Slice upper_slice = slice_of(upper);
    rocksdb::ReadOptions options;
    if (!upper.empty()) options.iterate_upper_bound = &upper_slice;
    const std::unique_ptr<rocksdb::Iterator> at{db_->NewIterator(options)};
    at->SeekToLast();
    std::optional<std::string> last;
    if (at->Valid() && at->key().ToStringView().starts_with(prefix)) last = at->key().ToString();
    if (!at->status().ok()) return Error{errc_of(at->status()), "store.rocks.last_key"};
    return last;
}

Status RocksKeyValue::health() {
    if (const std::uint16_t code = latched_.load(); code != 0)
        return Error{Errc{code}, "store.rocks.latched"};
    return Done{};
}

}  // namespace pramana::store
