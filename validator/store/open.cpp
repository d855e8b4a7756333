#include "pramana/store/store_view.hpp"

#include "blob_files.hpp"
#include "codec.hpp"
#include "keys.hpp"
#include "kv_corpus_log.hpp"
#include "kv_evidence_archive.hpp"
#include "kv_job_store.hpp"
#include "kv_submission_slots.hpp"
#include "memory_blobs.hpp"
#include "memory_key_value.hpp"
#include "rocks_key_value.hpp"
#include "torn_tail.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <mutex>
#include <system_error>

namespace pramana::store {
namespace {

/// The layout of keys and records of this version. A newer one is refused, an older one would be
/// migrated here.
constexpr std::uint32_t kSchema = 2;
constexpr std::uint8_t kSchemaVersion = 1;
/// Beyond the reserve: what opening writes, and some time until the disk is full again.
constexpr std::uint64_t kRoomToRestart = std::uint64_t{64} << 20U;

/// Errors: kStoreNewer, kStoreCorrupt.
Status check_schema(KeyValue& engine) {
    Result<std::optional<Bytes>> stored = engine.get(keys::kSchema);
    if (!stored) return stored.error();
    if (*stored) {
        RecordReader in{**stored, kSchemaVersion};
        const std::uint32_t schema = in.u32();
        PRAMANA_TRY(in.finish("store.schema"));
        if (schema > kSchema) return Error{Errc::kStoreNewer, "store.schema"};
        if (schema < kSchema) return Error{Errc::kStoreCorrupt, "store.schema"};
        return Done{};
    }
    RecordWriter out{kSchemaVersion};
    out.u32(kSchema);
    WriteSet changes;
    changes.put(keys::kSchema, out.take());
    return engine.write(changes);
}

/// The stores over one engine.
class KvStores {
  public:
    explicit KvStores(KeyValue& engine)
        : engine_{engine},
          jobs_{{engine, locks_}},
          corpus_{{engine, locks_}},
          archive_{{engine, locks_}} {}
    [[nodiscard]] Status load() {
        PRAMANA_TRY(check_schema(engine_));
        return jobs_.load();
    }
    KvJobStore& jobs() { return jobs_; }
    KvCorpusLog& corpus() { return corpus_; }
    KvEvidenceArchive& archive() { return archive_; }
    KvSubmissionSlots& slots(const Address& signer) {
        const std::lock_guard lock{slots_mutex_};
        const auto [found, made] = slots_.try_emplace(signer, Tables{engine_, locks_}, signer);
        return found->second;
    }

  private:
    KeyValue& engine_;
    LockSet locks_;
    KvJobStore jobs_;
    KvCorpusLog corpus_;
    KvEvidenceArchive archive_;
    std::mutex slots_mutex_;
    std::map<Address, KvSubmissionSlots> slots_;  ///< nodes of a map stay where they are
};

/// flock on <directory>/lock, released with the process.
class DirectoryLock {
  public:
    /// Errors: kStoreLocked, kIo.
    static Result<DirectoryLock> take(const std::filesystem::path& directory) {
        const int fd = ::open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0) return Error{Errc::kIo, "store.lock.open"};
        DirectoryLock lock{fd};
        if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
        return Error{errno == EWOULDBLOCK ? Errc::kStoreLocked : Errc::kIo, "store.lock.flock"};
    }
    DirectoryLock(DirectoryLock&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    DirectoryLock(const DirectoryLock&) = delete;
    DirectoryLock& operator=(const DirectoryLock&) = delete;
    DirectoryLock& operator=(DirectoryLock&&) = delete;
    ~DirectoryLock() {
        if (fd_ >= 0) ::close(fd_);
    }

  private:
    explicit DirectoryLock(int fd) : fd_{fd} {}
    int fd_;
};

class DiskStore final : public Store {
  public:
    DiskStore(DirectoryLock lock, std::unique_ptr<RocksKeyValue> engine,
              std::unique_ptr<BlobFiles> blobs)
        : lock_{std::move(lock)},
          engine_{std::move(engine)},
          blobs_{std::move(blobs)},
          stores_{*engine_} {}
    [[nodiscard]] Status load() { return stores_.load(); }
    JobStore& jobs() override { return stores_.jobs(); }
    CorpusLog& corpus() override { return stores_.corpus(); }
    SubmissionSlots& slots(const Address& signer) override { return stores_.slots(signer); }
    BlobStore& blobs() override { return *blobs_; }
    EvidenceArchive& archive() override { return stores_.archive(); }
    Status health() override {
        PRAMANA_TRY(engine_->health());
        return blobs_->check_room(0);
    }
    bool waits_for_restart() override {
        const Status engine = engine_->health();
        return !engine && engine.error().code == Errc::kStorageFull &&
               blobs_->check_room(kRoomToRestart).has_value();
    }

