// One poll: what the chain says of each open slot, and what is done about it.
#include "fees.hpp"
#include "pramana/chain_rpc/submitter.hpp"
#include "pramana/os/log.hpp"

#include <algorithm>

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

class Submitter::Round {
  public:
    Round(Submitter& owner, std::vector<Slot> slots) : owner_{owner}, slots_{std::move(slots)} {}

    /// Errors end the round; what was stored before stays stored and is told again by the next.
    [[nodiscard]] Status run();
    [[nodiscard]] std::vector<SubmissionEvent> take_events() { return std::move(events_); }

  private:
    [[nodiscard]] Status look();
    [[nodiscard]] Status advance(Slot& slot);
    [[nodiscard]] Status take_receipt(Slot& slot, const Receipt& receipt);
    [[nodiscard]] bool brought_the_proof(const Slot& slot, const Inclusion& inclusion) const;
    [[nodiscard]] Status include(Slot& slot, const Receipt& receipt);
    [[nodiscard]] Status finish_when_final(Slot& slot);
    [[nodiscard]] Result<bool> is_final(std::uint64_t block_number);
    [[nodiscard]] Result<VoidReason> void_reason_of(const Slot& slot);
    [[nodiscard]] Status reopen(Slot& slot);
    [[nodiscard]] Status nonce_is_spent(Slot& slot);
    [[nodiscard]] Status push(Slot& slot);
    [[nodiscard]] Result<bool> is_pointless(const Slot& slot);
    [[nodiscard]] Result<bool> should_replace(const Slot& slot);
    [[nodiscard]] Status replace(Slot& slot, AttemptKind kind);
    [[nodiscard]] Status send(Slot& slot);
    void hold(const Slot& slot, Errc cause);
    void tell(Kind kind, const Slot& slot, std::optional<Error> cause = std::nullopt);

    Track& track(const Slot& slot) { return owner_.tracks_[slot.tx_nonce]; }

    Submitter& owner_;
    std::vector<Slot> slots_;
    std::vector<SubmissionEvent> events_;
    BlockHeader head_;
    std::uint64_t latest_nonce_ = 0;
    std::map<Hash32, Receipt> receipts_;
    std::map<Hash32, bool> known_;
    std::map<std::uint64_t, Hash32> canonical_;
    std::optional<std::uint64_t> finalized_;
    bool lowest_waiting_ = true;  ///< no lower slot of this round waits for inclusion
    bool money_gone_ = false;
};

Result<std::vector<SubmissionEvent>> Submitter::poll() {
    const std::lock_guard lock{mutex_};
    if (halted_) return Error{Errc::kNonceGap, "chain_rpc.submitter.halted"};
    Result<std::vector<Slot>> open = journal_.open_slots();
    if (!open) return open.error();
    std::erase_if(tracks_, [&](const auto& entry) {
        return std::none_of(open->begin(), open->end(),
                            [&](const Slot& slot) { return slot.tx_nonce == entry.first; });
    });
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
    for (Slot& slot : slots_) PRAMANA_TRY(advance(slot));
    return Done{};
}

/// Reads all that the round decides on. The nonce is read before the receipts: a receipt that is
/// missing although the nonce is spent is then no race of ours.
Status Submitter::Round::look() {
    const ChainReader& reader = owner_.reader_;
    const Result<BlockHeader> head = reader.block(BlockTag::kLatest);
    if (!head) return head.error();
    head_ = *head;
    const Result<std::uint64_t> nonce = reader.transaction_count(owner_.key_.address());
    if (!nonce) return nonce.error();
    latest_nonce_ = *nonce;
    const Status unforeign = owner_.check_chain_nonce(latest_nonce_);
    if (!unforeign) {
        if (owner_.halted_)
            events_.push_back(
                {Kind::kForeign, {}, latest_nonce_ - 1, {}, {}, {}, unforeign.error()});
        return unforeign.error();
    }
    std::vector<Hash32> all;
    std::vector<Hash32> current;
    for (const Slot& slot : slots_) {
        for (const Attempt& attempt : slot.attempts) all.push_back(attempt.tx_hash);
        current.push_back(slot.attempts.back().tx_hash);
    }
    if (all.empty()) return Done{};
    Result<std::vector<std::optional<Receipt>>> receipts = reader.receipts(all);
    if (!receipts) return receipts.error();
    for (std::size_t i = 0; i < all.size(); ++i)
        if ((*receipts)[i]) receipts_.emplace(all[i], std::move(*(*receipts)[i]));
    const Result<std::vector<bool>> known = reader.known(current);
    if (!known) return known.error();
    for (std::size_t i = 0; i < current.size(); ++i) known_[current[i]] = (*known)[i];
    return Done{};
}

