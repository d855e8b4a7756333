#include "pramana/chain_rpc/watcher.hpp"

#include "block_logs.hpp"
#include "held.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/os/log.hpp"
#include "watch_record.hpp"

#include <algorithm>

namespace pramana::chain_rpc {
namespace {

constexpr std::size_t kEventInputs = 4;  // job, file, worker, bid
constexpr std::string_view kJobSubmitted =
    "JobSubmitted(uint256 indexed,uint256 indexed,address,uint256)";

Result<chain::abi::Event> event_of(std::string_view declaration) {
    Result<chain::abi::Event> event =
        chain::abi::parse_event(declaration.empty() ? kJobSubmitted : declaration);
    if (!event) return event;
    if (event->anonymous || event->inputs.size() < kEventInputs)
        return Error{Errc::kConfigInvalid, "watcher.job_event"};
    for (std::size_t i = 0; i < kEventInputs; ++i)
        if (to_text(event->inputs[i].type) != (i == 2 ? "address" : "uint256"))
            return Error{Errc::kConfigInvalid, "watcher.job_event"};
    return event;
}

JobEvent known_event(std::string_view declaration) {
    Result<JobEvent> event = JobEvent::parse(declaration);
    PRAMANA_CHECK(event.has_value());
    return *std::move(event);
}

}  // namespace

JobEvent::JobEvent(chain::abi::Event event)
    : event_{std::move(event)}, topic0_{chain::abi::topic0_of(event_)} {}

Result<JobEvent> JobEvent::parse(std::string_view declaration) {
    Result<chain::abi::Event> event = event_of(declaration);
    if (!event) return event.error();
    return JobEvent{*std::move(event)};
}

Result<chain::JobSubmitted> JobEvent::decode(const chain::Log& log) const {
    const Result<std::vector<chain::abi::EventArgument>> arguments =
        chain::abi::decode_event(event_, log);
    if (!arguments) return arguments.error();
    const auto word = [&arguments](std::size_t at) { return (*arguments)[at].value.word(); };
    const Result<std::uint64_t> job = chain::to_u64(word(0));
    const Result<std::uint64_t> file = chain::to_u64(word(1));
    const Result<Address> tee = chain::to_address(word(2));
    if (!job || !file || !tee) return Error{Errc::kMalformedChainData, "watcher.job_event"};
    return chain::JobSubmitted{JobId{*job}, FileId{*file}, *tee, word(3)};
}

bool Watcher::job_event_is_valid(std::string_view declaration) {
    return event_of(declaration).has_value();
}

Watcher::Watcher(ChainReader& reader, WatchCursor& cursor, const Clock& clock,
                 const WatcherOptions& options, JobSink on_jobs, ReorgSink on_reorg)
    : reader_{reader},
      cursor_{cursor},
      clock_{clock},
      options_{options},
      job_event_{known_event(options.job_event)},
      on_jobs_{std::move(on_jobs)},
      on_reorg_{std::move(on_reorg)},
      next_block_{options_.start_block},
      range_{options_.range_blocks_max} {
    PRAMANA_CHECK(options_.range_blocks_max > 0 && options_.sweep_page > 0);
}

Status Watcher::load() {
    const Result<std::optional<Bytes>> stored = cursor_.load();
    if (!stored) return stored.error();
    loaded_ = true;
    const Bytes* const bytes = held(*stored);
    if (bytes == nullptr) return Done{};
    const std::optional<WatchRecord> record = decode_watch_record(*bytes);
    if (!record) {
        // The record only saves work: without it the scan starts over and the sweep finds what is
        // open.
        log::warn("watcher.record_unreadable", {{"bytes", bytes->size()}});
        return Done{};
    }
    next_block_ = record->next_block;
    last_job_ = record->last_job;
    if (record->checkpoint)
        checkpoint_ =
            Mark{record->checkpoint->number, record->checkpoint->hash, record->checkpoint->parent};
    for (const WatchRecord::Block& block : record->blocks)
        blocks_.push_back({block.number, block.hash, block.parent});
    return Done{};
}

Status Watcher::save() {
    WatchRecord record{next_block_, last_job_, std::nullopt, {}};
    if (checkpoint_)
        record.checkpoint =
            WatchRecord::Block{checkpoint_->number, checkpoint_->hash, checkpoint_->parent};
    for (const Mark& mark : blocks_) record.blocks.push_back({mark.number, mark.hash, mark.parent});
    return cursor_.save(encode(record));
}

Result<WatchReport> Watcher::poll() {
    if (!loaded_) PRAMANA_TRY(load());
    WatchReport report;
    const Result<BlockHeader> head = reader_.pin();
    if (!head) return head.error();
    report.head = head->number;
    report.head_hash = head->hash;
    report.head_unix_s = head->timestamp_s;
    // The same block holds the same state: what was read at it stands.
    if (settled_head_ == head->hash && !held_for_ && !sweep_is_due()) {
        report.finalized = finalized_;
        report.scanned_to = head->number;
        return report;
    }
    settled_head_.reset();
    const Result<BlockHeader> final_block = reader_.pin(BlockTag::kFinalized);
    // Where a node knows no such tag, all is near the head.
    if (final_block)
        finalized_ = std::max(finalized_, std::min(final_block->number, head->number));
    else if (final_block.error().code != Errc::kRpcRejected &&
             final_block.error().code != Errc::kNotFound)
        return final_block.error();
    report.finalized = finalized_;
    if (!cancel_delay_s_) PRAMANA_TRY(read_cancel_delay(*head));
    PRAMANA_TRY(settle_reorg(*head, report));
    PRAMANA_TRY(scan(*head, report));
    const Result<std::optional<Errc>> hold =
        hold_of(reader_.rpc(), reader_.contracts().tee_pool, options_.tee, *head);
    if (!hold) return hold.error();
    report.hold = *hold;
    if (report.hold != held_for_) {
        if (report.hold)
            log::warn("watcher.hold", {{"cause", *report.hold}});
        else
            log::info("watcher.hold_ended");
    }
    held_for_ = report.hold;
    const bool changed = report.hold == Errc::kContractChanged;
    if (!changed && sweep_is_due()) PRAMANA_TRY(sweep(*head, report));
    report.scanned_to = next_block_ == 0 ? 0 : next_block_ - 1;
    if (report.scanned_to >= report.head) settled_head_ = head->hash;
    return report;
}

bool Watcher::sweep_is_due() const {
    return sweep_due_ || clock_.steady() - swept_at_ >= options_.sweep_every;
}

/// The newest scanned block that is on the chain of `head`; nullopt = nothing scanned is known to
/// have left it.
Result<std::optional<std::uint64_t>> Watcher::fork_point(const BlockHeader& head) {
    std::vector<Mark> known;
    if (checkpoint_) known.push_back(*checkpoint_);
    known.insert(known.end(), blocks_.begin(), blocks_.end());
    // A quorum's head may stand a block or two lower than before: what lies above it is neither
    // confirmed nor gone.
    std::erase_if(known, [&head](const Mark& mark) { return mark.number > head.number; });
    if (known.empty()) return std::optional<std::uint64_t>{};
    const Mark& newest = known.back();
    if (newest.hash == head.hash || newest.hash == head.parent_hash)
        return std::optional<std::uint64_t>{};
    for (auto mark = known.rbegin(); mark != known.rend(); ++mark) {
        const Result<BlockHeader> now = reader_.block(BlockRef{mark->number});
        if (!now && now.error().code != Errc::kNotFound) return now.error();
        if (!now || now->hash != mark->hash) continue;
        if (mark == known.rbegin()) return std::optional<std::uint64_t>{};
        return std::optional{mark->number};
    }
    if (checkpoint_) log::error("watcher.final_block_replaced", {{"block", checkpoint_->number}});
    return std::optional{options_.start_block == 0 ? 0 : options_.start_block - 1};
}

/// Walks back to the fork point, says so, and scans again from there.
Status Watcher::settle_reorg(const BlockHeader& head, WatchReport& report) {
    const Result<std::optional<std::uint64_t>> found = fork_point(head);
    if (!found) return found.error();
    const std::uint64_t* const fork = held(*found);
    if (fork == nullptr) return Done{};
    log::warn("watcher.reorg", {{"fork_block", *fork}, {"blocks_undone", next_block_ - 1 - *fork}});
    if (on_reorg_) PRAMANA_TRY(on_reorg_(*fork));
    report.reorg_fork = *fork;
    report.reorg_depth = next_block_ - 1 - *fork;
    std::erase_if(blocks_, [fork](const Mark& mark) { return mark.number > *fork; });
    if (checkpoint_ && checkpoint_->number > *fork) checkpoint_.reset();
    next_block_ = std::max(*fork + 1, options_.start_block);
    last_job_ = 0;  // ids may have been given anew; the sweep sets it again
    told_.clear();
    sweep_due_ = true;
    return save();
}

Status Watcher::scan(const BlockHeader& head, WatchReport& report) {
    const std::uint64_t stop = next_block_ + options_.blocks_per_poll_max;
    const bool anything_new = next_block_ <= head.number;
    PRAMANA_TRY(scan_ranges(std::min(finalized_, head.number), stop, report));
    while (next_block_ <= head.number && next_block_ < stop && next_block_ > finalized_)
        PRAMANA_TRY(scan_blocks(head, report));
    if (anything_new && next_block_ > head.number) return check_density(head, report);
    return Done{};
}

/// Final blocks, by ranges.
Status Watcher::scan_ranges(std::uint64_t last, std::uint64_t stop, WatchReport& report) {
    while (next_block_ <= last && next_block_ < stop) {
        const std::uint64_t to = std::min({last, next_block_ + range_ - 1, stop - 1});
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
    const Result<LogPage> page =
        reader_.logs({reader_.contracts().tee_pool, job_event_.topic0(), next_block_, to});
    if (!page) return page.error();
    std::vector<JobSeen> jobs;
    for (const LogEntry& entry : page->logs) PRAMANA_TRY(take_log(entry, 0, jobs));
    PRAMANA_TRY(tell(jobs, report));
    const BlockHeader& last = page->last_block;
    checkpoint_ = Mark{last.number, last.hash, last.parent_hash};
    blocks_.clear();
    next_block_ = to + 1;
    return save();
}

/// The next blocks above the finalized one, each by its hash.
Status Watcher::scan_blocks(const BlockHeader& head, WatchReport& report) {
    const std::uint64_t most =
        std::min<std::uint64_t>(kBlocksKept, reader_.rpc().batch_calls_max());
    const std::uint64_t to = std::min(head.number, next_block_ + most - 1);
    const Result<std::vector<BlockHeader>> blocks = reader_.blocks(next_block_, to);
    if (!blocks) return blocks.error();
    const Mark* const before = !blocks_.empty() ? &blocks_.back() : held(checkpoint_);
    if (before != nullptr && before->number + 1 == next_block_ &&
        blocks->front().parent_hash != before->hash)
        return Error{Errc::kNodeInconsistent, "watcher.blocks.parent"};  // a reorg: the next poll
    const LogTarget target{reader_.contracts().tee_pool, job_event_.topic0()};
    const Result<BlockLogs> found = logs_of_blocks(reader_.rpc(), *blocks, target, false);
    if (!found) return found.error();
    report.logs_left_out += found->left_out;
    if (found->unsure) sweep_due_ = true;
    std::vector<JobSeen> jobs;
    for (const LogEntry& entry : found->logs) {
        const std::uint64_t time_s = (*blocks)[entry.block_number - next_block_].timestamp_s;
        PRAMANA_TRY(take_log(entry, time_s, jobs));
    }
    PRAMANA_TRY(tell(jobs, report));
    for (const BlockHeader& block : *blocks)
        blocks_.push_back({block.number, block.hash, block.parent_hash});
    // What is final by now needs no way back; its newest block is the checkpoint.
    while (!blocks_.empty() &&
           (blocks_.front().number <= finalized_ || blocks_.size() > kBlocksKept)) {
        if (blocks_.front().number <= finalized_) checkpoint_ = blocks_.front();
        blocks_.erase(blocks_.begin());
    }
    next_block_ = to + 1;
    return save();
}

/// Job ids are dense: a counter ahead of what the logs showed means that a log is missing. The
/// receipts of the newest blocks may have it; the sweep has it in any case.
Status Watcher::check_density(const BlockHeader& head, WatchReport& report) {
    const Result<std::uint64_t> count = reader_.jobs_count(head);
    if (!count && count.error().code == Errc::kReverted) return Done{};  // hold_of says more
    if (!count) return count.error();
    if (last_job_ != 0 && *count > last_job_) {
        log::warn("watcher.log_missing", {{"jobs", *count}, {"seen", last_job_}});
        sweep_due_ = true;
        if (!blocks_.empty()) {
            const Result<std::vector<BlockHeader>> blocks =
                reader_.blocks(blocks_.front().number, blocks_.back().number);
            const LogTarget target{reader_.contracts().tee_pool, job_event_.topic0()};
            if (blocks) {
                const Result<BlockLogs> found =
                    logs_of_blocks(reader_.rpc(), *blocks, target, true);
                if (found) report.logs_left_out += found->left_out;
            }
        }
    }
    last_job_ = std::max(last_job_, *count);
    return Done{};
}

Status Watcher::take_log(const LogEntry& entry, std::uint64_t added_unix_s,
                         std::vector<JobSeen>& jobs) {
    const Result<chain::JobSubmitted> submitted = job_event_.decode(entry.log);
    if (!submitted) return submitted.error();
    const std::uint64_t id = number(submitted->job);
    if (last_job_ != 0 && id > last_job_ + 1) sweep_due_ = true;  // ids are dense: a log is missing
    last_job_ = std::max(last_job_, id);
    if (submitted->tee != options_.tee) return Done{};
    jobs.push_back({submitted->job, submitted->file, submitted->bid_wei, entry.block_number,
                    entry.block_hash, cancellable(added_unix_s)});
    return Done{};
}

Status Watcher::read_cancel_delay(const BlockHeader& head) {
    const Result<std::uint64_t> delay = reader_.cancel_delay_s(head);
    if (delay) cancel_delay_s_ = *delay;
    // A pool without one, or in another layout, has no deadline that we know.
    if (!delay && delay.error().code != Errc::kReverted &&
        delay.error().code != Errc::kMalformedChainData)
        return delay.error();
    return Done{};
}

std::uint64_t Watcher::cancellable(std::uint64_t added_unix_s) const {
    return added_unix_s > 0 && cancel_delay_s_ ? added_unix_s + *cancel_delay_s_ : 0;
}

Status Watcher::tell(const std::vector<JobSeen>& jobs, WatchReport& report) {
    std::set<std::uint64_t> ids;
    std::vector<JobSeen> fresh;
    for (const JobSeen& seen : jobs)
        if (!told_.contains(number(seen.job)) && ids.insert(number(seen.job)).second)
            fresh.push_back(seen);
    for (std::size_t start = 0; start < fresh.size(); start += kJobsToldAtOnce) {
        const std::size_t count = std::min(kJobsToldAtOnce, fresh.size() - start);
        const std::span<const JobSeen> some = std::span{fresh}.subspan(start, count);
        PRAMANA_TRY(on_jobs_(some));
        for (const JobSeen& seen : some) told_.insert(number(seen.job));
        report.jobs_told += count;
    }
    return Done{};
}

/// All pending jobs of ours at one block, so that pages do not shift under us.
Status Watcher::sweep(const BlockHeader& head, WatchReport& report) {
    PRAMANA_TRY(read_cancel_delay(head));  // the maintainer may change it
    std::set<std::uint64_t> open;
    for (std::uint64_t start = 0;; start += options_.sweep_page) {
        const Result<std::vector<JobId>> ids =
            reader_.tee_job_ids(options_.tee, start, options_.sweep_page, head);
        if (!ids) return ids.error();
        std::vector<JobId> untold;
        for (const JobId id : *ids) {
            open.insert(number(id));
            if (!told_.contains(number(id))) untold.push_back(id);
        }
        const Result<std::vector<chain::TeeJob>> jobs =
            jobs_at(reader_.rpc(), reader_.contracts(), untold, head);
        if (!jobs) return jobs.error();
        std::vector<JobSeen> seen;
        for (std::size_t i = 0; i < untold.size(); ++i) {
            const chain::TeeJob& job = (*jobs)[i];
            if (job.status != chain::JobStatus::kSubmitted || job.tee != options_.tee)
                return Error{Errc::kNodeInconsistent, "watcher.sweep.job"};
            seen.push_back(
                {untold[i], job.file, job.bid_wei, 0, head.hash, cancellable(job.added_unix_s)});
        }
        PRAMANA_TRY(tell(seen, report));
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
