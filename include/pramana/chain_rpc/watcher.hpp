#pragma once

#include "pramana/chain_rpc/chain_reader.hpp"
#include "pramana/os/clock.hpp"

#include <functional>
#include <set>
#include <span>

namespace pramana::chain_rpc {

/// A job of ours that the chain shows. The same job may be told more than once, also with another
/// file or bid after a reorg: the receiver keeps the newest and reads ChainReader::job before it
/// acts.
struct JobSeen {
    JobId job{};
    FileId file{};
    Word256 bid_wei;
    std::uint64_t block_number = 0;  ///< of the log; 0 = found by the state sweep
    Hash32 block_hash{};             ///< what it relies on: the log's block, or the sweep's
    /// When the payer may take the fee back: the chain's time of the job plus the pool's cancel
    /// delay, to be compared with block timestamps, never with our clock. 0 = not known here:
    /// TeeJob::added_unix_s and ChainReader::cancel_delay_s.
    std::uint64_t cancellable_unix_s = 0;
};

/// Where the watcher's own record is kept; opaque bytes, replaced durably. Thread: the watcher's.
class WatchCursor {
  public:
    virtual ~WatchCursor() = default;
    /// nullopt = never saved. Errors: kStoreUnavailable, kStoreCorrupt.
    [[nodiscard]] virtual Result<std::optional<Bytes>> load() = 0;
    /// Errors: kStoreUnavailable, kStorageFull.
    [[nodiscard]] virtual Status save(ByteView record) = 0;
};

/// What announces a job, as WatcherOptions::job_event declares it. Thread: const, any.
class JobEvent {
  public:
    /// Empty: today's pool. Errors: kConfigInvalid.
    [[nodiscard]] static Result<JobEvent> parse(std::string_view declaration);
    [[nodiscard]] const Hash32& topic0() const noexcept { return topic0_; }
    /// Errors: kMalformedChainData.
    [[nodiscard]] Result<chain::JobSubmitted> decode(const chain::Log& log) const;

  private:
    explicit JobEvent(chain::abi::Event event);
    chain::abi::Event event_;
    Hash32 topic0_;
};

struct WatcherOptions {
    Address tee;                    ///< ours; JobSubmitted does not index it
    std::uint64_t start_block = 0;  ///< where the contracts were deployed; used without a record
    std::uint64_t range_blocks_max = 1000;
    std::uint64_t blocks_per_poll_max = 20'000;
    std::chrono::seconds sweep_every{600};
    std::uint64_t sweep_page = 100;
    /// The event that announces a job, as chain::abi::parse_event reads it: its first four inputs
    /// are job, file, worker and bid, indexed as declared; more may follow. Empty = JobSubmitted of
    /// today's pool.
    std::string job_event{};
};

/// Called with different jobs, 1..kJobsToldAtOnce, in the chain's order: those of a range of
/// blocks, or of a page of the sweep. An Error stops the poll and the cursor stays before them: all
/// of them are told again.
using JobSink = std::function<Status(std::span<const JobSeen>)>;
constexpr std::size_t kJobsToldAtOnce = 256;
/// Called once for a reorg: what was seen in blocks above `fork_block` is undone and read again.
using ReorgSink = std::function<Status(std::uint64_t fork_block)>;

struct WatchReport {
    std::uint64_t head = 0;
    std::uint64_t scanned_to = 0;  ///< behind the head while catching up
    std::size_t jobs_told = 0;
    bool swept = false;
    std::optional<std::uint64_t> reorg_fork;
    Hash32 head_hash{};             ///< the quorum's block that this round relies on
    std::uint64_t head_unix_s = 0;  ///< the chain's time: deadlines are compared with it
    std::uint64_t finalized = 0;
    std::uint64_t reorg_depth = 0;  ///< blocks undone
    std::size_t logs_left_out = 0;  ///< endpoints that hid logs in this round
    /// kWorkerNotActive, kContractPaused, kContractChanged: no proof will be taken for now.
    /// Watching goes on, and so does all else once the cause is gone.
    std::optional<Errc> hold{};
};

/// Finds every job of ours. Up to the finalized block by ranges of logs (halved when a node finds
/// them too large, grown slowly), above it block by block: a chain of the last 64 hashes and
/// parents down to the finalized checkpoint shows reorgs, also those that happened while we were
/// down; logs are asked by block hash and compared with blooms, the endpoints' other lists and the
/// dense job ids. A sweep over the pool's state, at one block, at start, periodically and whenever
/// something is missing finds every open job even if all logs are lost. Thread: one. Source:
/// reference chain.md section 9.
class Watcher {
  public:
    /// `reader`, `cursor` and `clock` outlive the watcher. Aborts on a job_event that does not
    /// parse: job_event_is_valid() tells.
    Watcher(ChainReader& reader, WatchCursor& cursor, const Clock& clock,
            const WatcherOptions& options, JobSink on_jobs, ReorgSink on_reorg);

