// Binding a nonce: preflight, signing, the journal, recovery. What happens to open slots is in
// submitter_round.cpp.
#include "pramana/chain_rpc/submitter.hpp"

#include "fees.hpp"
#include "held.hpp"
#include "pramana/chain/revert.hpp"
#include "pramana/chain/transaction.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/crypto/keccak.hpp"
#include "pramana/os/log.hpp"

#include <algorithm>

namespace pramana::chain_rpc {
namespace {

/// What the caller may do about a contract's own error.
Errc errc_of(const chain::Revert& revert) noexcept {
    if (revert.kind != chain::RevertKind::kCustom) return Errc::kReverted;
    if (revert.signature == "InvalidJobStatus()") return Errc::kJobNotOpen;
    if (revert.signature == "InvalidJobTee()") return Errc::kJobNotOurs;
    return Errc::kReverted;
}

}  // namespace

Submitter::Submitter(ChainReader& reader, chain::SubmissionJournal& journal, const SigningKey& key,
                     SubmitterOptions options)
    : reader_{reader}, journal_{journal}, key_{key}, options_{std::move(options)} {
    PRAMANA_CHECK(options_.window > 0 && options_.foreign_observations > 0);
}

void Submitter::reached(const char* name) const {
    if (options_.crash_point) options_.crash_point(name);
}

Error Submitter::halt(std::uint64_t tx_nonce) {
    halted_ = true;
    log::error("submitter.foreign_nonce", {{"tx_nonce", tx_nonce}, {"address", key_.address()}});
    return {Errc::kNonceGap, "chain_rpc.submitter.foreign"};
}

std::optional<Refusal> Submitter::last_refusal() const {
    const std::lock_guard lock{refusal_mutex_};
    return refusal_;
}

Error Submitter::refused(JobId job, ByteView revert_data) {
    const auto known = chain::vana_errors();
    const chain::Revert revert = chain::decode_revert(revert_data, known);
    const std::string reason = chain::describe(revert, known);
    log::warn("submitter.preflight_reverts", {{"job", job}, log::Field::vetted("reason", reason)});
    const std::lock_guard lock{refusal_mutex_};
    refusal_ = Refusal{job, reason};
    return {errc_of(revert), "chain_rpc.submitter.preflight"};
}

/// The gas to give, after all that can refuse without costing a nonce.
Result<std::uint64_t> Submitter::checked_gas(JobId job, const ProofCall& call) {
    const Result<chain::TeeJob> record = reader_.job(job);
    if (!record) return record.error();
    if (record->status != chain::JobStatus::kSubmitted)
        return Error{Errc::kJobNotOpen, "chain_rpc.submitter.job"};
    if (record->tee != key_.address()) return Error{Errc::kJobNotOurs, "chain_rpc.submitter.job"};
    if (record->file != call.file) return Error{Errc::kConflict, "chain_rpc.submitter.file"};
    const CallMessage message{key_.address(), reader_.contracts().tee_pool, call.calldata};
    const Result<CallOutcome<Bytes>> outcome = reader_.call(message);
    if (!outcome) return outcome.error();
    if (const Bytes* const revert = held(outcome->revert_data)) return refused(job, *revert);
    const Result<CallOutcome<std::uint64_t>> estimate = reader_.estimate_gas(message);
    if (!estimate) return estimate.error();
    if (const Bytes* const revert = held(estimate->revert_data)) return refused(job, *revert);
    const Result<BlockHeader> head = reader_.block(BlockTag::kLatest);
    if (!head) return head.error();
    return gas_with_margin(estimate->value.value_or(0), head->gas_limit, options_.fees);
}

Status Submitter::preflight(JobId job, const ProofCall& call) {
    const std::lock_guard lock{mutex_};
    const Result<std::uint64_t> gas = checked_gas(job, call);
    if (!gas) return gas.error();
    return Done{};
}

/// A chain nonce beyond everything that we ever bound was spent by somebody else.
Status Submitter::check_chain_nonce(std::uint64_t latest) {
    if (latest <= options_.foreign_nonces_accepted_below) return Done{};
    const Result<std::optional<std::uint64_t>> highest = journal_.highest_nonce();
    if (!highest) return highest.error();
    if (const std::uint64_t* const bound = held(*highest)) {
        if (latest > *bound + 1) return halt(latest - 1);
        return Done{};
    }
    // The first start of this journal: whatever is mined was before us, but nothing may be under
    // way.
    const Result<std::uint64_t> pending =
        reader_.transaction_count(key_.address(), BlockTag::kPending);
    if (!pending) return pending.error();
    if (*pending > latest) return Error{Errc::kNonceGap, "chain_rpc.submitter.pending"};
    return Done{};
}

Result<std::uint64_t> Submitter::next_nonce(const std::vector<chain::Slot>& open) {
    const Result<std::uint64_t> latest = reader_.transaction_count(key_.address());
    if (!latest) return latest.error();
    PRAMANA_TRY(check_chain_nonce(*latest));
    const Result<std::optional<std::uint64_t>> highest = journal_.highest_nonce();
    if (!highest) return highest.error();
    const std::uint64_t* const bound = held(*highest);
    const std::uint64_t next = std::max(*latest, bound != nullptr ? *bound + 1 : 0);
    // Nonces are contiguous: below `next` and not yet mined there is nothing but open slots.
    const auto unmined = static_cast<std::uint64_t>(
        std::count_if(open.begin(), open.end(),
                      [&](const chain::Slot& slot) { return slot.tx_nonce >= *latest; }));
    if (next - *latest != unmined)
        return Error{Errc::kNodeInconsistent, "chain_rpc.submitter.behind"};
    return next;
}

Result<chain::Attempt> Submitter::sign(chain::AttemptKind kind, std::uint64_t tx_nonce,
                                       ByteView calldata, std::uint64_t max_fee_wei,
                                       std::uint64_t tip_wei, std::uint64_t gas) const {
    const bool proof = kind == chain::AttemptKind::kProof;
    chain::Transaction transaction;
    transaction.chain_id = reader_.rpc().chain_id();
    transaction.tx_nonce = tx_nonce;
    transaction.max_priority_fee_per_gas_wei = chain::to_word(tip_wei);
    transaction.max_fee_per_gas_wei = chain::to_word(max_fee_wei);
    transaction.gas_limit = chain::to_word(gas);
    transaction.to = proof ? reader_.contracts().tee_pool : key_.address();
    if (proof) transaction.input.assign(calldata.begin(), calldata.end());
    Result<chain::SignedTransaction> made = chain::sign_transaction(transaction, key_);
    if (!made) return made.error();
    return chain::Attempt{kind, made->hash, std::move(made->raw), max_fee_wei, tip_wei, gas};
}

Result<Bytes> Submitter::calldata_of(const chain::Slot& slot) {
    Result<chain::SignedTransaction> first = chain::decode_transaction(slot.attempts.front().raw);
    if (!first || slot.attempts.front().kind != chain::AttemptKind::kProof ||
        keccak256(ByteView{first->transaction.input}) != slot.call_hash)
        return Error{Errc::kStoreCorrupt, "chain_rpc.submitter.calldata"};
    return std::move(first->transaction.input);
}

Result<SendClass> Submitter::send(const chain::Slot& slot) {
    const chain::Attempt& attempt = slot.attempts.back();
    ChainReader::SendOutcome outcome = reader_.send_raw(attempt.raw, attempt.tx_hash);
    reached("after_send");
    // On some nodes "underpriced" also greets bytes that they have: look before believing it.
    if (outcome.kind == SendClass::kPrice) {
        const Result<std::vector<bool>> known = reader_.known({attempt.tx_hash});
        if (known && known->front()) outcome.kind = SendClass::kAccepted;
    }
    if (outcome.kind != SendClass::kAccepted)
        log::warn("submitter.send", {{"job", slot.job},
                                     {"tx_nonce", slot.tx_nonce},
                                     {"class", static_cast<int>(outcome.kind)},
                                     log::Field::vetted("message", outcome.message)});
    if (outcome.kind == SendClass::kAccepted && slot.state == chain::SlotState::kBound) {
        const Status stored = journal_.set_state(slot.tx_nonce, chain::SlotState::kSent,
                                                 std::nullopt, chain::VoidReason::kNone);
        if (!stored) return stored.error();
    }
    return outcome.kind;
}

Result<chain::Slot> Submitter::submit(JobId job, const ProofCall& call) {
    const std::lock_guard lock{mutex_};
    if (halted_) return Error{Errc::kNonceGap, "chain_rpc.submitter.halted"};
    const Hash32 call_hash = keccak256(ByteView{call.calldata});
    Result<std::optional<chain::Slot>> bound = journal_.slot_of(job);
    if (!bound) return bound.error();
    chain::Slot* const known = held(*bound);
    if (known != nullptr && known->state != chain::SlotState::kVoided) {
        if (known->call_hash != call_hash)
            return Error{Errc::kConflict, "chain_rpc.submitter.other_call"};
        return std::move(*known);
    }
    const Result<std::vector<chain::Slot>> open = journal_.open_slots();
    if (!open) return open.error();
    if (open->size() >= options_.window) return Error{Errc::kBusy, "chain_rpc.submitter.window"};
    const Result<std::uint64_t> gas = checked_gas(job, call);
    if (!gas) return gas.error();
    const Result<FeeMarket> market = reader_.fee_market();
    if (!market) return market.error();
    const Result<Fees> fees = offer_fees(*market, options_.fees);
    if (!fees) return fees.error();
    PRAMANA_TRY(check_funds(*gas, fees->max_fee_wei, *open));
    const Result<std::uint64_t> nonce = next_nonce(*open);
    if (!nonce) return nonce.error();

    chain::Slot slot{*nonce, job, call.file, call_hash, chain::SlotState::kBound, {}, std::nullopt};
    Result<chain::Attempt> attempt = sign(chain::AttemptKind::kProof, *nonce, call.calldata,
                                          fees->max_fee_wei, fees->tip_wei, *gas);
    if (!attempt) return attempt.error();
    slot.attempts.push_back(std::move(*attempt));
    PRAMANA_TRY(journal_.bind(slot));
    reached("after_sign");
    log::info("submitter.bound",
              {{"job", job}, {"tx_nonce", *nonce}, {"tx", slot.attempts.back().tx_hash}});
    const Result<SendClass> sent = send(slot);
    if (!sent) return sent.error();
    if (*sent == SendClass::kAccepted) slot.state = chain::SlotState::kSent;
    tracks_[*nonce].price_refused = *sent == SendClass::kPrice;
    return slot;
}

/// What the new transaction and all open ones may cost must be there: a transaction that cannot pay
/// would block the rest.
Status Submitter::check_funds(std::uint64_t gas, std::uint64_t max_fee_wei,
                              const std::vector<chain::Slot>& open) {
    Result<Word256> needed = chain::multiply(chain::to_word(gas), chain::to_word(max_fee_wei));
    for (const chain::Slot& slot : open) {
        if (slot.state == chain::SlotState::kIncluded || !needed) continue;
        const chain::Attempt& attempt = slot.attempts.back();
        const Result<Word256> more =
            chain::multiply(chain::to_word(attempt.gas_max), chain::to_word(attempt.max_fee_wei));
        if (!more) return more.error();
        needed = chain::add(*needed, *more);
    }
    if (!needed) return needed.error();
    const Result<Word256> balance = reader_.balance(key_.address());
    if (!balance) return balance.error();
    if (*balance < *needed) return Error{Errc::kInsufficientFunds, "chain_rpc.submitter.funds"};
    return Done{};
}

/// Every stored attempt must be ours, for this chain and this nonce: nothing else is ever sent.
Status Submitter::check_journal(const std::vector<chain::Slot>& slots) const {
    std::optional<std::uint64_t> before;
    for (const chain::Slot& slot : slots) {
        const bool ascending = !before || slot.tx_nonce > *before;
        if (!ascending || chain::is_terminal(slot.state) || slot.attempts.empty())
            return Error{Errc::kStoreCorrupt, "chain_rpc.submitter.slot"};
        before = slot.tx_nonce;
        for (const chain::Attempt& attempt : slot.attempts) {
            const Result<chain::SignedTransaction> decoded = chain::decode_transaction(attempt.raw);
            if (!decoded || decoded->hash != attempt.tx_hash || decoded->sender != key_.address() ||
                decoded->transaction.tx_nonce != slot.tx_nonce ||
                decoded->transaction.chain_id != reader_.rpc().chain_id())
                return Error{Errc::kStoreCorrupt, "chain_rpc.submitter.attempt"};
        }
    }
    return Done{};
}

Status Submitter::recover() {
    const std::lock_guard lock{mutex_};
    PRAMANA_TRY(reader_.rpc().check_chain());
    const Result<std::vector<chain::Slot>> open = journal_.open_slots();
    if (!open) return open.error();
    PRAMANA_TRY(check_journal(*open));
    const Result<std::uint64_t> latest = reader_.transaction_count(key_.address());
    if (!latest) return latest.error();
    PRAMANA_TRY(check_chain_nonce(*latest));
    for (const chain::Slot& slot : *open) {
        if (slot.state == chain::SlotState::kIncluded || slot.tx_nonce < *latest) continue;
        const Result<SendClass> sent = send(slot);
        if (!sent) return sent.error();
        tracks_[slot.tx_nonce].price_refused = *sent == SendClass::kPrice;
    }
    log::info("submitter.recovered", {{"open_slots", open->size()}, {"chain_nonce", *latest}});
    return Done{};
}

}  // namespace pramana::chain_rpc
