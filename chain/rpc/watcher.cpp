#include "pramana/chain_rpc/watcher.hpp"

#include "held.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/os/log.hpp"

#include <algorithm>

namespace pramana::chain_rpc {
namespace {

constexpr std::size_t kMarksMax = 64;
constexpr std::size_t kMarkBytes = 40;
constexpr std::uint8_t kRecordVersion = 1;
constexpr std::size_t kHeadBytes = 17;  // version, next block, last job
constexpr std::uint64_t kRewindBlocks =
    256;  // when no mark is left: far beyond any reorg, and the sweep covers the rest

}  // namespace

Watcher::Watcher(ChainReader& reader, WatchCursor& cursor, const Clock& clock,
                 const WatcherOptions& options, JobSink on_job, ReorgSink on_reorg)
    : reader_{reader},
      cursor_{cursor},
      clock_{clock},
      options_{options},
      on_job_{std::move(on_job)},
      on_reorg_{std::move(on_reorg)},
      next_block_{options_.start_block},
      range_{options_.range_blocks_max} {
    PRAMANA_CHECK(options_.range_blocks_max > 0 && options_.sweep_page > 0);
}

/// version(1) || next block(8) || last job(8) || { number(8) || hash(32) }*
Status Watcher::load() {
    const Result<std::optional<Bytes>> record = cursor_.load();
    if (!record) return record.error();
    loaded_ = true;
    const Bytes* const stored = held(*record);
    if (stored == nullptr) return Done{};
    const Bytes& bytes = *stored;
    if (bytes.size() < kHeadBytes || bytes[0] != kRecordVersion ||
        (bytes.size() - kHeadBytes) % kMarkBytes != 0 ||
        (bytes.size() - kHeadBytes) / kMarkBytes > kMarksMax) {
        // The record only saves work: without it the scan starts over and the sweep finds what is
        // open.
        log::warn("watcher.record_unreadable", {{"bytes", bytes.size()}});
        return Done{};
    }
    next_block_ = load_be<std::uint64_t>(bytes.data() + 1);
    last_job_ = load_be<std::uint64_t>(bytes.data() + 9);
    for (std::size_t at = kHeadBytes; at < bytes.size(); at += kMarkBytes) {
        Mark mark{load_be<std::uint64_t>(bytes.data() + at), {}};
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at) + 8, 32,
                    mark.hash.bytes.begin());
        marks_.push_back(mark);
    }
    return Done{};
}

Status Watcher::save() {
    Bytes record{kRecordVersion};
    append_be(record, next_block_);
    append_be(record, last_job_);
    for (const Mark& mark : marks_) {
        append_be(record, mark.number);
        append(record, mark.hash.view());
    }
    return cursor_.save(record);
}

Result<WatchReport> Watcher::poll() {
    if (!loaded_) PRAMANA_TRY(load());
    WatchReport report;
    PRAMANA_TRY(settle_reorg(report));
    PRAMANA_TRY(scan(report));
    if (sweep_due_ || clock_.steady() - swept_at_ >= options_.sweep_every)
        PRAMANA_TRY(sweep(report));
    report.scanned_to = next_block_ == 0 ? 0 : next_block_ - 1;
    return report;
}

/// Drops the marks that are no longer on the chain and scans again from there.
Status Watcher::settle_reorg(WatchReport& report) {
    bool moved = false;
    while (!marks_.empty()) {
        const Result<BlockHeader> now = reader_.block(BlockRef{marks_.back().number});
        if (!now && now.error().code != Errc::kNotFound) return now.error();
        if (now && now->hash == marks_.back().hash) break;
        moved = true;
        next_block_ = marks_.back().number;
        marks_.pop_back();
    }
    if (!moved) return Done{};
    const std::uint64_t fork =
        marks_.empty()
            ? std::max(options_.start_block, next_block_ - std::min(next_block_, kRewindBlocks))
            : marks_.back().number;
    next_block_ = marks_.empty() ? fork : fork + 1;
    last_job_ = 0;  // ids may have been given anew; the next log only sets it again
    told_.clear();
    sweep_due_ = true;
    log::warn("watcher.reorg", {{"fork_block", fork}});
    if (on_reorg_) PRAMANA_TRY(on_reorg_(fork));
    report.reorg_fork = fork;
    return save();
}