    /// One round: blocks on the node; where the head is the last round's and nothing is due, that
    /// is one request. Call it every slot or so; call again at once while scanned_to < head.
    /// Errors: those of ChainReader, of the cursor and of the sinks; the next poll goes on where
    /// this one stopped.
    [[nodiscard]] Result<WatchReport> poll();

    [[nodiscard]] static bool job_event_is_valid(std::string_view declaration);

  private:
    struct Mark {
        std::uint64_t number = 0;
        Hash32 hash;
        Hash32 parent;
    };
    [[nodiscard]] Status load();
    [[nodiscard]] Status save();
    [[nodiscard]] Status settle_reorg(const BlockHeader& head, WatchReport& report);
    [[nodiscard]] Result<std::optional<std::uint64_t>> fork_point(const BlockHeader& head);
    [[nodiscard]] Status scan(const BlockHeader& head, WatchReport& report);
    [[nodiscard]] Status scan_ranges(std::uint64_t to, std::uint64_t stop, WatchReport& report);
    [[nodiscard]] Status scan_page(std::uint64_t to, WatchReport& report);
    [[nodiscard]] Status scan_blocks(const BlockHeader& head, WatchReport& report);
    [[nodiscard]] Status check_density(const BlockHeader& head, WatchReport& report);
    /// Adds the log's job, where it is ours, to those that are to be told.
    [[nodiscard]] Status take_log(const LogEntry& log, std::uint64_t added_unix_s,
                                  std::vector<JobSeen>& jobs);
    [[nodiscard]] Status sweep(const BlockHeader& head, WatchReport& report);
    /// Tells those of the jobs that were not told yet, each once.
    [[nodiscard]] Status tell(const std::vector<JobSeen>& jobs, WatchReport& report);
    [[nodiscard]] bool sweep_is_due() const;
    [[nodiscard]] Status read_cancel_delay(const BlockHeader& head);
    [[nodiscard]] std::uint64_t cancellable(std::uint64_t added_unix_s) const;

    ChainReader& reader_;
    WatchCursor& cursor_;
    const Clock& clock_;
    WatcherOptions options_;
    JobEvent job_event_;
    JobSink on_jobs_;
    ReorgSink on_reorg_;
    bool loaded_ = false;
    std::uint64_t next_block_ = 0;
    std::uint64_t last_job_ = 0;      ///< highest job id of any TEE that was seen; 0 = none known
    std::optional<Mark> checkpoint_;  ///< scanned and final
    std::vector<Mark> blocks_;        ///< scanned above it, each the next one's parent; at most 64
    std::uint64_t finalized_ = 0;
    std::uint64_t range_ = 0;
    bool sweep_due_ = true;
    std::chrono::steady_clock::time_point swept_at_{};
    std::optional<std::uint64_t> cancel_delay_s_;
    std::optional<Errc> held_for_;
    std::optional<Hash32> settled_head_;  ///< looked at to the end, without an error
    std::set<std::uint64_t> told_;        ///< open jobs told since the last sweep
};

}  // namespace pramana::chain_rpc
