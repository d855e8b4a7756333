#include "monitor.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/os/log.hpp"

#include <algorithm>
#include <cmath>

namespace pramana::app {
namespace {

/// Jobs that a look asks the pool about; each is asked about once.
constexpr unsigned kJobReads = 16;

double to_double(const Word256& word) {
    double value = 0;
    for (std::size_t i = 0; i < word.bytes.size(); i += sizeof(std::uint64_t))
        value = std::ldexp(value, 64) +
                static_cast<double>(load_be<std::uint64_t>(word.bytes.data() + i));
    return value;
}

}  // namespace

Monitor::Monitor(Parts parts, const MonitorOptions& options)
    : parts_{std::move(parts)},
      options_{options},
      thread_{[this](const std::stop_token& stop) { work(stop); }} {}

void Monitor::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        look();
        std::unique_lock lock{mutex_};
        wake_.wait_for(lock, stop, options_.every, [] { return false; });
    }
}

void Monitor::look_at_jobs(OperatorView& view) {
    const Result<std::vector<JobId>> open = parts_.store.jobs().open_jobs();
    if (!open) return;
    std::map<JobId, std::int64_t> still_asked;
    unsigned reads = kJobReads;
    for (const JobId id : *open) {
        const Result<store::JobRecord> job = parts_.store.jobs().job(id);
        if (!job || store::is_terminal(job->stage)) continue;
        OperatorView::Queue& queue = view.queues.at(static_cast<std::size_t>(job->stage));
        const std::int64_t age = std::max<std::int64_t>(0, view.taken_unix_s - job->seen_unix_s);
        ++queue.jobs;
        queue.oldest_s = std::max(queue.oldest_s, age);
        view.held_by_fee += job->cause == Errc::kFeeCeiling ? 1U : 0U;
        view.held_by_funds += job->cause == Errc::kInsufficientFunds ? 1U : 0U;
        view.held_by_bid += job->cause == Errc::kBidBelowGas ? 1U : 0U;
        // Who sends no key or file misses the deadline by their own doing.
        if (view.cancel_delay_s && job->stage >= store::Stage::kQueued &&
            job->stage < store::Stage::kIncluded) {
            const std::optional<std::int64_t> asked = asked_unix_s(id, reads);
            if (asked) still_asked.emplace(id, *asked);
            // By the chain's time, which the pool goes by: we may have been down when it was asked.
            const std::int64_t passed =
                asked.value_or(0) != 0 && view.head_unix_s ? *view.head_unix_s - *asked : age;
            const std::int64_t left = *view.cancel_delay_s - passed;
            view.first_deadline_s = std::min(view.first_deadline_s.value_or(left), left);
        }
    }
    asked_ = std::move(still_asked);
}

/// When the payer asked for the job; 0 = the pool does not tell; nothing: not read yet.
std::optional<std::int64_t> Monitor::asked_unix_s(JobId id, unsigned& reads) const {
    if (const auto known = asked_.find(id); known != asked_.end()) return known->second;
    if (reads == 0) return std::nullopt;
    --reads;
    const Result<chain::TeeJob> job = parts_.reader.job(id);
    if (!job || job->status == chain::JobStatus::kNone) return std::nullopt;
    return static_cast<std::int64_t>(job->added_unix_s);
}

void Monitor::look_at_slots(OperatorView& view) {
    const chain_rpc::SubmitterStatus status = parts_.submitter.status();
    for (std::size_t i = 0; i < status.slots.size(); ++i)
        if (!chain::is_terminal(static_cast<chain::SlotState>(i)))
            view.open_slots += status.slots.at(i);
    view.lowest_open_nonce = status.lowest_unfinished_nonce;
    view.oldest_slot_s = static_cast<std::int64_t>(status.oldest_age_s);
    view.oldest_waiting_slot_s = static_cast<std::int64_t>(status.oldest_waiting_s);
    view.replacements = status.replacements;
    view.resends = status.resends;
    view.noops = status.noops;
    view.reverts = status.reverts;
    view.reorgs = status.reorgs;
    view.reorg_depth_max = status.reorg_depth_max;
    view.spent_today_wei = to_double(status.spent_today.word());
    for (const chain_rpc::SubmitterAlarm alarm : status.alarms)
        view.submitter_alarms.emplace_back(chain_rpc::name_of(alarm));
    view.foreign_nonce = parts_.submitter.halted();
}

