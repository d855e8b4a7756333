#pragma once

#include "pramana/chain_rpc/chain_reader.hpp"
#include "pramana/os/clock.hpp"

#include <functional>
#include <set>

namespace pramana::chain_rpc {

/// A job of ours that the chain shows. The same job may be told more than once, also with another
/// file or bid after a reorg: the receiver keeps the newest and reads ChainReader::job before it
/// acts.
struct JobSeen {
    JobId job{};
    FileId file{};
    Word256 bid_wei;
    std::uint64_t block_number = 0;  ///< of the log; 0 = found by the state sweep
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

struct WatcherOptions {
    Address tee;                    ///< ours; JobSubmitted does not index it
    std::uint64_t start_block = 0;  ///< where the contracts were deployed; used without a record
    std::uint64_t range_blocks_max = 1000;
    std::uint64_t blocks_per_poll_max = 20'000;
    std::chrono::seconds sweep_every{600};
    std::uint64_t sweep_page = 100;
};

/// Called for each job; an Error stops the poll and the cursor stays before it.
using JobSink = std::function<Status(const JobSeen&)>;
/// Called once for a reorg: what was seen in blocks above `fork_block` is to be read again.
using ReorgSink = std::function<Status(std::uint64_t fork_block)>;

struct WatchReport {
    std::uint64_t head = 0;
    std::uint64_t scanned_to = 0;  ///< behind the head while catching up
    std::size_t jobs_told = 0;
    bool swept = false;
    std::optional<std::uint64_t> reorg_fork;
};

/// Finds every job of ours: JobSubmitted logs by ranges (halved when a node finds them too large),
/// a chain of block hashes that shows reorgs, and a sweep over the pool's state at start,
/// periodically and whenever the dense job ids show that a log is missing. The sweep alone finds
/// every open job, even if all logs are lost. Thread: one. Source: reference chain.md section 9.
class Watcher {
  public:
    /// `reader`, `cursor` and `clock` outlive the watcher.
    Watcher(ChainReader& reader, WatchCursor& cursor, const Clock& clock,
            const WatcherOptions& options, JobSink on_job, ReorgSink on_reorg);

    /// One round: blocks on the node. Call it every slot or so; call again at once while scanned_to
    /// < head. Errors: those of ChainReader, of the cursor and of the sinks; the next poll goes on
    /// where this one stopped.
    [[nodiscard]] Result<WatchReport> poll();

  private:
    struct Mark {
        std::uint64_t number = 0;
        Hash32 hash;
    };
    [[nodiscard]] Status load();
    [[nodiscard]] Status save();
    [[nodiscard]] Status settle_reorg(WatchReport& report);
    [[nodiscard]] Status scan(WatchReport& report);
    [[nodiscard]] Status scan_page(std::uint64_t to, WatchReport& report);
    [[nodiscard]] Status take_log(const LogEntry& log, WatchReport& report);
    [[nodiscard]] Status sweep(WatchReport& report);
    [[nodiscard]] Status tell(const JobSeen& seen, WatchReport& report);

    ChainReader& reader_;
    WatchCursor& cursor_;
    const Clock& clock_;
    WatcherOptions options_;
    JobSink on_job_;
    ReorgSink on_reorg_;
    bool loaded_ = false;
    std::uint64_t next_block_ = 0;
    std::uint64_t last_job_ = 0;  ///< highest job id of any TEE that a log showed
    std::vector<Mark> marks_;     ///< ends of scanned ranges, ascending, at most 64
    std::uint64_t range_ = 0;
    bool sweep_due_ = true;
    std::chrono::steady_clock::time_point swept_at_{};
    std::set<std::uint64_t> told_;  ///< open jobs told since the last sweep
};

}  // namespace pramana::chain_rpc
