#pragma once

#include "pramana/store/records.hpp"

#include <filesystem>
#include <memory>
#include <span>

namespace pramana::store {

// Errors that every function may give and that are not repeated below: kStoreUnavailable (an I/O
// error; after one of a write, all writes are refused until a restart), kStorageFull (the same
// after ENOSPC) and kStoreCorrupt (a stored invariant does not hold). A write that returned success
// survives a power cut; one that returned an error may or may not have happened. Thread: any, for
// all interfaces here.

/// Bounds on what is unfinished. Checked and counted together with the write.
struct Quota {
    std::uint64_t wallet_count_max = 16;
    std::uint64_t wallet_bytes_max = 256ULL << 20U;
    std::uint64_t total_count_max = 10'000;
    std::uint64_t total_bytes_max = 8ULL << 30U;
};

/// Unfinished contributions, of one wallet or of all.
struct Usage {
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
    friend bool operator==(const Usage&, const Usage&) = default;
};

/// What housekeeping has to look at.
struct DueItem {
    std::int64_t due_unix_s = 0;
    std::optional<JobId> job;  ///< otherwise it is a contribution
    ContributionId contribution;
};

/// Contributions, jobs, binding documents, the watcher's cursor.
///
/// Records are replaced whole, if nobody else did meanwhile: `revision` must be the stored one (0 =
/// must not be there), otherwise kConflict. On success the caller's record has the new revision.
class JobStore {
  public:
    virtual ~JobStore() = default;

    /// Stores a new contribution (revision 0), or a terminal or open one anew (its revision), and
    /// counts it against the quota. Errors: kConflict, kQuotaExceeded (the wallet's), kBusy (the
    /// total).
    [[nodiscard]] virtual Status admit(ContributionRecord& contribution, const Quota& quota) = 0;
    /// Errors: kConflict.
    [[nodiscard]] virtual Status put(ContributionRecord& contribution) = 0;
    /// Errors: kConflict.
    [[nodiscard]] virtual Status put(JobRecord& job) = 0;
    /// Different jobs, all or none, in one batch. Errors: kConflict.
    [[nodiscard]] virtual Status put(std::span<JobRecord> jobs) = 0;
    /// Both or none. Errors: kConflict.
    [[nodiscard]] virtual Status put(JobRecord& job, ContributionRecord& contribution) = 0;
    /// The job and its binding document, both or none; one that it had before goes. Errors:
    /// kConflict.
    [[nodiscard]] virtual Status put(JobRecord& job, const ProofDocument& document) = 0;

    /// Removes the record of an ended contribution that holds no blob. That it stands in a corpus
    /// stays known (CorpusLog::place_of). Errors: kConflict, kNotFound.
    [[nodiscard]] virtual Status purge(const ContributionRecord& contribution) = 0;
    /// Removes the record of an ended job that holds no blob, and its document unless its proof is
    /// final; leaves its remains. Slots and places stay. Errors: kConflict, kNotFound.
    [[nodiscard]] virtual Status purge(const JobRecord& job) = 0;
    /// Of a purged job; nullopt = it was not purged.
    [[nodiscard]] virtual Result<std::optional<JobRemains>> remains(JobId id) = 0;

    /// Errors: kNotFound.
    [[nodiscard]] virtual Result<ContributionRecord> contribution(const ContributionId& id) = 0;
    /// Errors: kNotFound.
    [[nodiscard]] virtual Result<JobRecord> job(JobId id) = 0;
    /// Errors: kNotFound.
    [[nodiscard]] virtual Result<Bytes> proof_document(const Hash32& hash) = 0;
    /// The job that the document was stored with. Errors: kNotFound.
    [[nodiscard]] virtual Result<JobId> job_of_document(const Hash32& hash) = 0;