Status Submitter::Round::advance(Slot& slot) {
    for (const Attempt& attempt : slot.attempts) {
        const auto found = receipts_.find(attempt.tx_hash);
        if (found != receipts_.end()) return take_receipt(slot, found->second);
    }
    if (slot.state == SlotState::kIncluded) PRAMANA_TRY(reopen(slot));
    if (latest_nonce_ > slot.tx_nonce) return nonce_is_spent(slot);
    track(slot).spent_observations = 0;
    return push(slot);
}

Status Submitter::Round::take_receipt(Slot& slot, const Receipt& receipt) {
    track(slot).spent_observations = 0;
    if (!canonical_.contains(receipt.block_number)) {
        const Result<BlockHeader> block = owner_.reader_.block(BlockRef{receipt.block_number});
        if (!block && block.error().code != Errc::kNotFound) return block.error();
        canonical_[receipt.block_number] = block ? block->hash : Hash32{};
    }
    // A receipt of a block that is not on the chain is no receipt; the next round sees what became
    // of it.
    if (canonical_[receipt.block_number] != receipt.block_hash) return Done{};
    PRAMANA_TRY(include(slot, receipt));
    return finish_when_final(slot);
}

bool Submitter::Round::brought_the_proof(const Slot& slot, const Inclusion& inclusion) const {
    const auto landed =
        std::find_if(slot.attempts.begin(), slot.attempts.end(),
                     [&](const Attempt& attempt) { return attempt.tx_hash == inclusion.tx_hash; });
    return landed != slot.attempts.end() && landed->kind == AttemptKind::kProof &&
           inclusion.succeeded;
}

Status Submitter::Round::include(Slot& slot, const Receipt& receipt) {
    Inclusion inclusion{receipt.block_number, receipt.block_hash, receipt.tx_hash,
                        receipt.succeeded,    receipt.gas_used,   receipt.gas_price_wei,
                        std::nullopt};
    for (const LogEntry& entry : receipt.logs) {
        if (entry.log.address != owner_.reader_.contracts().data_registry) continue;
        const Result<chain::FileProofAdded> added = chain::FileProofAdded::decode(entry.log);
        if (added && added->file == slot.file) inclusion.proof_index = added->proof_index;
    }
    const Kind kind = brought_the_proof(slot, inclusion) ? Kind::kIncluded : Kind::kReverted;
    if (slot.state == SlotState::kIncluded && slot.inclusion == inclusion) {
        if (!track(slot).told) tell(kind, slot);
        return Done{};
    }
    PRAMANA_TRY(owner_.journal_.set_state(slot.tx_nonce, SlotState::kIncluded, inclusion,
                                          VoidReason::kNone));
    slot.state = SlotState::kIncluded;
    slot.inclusion = inclusion;
    log::info("submitter.included", {{"job", slot.job},
                                     {"block", inclusion.block_number},
                                     {"tx", inclusion.tx_hash},
                                     {"succeeded", inclusion.succeeded}});
    tell(kind, slot);
    owner_.reached("after_included");
    return Done{};
}