  private:
    DirectoryLock lock_;  // outlives the engine
    std::unique_ptr<RocksKeyValue> engine_;
    std::unique_ptr<BlobFiles> blobs_;
    KvStores stores_;
};

/// Counts nothing at opening: only records are read.
class DiskView final : public StoreView {
  public:
    explicit DiskView(std::unique_ptr<RocksKeyValue> engine)
        : engine_{std::move(engine)}, stores_{*engine_} {}
    [[nodiscard]] Status check() { return check_schema(*engine_); }
    JobStore& jobs() override { return stores_.jobs(); }
    CorpusLog& corpus() override { return stores_.corpus(); }
    SubmissionSlots& slots(const Address& signer) override { return stores_.slots(signer); }
    Result<std::vector<SlotRecord>> slots_of(JobId job) override {
        std::vector<SlotRecord> found;
        for (const SlotPurpose purpose :
             {SlotPurpose::kProof, SlotPurpose::kResult, SlotPurpose::kReward}) {
            Result<std::optional<SlotRecord>> slot = stores_.slots({}).newest_of(job, purpose);
            if (!slot) return slot.error();
            if (*slot) found.push_back(**std::move(slot));
        }
        return found;
    }

  private:
    std::unique_ptr<RocksKeyValue> engine_;
    KvStores stores_;
};

class MemoryStoreOverMap final : public MemoryStore {
  public:
    explicit MemoryStoreOverMap(const StoreOptions& options) : blobs_{options}, stores_{engine_} {}
    [[nodiscard]] Status load() { return stores_.load(); }
    JobStore& jobs() override { return stores_.jobs(); }
    CorpusLog& corpus() override { return stores_.corpus(); }
    SubmissionSlots& slots(const Address& signer) override { return stores_.slots(signer); }
    BlobStore& blobs() override { return blobs_; }
    EvidenceArchive& archive() override { return stores_.archive(); }
    Status health() override { return engine_.health(); }
    bool waits_for_restart() override { return false; }
    void fail_writes(Errc code) override { engine_.fail_writes(code); }

  private:
    MemoryKeyValue engine_;
    MemoryBlobs blobs_;
    KvStores stores_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_store(const StoreOptions& options) {
    std::error_code failed;
    std::filesystem::create_directories(options.directory, failed);
    if (failed) return Error{Errc::kIo, "store.directory"};
    std::filesystem::permissions(options.directory, std::filesystem::perms::owner_all, failed);
    if (failed) return Error{Errc::kIo, "store.directory.mode"};
    Result<DirectoryLock> lock = DirectoryLock::take(options.directory);
    if (!lock) return lock.error();
    PRAMANA_TRY(settle_tail(options));
    Result<std::unique_ptr<RocksKeyValue>> engine = RocksKeyValue::open(options.directory / "db");
    if (!engine) return engine.error();
    note_boot(options);
    Result<std::unique_ptr<BlobFiles>> blobs =
        BlobFiles::open(options.directory / "blobs", options);
    if (!blobs) return blobs.error();
    auto store =
        std::make_unique<DiskStore>(*std::move(lock), *std::move(engine), *std::move(blobs));
    PRAMANA_TRY(store->load());
    return std::unique_ptr<Store>{std::move(store)};
}

Result<std::unique_ptr<StoreView>> open_store_view(const std::filesystem::path& directory) {
    std::error_code failed;
    const std::filesystem::path database = directory / "db";
    if (!std::filesystem::is_regular_file(database / "CURRENT", failed))
        return Error{Errc::kNotFound, "store.view.directory"};
    Result<std::unique_ptr<RocksKeyValue>> engine = RocksKeyValue::open_view(database);
    if (!engine) return engine.error();
    auto view = std::make_unique<DiskView>(*std::move(engine));
    PRAMANA_TRY(view->check());
    return std::unique_ptr<StoreView>{std::move(view)};
}

std::unique_ptr<MemoryStore> make_memory_store(const StoreOptions& options) {
    auto store = std::make_unique<MemoryStoreOverMap>(options);
    PRAMANA_CHECK(store->load());
    return store;
}

}  // namespace pramana::store