    /// The block of the job's submission as it was told last (a reorg moves it); 0 = not told.
    /// Apart from the record, so that telling it disturbs nobody who works on the job. Errors:
    /// kNotFound (no such job).
    [[nodiscard]] virtual Result<std::uint64_t> seen_block(JobId id) = 0;
    [[nodiscard]] virtual Status note_seen_block(JobId id, std::uint64_t block_number) = 0;
    /// Jobs that are not terminal, ascending.
    [[nodiscard]] virtual Result<std::vector<JobId>> open_jobs() = 0;
    /// Jobs with an id below `below` (no value = all), newest first, at most `count_max`.
    [[nodiscard]] virtual Result<std::vector<JobRecord>> jobs_below(std::optional<JobId> below,
                                                                    std::size_t count_max) = 0;
    /// Records with 0 < due <= now, earliest first, at most `count_max`.
    [[nodiscard]] virtual Result<std::vector<DueItem>> due(std::int64_t now_unix_s,
                                                           std::size_t count_max) = 0;
    /// Whether any contribution or job holds the blob.
    [[nodiscard]] virtual Result<bool> blob_held(const Hash32& sha256) = 0;

    [[nodiscard]] virtual Usage usage(const Address& wallet) = 0;
    [[nodiscard]] virtual Usage usage_total() = 0;

    /// The watcher's own record, opaque. nullopt = never saved.
    [[nodiscard]] virtual Result<std::optional<Bytes>> cursor() = 0;
    [[nodiscard]] virtual Status put_cursor(ByteView record) = 0;
};

/// The append-only logs of the corpora. A place is taken before the search and filled after it;
/// nobody else gets one in between, so places are filled strictly in order.
class CorpusLog {
  public:
    virtual ~CorpusLog() = default;

    /// A corpus that was never used is empty.
    [[nodiscard]] virtual Result<CorpusHead> head(const CorpusKey& corpus) = 0;
    /// The highest epoch of the corpus in which a place was ever taken; nullopt = none.
    [[nodiscard]] virtual Result<std::optional<std::uint32_t>> newest_epoch(
        const Hash32& corpus_id) = 0;
    /// Gives the job place head().size, in one batch with `job` (whose corpus and place it sets). A
    /// job that holds the place already gets it again. Errors: kConflict (the record moved on),
    /// kBusy (another job holds the place).
    [[nodiscard]] virtual Result<CorpusPosition> take_place(JobRecord& job,
                                                            const CorpusKey& corpus) = 0;
    /// Fills the place that the job holds, in one batch with `job`. Errors: kConflict (the job does
    /// not hold it, or `previous_root` is not the head's).
    [[nodiscard]] virtual Status append(JobRecord& job, const CorpusEntry& entry) = 0;
    /// Gives the place back unfilled, in one batch with `job` (whose corpus and place it clears).
    /// Errors: kConflict (the job does not hold it).
    [[nodiscard]] virtual Status release_place(JobRecord& job) = 0;

    /// Errors: kNotFound.
    [[nodiscard]] virtual Result<CorpusEntry> entry(const CorpusKey& corpus,
                                                    CorpusPosition place) = 0;
    /// Where the contribution was appended last; nullopt = never.
    [[nodiscard]] virtual Result<std::optional<CorpusPosition>> place_of(
        const CorpusKey& corpus, const ContributionId& id) = 0;
    /// Whose score that place's is: the job's that filled it, or of the last that inherited it.
    /// nullopt = the contribution has no place.
    [[nodiscard]] virtual Result<std::optional<JobId>> scored_job_of(const CorpusKey& corpus,
                                                                     const ContributionId& id) = 0;
    /// Makes `job` the one whose score it is, in one batch with it: two never have it. Errors:
    /// kConflict (the record moved on, or its corpus and place are not its contribution's).
    [[nodiscard]] virtual Status inherit(JobRecord& job) = 0;
};

/// The journal of one key's transaction nonces: the operations of chain::SubmissionJournal, to
/// which the application adapts it, sentence by sentence.
class SubmissionSlots {
  public:
    virtual ~SubmissionSlots() = default;