Result<bool> Submitter::Round::is_final(std::uint64_t block_number) {
    const FinalityPolicy& policy = owner_.options_.finality;
    if (head_.number < block_number || head_.number - block_number < policy.depth) return false;
    if (!policy.ask_finalized_tag) return true;
    if (!finalized_) {
        const Result<BlockHeader> final_block = owner_.reader_.block(BlockTag::kFinalized);
        if (!final_block && final_block.error().code != Errc::kNotFound) return final_block.error();
        finalized_ = final_block ? final_block->number : 0;
    }
    return block_number <= *finalized_;
}

Result<VoidReason> Submitter::Round::void_reason_of(const Slot& slot) {
    const Result<chain::TeeJob> job = owner_.reader_.job(slot.job);
    if (!job) return job.error();
    const bool reverted = slot.inclusion && !slot.inclusion->succeeded;
    switch (job->status) {
        case chain::JobStatus::kCanceled: return VoidReason::kCanceled;
        case chain::JobStatus::kCompleted: return VoidReason::kDoneByOther;
        case chain::JobStatus::kNone: return VoidReason::kJobGone;
        case chain::JobStatus::kSubmitted:
            return reverted ? VoidReason::kReverted : VoidReason::kUnsendable;
    }
    return Error{Errc::kMalformedChainData, "chain_rpc.round.job_status"};
}

Status Submitter::Round::finish_when_final(Slot& slot) {
    const Result<bool> final_now = is_final(slot.inclusion->block_number);
    if (!final_now) return final_now.error();
    if (!*final_now) return Done{};
    const bool proved = brought_the_proof(slot, *slot.inclusion);
    VoidReason reason = VoidReason::kNone;
    if (!proved) {
        const Result<VoidReason> why = void_reason_of(slot);
        if (!why) return why.error();
        reason = *why;
    }
    slot.state = proved ? SlotState::kFinal : SlotState::kVoided;
    PRAMANA_TRY(owner_.journal_.set_state(slot.tx_nonce, slot.state, slot.inclusion, reason));
    slot.void_reason = reason;
    log::info("submitter.final", {{"job", slot.job},
                                  {"tx_nonce", slot.tx_nonce},
                                  {"void_reason", static_cast<int>(reason)}});
    tell(proved ? Kind::kFinal : Kind::kVoided, slot);
    owner_.reached("after_final");
    return Done{};
}

/// The block is gone and the pool does not remember: the stored bytes go out again.
Status Submitter::Round::reopen(Slot& slot) {
    PRAMANA_TRY(owner_.journal_.set_state(slot.tx_nonce, SlotState::kSent, std::nullopt,
                                          VoidReason::kNone));
    slot.state = SlotState::kSent;
    slot.inclusion.reset();
    log::warn("submitter.reorg", {{"job", slot.job}, {"tx_nonce", slot.tx_nonce}});
    tell(Kind::kReopened, slot);
    return Done{};
}

/// The chain counts beyond this nonce, but knows none of our transactions with it.
Status Submitter::Round::nonce_is_spent(Slot& slot) {
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
        owner_.reader_.transaction_count(owner_.key_.address(), final_block);
    if (!final_nonce) return final_nonce.error();
    if (*final_nonce <= slot.tx_nonce) return Done{};
    PRAMANA_TRY(owner_.journal_.set_state(slot.tx_nonce, SlotState::kVoided, std::nullopt,
                                          VoidReason::kForeign));
    slot.state = SlotState::kVoided;
    slot.void_reason = VoidReason::kForeign;
    tell(Kind::kVoided, slot);
    return Done{};
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
    if (head_.number - *mine.waiting_since < owner_.options_.replace_after_blocks) return false;
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

void Submitter::Round::tell(Kind kind, const Slot& slot, std::optional<Error> cause) {
    track(slot).told = true;
    const Hash32& hash = slot.inclusion ? slot.inclusion->tx_hash : slot.attempts.back().tx_hash;
    events_.push_back(
        {kind, slot.job, slot.tx_nonce, hash, slot.inclusion, slot.void_reason, cause});
}

}  // namespace pramana::chain_rpc
