// What a mined transaction means: inclusion, finality, reorgs, foreign nonces.
#include "submitter_round.hpp"

#include "held.hpp"
#include "pramana/os/log.hpp"
#include "submit_reads.hpp"

#include <algorithm>
#include <set>

namespace pramana::chain_rpc {

using chain::Attempt;
using chain::AttemptKind;
using chain::Inclusion;
using chain::Slot;
using chain::SlotJob;
using chain::SlotPurpose;
using chain::SlotState;
using chain::VoidReason;
using Kind = SubmissionEvent::Kind;

Result<std::vector<SubmissionEvent>> Submitter::poll() {
    const std::lock_guard lock{mutex_};
    PRAMANA_TRY(check_ready_to_sign());
    Result<std::vector<Slot>> open = journal_.open_slots();
    if (!open) return open.error();
    std::set<std::uint64_t> nonces;
    for (const Slot& slot : *open) nonces.insert(slot.tx_nonce);
    std::erase_if(tracks_, [&](const auto& entry) { return !nonces.contains(entry.first); });
    Round round{*this, std::move(*open)};
    const Status ran = round.run();
    std::vector<SubmissionEvent> events = round.take_events();
    // What was found before an error is told; the error shows up again in the next round if it
    // lasts.
    if (!ran && events.empty()) return ran.error();
    return events;
}

Status Submitter::Round::run() {
    PRAMANA_TRY(look());
    Status advanced = Done{};
    for (Slot& slot : slots_)
        if (advanced) advanced = advance(slot);
    const Status written = flush();
    publish();
    if (!written) return written;
    if (!advanced) return advanced;
    return fold();
}

void Submitter::Round::stage(Slot& slot, SlotState state, const std::optional<Inclusion>& inclusion,
                             const char* point, VoidReason void_reason) {
    slot.state = state;
    slot.inclusion = inclusion;
    slot.void_reason = void_reason;
    if (point != nullptr) points_.push_back(point);
    chain::SlotStep step{slot.tx_nonce, state, slot.inclusion, void_reason};
    if (!steps_.empty() && steps_.back().tx_nonce == slot.tx_nonce)
        steps_.back() = std::move(step);  // included and final in one round
    else
        steps_.push_back(std::move(step));
}

Status Submitter::Round::flush() {
    if (steps_.empty()) {
        events_written_ = events_.size();
        return Done{};
    }
    const Status written = owner_.stored(owner_.journal_.set_states(steps_));
    if (!written) {
        events_.resize(events_written_);
        steps_.clear();
        return written;
    }
    events_written_ = events_.size();
    {
        const std::lock_guard lock{owner_.status_mutex_};
        for (const chain::SlotStep& step : steps_) {
            if (!chain::is_terminal(step.state)) continue;
            ++owner_.status_.slots[static_cast<std::size_t>(step.state)];
            if (const Inclusion* const where = held(step.inclusion);
                where != nullptr && step.state == SlotState::kFinal)
                owner_.status_.jobs_landed += where->landed.size();
        }
    }
    steps_.clear();
    for (const char* const point : std::exchange(points_, {})) owner_.reached(point);
    return Done{};
}

Status Submitter::Round::advance(Slot& slot) {
    if (const Receipt* const receipt = receipt_of(slot)) return take_receipt(slot, *receipt);
    if (slot.state == SlotState::kIncluded) PRAMANA_TRY(reopen(slot));
    if (latest_nonce_ > slot.tx_nonce) return nonce_is_spent(slot);
    track(slot).spent_observations = 0;
    return push(slot);
}

/// Whether the receipt says what is stored and told already, and nothing follows from it now.
bool Submitter::Round::is_settled(const Slot& slot, const Receipt& receipt) const {
    const Inclusion* const before = held(slot.inclusion);
    const auto track = owner_.tracks_.find(slot.tx_nonce);
    return slot.state == SlotState::kIncluded && before != nullptr &&
           before->block_hash == receipt.block_hash && before->tx_hash == receipt.tx_hash &&
           track != owner_.tracks_.end() && track->second.told && !is_final(receipt.block_number);
}

Status Submitter::Round::take_receipt(Slot& slot, const Receipt& receipt) {
    track(slot).spent_observations = 0;
    if (is_settled(slot, receipt)) return Done{};
    // A receipt of a block that is not on the chain is no receipt; the next round sees what became
    // of it.
    const Canonical& canonical = canonical_[receipt.block_number];
    if (canonical.hash != receipt.block_hash) return Done{};
    return finish_when_final(slot, include(slot, receipt, canonical.unix_s));
}

bool Submitter::Round::did_its_work(const Slot& slot, const Inclusion& inclusion) const {
    const auto landed =
        std::find_if(slot.attempts.begin(), slot.attempts.end(),
                     [&](const Attempt& attempt) { return attempt.tx_hash == inclusion.tx_hash; });
    return landed != slot.attempts.end() && landed->kind == AttemptKind::kCall &&
           inclusion.succeeded && (slot.purpose == SlotPurpose::kFees || !inclusion.landed.empty());
}

Inclusion Submitter::Round::include(Slot& slot, const Receipt& receipt,
                                    std::uint64_t block_unix_s) {
    Inclusion inclusion{.block_number = receipt.block_number,
                        .block_hash = receipt.block_hash,
                        .block_unix_s = block_unix_s,
                        .tx_hash = receipt.tx_hash,
                        .succeeded = receipt.succeeded,
                        .gas_used = receipt.gas_used,
                        .gas_price_wei = receipt.gas_price_wei,
                        .landed = {}};
    const auto mined =
        std::find_if(slot.attempts.begin(), slot.attempts.end(),
                     [&](const Attempt& attempt) { return attempt.tx_hash == receipt.tx_hash; });
    if (mined->kind == AttemptKind::kCall)
        inclusion.landed = landed_in(slot, receipt, owner_.reader_.contracts());
    const Kind kind = did_its_work(slot, inclusion) ? Kind::kIncluded : Kind::kReverted;
    if (slot.state == SlotState::kIncluded && slot.inclusion == inclusion) {
        if (!track(slot).told) tell(kind, slot);
        return inclusion;
    }
    if (const Inclusion* const before = held(slot.inclusion)) {  // in another block than before
        const std::lock_guard lock{owner_.status_mutex_};
        ++owner_.status_.reorgs;
        owner_.status_.reorg_depth_max =
            std::max(owner_.status_.reorg_depth_max,
                     head_.number - std::min(before->block_number, head_.number) + 1);
    }
    stage(slot, SlotState::kIncluded, inclusion, "after_included");
    if (!receipt.succeeded) {
        const std::lock_guard lock{owner_.status_mutex_};
        ++owner_.status_.reverts;
    }
    log::info("submitter.included", {{"tx_nonce", slot.tx_nonce},
                                     {"block", inclusion.block_number},
                                     {"tx", inclusion.tx_hash},
                                     {"landed", inclusion.landed.size()},
                                     {"succeeded", inclusion.succeeded}});
    tell(kind, slot);
    return inclusion;
}

bool Submitter::Round::is_final(std::uint64_t block_number) const {
    return head_.number >= block_number &&
           head_.number - block_number >= owner_.options_.finality.depth &&
           block_number <= finalized_;
}

/// A proof whose transaction succeeded and shows no log that we know: the pool may emit another
/// event than ours does. Its state says whether the job is completed.
Status Submitter::Round::land_by_state(Slot& slot) {
    Inclusion& inclusion = *slot.inclusion;
    if (slot.purpose != SlotPurpose::kProof || !inclusion.succeeded ||
        inclusion.landed.size() == slot.jobs.size())
        return Done{};
    const auto landed =
        std::find_if(slot.attempts.begin(), slot.attempts.end(),
                     [&](const Attempt& attempt) { return attempt.tx_hash == inclusion.tx_hash; });
    if (landed == slot.attempts.end() || landed->kind != AttemptKind::kCall) return Done{};
    for (const SlotJob& each : slot.jobs) {
        if (inclusion.landed_job(each.job) != nullptr) continue;
        const Result<chain::TeeJob> job = owner_.reader_.job(each.job);
        if (!job) return job.error();
        if (job->status == chain::JobStatus::kCompleted && job->file == each.file)
            inclusion.landed.push_back({each.job, std::nullopt});
    }
    return Done{};
}

Result<VoidReason> Submitter::Round::void_reason_of(const Slot& slot) {
    const bool reverted = slot.inclusion && !slot.inclusion->succeeded;
    if (slot.purpose != SlotPurpose::kProof || slot.jobs.empty())
        return reverted ? VoidReason::kReverted : VoidReason::kPointless;
    for (const SlotJob& each : slot.jobs) {
        const Result<chain::TeeJob> job = owner_.reader_.job(each.job);
        if (!job) return job.error();
        // Also where the id is another request's now.
        if (job->status == chain::JobStatus::kNone || job->file != each.file)
            return VoidReason::kJobGone;
        if (job->status == chain::JobStatus::kCanceled) return VoidReason::kCanceled;
        if (job->status == chain::JobStatus::kCompleted) return VoidReason::kDoneByOther;
    }
    return reverted ? VoidReason::kReverted : VoidReason::kUnsendable;
}

Status Submitter::Round::finish_when_final(Slot& slot, const Inclusion& inclusion) {
    if (!is_final(inclusion.block_number)) return Done{};
    PRAMANA_TRY(land_by_state(slot));
    const bool worked = did_its_work(slot, *slot.inclusion);
    VoidReason reason = VoidReason::kNone;
    if (!worked) {
        const Result<VoidReason> why = void_reason_of(slot);
        if (!why) return why.error();
        reason = *why;
    }
    const std::optional<Inclusion> where = slot.inclusion;
    stage(slot, worked ? SlotState::kFinal : SlotState::kVoided, where, "after_final", reason);
    log::info("submitter.final", {{"tx_nonce", slot.tx_nonce},
                                  {"jobs", slot.jobs.size()},
                                  {"void_reason", static_cast<int>(reason)}});
    tell(worked ? Kind::kFinal : Kind::kVoided, slot);
    return Done{};
}

/// The block is gone and the pool does not remember: the stored bytes go out again.
Status Submitter::Round::reopen(Slot& slot) {
    const std::uint64_t block = slot.inclusion ? slot.inclusion->block_number : head_.number;
    stage(slot, SlotState::kSent, std::nullopt, "after_reopened");
    PRAMANA_TRY(flush());
    {
        const std::lock_guard lock{owner_.status_mutex_};
        ++owner_.status_.reorgs;
        owner_.status_.reorg_depth_max = std::max(owner_.status_.reorg_depth_max,
                                                  head_.number - std::min(block, head_.number) + 1);
    }
    log::warn("submitter.reorg", {{"tx_nonce", slot.tx_nonce}});
    tell(Kind::kReopened, slot);
    return Done{};
}

/// The chain counts beyond this nonce, but knows none of our transactions with it.
Status Submitter::Round::nonce_is_spent(Slot& slot) {
    // A node that has one of ours although its nonce is spent has it in a block: only the receipt
    // is late, because an index lags (row 17 of tools/faults).
    const bool ours = std::any_of(slot.attempts.begin(), slot.attempts.end(),
                                  [&](const Attempt& each) { return known_[each.tx_hash]; });
    if (ours) {
        track(slot).spent_observations = 0;
        return Done{};
    }
    if (++track(slot).spent_observations < owner_.options_.foreign_observations) return Done{};
    if (slot.tx_nonce >= owner_.options_.foreign_nonces_accepted_below) {
        const Error error = owner_.halt(slot.tx_nonce);
        tell(Kind::kForeign, slot, error);
        return error;
    }
    const FinalityPolicy& policy = owner_.options_.finality;
    const BlockRef final_block =
        policy.ask_finalized_tag ? BlockRef{BlockTag::kFinalized}
                                 : BlockRef{head_.number - std::min(head_.number, policy.depth)};
    const Result<std::uint64_t> final_nonce =
        owner_.reader_.transaction_count(owner_.address(), final_block);
    if (!final_nonce) return final_nonce.error();
    if (*final_nonce <= slot.tx_nonce) return Done{};
    stage(slot, SlotState::kVoided, std::nullopt, "after_final", VoidReason::kForeign);
    tell(Kind::kVoided, slot);
    return Done{};
}

void Submitter::Round::tell(Kind kind, const Slot& slot, std::optional<Error> cause) {
    track(slot).told = true;
    const Hash32& hash = slot.inclusion ? slot.inclusion->tx_hash : slot.attempts.back().tx_hash;
    events_.push_back({kind, slot.purpose, slot.jobs, slot.tx_nonce, hash, slot.inclusion,
                       slot.void_reason, cause});
}

}  // namespace pramana::chain_rpc