Status Watcher::scan(WatchReport& report) {
    const Result<BlockHeader> head = reader_.block(BlockTag::kLatest);
    if (!head) return head.error();
    report.head = head->number;
    const std::uint64_t stop = next_block_ + options_.blocks_per_poll_max;
    while (next_block_ <= head->number && next_block_ < stop) {
        const std::uint64_t to = std::min(head->number, next_block_ + range_ - 1);
        const Status page = scan_page(to, report);
        if (page) {
            range_ = std::min(options_.range_blocks_max, range_ + range_ / 4 + 1);
            continue;
        }
        const Errc code = page.error().code;
        const bool smaller_may_help =
            code == Errc::kTooLarge || code == Errc::kTimeout || code == Errc::kRpcRejected;
        if (!smaller_may_help || range_ == 1) return page.error();
        range_ = std::max<std::uint64_t>(1, std::min(range_, to - next_block_ + 1) / 2);
    }
    return Done{};
}

Status Watcher::scan_page(std::uint64_t to, WatchReport& report) {
    const Result<LogPage> page = reader_.logs(
        {reader_.contracts().tee_pool, chain::JobSubmitted::topic0(), next_block_, to});
    if (!page) return page.error();
    for (const LogEntry& entry : page->logs) PRAMANA_TRY(take_log(entry, report));
    marks_.push_back({to, page->last_block.hash});
    if (marks_.size() > kMarksMax) marks_.erase(marks_.begin());
    next_block_ = to + 1;
    return save();
}

Status Watcher::take_log(const LogEntry& entry, WatchReport& report) {
    const Result<chain::JobSubmitted> submitted = chain::JobSubmitted::decode(entry.log);
    if (!submitted) return submitted.error();
    const std::uint64_t id = number(submitted->job);
    if (last_job_ != 0 && id > last_job_ + 1) sweep_due_ = true;  // ids are dense: a log is missing
    last_job_ = std::max(last_job_, id);
    if (submitted->tee != options_.tee) return Done{};
    return tell({submitted->job, submitted->file, submitted->bid_wei, entry.block_number}, report);
}

Status Watcher::tell(const JobSeen& seen, WatchReport& report) {
    if (told_.contains(number(seen.job))) return Done{};
    PRAMANA_TRY(on_job_(seen));
    told_.insert(number(seen.job));
    ++report.jobs_told;
    return Done{};
}

/// All pending jobs of ours at one block, so that pages do not shift under us.
Status Watcher::sweep(WatchReport& report) {
    const Result<BlockHeader> head = reader_.block(BlockTag::kLatest);
    if (!head) return head.error();
    const BlockRef at{head->number};
    std::set<std::uint64_t> open;
    for (std::uint64_t start = 0;; start += options_.sweep_page) {
        const Result<std::vector<JobId>> ids =
            reader_.tee_job_ids(options_.tee, start, options_.sweep_page, at);
        if (!ids) return ids.error();
        for (const JobId id : *ids) {
            open.insert(number(id));
            if (told_.contains(number(id))) continue;
            const Result<chain::TeeJob> job = reader_.job(id, at);
            if (!job) return job.error();
            if (job->status != chain::JobStatus::kSubmitted || job->tee != options_.tee)
                return Error{Errc::kNodeInconsistent, "watcher.sweep.job"};
            PRAMANA_TRY(tell({id, job->file, job->bid_wei, 0}, report));
        }
        if (ids->size() < options_.sweep_page) break;
    }
    told_ = std::move(
        open);  // bounded by the open jobs; a closed one may be told again, which is harmless
    swept_at_ = clock_.steady();
    sweep_due_ = false;
    report.swept = true;
    return Done{};
}

}  // namespace pramana::chain_rpc
