// What a round reads before it decides, and what it tells of it.
#include "held.hpp"
#include "pramana/os/log.hpp"
#include "submit_reads.hpp"
#include "submitter_round.hpp"

#include <algorithm>
#include <set>

namespace pramana::chain_rpc {

using chain::Attempt;
using chain::Slot;
using chain::SlotPurpose;
using chain::SlotState;
using Kind = SubmissionEvent::Kind;

namespace {
constexpr std::size_t kFoldAtOnce = 64;
constexpr std::uint64_t kFoldEveryS = 600;
}  // namespace

/// The nonce is read before the receipts: a receipt that is missing although the nonce is spent is
/// then no race of ours.
Status Submitter::Round::look() {
    const std::vector<Hash32> hashes = attempt_hashes();
    Result<RoundFacts> facts = read_round(owner_.reader_, owner_.address(),
                                          owner_.options_.finality.ask_finalized_tag, hashes);
    if (!facts) return facts.error();
    head_ = facts->head;
    latest_nonce_ = facts->chain_nonce;
    const Status unforeign = owner_.check_chain_nonce(latest_nonce_);
    if (!unforeign) {
        if (owner_.halted_)
            events_.push_back({.kind = Kind::kForeign,
                               .purpose = SlotPurpose::kProof,
                               .jobs = {},
                               .tx_nonce = latest_nonce_ - 1,
                               .tx_hash = {},
                               .inclusion = {},
                               .void_reason = {},
                               .cause = unforeign.error()});
        events_written_ = events_.size();
        return unforeign.error();
    }
    look_at_finality(facts->finalized);
    PRAMANA_TRY(look_for_regression());
    if (reopened_) {
        const std::vector<Hash32> all = attempt_hashes();
        Result<std::vector<std::optional<Receipt>>> receipts = owner_.reader_.receipts(all);
        if (!receipts) return receipts.error();
        take_receipts(all, *receipts);
    } else {
        take_receipts(hashes, facts->receipts);
    }
    PRAMANA_TRY(look_at_blocks());
    return look_at_waiting();
}

std::vector<Hash32> Submitter::Round::attempt_hashes() const {
    std::vector<Hash32> all;
    for (const Slot& slot : slots_)
        for (const Attempt& attempt : slot.attempts) all.push_back(attempt.tx_hash);
    return all;
}

void Submitter::Round::take_receipts(const std::vector<Hash32>& hashes,
                                     std::vector<std::optional<Receipt>>& receipts) {
    for (std::size_t i = 0; i < hashes.size(); ++i)
        if (Receipt* const found = held(receipts[i]))
            receipts_.emplace(hashes[i], std::move(*found));
}

const Receipt* Submitter::Round::receipt_of(const Slot& slot) const {
    for (const Attempt& attempt : slot.attempts) {
        const auto found = receipts_.find(attempt.tx_hash);
        if (found != receipts_.end()) return &found->second;
    }
    return nullptr;
}

void Submitter::Round::look_at_finality(const std::optional<BlockHeader>& finalized) {
    const FinalityPolicy& policy = owner_.options_.finality;
    if (!policy.ask_finalized_tag) {
        finalized_ = head_.number;
        return;
    }
    finalized_ = finalized ? finalized->number : 0;
    std::uint64_t stalled = 0;
    {
        const std::lock_guard lock{owner_.status_mutex_};
        SubmitterStatus& status = owner_.status_;
        if (owner_.finalized_moved_at_ == 0 || finalized_ != status.finalized_number ||
            owner_.finalized_moved_at_ > head_.number)
            owner_.finalized_moved_at_ = head_.number;
        stalled = head_.number - owner_.finalized_moved_at_;
        status.finalized_number = finalized_;
        status.finality_stalled_blocks = stalled;
    }
    owner_.raise(SubmitterAlarm::kFinalityStalled, stalled >= policy.stall_blocks);
}

/// All slots below the lowest one that waits are mined. When the chain counts less than that, a
/// reorg took blocks away: this is stored first, so that neither a crash nor another reader loses
/// it, and everything else follows from the journal and the chain as they are.
Status Submitter::Round::look_for_regression() {
    const Result<std::optional<std::uint64_t>> highest = owner_.journal_.highest_nonce();
    if (!highest) return highest.error();
    const std::uint64_t* const bound = held(*highest);
    if (bound == nullptr) return Done{};
    const auto waiting = std::find_if(slots_.begin(), slots_.end(), [](const Slot& slot) {
        return slot.state != SlotState::kIncluded;
    });
    const std::uint64_t mined = waiting != slots_.end() ? waiting->tx_nonce : *bound + 1;
    if (latest_nonce_ >= mined) {
        owner_.regression_observations_ = 0;
        return Done{};
    }
    const Result<std::optional<chain::Regression>> last = owner_.journal_.last_regression();
    if (!last) return last.error();
    chain::Regression now = last->value_or(chain::Regression{});
    const bool told = now.times > 0 && now.from_nonce == mined && now.to_nonce == latest_nonce_;
    if (!told || owner_.regression_observations_ == 0) {
        ++now.times;
        now.from_nonce = mined;
        now.to_nonce = latest_nonce_;
        now.head_number = head_.number;
        for (const Slot& slot : slots_)
            if (const chain::Inclusion* const lost = held(slot.inclusion);
                lost != nullptr && slot.tx_nonce >= latest_nonce_ &&
                lost->block_number <= head_.number)
                now.deepest = std::max(now.deepest, head_.number - lost->block_number + 1);
        PRAMANA_TRY(owner_.stored(owner_.journal_.note_regression(now)));
        owner_.reached("after_regression");
        log::warn("submitter.regression", {{"from_nonce", mined}, {"to_nonce", latest_nonce_}});
    }
    {
        const std::lock_guard lock{owner_.status_mutex_};
        owner_.status_.regressions = now.times;
    }
    // A replica that lags looks the same for a while.
    if (++owner_.regression_observations_ < owner_.options_.foreign_observations) return Done{};
    return reopen_ended();
}

/// Slots that ended, and whose nonce the chain does not count any more: finality did not hold.
Status Submitter::Round::reopen_ended() {
    Result<std::vector<Slot>> ended =
        owner_.journal_.slots_from(latest_nonce_, owner_.options_.open_slots_max);
    if (!ended) return ended.error();
    for (const Slot& slot : *ended) {
        if (!chain::is_terminal(slot.state)) continue;
        Status opened = owner_.stored(owner_.journal_.reopen(slot.tx_nonce));
        // Its job went on under a later nonce, which waits for this one.
        if (!opened && opened.error().code == Errc::kConflict)
            opened = owner_.stored(owner_.journal_.refill(slot.tx_nonce));
        if (!opened && opened.error().code == Errc::kConflict) continue;  // folded
        if (!opened) return opened.error();
        log::error("submitter.finality_broken", {{"tx_nonce", slot.tx_nonce}});
        owner_.reached("after_reopened");
    }
    Result<std::vector<Slot>> open = owner_.journal_.open_slots();
    if (!open) return open.error();
    slots_ = *std::move(open);
    reopened_ = true;
    return Done{};
}

/// Which blocks are the chain's, for what is to be stored of the receipts.
Status Submitter::Round::look_at_blocks() {
    std::set<std::uint64_t> wanted;
    for (const Slot& slot : slots_)
        if (const Receipt* const receipt = receipt_of(slot);
            receipt != nullptr && !is_settled(slot, *receipt))
            wanted.insert(receipt->block_number);
    if (wanted.empty()) return Done{};
    const std::vector<std::uint64_t> numbers{wanted.begin(), wanted.end()};
    const Result<std::vector<std::optional<BlockHeader>>> headers =
        read_headers(owner_.reader_, numbers);
    if (!headers) return headers.error();
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if (const BlockHeader* const header = held((*headers)[i]))
            canonical_[numbers[i]] = Canonical{header->hash, header->timestamp_s};
    return Done{};
}

/// Whether the nodes still have what waits, and whether the jobs are still open. At most a window
/// of slots; while the chain takes one transaction of ours after the other only the lowest, which
/// all others wait for.
Status Submitter::Round::look_at_waiting() {
    const std::uint64_t* const before = held(owner_.nonce_before_);
    const bool moves = before != nullptr && latest_nonce_ > *before;
    owner_.nonce_before_ = latest_nonce_;
    std::vector<Hash32> hashes;
    std::vector<JobId> jobs;
    std::size_t waiting = 0;
    for (const Slot& slot : slots_) {
        if (receipt_of(slot) != nullptr) continue;
        const bool spent = slot.tx_nonce < latest_nonce_;
        if (!spent && (++waiting > owner_.options_.window || (moves && waiting > 1))) continue;
        for (const Attempt& attempt : slot.attempts) hashes.push_back(attempt.tx_hash);
        if (slot.purpose != SlotPurpose::kProof) continue;
        for (const chain::SlotJob& each : slot.jobs) jobs.push_back(each.job);
    }
    if (hashes.empty()) return Done{};
    const Result<std::vector<bool>> known = owner_.reader_.known(hashes);
    if (!known) return known.error();
    for (std::size_t i = 0; i < hashes.size(); ++i) known_[hashes[i]] = (*known)[i];
    if (jobs.empty()) return Done{};
    const Result<std::vector<chain::TeeJob>> read = read_jobs(owner_.reader_, jobs);
    if (!read) return read.error();
    for (std::size_t i = 0; i < jobs.size(); ++i) jobs_[jobs[i]] = (*read)[i];
    return Done{};
}

void Submitter::Round::publish() {
    bool old = false;
    for (const Slot& slot : slots_)
        old = old || (slot.state < SlotState::kIncluded &&
                      head_.timestamp_s > slot.bound_unix_s + owner_.options_.slot_age_max_s);
    owner_.raise(SubmitterAlarm::kSlotOld, old);
    owner_.raise(SubmitterAlarm::kInsufficientFunds, money_gone_);
    if (!slots_.empty()) {
        owner_.raise(SubmitterAlarm::kFeeCeiling, ceiling_hit_);
        owner_.raise(SubmitterAlarm::kUnsendable, unsendable_);
    }
    if (spend_hit_) owner_.raise(SubmitterAlarm::kSpendCeiling, true);
    const std::uint64_t day = head_.timestamp_s / chain::kDaySeconds;
    const Result<Wei> spent = owner_.journal_.spent_on(day);
    const Result<std::optional<std::uint64_t>> highest = owner_.journal_.highest_nonce();
    {
        const std::lock_guard lock{owner_.status_mutex_};
        SubmitterStatus& status = owner_.status_;
        status.head_number = head_.number;
        status.head_unix_s = head_.timestamp_s;
        status.chain_nonce = latest_nonce_;
        status.day = day;
        if (spent) status.spent_today = *spent;
        if (highest) status.highest_nonce = *highest;
        if (ceiling_hit_) ++status.fee_ceiling_hits;
        if (spend_hit_) ++status.spend_ceiling_hits;
    }
    owner_.publish_open(slots_);
}

/// While finality stands still everything is kept.
Status Submitter::Round::fold() {
    const SubmitterOptions& options = owner_.options_;
    if (head_.timestamp_s < options.retention_s ||
        head_.timestamp_s < owner_.folded_at_s_ + kFoldEveryS)
        return Done{};
    {
        const std::lock_guard lock{owner_.status_mutex_};
        if (owner_.status_.finality_stalled_blocks >= options.finality.stall_blocks) return Done{};
    }
    const Result<std::size_t> folded =
        owner_.journal_.fold(head_.timestamp_s - options.retention_s, kFoldAtOnce);
    if (!folded) return owner_.stored(folded.error());
    if (*folded < kFoldAtOnce) owner_.folded_at_s_ = head_.timestamp_s;
    const std::lock_guard lock{owner_.status_mutex_};
    owner_.status_.folded += *folded;
    return Done{};
}

}  // namespace pramana::chain_rpc
