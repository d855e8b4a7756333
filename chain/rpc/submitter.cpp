// What the submitter is made of: its state, signing, sending, recovery. Binding a nonce is in
// submitter_bind.cpp, what happens to open slots in submitter_round.cpp and submitter_push.cpp.
#include "pramana/chain_rpc/submitter.hpp"

#include "fees.hpp"
#include "held.hpp"
#include "pramana/chain/transaction.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/crypto/keccak.hpp"
#include "pramana/os/log.hpp"
#include "submit_reads.hpp"

#include <algorithm>

namespace pramana::chain_rpc {

using chain::Attempt;
using chain::AttemptKind;
using chain::Slot;
using chain::SlotState;

namespace {

constexpr std::size_t kBatchMax = 20;  // reference chain.md section 4, rule 15

/// Takes out proofs whose jobs are not open, or of another file since a reorg. One node says so in
/// a batch; what becomes of these slots a round judges, which sends what it does not give up.
Status leave_to_rounds(const ChainReader& reader, std::vector<Slot>& slots) {
    const auto is_proof = [](const Slot& slot) {
        return slot.purpose == chain::SlotPurpose::kProof &&
               slot.attempts.back().kind == AttemptKind::kCall;
    };
    std::vector<JobId> ids;
    for (const Slot& slot : slots)
        if (is_proof(slot))
            for (const chain::SlotJob& each : slot.jobs) ids.push_back(each.job);
    if (ids.empty()) return Done{};
    const Result<std::vector<chain::TeeJob>> jobs = read_jobs(reader, ids);
    if (!jobs) return jobs.error();
    std::size_t next = 0;
    std::vector<Slot> kept;
    for (Slot& slot : slots) {
        bool open = true;
        if (is_proof(slot))
            for (const chain::SlotJob& each : slot.jobs) {
                const chain::TeeJob& job = (*jobs)[next++];
                open = open && job.status == chain::JobStatus::kSubmitted && job.file == each.file;
            }
        if (open) kept.push_back(std::move(slot));
    }
    slots = std::move(kept);
    return Done{};
}

}  // namespace

std::string_view name_of(SubmitterAlarm alarm) noexcept {
    switch (alarm) {
        case SubmitterAlarm::kForeignNonce: return "foreign_nonce";
        case SubmitterAlarm::kPendingForeign: return "pending_foreign";
        case SubmitterAlarm::kFinalityStalled: return "finality_stalled";
        case SubmitterAlarm::kBalanceLow: return "balance_low";
        case SubmitterAlarm::kInsufficientFunds: return "insufficient_funds";
        case SubmitterAlarm::kFeeCeiling: return "fee_ceiling";
        case SubmitterAlarm::kSpendCeiling: return "spend_ceiling";
        case SubmitterAlarm::kSlotOld: return "slot_old";
        case SubmitterAlarm::kUnsendable: return "unsendable";
        case SubmitterAlarm::kContractPaused: return "contract_paused";
        case SubmitterAlarm::kJournalFailed: return "journal_failed";
        case SubmitterAlarm::kSignerFault: return "signer_fault";
    }
    return "";
}

Submitter::Submitter(ChainReader& reader, chain::SubmissionJournal& journal,
                     TransactionSigner& signer, SubmitterOptions options)
    : reader_{reader}, journal_{journal}, signer_{signer}, options_{std::move(options)} {
    PRAMANA_CHECK(options_.window > 0 && options_.foreign_observations > 0);
    PRAMANA_CHECK(options_.batch_max >= 1 && options_.batch_max <= kBatchMax);
    status_.address = signer_.address();
}

Submitter::Submitter(ChainReader& reader, chain::SubmissionJournal& journal, const SigningKey& key,
                     SubmitterOptions options)
    : own_signer_{std::make_unique<KeySigner>(key)},
      reader_{reader},
      journal_{journal},
      signer_{*own_signer_},
      options_{std::move(options)} {
    PRAMANA_CHECK(options_.window > 0 && options_.foreign_observations > 0);
    PRAMANA_CHECK(options_.batch_max >= 1 && options_.batch_max <= kBatchMax);
    status_.address = signer_.address();
}

void Submitter::reached(const char* name) const {
    if (options_.crash_point) options_.crash_point(name);
}

std::optional<Refusal> Submitter::last_refusal() const {
    const std::lock_guard lock{status_mutex_};
    return refusal_;
}

SubmitterStatus Submitter::status() const {
    const std::lock_guard lock{status_mutex_};
    SubmitterStatus copy = status_;
    if (copy.proof_cost > Wei{}) {
        const Result<Word256> left =
            chain::mul_div(copy.balance.word(), chain::to_word(1), copy.proof_cost.word());
        const Result<std::uint64_t> count = left ? chain::to_u64(*left) : left.error();
        copy.proofs_left = count ? *count : UINT64_MAX;
    }
    std::array<bool, kSubmitterAlarms> raised = alarms_;
    raised[static_cast<std::size_t>(SubmitterAlarm::kBalanceLow)] =
        copy.proof_cost > Wei{} && copy.proofs_left < options_.proofs_left_min;
    for (std::size_t i = 0; i < raised.size(); ++i)
        if (raised[i]) copy.alarms.push_back(static_cast<SubmitterAlarm>(i));
    return copy;
}

void Submitter::raise(SubmitterAlarm alarm, bool on) {
    const std::lock_guard lock{status_mutex_};
    bool& now = alarms_[static_cast<std::size_t>(alarm)];
    if (now == on) return;
    now = on;
    if (on)
        log::warn("submitter.alarm", {log::Field::vetted("alarm", std::string{name_of(alarm)})});
    else
        log::info("submitter.alarm_over",
                  {log::Field::vetted("alarm", std::string{name_of(alarm)})});
}

Error Submitter::halt(std::uint64_t tx_nonce) {
    halted_ = true;
    log::error("submitter.foreign_nonce", {{"tx_nonce", tx_nonce}, {"address", address()}});
    raise(SubmitterAlarm::kForeignNonce, true);
    const std::lock_guard lock{status_mutex_};
    status_.foreign_nonce = tx_nonce;
    return {Errc::kNonceGap, "chain_rpc.submitter.foreign"};
}

/// A write that failed may or may not have happened. Nothing is signed after it until recover() has
/// read the journal again.
Status Submitter::stored(const Status& written) {
    if (written) return written;
    const Errc code = written.error().code;
    if (code == Errc::kStoreUnavailable || code == Errc::kStorageFull ||
        code == Errc::kStoreCorrupt) {
        journal_failure_ = written.error();
        log::error("submitter.journal_failed", {{"error", written.error()}});
        raise(SubmitterAlarm::kJournalFailed, true);
    }
    return written;
}

Status Submitter::check_ready_to_sign() const {
    if (halted_) return Error{Errc::kNonceGap, "chain_rpc.submitter.halted"};
    if (const Error* const failure = held(journal_failure_)) return *failure;
    return Done{};
}

/// A chain nonce beyond everything that we ever bound was spent by somebody else.
Status Submitter::check_chain_nonce(std::uint64_t latest) {
    const Result<std::optional<std::uint64_t>> highest = journal_.highest_nonce();
    if (!highest) return highest.error();
    const std::uint64_t accepted = options_.foreign_nonces_accepted_below;
    if (const std::uint64_t* const bound = held(*highest)) {
        if (latest > std::max(*bound + 1, accepted)) return halt(latest - 1);
        return Done{};
    }
    // The first start of this journal: whatever is mined was before us, but nothing may be under
    // way that the operator has not named.
    const Result<std::uint64_t> pending = reader_.transaction_count(address(), BlockTag::kPending);
    if (!pending) return pending.error();
    const bool foreign = *pending > std::max(latest, accepted);
    raise(SubmitterAlarm::kPendingForeign, foreign);
    if (foreign) return Error{Errc::kNonceGap, "chain_rpc.submitter.pending"};
    return Done{};
}

/// What comes back from the signer is read again and compared with what was asked: a signer that
/// signs something else must not get it stored, let alone sent.
Result<Attempt> Submitter::sign(AttemptKind kind, std::uint64_t tx_nonce, const Address& to,
                                ByteView calldata, std::uint64_t max_fee_wei, std::uint64_t tip_wei,
                                std::uint64_t gas) {
    chain::Transaction asked;
    asked.chain_id = reader_.rpc().chain_id();
    asked.tx_nonce = tx_nonce;
    asked.max_priority_fee_per_gas_wei = chain::to_word(tip_wei);
    asked.max_fee_per_gas_wei = chain::to_word(max_fee_wei);
    asked.gas_limit = chain::to_word(gas);
    asked.to = kind == AttemptKind::kCall ? to : address();
    if (kind == AttemptKind::kCall) asked.input.assign(calldata.begin(), calldata.end());
    Result<Bytes> raw = signer_.sign(asked);
    const Result<chain::SignedTransaction> made =
        raw ? chain::decode_transaction(*raw) : raw.error();
    if (!made || made->transaction != asked || made->sender != address()) {
        log::error(
            "submitter.signer_fault",
            {{"tx_nonce", tx_nonce},
             {"error", made ? Error{Errc::kIo, "chain_rpc.submitter.other"} : made.error()}});
        raise(SubmitterAlarm::kSignerFault, true);
        return Error{Errc::kSignerFault, "chain_rpc.submitter.sign"};
    }
    raise(SubmitterAlarm::kSignerFault, false);
    return Attempt{kind, made->hash, *std::move(raw), max_fee_wei, tip_wei, gas, 0};
}

Result<Bytes> Submitter::calldata_of(const Slot& slot) {
    Result<chain::SignedTransaction> first = chain::decode_transaction(slot.attempts.front().raw);
    if (!first || slot.attempts.front().kind != AttemptKind::kCall ||
        keccak256(ByteView{first->transaction.input}) != slot.call_hash)
        return Error{Errc::kStoreCorrupt, "chain_rpc.submitter.calldata"};
    return std::move(first->transaction.input);
}

Result<SendClass> Submitter::send(Slot& slot) {
    Result<std::vector<SendClass>> sent = send_all({&slot, 1});
    if (!sent) return sent.error();
    return sent->front();
}

Result<std::vector<SendClass>> Submitter::send_all(std::span<Slot> slots) {
    std::vector<ChainReader::RawTransaction> raw;
    for (const Slot& slot : slots) {
        raw.push_back({slot.attempts.back().raw, slot.attempts.back().tx_hash});
        reached("before_send");
    }
    std::vector<ChainReader::SendOutcome> outcomes = reader_.send_raw(raw);
    for (std::size_t i = 0; i < slots.size(); ++i) reached("after_send");
    std::vector<SendClass> kinds;
    std::vector<chain::SlotStep> accepted;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const Slot& slot = slots[i];
        kinds.push_back(judge(slot, outcomes[i]));
        if (kinds.back() == SendClass::kAccepted && slot.state == SlotState::kBound)
            accepted.push_back({.tx_nonce = slot.tx_nonce, .state = SlotState::kSent});
    }
    if (accepted.empty()) return kinds;
    PRAMANA_TRY(stored(journal_.set_states(accepted)));
    for (std::size_t i = 0; i < slots.size(); ++i) {
        if (kinds[i] != SendClass::kAccepted || slots[i].state != SlotState::kBound) continue;
        slots[i].state = SlotState::kSent;
        reached("after_sent");
    }
    return kinds;
}

