// One poll: what the chain says of each open slot. What is done about those that wait is in
// submitter_push.cpp.
#include "submitter_round.hpp"
#include "held.hpp"
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
    for (const Slot& slot : slots_)
        for (const Attempt& attempt : slot.attempts) all.push_back(attempt.tx_hash);
    if (all.empty()) return Done{};
    Result<std::vector<std::optional<Receipt>>> receipts = reader.receipts(all);
    if (!receipts) return receipts.error();
    for (std::size_t i = 0; i < all.size(); ++i)
        if (Receipt* const found = held((*receipts)[i]))
            receipts_.emplace(all[i], std::move(*found));
    const Result<std::vector<bool>> known = reader.known(all);
    if (!known) return known.error();
    for (std::size_t i = 0; i < all.size(); ++i) known_[all[i]] = (*known)[i];
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
    const Result<Inclusion> inclusion = include(slot, receipt);
    if (!inclusion) return inclusion.error();
    return finish_when_final(slot, *inclusion);
}

bool Submitter::Round::brought_the_proof(const Slot& slot, const Inclusion& inclusion) const {
    const auto landed =
        std::find_if(slot.attempts.begin(), slot.attempts.end(),
                     [&](const Attempt& attempt) { return attempt.tx_hash == inclusion.tx_hash; });
    return landed != slot.attempts.end() && landed->kind == AttemptKind::kProof &&
           inclusion.succeeded;
}

Result<Inclusion> Submitter::Round::include(Slot& slot, const Receipt& receipt) {
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
        return inclusion;
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
    return inclusion;
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

Status Submitter::Round::finish_when_final(Slot& slot, const Inclusion& inclusion) {
    const Result<bool> final_now = is_final(inclusion.block_number);
    if (!final_now) return final_now.error();
    if (!*final_now) return Done{};
    const bool proved = brought_the_proof(slot, inclusion);
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

void Submitter::Round::tell(Kind kind, const Slot& slot, std::optional<Error> cause) {
    track(slot).told = true;
    const Hash32& hash = slot.inclusion ? slot.inclusion->tx_hash : slot.attempts.back().tx_hash;
    events_.push_back(
        {kind, slot.job, slot.tx_nonce, hash, slot.inclusion, slot.void_reason, cause});
}

}  // namespace pramana::chain_rpc