    /// Stores new slots in kBound, each with its first attempt, and moves their jobs, where they
    /// are stored and the slot is for a proof or a result, to kSigned: all or none, in one batch.
    /// No nonce and no job comes twice. Errors: kConflict (a nonce is taken by any slot, a job has
    /// one of this purpose and any key that holds it, a job ended, or another kFees of the same
    /// contract is open).
    [[nodiscard]] virtual Status bind_all(std::span<const SlotRecord> slots) = 0;
    [[nodiscard]] Status bind(const SlotRecord& slot) { return bind_all({&slot, 1}); }
    /// Errors: kNotFound, kConflict (terminal, or kSlotAttemptsMax reached).
    [[nodiscard]] virtual Status add_attempt(std::uint64_t tx_nonce,
                                             const SlotAttempt& attempt) = 0;
    /// All or none, in one batch; no nonce comes twice. A terminal state with an inclusion adds its
    /// cost to the day of its block. Errors: kNotFound, kConflict (terminal).
    [[nodiscard]] virtual Status set_states(std::span<const SlotStep> steps) = 0;
    [[nodiscard]] Status set_state(std::uint64_t tx_nonce, SlotState state,
                                   const std::optional<SlotInclusion>& inclusion,
                                   SlotVoid void_reason = SlotVoid::kNone) {
        const SlotStep step{tx_nonce, state, inclusion, void_reason};
        return set_states({&step, 1});
    }
    /// Errors: kNotFound, kConflict (open, folded, or one of its jobs has a newer slot).
    [[nodiscard]] virtual Status reopen(std::uint64_t tx_nonce) = 0;
    /// Errors: kNotFound, kConflict (open, folded, or none of its jobs has a newer slot).
    [[nodiscard]] virtual Status refill(std::uint64_t tx_nonce) = 0;
    /// Slots that are not terminal, ascending by nonce.
    [[nodiscard]] virtual Result<std::vector<SlotRecord>> open_slots() = 0;
    /// The job's newest slot of this key for the purpose.
    [[nodiscard]] virtual Result<std::optional<SlotRecord>> slot_of(
        JobId job, SlotPurpose purpose = SlotPurpose::kProof) = 0;
    /// Slots with a nonce of at least `first`, ascending, at most `count_max`.
    [[nodiscard]] virtual Result<std::vector<SlotRecord>> slots_from(std::uint64_t first,
                                                                     std::size_t count_max) = 0;
    [[nodiscard]] virtual Result<std::optional<std::uint64_t>> highest_nonce() = 0;
    /// What terminal slots cost on a UTC day (Unix seconds / 86,400), by the time of their blocks.
    [[nodiscard]] virtual Result<Wei> spent_on(std::uint64_t day) = 0;
    [[nodiscard]] virtual Status note_regression(const SlotRegression& regression) = 0;
    [[nodiscard]] virtual Result<std::optional<SlotRegression>> last_regression() = 0;
    /// Drops the raw bytes of old terminal slots; see chain::SubmissionJournal::fold.
    [[nodiscard]] virtual Result<std::size_t> fold(std::uint64_t before_unix_s,
                                                   std::size_t count_max) = 0;
};

/// Sealed files, content-addressed.
class BlobStore {
  public:
    virtual ~BlobStore() = default;
    /// Durable before it returns; the same bytes again change nothing.
    /// Errors: kBodyTooLarge, kStorageFull (the total, or the disk's reserve), kIo.
    [[nodiscard]] virtual Result<Hash32> put(ByteView sealed) = 0;
    /// Verified against its name. Errors: kNotFound, kStoreCorrupt, kIo.
    [[nodiscard]] virtual Result<Bytes> get(const Hash32& sha256) = 0;
    [[nodiscard]] virtual bool contains(const Hash32& sha256) = 0;
    /// Gone already is success. Errors: kIo.
    [[nodiscard]] virtual Status remove(const Hash32& sha256) = 0;
    [[nodiscard]] virtual Result<std::vector<Hash32>> list() = 0;
    [[nodiscard]] virtual std::uint64_t total_bytes() = 0;
    /// Whether `bytes` more would leave the reserve free. Errors: kStorageFull, kIo.
    [[nodiscard]] virtual Status check_room(std::uint64_t bytes) = 0;
};

/// Statements, the evidence that was taken with them and the collateral of their time: what an old
/// result is verified with. All of it is public. Nothing is ever removed.
class EvidenceArchive {
  public:
    virtual ~EvidenceArchive() = default;
    /// Content by its SHA-256; the same again changes nothing. Errors: kTooLarge (above
    /// kArchivedBytesMax).
    [[nodiscard]] virtual Result<Hash32> put(ByteView content) = 0;
    /// Verified against its name. Errors: kNotFound.
    [[nodiscard]] virtual Result<Bytes> get(const Hash32& sha256) = 0;

