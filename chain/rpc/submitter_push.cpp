// A slot that waits for inclusion: sending, holding, replacing.
#include "fees.hpp"
#include "held.hpp"
#include "pramana/os/log.hpp"
#include "submitter_round.hpp"

#include <algorithm>

namespace pramana::chain_rpc {

using chain::Attempt;
using chain::AttemptKind;
using chain::Slot;
using chain::SlotPurpose;
using chain::SlotState;
using Kind = SubmissionEvent::Kind;

namespace {
constexpr std::uint64_t kTransferGas = 21'000;
}

/// A slot that waits for inclusion: keeps it in the pool, at a price that is taken.
Status Submitter::Round::push(Slot& slot) {
    Track& mine = track(slot);
    if (!mine.waiting_since || *mine.waiting_since > head_.number)
        mine.waiting_since = head_.number;
    if (!known_.contains(slot.attempts.back().tx_hash)) {  // its turn has not come
        lowest_waiting_ = false;
        if (!mine.told && slot.state == SlotState::kSent) tell(Kind::kSent, slot);
        return Done{};
    }
    const Result<bool> pointless = is_pointless(slot);
    if (!pointless) return pointless.error();
    const bool lowest = lowest_waiting_;
    lowest_waiting_ = false;
    if (money_gone_) return Done{};
    if (*pointless && slot.attempts.back().kind == AttemptKind::kCall)
        return replace(slot, AttemptKind::kNoop);
    const bool known = known_[slot.attempts.back().tx_hash];
    if (known && slot.state == SlotState::kBound) {  // sent by a run that died before it said so
        stage(slot, SlotState::kSent, std::nullopt, nullptr);
        tell(Kind::kSent, slot);
    }
    if (!known && !mine.price_refused) return send(slot);
    if (!mine.told && slot.state == SlotState::kSent) tell(Kind::kSent, slot);
    if (!mine.price_refused && !lowest) return Done{};
    const bool waited = head_.number - mine.waiting_since.value_or(head_.number) >=
                        owner_.options_.replace_after_blocks;
    const Result<bool> replace_now = should_replace(slot);
    if (!replace_now) return replace_now.error();
    if (*replace_now) return replace(slot, slot.attempts.back().kind);
    if (!waited) return Done{};
    // Not the price. A node may only say that it has the bytes: Ganache does so of what a reorg
    // took. And one may keep what is next in line with what is not and call it known for ever:
    // anvil does so of what comes while it mines the one before. Only other bytes help then.
    if (mine.reminders == owner_.options_.reminders_max)
        return replace(slot, slot.attempts.back().kind);
    ++mine.reminders;
    log::warn("submitter.reminded", {{"tx_nonce", slot.tx_nonce}, {"times", mine.reminders}});
    return send(slot);
}

/// Canceled by its payer, or of another file since a reorg; or completed by somebody else, taken
/// away by a reorg, or refused by the contract, and that for a while.
Result<bool> Submitter::Round::is_pointless(const Slot& slot) {
    if (slot.is_refilled()) return true;
    bool gone = false;
    if (slot.purpose == SlotPurpose::kProof) {
        for (const chain::SlotJob& each : slot.jobs) {
            const auto job = jobs_.find(each.job);
            if (job == jobs_.end()) continue;
            if (job->second.status == chain::JobStatus::kSubmitted && job->second.file == each.file)
                continue;
            // That was one node's word in a batch; what gives a nonce away asks the quorum.
            const Result<chain::TeeJob> sure = owner_.reader_.job(each.job);
            if (!sure) return sure.error();
            if (sure->status == chain::JobStatus::kCanceled) return true;
            // Not a moment longer: it would take the other request's fee and give it this proof.
            if (sure->status == chain::JobStatus::kSubmitted && sure->file != each.file)
                return true;
            gone = gone || sure->status != chain::JobStatus::kSubmitted;
        }
    } else {
        const Result<bool> reverts = reverts_now(slot);
        if (!reverts) return reverts.error();
        gone = *reverts;
    }
    std::optional<std::uint64_t>& gone_since = track(slot).gone_since;
    if (!gone) {
        gone_since.reset();
        return false;
    }
    if (!gone_since || *gone_since > head_.number) gone_since = head_.number;
    return head_.number - *gone_since >= owner_.options_.replace_after_blocks;
}

/// Whether a call that is no proof would revert now. A paused contract is waited for.
Result<bool> Submitter::Round::reverts_now(const Slot& slot) {
    if (slot.attempts.back().kind != AttemptKind::kCall) return false;
    const Result<Bytes> calldata = calldata_of(slot);
    if (!calldata) return calldata.error();
    const Result<CallOutcome<Bytes>> outcome =
        owner_.reader_.call({owner_.address(), slot.to, *calldata});
    if (!outcome) return outcome.error();
    const Bytes* const revert = held(outcome->revert_data);
    if (revert == nullptr) return false;
    const chain::Revert why = chain::decode_revert(*revert, chain::vana_errors());
    return why.signature != "EnforcedPause()" && why.signature != "TeeNotActive()";
}

Result<FeeMarket> Submitter::Round::market() {
    if (!market_) {
        const Result<FeeMarket> read = owner_.reader_.fee_market();
        if (!read) return read.error();
        market_ = *read;
    }
    return *market_;
}

Result<bool> Submitter::Round::should_replace(const Slot& slot) {
    Track& mine = track(slot);
    if (mine.price_refused) return true;
    if (head_.number - mine.waiting_since.value_or(head_.number) <
        owner_.options_.replace_after_blocks)
        return false;
    const Result<FeeMarket> now = market();
    if (!now) return now.error();
    const Attempt& current = slot.attempts.back();
    if (is_priced_out({current.max_fee_wei, current.tip_wei}, *now)) return true;
    mine.waiting_since = head_.number;  // not the price: wait on
    return false;
}

/// Whether the day's ceiling allows what the slot may then cost more than before.
Status Submitter::Round::check_replacement(const Slot& slot, std::uint64_t gas,
                                           std::uint64_t max_fee_wei) {
    const std::uint64_t day = head_.timestamp_s / chain::kDaySeconds;
    const Result<Wei> spent = owner_.journal_.spent_on(day);
    if (!spent) return spent.error();
    Wei all = *spent;
    for (const Slot& other : slots_) {
        if (chain::is_terminal(other.state)) continue;  // ended in this round: counted by the day
        const chain::Inclusion* const included = held(other.inclusion);
        if (included != nullptr && included->block_unix_s / chain::kDaySeconds == day)
            all = all + included->cost();
        if (included == nullptr && other.tx_nonce != slot.tx_nonce) all = all + cost_max_of(other);
    }
    all = all + std::max(cost_max_of(slot), Wei::product(gas, max_fee_wei));
    if (owner_.options_.fees.day_cost_max < all)
        return Error{Errc::kSpendCeiling, "chain_rpc.round.day"};
    return Done{};
}

/// A new attempt under the same nonce; stored before it is sent.
Status Submitter::Round::replace(Slot& slot, AttemptKind kind) {
    const Result<FeeMarket> now = market();
    if (!now) return now.error();
    const Attempt& current = slot.attempts.back();
    const std::uint64_t gas =
        kind == AttemptKind::kCall ? slot.attempts.front().gas_max : kTransferGas;
    const FeePolicy& policy = owner_.options_.fees;
    const bool patient = head_.timestamp_s >= slot.bound_unix_s + policy.soft_patience_s;
    const Result<Fees> fees = bump_fees({current.max_fee_wei, current.tip_wei}, *now, policy,
                                        fee_ceiling(policy, gas, patient));
    const Status paid = fees ? check_replacement(slot, gas, fees->max_fee_wei) : Status{Done{}};
    if (!paid && paid.error().code != Errc::kSpendCeiling) return paid.error();
    if (!fees || !paid || slot.attempts.size() >= chain::kAttemptsMax) {
        (paid ? ceiling_hit_ : spend_hit_) = true;
        hold(slot, paid ? Errc::kFeeCeiling : Errc::kSpendCeiling);
        return known_[current.tx_hash] ? Status{Done{}} : send(slot);
    }
    Bytes calldata;
    if (kind == AttemptKind::kCall) {
        Result<Bytes> stored = calldata_of(slot);
        if (!stored) return stored.error();
        calldata = std::move(*stored);
    }
    Result<Attempt> attempt =
        owner_.sign(kind, slot.tx_nonce, slot.to, calldata, fees->max_fee_wei, fees->tip_wei, gas);
    if (!attempt) return attempt.error();
    attempt->signed_unix_s = head_.timestamp_s;
    PRAMANA_TRY(owner_.stored(owner_.journal_.add_attempt(slot.tx_nonce, *attempt)));
    slot.attempts.push_back(std::move(*attempt));
    owner_.reached("after_attempt");
    Track& mine = track(slot);
    mine.waiting_since = head_.number;
    mine.held = false;
    mine.sent_once = false;
    mine.reminders = 0;
    {
        const std::lock_guard lock{owner_.status_mutex_};
        ++(kind == AttemptKind::kNoop ? owner_.status_.noops : owner_.status_.replacements);
    }
    log::info("submitter.replaced", {{"tx_nonce", slot.tx_nonce},
                                     {"max_fee_wei", fees->max_fee_wei},
                                     {"noop", kind == AttemptKind::kNoop}});
    tell(Kind::kReplaced, slot);
    return send(slot);
}

Status Submitter::Round::send(Slot& slot) {
    const bool bound = slot.state == SlotState::kBound;
    const Result<SendClass> sent = owner_.send(slot);
    if (!sent) return sent.error();
    Track& mine = track(slot);
    switch (*sent) {
        case SendClass::kAccepted:
            if (bound || !mine.told) tell(Kind::kSent, slot);
            mine.held = false;
            return Done{};
        case SendClass::kMoney:
            money_gone_ = true;  // the lowest slot is tried again, the others wait behind it
            hold(slot, Errc::kInsufficientFunds);
            return Done{};
        case SendClass::kPermanent:
            unsendable_ = true;
            if (slot.attempts.back().kind == AttemptKind::kCall)
                return replace(slot, AttemptKind::kNoop);
            hold(slot, Errc::kInternal);
            return Done{};
        case SendClass::kPrice:
        case SendClass::kAmbiguous:
        case SendClass::kNonceUsed:
        case SendClass::kGap:
        case SendClass::kPoolFull: return Done{};  // the next round looks again
    }
    return Done{};
}

void Submitter::Round::hold(const Slot& slot, Errc cause) {
    Track& mine = track(slot);
    if (mine.held) return;
    mine.held = true;
    log::warn("submitter.held", {{"tx_nonce", slot.tx_nonce}, {"cause", cause}});
    tell(Kind::kHeld, slot, Error{cause, "chain_rpc.round.held"});
}

}  // namespace pramana::chain_rpc
