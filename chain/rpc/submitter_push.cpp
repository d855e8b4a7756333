// A slot that waits for inclusion: sending, holding, replacing.
#include "fees.hpp"
#include "pramana/os/log.hpp"
#include "submitter_round.hpp"

namespace pramana::chain_rpc {

using chain::Attempt;
using chain::AttemptKind;
using chain::Inclusion;
using chain::Slot;
using chain::SlotState;
using chain::VoidReason;
using Kind = SubmissionEvent::Kind;

namespace {
constexpr std::uint64_t kTransferGas = 21'000;
}

/// A slot that waits for inclusion: keeps it in the pool, at a price that is taken.
Status Submitter::Round::push(Slot& slot) {
    Track& mine = track(slot);
    if (!mine.waiting_since || *mine.waiting_since > head_.number)
        mine.waiting_since = head_.number;
    const Result<bool> pointless = is_pointless(slot);
    if (!pointless) return pointless.error();
    const bool lowest = lowest_waiting_;
    lowest_waiting_ = false;
    if (money_gone_) return Done{};
    if (*pointless && slot.attempts.back().kind == AttemptKind::kProof)
        return replace(slot, AttemptKind::kNoop);
    const bool known = known_[slot.attempts.back().tx_hash];
    if (known &&
        slot.state == SlotState::kBound) {  // sent by a run that died before it could say so
        PRAMANA_TRY(owner_.journal_.set_state(slot.tx_nonce, SlotState::kSent, std::nullopt,
                                              VoidReason::kNone));
        slot.state = SlotState::kSent;
        tell(Kind::kSent, slot);
    }
    if (!known && !mine.price_refused) return send(slot);
    if (!mine.told && slot.state == SlotState::kSent) tell(Kind::kSent, slot);
    if (!mine.price_refused && !lowest) return Done{};
    const Result<bool> replace_now = should_replace(slot);
    if (!replace_now) return replace_now.error();
    if (*replace_now) return replace(slot, slot.attempts.back().kind);
    return Done{};
}

/// Canceled by its payer, or taken away by a reorg and not back after a while.
Result<bool> Submitter::Round::is_pointless(const Slot& slot) {
    const Result<chain::TeeJob> job = owner_.reader_.job(slot.job);
    if (!job) return job.error();
    if (job->status == chain::JobStatus::kCanceled) return true;
    std::optional<std::uint64_t>& gone_since = track(slot).gone_since;
    if (job->status != chain::JobStatus::kNone) {
        gone_since.reset();
        return false;
    }
    if (!gone_since || *gone_since > head_.number) gone_since = head_.number;
    return head_.number - *gone_since >= owner_.options_.replace_after_blocks;
}

Result<bool> Submitter::Round::should_replace(const Slot& slot) {
    Track& mine = track(slot);
    if (mine.price_refused) return true;
    if (head_.number - mine.waiting_since.value_or(head_.number) <
        owner_.options_.replace_after_blocks)
        return false;
    const Result<FeeMarket> market = owner_.reader_.fee_market();
    if (!market) return market.error();
    const Attempt& current = slot.attempts.back();
    if (is_priced_out({current.max_fee_wei, current.tip_wei}, *market)) return true;
    mine.waiting_since = head_.number;  // not the price: wait on
    return false;
}

/// A new attempt under the same nonce; stored before it is sent.
Status Submitter::Round::replace(Slot& slot, AttemptKind kind) {
    const Result<FeeMarket> market = owner_.reader_.fee_market();
    if (!market) return market.error();
    const Attempt& current = slot.attempts.back();
    const Result<Fees> fees =
        bump_fees({current.max_fee_wei, current.tip_wei}, *market, owner_.options_.fees);
    if (!fees || slot.attempts.size() >= chain::kAttemptsMax) {
        hold(slot, Errc::kFeeCeiling);
        return known_[current.tx_hash] ? Status{Done{}} : send(slot);
    }
    Bytes calldata;
    if (kind == AttemptKind::kProof) {
        Result<Bytes> stored = owner_.calldata_of(slot);
        if (!stored) return stored.error();
        calldata = std::move(*stored);
    }
    const std::uint64_t gas = kind == AttemptKind::kProof ? current.gas_max : kTransferGas;
    Result<Attempt> attempt =
        owner_.sign(kind, slot.tx_nonce, calldata, fees->max_fee_wei, fees->tip_wei, gas);
    if (!attempt) return attempt.error();
    PRAMANA_TRY(owner_.journal_.add_attempt(slot.tx_nonce, *attempt));
    slot.attempts.push_back(std::move(*attempt));
    owner_.reached("after_attempt");
    Track& mine = track(slot);
    mine.waiting_since = head_.number;
    mine.held = false;
    log::info("submitter.replaced", {{"job", slot.job},
                                     {"tx_nonce", slot.tx_nonce},
                                     {"max_fee_wei", fees->max_fee_wei},
                                     {"noop", kind == AttemptKind::kNoop}});
    tell(Kind::kReplaced, slot);
    return send(slot);
}

Status Submitter::Round::send(Slot& slot) {
    const Result<SendClass> sent = owner_.send(slot);
    if (!sent) return sent.error();
    Track& mine = track(slot);
    mine.price_refused = *sent == SendClass::kPrice;
    switch (*sent) {
        case SendClass::kAccepted:
            if (slot.state == SlotState::kBound || !mine.told) tell(Kind::kSent, slot);
            slot.state = SlotState::kSent;
            mine.held = false;
            return Done{};
        case SendClass::kMoney:
            money_gone_ = true;  // the lowest slot is tried again, the others wait behind it
            hold(slot, Errc::kInsufficientFunds);
            return Done{};
        case SendClass::kPermanent:
            if (slot.attempts.back().kind == AttemptKind::kProof)
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
    log::warn("submitter.held", {{"job", slot.job}, {"tx_nonce", slot.tx_nonce}, {"cause", cause}});
    tell(Kind::kHeld, slot, Error{cause, "chain_rpc.round.held"});
}

}  // namespace pramana::chain_rpc
