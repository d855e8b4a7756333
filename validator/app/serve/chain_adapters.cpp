#include "chain_adapters.hpp"

#include "pramana/chain/proof_digest.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/os/log.hpp"

namespace pramana::app {
namespace {

store::SlotAttempt to_store(const chain::Attempt& attempt) {
    return {.kind = static_cast<std::uint8_t>(attempt.kind),
            .tx_hash = attempt.tx_hash,
            .raw = attempt.raw,
            .max_fee_wei = attempt.max_fee_wei,
            .tip_wei = attempt.tip_wei,
            .gas_max = attempt.gas_max};
}

std::optional<store::SlotInclusion> to_store(const std::optional<chain::Inclusion>& inclusion) {
    if (!inclusion) return std::nullopt;
    return store::SlotInclusion{.block_number = inclusion->block_number,
                                .block_hash = inclusion->block_hash,
                                .tx_hash = inclusion->tx_hash,
                                .succeeded = inclusion->succeeded,
                                .gas_used = inclusion->gas_used,
                                .gas_price_wei = inclusion->gas_price_wei,
                                .proof_index = inclusion->proof_index};
}

/// Errors: kStoreCorrupt for a value that chain does not know.
Result<chain::Slot> to_chain(const store::SlotRecord& record) {
    chain::Slot slot;
    slot.tx_nonce = record.tx_nonce;
    slot.job = record.job;
    slot.file = record.file;
    slot.call_hash = record.call_hash;
    slot.state = static_cast<chain::SlotState>(record.state);
    slot.void_reason = static_cast<chain::VoidReason>(record.void_reason);
    for (const store::SlotAttempt& attempt : record.attempts) {
        if (attempt.kind > static_cast<std::uint8_t>(chain::AttemptKind::kNoop))
            return Error{Errc::kStoreCorrupt, "app.journal.attempt"};
        slot.attempts.push_back({.kind = static_cast<chain::AttemptKind>(attempt.kind),
                                 .tx_hash = attempt.tx_hash,
                                 .raw = attempt.raw,
                                 .max_fee_wei = attempt.max_fee_wei,
                                 .tip_wei = attempt.tip_wei,
                                 .gas_max = attempt.gas_max});
    }
    if (record.inclusion) {
        const store::SlotInclusion& held = *record.inclusion;
        slot.inclusion = chain::Inclusion{.block_number = held.block_number,
                                          .block_hash = held.block_hash,
                                          .tx_hash = held.tx_hash,
                                          .succeeded = held.succeeded,
                                          .gas_used = held.gas_used,
                                          .gas_price_wei = held.gas_price_wei,
                                          .proof_index = held.proof_index};
    }
    return slot;
}

// The modules do not know each other; their values are stored, so they may not drift apart.
template <class A, class B>
constexpr bool same(A a, B b) {
    return static_cast<int>(a) == static_cast<int>(b);
}
static_assert(same(store::SlotState::kBound, chain::SlotState::kBound));
static_assert(same(store::SlotState::kSent, chain::SlotState::kSent));
static_assert(same(store::SlotState::kIncluded, chain::SlotState::kIncluded));
static_assert(same(store::SlotState::kFinal, chain::SlotState::kFinal));
static_assert(same(store::SlotState::kVoided, chain::SlotState::kVoided));
static_assert(same(store::SlotVoid::kCanceled, chain::VoidReason::kCanceled));
static_assert(same(store::SlotVoid::kDoneByOther, chain::VoidReason::kDoneByOther));
static_assert(same(store::SlotVoid::kReverted, chain::VoidReason::kReverted));
static_assert(same(store::SlotVoid::kForeign, chain::VoidReason::kForeign));
static_assert(same(store::SlotVoid::kUnsendable, chain::VoidReason::kUnsendable));
static_assert(same(store::SlotVoid::kJobGone, chain::VoidReason::kJobGone));
static_assert(store::kSlotAttemptsMax == chain::kAttemptsMax);
static_assert(same(pipeline::ChainJobStatus::kNone, chain::JobStatus::kNone));
static_assert(same(pipeline::ChainJobStatus::kSubmitted, chain::JobStatus::kSubmitted));
static_assert(same(pipeline::ChainJobStatus::kCompleted, chain::JobStatus::kCompleted));
static_assert(same(pipeline::ChainJobStatus::kCanceled, chain::JobStatus::kCanceled));

/// A slot that ended without our proof.
void fill_voided(const chain::Slot& slot, pipeline::ProofProgress& progress) {
    using pipeline::ProofState;
    switch (slot.void_reason) {
        case chain::VoidReason::kCanceled: progress.state = ProofState::kCancelled; return;
        case chain::VoidReason::kDoneByOther: progress.state = ProofState::kDoneByOther; return;
        case chain::VoidReason::kReverted:
            progress.state = ProofState::kReverted;
            progress.cause = Error{Errc::kReverted, "app.proof.voided"};
            return;
        case chain::VoidReason::kUnsendable:
            progress.state = ProofState::kReverted;
            progress.cause = Error{Errc::kInternal, "app.proof.unsendable"};
            return;
        case chain::VoidReason::kNone:
        case chain::VoidReason::kJobGone:
        case chain::VoidReason::kForeign:
            progress.state = ProofState::kNone;
            return;  // may be bound again
    }
    std::abort();
}

}  // namespace

// ---------------------------------------------------------------------------------------------------
// Reads

Result<pipeline::ChainJob> ChainAdapter::job(JobId job) {
    const Result<chain::TeeJob> read = reader_.job(job);
    if (!read) return read.error();
    return pipeline::ChainJob{.status = static_cast<pipeline::ChainJobStatus>(read->status),
                              .file = read->file,
                              .bid_wei = read->bid_wei,
                              .payer = read->owner,
                              .tee = read->tee};
}

Result<pipeline::ChainFile> ChainAdapter::file(FileId file) {
    Result<chain::RegistryFile> read = reader_.file(file);
    if (!read) return read.error();
    return pipeline::ChainFile{.owner = read->owner, .url = std::move(read->url)};
}

Result<std::string> ChainAdapter::permission(FileId file, const Address& account) {
    return reader_.permission(file, account);
}

Result<pipeline::ChainDlp> ChainAdapter::dlp(const Address& dlp) {
    Result<std::string> instruction = reader_.proof_instruction(dlp);
    if (!instruction) return instruction.error();
    const Result<Address> pool = reader_.dlp_tee_pool(dlp);
    if (!pool) return pool.error();
    Result<std::string> key = reader_.dlp_public_key(dlp);
    if (!key) return key.error();
    return pipeline::ChainDlp{.proof_instruction = *std::move(instruction),
                              .tee_pool = *pool,
                              .public_key = *std::move(key)};
}

Result<pipeline::ChainHead> ChainAdapter::head() {
    const Result<chain_rpc::BlockHeader> block = probe_.block(chain_rpc::BlockTag::kLatest);
    if (!block) return block.error();
    return pipeline::ChainHead{.number = block->number,
                               .unix_s = static_cast<std::int64_t>(block->timestamp_s)};
}

// ---------------------------------------------------------------------------------------------------
// Journal

Status JournalAdapter::bind(const chain::Slot& slot) {
    store::SlotRecord record;
    record.tx_nonce = slot.tx_nonce;
    record.job = slot.job;
    record.file = slot.file;
    record.call_hash = slot.call_hash;
    record.state = static_cast<store::SlotState>(slot.state);
    for (const chain::Attempt& attempt : slot.attempts)
        record.attempts.push_back(to_store(attempt));
    record.inclusion = to_store(slot.inclusion);
    record.void_reason = static_cast<store::SlotVoid>(slot.void_reason);
    return slots_.bind(record);
}

Status JournalAdapter::add_attempt(std::uint64_t tx_nonce, const chain::Attempt& attempt) {
    return slots_.add_attempt(tx_nonce, to_store(attempt));
}

Status JournalAdapter::set_state(std::uint64_t tx_nonce, chain::SlotState state,
                                 const std::optional<chain::Inclusion>& inclusion,
                                 chain::VoidReason void_reason) {
    return slots_.set_state(tx_nonce, static_cast<store::SlotState>(state), to_store(inclusion),
                            static_cast<store::SlotVoid>(void_reason));
}

Result<std::vector<chain::Slot>> JournalAdapter::open_slots() {
    const Result<std::vector<store::SlotRecord>> records = slots_.open_slots();
    if (!records) return records.error();
    std::vector<chain::Slot> slots;
    for (const store::SlotRecord& record : *records) {
        Result<chain::Slot> slot = to_chain(record);
        if (!slot) return slot.error();
        slots.push_back(*std::move(slot));
    }
    return slots;
}

Result<std::optional<chain::Slot>> JournalAdapter::slot_of(JobId job) {
    const Result<std::optional<store::SlotRecord>> record = slots_.slot_of(job);
    if (!record) return record.error();
    if (!*record) return std::optional<chain::Slot>{};
    Result<chain::Slot> slot = to_chain(**record);
    if (!slot) return slot.error();
    return std::optional<chain::Slot>{*std::move(slot)};
}

Result<std::optional<std::uint64_t>> JournalAdapter::highest_nonce() {
    return slots_.highest_nonce();
}

// ---------------------------------------------------------------------------------------------------
// Proofs

Status ProofAdapter::submit(const pipeline::ProofCall& call) {
    if (!recovered_) return Error{Errc::kRpcUnavailable, "app.proof.recovering"};
    chain::ProofData proof{.score = chain::to_word(call.score_wad),
                           .dlp_id = call.dlp_id,
                           .metadata = call.metadata,
                           .proof_url = call.proof_url,
                           .instruction = call.instruction};
    // RFC 6979: the same call gives the same signature, and so the same call hash, after a crash.
    const chain::Proof signed_proof = chain::sign_proof(call.file_url, std::move(proof), key_);
    const chain_rpc::ProofCall submission{
        .file = call.file, .calldata = chain::tee_pool::add_proof(call.job, signed_proof)};
    const Result<chain::Slot> slot = submitter_.submit(call.job, submission);
    if (slot) return Done{};
    if (const std::optional<chain_rpc::Refusal> refusal = submitter_.last_refusal();
        slot.error().code == Errc::kReverted && refusal)
        log::warn("app.proof.refused",
                  {{"job", call.job}, log::Field::vetted("reason", refusal->reason)});
    return slot.error();
}

Result<pipeline::ProofProgress> ProofAdapter::progress(JobId job) {
    using pipeline::ProofState;
    const Result<std::optional<chain::Slot>> found = journal_.slot_of(job);
    if (!found) return found.error();
    pipeline::ProofProgress progress;
    if (!*found) return progress;
    const chain::Slot& slot = **found;
    progress.tx_hash = slot.inclusion ? slot.inclusion->tx_hash : slot.attempts.back().tx_hash;
    if (slot.inclusion) progress.proof_index = slot.inclusion->proof_index;
    switch (slot.state) {
        case chain::SlotState::kBound: progress.state = ProofState::kSigned; break;
        case chain::SlotState::kSent: progress.state = ProofState::kSent; break;
        case chain::SlotState::kIncluded:
            // A revert that is not final may still be undone by a reorg.
            progress.state = slot.inclusion && slot.inclusion->succeeded ? ProofState::kIncluded
                                                                         : ProofState::kSent;
            if (progress.state == ProofState::kSent)
                progress.cause = Error{Errc::kReverted, "app.proof.included"};
            break;
        case chain::SlotState::kFinal: progress.state = ProofState::kFinal; break;
        case chain::SlotState::kVoided: fill_voided(slot, progress); break;
    }
    const std::lock_guard lock{mutex_};
    const auto held = held_.find(job);
    if (held != held_.end() && !chain::is_terminal(slot.state)) progress.cause = held->second;
    return progress;
}

void ProofAdapter::note(const chain_rpc::SubmissionEvent& event) {
    using Kind = chain_rpc::SubmissionEvent::Kind;
    const std::lock_guard lock{mutex_};
    if (event.kind == Kind::kHeld && event.cause)
        held_.insert_or_assign(event.job, *event.cause);
    else
        held_.erase(event.job);
}

}  // namespace pramana::app