void Monitor::look_at_endpoints(OperatorView& view) const {
    const chain_rpc::EndpointsReport report = parts_.rpc.report();
    for (const chain_rpc::EndpointHealth& each : report.endpoints)
        view.endpoints.push_back(
            {.name = each.origin,
             .healthy = each.state == chain_rpc::EndpointState::kHealthy,
             .lag_blocks = each.lag_blocks,
             .failures = each.failures,
             .disagreements = each.disagreements,
             .logs_left_out = each.logs_left_out,
             .latency_s = std::chrono::duration<double>{each.last_latency}.count()});
    view.reads_disagreed = report.reads_disagreed;
    view.reads_without_quorum = report.reads_without_quorum;
}

void Monitor::look_at_finality(OperatorView& view) {
    if (!options_.watch_finality || !view.head) return;
    const Result<chain_rpc::BlockHeader> block =
        parts_.reader.block(chain_rpc::BlockTag::kFinalized);
    if (!block) return;
    view.finalized = block->number;
    if (!finalized_ || *finalized_ != block->number) {
        finalized_ = block->number;
        head_then_ = *view.head;
        moved_unix_s_ = view.taken_unix_s;
    }
    if (*view.head > head_then_) view.finality_still_s = view.taken_unix_s - moved_unix_s_;
}

void Monitor::look_at_chain(OperatorView& view) {
    const Result<chain_rpc::BlockHeader> head = parts_.reader.block(chain_rpc::BlockTag::kLatest);
    if (!head) return;
    view.head = head->number;
    view.head_unix_s = static_cast<std::int64_t>(head->timestamp_s);
    view.head_age_s =
        std::max<std::int64_t>(0, view.taken_unix_s - static_cast<std::int64_t>(head->timestamp_s));
    look_at_finality(view);
    if (const auto count = parts_.reader.transaction_count(options_.tee)) view.chain_nonce = *count;
    if (const auto delay = parts_.reader.cancel_delay_s())
        view.cancel_delay_s = static_cast<std::int64_t>(
            std::min<std::uint64_t>(*delay, static_cast<std::uint64_t>(INT32_MAX)));
    if (const auto tee = parts_.reader.tee(options_.tee))
        view.worker_active = tee->status == chain::TeeStatus::kActive;
    if (const auto market = parts_.reader.fee_market())
        view.gas_price_wei =
            market->next_base_fee_wei +
            std::clamp(market->tip_median_wei, options_.tip_wei_min, options_.tip_wei_max);
    if (const auto balance = parts_.reader.balance(options_.tee)) {
        view.balance_wei = to_double(*balance);
        if (view.gas_price_wei && *view.gas_price_wei > 0)
            view.proofs_left =
                std::floor(*view.balance_wei / (static_cast<double>(*view.gas_price_wei) *
                                                static_cast<double>(options_.proof_gas)));
    }
}

void Monitor::tell_changes(const std::vector<Alarm>& alarms) {
    for (const Alarm& alarm : alarms) {
        const bool was = std::find(raised_.begin(), raised_.end(), alarm.name) != raised_.end();
        if (alarm.raised == was) continue;
        const log::Field name = log::Field::vetted("alarm", alarm.name);
        if (alarm.raised)
            log::warn("app.alarm.raised", {name, log::Field::vetted("meaning", alarm.meaning)});
        else
            log::info("app.alarm.over", {name});
    }
}

void Monitor::look() {
    OperatorView view;
    view.taken_unix_s = parts_.clock.unix_s();
    look_at_chain(view);
    look_at_endpoints(view);
    look_at_jobs(view);
    look_at_slots(view);
    view.troubles = parts_.troubles();
    const std::vector<Alarm> alarms = alarms_of(view, options_.limits);
    std::string metrics = metrics_text(view, alarms, PRAMANA_VERSION);
    tell_changes(alarms);
    std::vector<std::string> raised;
    for (const Alarm& alarm : alarms)
        if (alarm.raised) raised.emplace_back(alarm.name);
    const std::lock_guard lock{mutex_};
    metrics_ = std::move(metrics);
    raised_ = std::move(raised);
}

std::string Monitor::metrics() const {
    const std::lock_guard lock{mutex_};
    return metrics_;
}

std::vector<std::string> Monitor::raised() const {
    const std::lock_guard lock{mutex_};
    return raised_;
}

}  // namespace pramana::app
