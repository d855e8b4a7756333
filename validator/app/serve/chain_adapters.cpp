#include "chain_adapters.hpp"

namespace pramana::app {
namespace {

store::SlotAttempt to_store(const chain::Attempt& attempt) {
    return {.kind = static_cast<std::uint8_t>(attempt.kind),
            .tx_hash = attempt.tx_hash,
            .raw = attempt.raw,
            .max_fee_wei = attempt.max_fee_wei,
            .tip_wei = attempt.tip_wei,
            .gas_max = attempt.gas_max,
            .signed_unix_s = attempt.signed_unix_s};
}

std::optional<store::SlotInclusion> to_store(const std::optional<chain::Inclusion>& inclusion) {
    if (!inclusion) return std::nullopt;
    store::SlotInclusion record{.block_number = inclusion->block_number,
                                .block_hash = inclusion->block_hash,
                                .block_unix_s = inclusion->block_unix_s,
                                .tx_hash = inclusion->tx_hash,
                                .succeeded = inclusion->succeeded,
                                .gas_used = inclusion->gas_used,
                                .gas_price_wei = inclusion->gas_price_wei,
                                .landed = {}};
    for (const chain::LandedJob& each : inclusion->landed)
        record.landed.push_back({.job = each.job, .proof_index = each.proof_index});
    return record;
}

store::SlotRecord to_store(const chain::Slot& slot) {
    store::SlotRecord record;
    record.tx_nonce = slot.tx_nonce;
    record.purpose = static_cast<store::SlotPurpose>(slot.purpose);
    record.to = slot.to;
    for (const chain::SlotJob& each : slot.jobs)
        record.jobs.push_back({.job = each.job, .file = each.file, .call_hash = each.call_hash});
    record.success = {.sign = static_cast<std::uint8_t>(slot.success.sign),
                      .emitter = slot.success.emitter,
                      .topic0 = slot.success.topic0,
                      .topic = slot.success.topic};
    record.call_hash = slot.call_hash;
    record.bound_unix_s = slot.bound_unix_s;
    record.state = static_cast<store::SlotState>(slot.state);
    for (const chain::Attempt& attempt : slot.attempts)
        record.attempts.push_back(to_store(attempt));
    record.inclusion = to_store(slot.inclusion);
    record.void_reason = static_cast<store::SlotVoid>(slot.void_reason);
    return record;
}

chain::Inclusion to_chain(const store::SlotInclusion& held) {
    chain::Inclusion inclusion{.block_number = held.block_number,
                               .block_hash = held.block_hash,
                               .block_unix_s = held.block_unix_s,
                               .tx_hash = held.tx_hash,
                               .succeeded = held.succeeded,
                               .gas_used = held.gas_used,
                               .gas_price_wei = held.gas_price_wei,
                               .landed = {}};
    for (const store::SlotLanded& each : held.landed)
        inclusion.landed.push_back({.job = each.job, .proof_index = each.proof_index});
    return inclusion;
}

/// Errors: kStoreCorrupt for a value that chain does not know.
Result<chain::Slot> to_chain(const store::SlotRecord& record) {
    if (record.success.sign > static_cast<std::uint8_t>(chain::SuccessSign::kFileTopic))
        return Error{Errc::kStoreCorrupt, "app.journal.sign"};
    chain::Slot slot;
    slot.tx_nonce = record.tx_nonce;
    slot.purpose = static_cast<chain::SlotPurpose>(record.purpose);
    slot.to = record.to;
    for (const store::SlotJob& each : record.jobs)
        slot.jobs.push_back({.job = each.job, .file = each.file, .call_hash = each.call_hash});
    slot.success = {.sign = static_cast<chain::SuccessSign>(record.success.sign),
                    .emitter = record.success.emitter,
                    .topic0 = record.success.topic0,
                    .topic = record.success.topic};
    slot.call_hash = record.call_hash;
    slot.bound_unix_s = record.bound_unix_s;
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
                                 .gas_max = attempt.gas_max,
                                 .signed_unix_s = attempt.signed_unix_s});
    }
    if (record.inclusion) slot.inclusion = to_chain(*record.inclusion);
    return slot;
}

Result<std::vector<chain::Slot>> to_chain(const Result<std::vector<store::SlotRecord>>& records) {
    if (!records) return records.error();
    std::vector<chain::Slot> slots;
    for (const store::SlotRecord& record : *records) {
        Result<chain::Slot> slot = to_chain(record);
        if (!slot) return slot.error();
        slots.push_back(*std::move(slot));
    }
    return slots;
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
static_assert(same(store::SlotVoid::kPointless, chain::VoidReason::kPointless));
static_assert(same(store::SlotPurpose::kProof, chain::SlotPurpose::kProof));
static_assert(same(store::SlotPurpose::kResult, chain::SlotPurpose::kResult));
static_assert(same(store::SlotPurpose::kReward, chain::SlotPurpose::kReward));
static_assert(same(store::SlotPurpose::kFees, chain::SlotPurpose::kFees));
static_assert(store::kSlotJobsMax == chain::kSlotJobsMax);
static_assert(store::kSlotAttemptsMax == chain::kAttemptsMax);
static_assert(same(pipeline::ChainJobStatus::kNone, chain::JobStatus::kNone));
static_assert(same(pipeline::ChainJobStatus::kSubmitted, chain::JobStatus::kSubmitted));
static_assert(same(pipeline::ChainJobStatus::kCompleted, chain::JobStatus::kCompleted));
static_assert(same(pipeline::ChainJobStatus::kCanceled, chain::JobStatus::kCanceled));

}  // namespace