/// What became of one transaction that was sent.
SendClass Submitter::judge(const Slot& slot, const ChainReader::SendOutcome& outcome) {
    const Attempt& attempt = slot.attempts.back();
    Track& track = tracks_[slot.tx_nonce];
    SendClass kind = outcome.kind;
    {
        const std::lock_guard lock{status_mutex_};
        ++status_.sends;
        if (track.sent_once) ++status_.resends;
    }
    track.sent_once = true;
    // On some nodes "underpriced" also greets bytes that they have: look before believing it.
    if (kind == SendClass::kPrice) {
        const Result<std::vector<bool>> known = reader_.known({attempt.tx_hash});
        if (known && known->front()) kind = SendClass::kAccepted;
    }
    if (kind != SendClass::kAccepted)
        log::warn("submitter.send", {{"tx_nonce", slot.tx_nonce},
                                     {"class", static_cast<int>(kind)},
                                     log::Field::vetted("message", outcome.message)});
    track.price_refused = kind == SendClass::kPrice;
    return kind;
}

/// Every stored attempt must be ours, for this chain and this nonce: nothing else is ever sent.
Status Submitter::check_journal(const std::vector<Slot>& slots) const {
    std::optional<std::uint64_t> before;
    for (const Slot& slot : slots) {
        const bool ascending = !before || slot.tx_nonce > *before;
        if (!ascending || chain::is_terminal(slot.state) || slot.attempts.empty())
            return Error{Errc::kStoreCorrupt, "chain_rpc.submitter.slot"};
        before = slot.tx_nonce;
        for (const Attempt& attempt : slot.attempts) {
            const Result<chain::SignedTransaction> decoded = chain::decode_transaction(attempt.raw);
            if (!decoded || decoded->hash != attempt.tx_hash || decoded->sender != address() ||
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
    Result<std::vector<Slot>> open = journal_.open_slots();
    if (!open) return open.error();
    PRAMANA_TRY(check_journal(*open));
    journal_failure_.reset();
    raise(SubmitterAlarm::kJournalFailed, false);
    has_multicall_.reset();
    gas_tried_.clear();
    const Result<std::uint64_t> latest = reader_.transaction_count(address());
    if (!latest) return latest.error();
    PRAMANA_TRY(check_chain_nonce(*latest));
    // Never more at once than the pools keep of one account; the rounds send the others.
    std::vector<Slot> waiting;
    for (const Slot& slot : *open)
        if (slot.state != SlotState::kIncluded && slot.tx_nonce >= *latest && !slot.is_refilled() &&
            waiting.size() < options_.window)
            waiting.push_back(slot);
    PRAMANA_TRY(leave_to_rounds(reader_, waiting));
    if (!waiting.empty()) {
        const Result<std::vector<SendClass>> sent = send_all(waiting);
        if (!sent) return sent.error();
        for (std::size_t i = 0; i < waiting.size(); ++i) reached("in_recovery");
        if (Result<std::vector<Slot>> now = journal_.open_slots()) open = std::move(now);
    }
    nonce_before_.reset();
    publish_open(*open);
    log::info("submitter.recovered", {{"open_slots", open->size()}, {"chain_nonce", *latest}});
    return Done{};
}

void Submitter::publish_open(const std::vector<Slot>& open) {
    const std::lock_guard lock{status_mutex_};
    std::fill_n(status_.slots.begin(), 3, 0);
    status_.jobs_open = 0;
    status_.oldest_age_s = status_.oldest_waiting_s = 0;
    status_.committed = {};
    status_.lowest_unfinished_nonce.reset();
    for (const Slot& slot : open) {
        if (chain::is_terminal(slot.state)) continue;
        ++status_.slots[static_cast<std::size_t>(slot.state)];
        status_.jobs_open += slot.jobs.size();
        if (!status_.lowest_unfinished_nonce) status_.lowest_unfinished_nonce = slot.tx_nonce;
        const std::uint64_t age_s =
            status_.head_unix_s - std::min(slot.bound_unix_s, status_.head_unix_s);
        status_.oldest_age_s = std::max(status_.oldest_age_s, age_s);
        if (slot.state != SlotState::kIncluded)
            status_.oldest_waiting_s = std::max(status_.oldest_waiting_s, age_s);
        const chain::Inclusion* const included = held(slot.inclusion);
        status_.committed =
            status_.committed + (included != nullptr ? included->cost() : cost_max_of(slot));
    }
}

}  // namespace pramana::chain_rpc