    /// Adds a statement behind the newest one, with the contents of its text and its evidence, in
    /// one batch. Its record has to name both. Errors: kConflict (not the next sequence),
    /// kTooLarge.
    [[nodiscard]] virtual Status add_statement(const StatementRecord& record, ByteView text,
                                               ByteView evidence) = 0;
    /// Gives a statement its collateral, if it has none yet; one that has keeps it. Errors:
    /// kNotFound, kTooLarge.
    [[nodiscard]] virtual Status attach_collateral(const Hash32& statement,
                                                   ByteView collateral) = 0;
    /// Errors: kNotFound.
    [[nodiscard]] virtual Result<StatementRecord> statement(const Hash32& statement) = 0;
    /// nullopt = there is none.
    [[nodiscard]] virtual Result<std::optional<StatementRecord>> newest_statement() = 0;

    /// A small record under a name of its own, replaced whole. Errors of put_note: kTooLarge.
    [[nodiscard]] virtual Status put_note(std::string_view name, ByteView content) = 0;
    /// nullopt = never put.
    [[nodiscard]] virtual Result<std::optional<Bytes>> note(std::string_view name) = 0;
};

struct StoreOptions {
    std::filesystem::path directory;               ///< made if missing, mode 0700
    std::uint64_t blob_bytes_max = 64ULL << 20U;   ///< one file
    std::uint64_t blobs_bytes_max = 16ULL << 30U;  ///< all files
    std::uint64_t free_bytes_min = 256ULL
                                   << 20U;  ///< of the disk; below it nothing new is taken in
    /// The operator's word after a power cut: a log whose last record is incomplete is opened
    /// without it. That record was never acknowledged. Otherwise such a log is kStoreCorrupt,
    /// except where only a process ended: in the boot in which the directory was opened before, the
    /// tail is cut without a word.
    bool torn_tail_accepted = false;
    /// Names the boot of this machine; one that cannot be read is another one each time.
    std::filesystem::path boot_id_file = "/proc/sys/kernel/random/boot_id";
};

class Store {
  public:
    virtual ~Store() = default;
    [[nodiscard]] virtual JobStore& jobs() = 0;
    [[nodiscard]] virtual CorpusLog& corpus() = 0;
    /// The journal of the key with this address. The reference lives as long as the store.
    [[nodiscard]] virtual SubmissionSlots& slots(const Address& signer) = 0;
    [[nodiscard]] virtual BlobStore& blobs() = 0;
    [[nodiscard]] virtual EvidenceArchive& archive() = 0;
    /// Success while writes are taken. Errors: what latched it, kStorageFull below the reserve.
    [[nodiscard]] virtual Status health() = 0;
    /// Writes are refused since the disk was full, and now it has room again: what was written then
    /// is known only to who opens the store anew.
    [[nodiscard]] virtual bool waits_for_restart() = 0;
};

/// Opens or makes the store in `options.directory` (RocksDB and files). Errors: kStoreLocked
/// (another process has it), kStoreNewer (written by a newer version), kStoreCorrupt, kIo,
/// kStorageFull.
[[nodiscard]] Result<std::unique_ptr<Store>> open_store(const StoreOptions& options);

/// The same behaviour in memory, for tests; `directory` and `free_bytes_min` are not used.
class MemoryStore : public Store {
  public:
    /// From now on every write fails with `code` and latches, as a failing disk does.
    virtual void fail_writes(Errc code) = 0;
};
[[nodiscard]] std::unique_ptr<MemoryStore> make_memory_store(const StoreOptions& options);

}  // namespace pramana::store