// ---------------------------------------------------------------------------------------------------
// Reads

Result<pipeline::ChainJob> ChainAdapter::job(JobId job) {
    const Result<chain::TeeJob> read = reader_.job(job);
    if (!read) return read.error();
    return to_pipeline(*read);
}

Result<std::string> ChainAdapter::permission(FileId file, const Address& account) {
    return reader_.permission(file, account);
}

Result<pipeline::ChainDlp> ChainAdapter::dlp(const Address& dlp) {
    const Result<chain_rpc::BlockHeader> head = reader_.pin();
    if (!head) return head.error();
    return read_dlp(reader_, dlp, *head);
}

Result<pipeline::ChainHead> ChainAdapter::head() {
    const Result<chain_rpc::BlockHeader> block = probe_.block(chain_rpc::BlockTag::kLatest);
    if (!block) return block.error();
    return pipeline::ChainHead{.number = block->number,
                               .unix_s = static_cast<std::int64_t>(block->timestamp_s)};
}

// ---------------------------------------------------------------------------------------------------
// Journal

Status JournalAdapter::bind_all(std::span<const chain::Slot> slots) {
    std::vector<store::SlotRecord> records;
    records.reserve(slots.size());
    for (const chain::Slot& slot : slots) records.push_back(to_store(slot));
    return slots_.bind_all(records);
}

Status JournalAdapter::add_attempt(std::uint64_t tx_nonce, const chain::Attempt& attempt) {
    return slots_.add_attempt(tx_nonce, to_store(attempt));
}

Status JournalAdapter::set_states(std::span<const chain::SlotStep> steps) {
    std::vector<store::SlotStep> records;
    records.reserve(steps.size());
    for (const chain::SlotStep& step : steps)
        records.push_back({.tx_nonce = step.tx_nonce,
                           .state = static_cast<store::SlotState>(step.state),
                           .inclusion = to_store(step.inclusion),
                           .void_reason = static_cast<store::SlotVoid>(step.void_reason)});
    return slots_.set_states(records);
}

Status JournalAdapter::reopen(std::uint64_t tx_nonce) { return slots_.reopen(tx_nonce); }

Status JournalAdapter::refill(std::uint64_t tx_nonce) { return slots_.refill(tx_nonce); }

Result<std::vector<chain::Slot>> JournalAdapter::open_slots() {
    return to_chain(slots_.open_slots());
}

Result<std::vector<chain::Slot>> JournalAdapter::slots_from(std::uint64_t first,
                                                            std::size_t count_max) {
    return to_chain(slots_.slots_from(first, count_max));
}

Result<std::optional<chain::Slot>> JournalAdapter::slot_of(JobId job, chain::SlotPurpose purpose) {
    const Result<std::optional<store::SlotRecord>> record =
        slots_.slot_of(job, static_cast<store::SlotPurpose>(purpose));
    if (!record) return record.error();
    if (!*record) return std::optional<chain::Slot>{};
    Result<chain::Slot> slot = to_chain(**record);
    if (!slot) return slot.error();
    return std::optional<chain::Slot>{*std::move(slot)};
}

Result<Wei> JournalAdapter::spent_on(std::uint64_t day) { return slots_.spent_on(day); }

Status JournalAdapter::note_regression(const chain::Regression& regression) {
    return slots_.note_regression({.times = regression.times,
                                   .from_nonce = regression.from_nonce,
                                   .to_nonce = regression.to_nonce,
                                   .head_number = regression.head_number,
                                   .deepest = regression.deepest});
}

Result<std::optional<chain::Regression>> JournalAdapter::last_regression() {
    const Result<std::optional<store::SlotRegression>> last = slots_.last_regression();
    if (!last) return last.error();
    if (!*last) return std::optional<chain::Regression>{};
    return std::optional{chain::Regression{.times = (*last)->times,
                                           .from_nonce = (*last)->from_nonce,
                                           .to_nonce = (*last)->to_nonce,
                                           .head_number = (*last)->head_number,
                                           .deepest = (*last)->deepest}};
}

Result<std::size_t> JournalAdapter::fold(std::uint64_t before_unix_s, std::size_t count_max) {
    return slots_.fold(before_unix_s, count_max);
}

Result<std::optional<std::uint64_t>> JournalAdapter::highest_nonce() {
    return slots_.highest_nonce();
}

}  // namespace pramana::app
