#include "kv_submission_slots.hpp"

#include "pramana/core/check.hpp"

#include "keys.hpp"
#include "record_codec.hpp"

namespace pramana::store {
namespace {

Bytes encoded_nonce(std::uint64_t tx_nonce) {
    Bytes out;
    append_be(out, tx_nonce);
    return out;
}

}  // namespace

Result<SlotRecord> KvSubmissionSlots::slot(std::uint64_t tx_nonce) {
    Result<std::optional<Bytes>> found = tables_.engine.get(keys::slot(tx_nonce));
    if (!found) return found.error();
    if (!*found) return Error{Errc::kNotFound, "store.slot"};
    Result<SlotRecord> record = decode_slot(**found);
    if (record && record->tx_nonce != tx_nonce)
        return Error{Errc::kStoreCorrupt, "store.slot.nonce"};
    return record;
}

Result<SlotRecord> KvSubmissionSlots::open_slot(std::uint64_t tx_nonce) {
    Result<SlotRecord> record = slot(tx_nonce);
    if (record && is_terminal(record->state)) return Error{Errc::kConflict, "store.slot.terminal"};
    return record;
}

// Invariant: a job is kSigned if and only if its raw transaction is stored and its nonce is spent.
// One batch and one fsync make the three true together; recovery sends the stored bytes again and
// never signs anew.
Status KvSubmissionSlots::bind(const SlotRecord& slot_record) {
    PRAMANA_CHECK(slot_record.state == SlotState::kBound && slot_record.attempts.size() == 1);
    const std::lock_guard writers{writers_};
    const LockSet::Held held = tables_.locks.lock({keys::job(slot_record.job)});
    const Result<SlotRecord> taken = slot(slot_record.tx_nonce);
    if (taken) return Error{Errc::kConflict, "store.slot.nonce_taken"};
    if (taken.error().code != Errc::kNotFound) return taken.error();
    Result<std::optional<SlotRecord>> before = slot_of(slot_record.job);
    if (!before) return before.error();
    if (*before && (*before)->state != SlotState::kVoided)
        return Error{Errc::kConflict, "store.slot.job_bound"};

    WriteSet changes;
    changes.put(keys::slot(slot_record.tx_nonce), encode(slot_record));
    changes.put(keys::open_slot(slot_record.tx_nonce), {});
    changes.put(keys::slot_of_job(slot_record.job), encoded_nonce(slot_record.tx_nonce));
    Result<JobRecord> job = tables_.job(slot_record.job);
    if (!job && job.error().code != Errc::kNotFound) return job.error();
    if (job) {
        if (is_terminal(job->stage)) return Error{Errc::kConflict, "store.slot.job_terminal"};
        job->stage = Stage::kSigned;
        job->cause.reset();
        job->tx_hash = slot_record.attempts.front().tx_hash;
        PRAMANA_TRY(tables_.stage(changes, *job));
    }
    return tables_.engine.write(changes);
}

Status KvSubmissionSlots::add_attempt(std::uint64_t tx_nonce, const SlotAttempt& attempt) {
    const std::lock_guard writers{writers_};
    Result<SlotRecord> record = open_slot(tx_nonce);
    if (!record) return record.error();
    if (record->attempts.size() >= kSlotAttemptsMax)
        return Error{Errc::kConflict, "store.slot.attempts"};
    record->attempts.push_back(attempt);
    WriteSet changes;
    changes.put(keys::slot(tx_nonce), encode(*record));
    return tables_.engine.write(changes);
}

Status KvSubmissionSlots::set_state(std::uint64_t tx_nonce, SlotState state,
                                    const std::optional<SlotInclusion>& inclusion,
                                    SlotVoid void_reason) {
    const std::lock_guard writers{writers_};
    Result<SlotRecord> record = open_slot(tx_nonce);
    if (!record) return record.error();
    record->state = state;
    record->inclusion = inclusion;
    record->void_reason = void_reason;
    WriteSet changes;
    changes.put(keys::slot(tx_nonce), encode(*record));
    if (is_terminal(state)) changes.erase(keys::open_slot(tx_nonce));
    return tables_.engine.write(changes);
}

Result<std::vector<SlotRecord>> KvSubmissionSlots::open_slots() {
    std::vector<std::uint64_t> nonces;
    bool fits = true;
    PRAMANA_TRY(tables_.engine.scan("u", [&](std::string_view key, ByteView) {
        fits = key.size() == 1 + sizeof(std::uint64_t);
        if (fits) nonces.push_back(load_be<std::uint64_t>(as_bytes_view(key).data() + 1));
        return fits;
    }));
    if (!fits) return Error{Errc::kStoreCorrupt, "store.open_slot.key"};
    std::vector<SlotRecord> open;
    for (const std::uint64_t tx_nonce : nonces) {
        Result<SlotRecord> record = slot(tx_nonce);
        if (!record) return Error{Errc::kStoreCorrupt, "store.open_slot.record"};
        if (!is_terminal(record->state)) open.push_back(*std::move(record));
    }
    return open;
}

Result<std::optional<SlotRecord>> KvSubmissionSlots::slot_of(JobId job) {
    Result<std::optional<Bytes>> tx_nonce = tables_.engine.get(keys::slot_of_job(job));
    if (!tx_nonce) return tx_nonce.error();
    if (!*tx_nonce) return std::optional<SlotRecord>{};
    if ((*tx_nonce)->size() != sizeof(std::uint64_t))
        return Error{Errc::kStoreCorrupt, "store.slot_of_job.value"};
    Result<SlotRecord> record = slot(load_be<std::uint64_t>((*tx_nonce)->data()));
    if (!record) return Error{Errc::kStoreCorrupt, "store.slot_of_job.record"};
    return std::optional{*std::move(record)};
}

Result<std::optional<std::uint64_t>> KvSubmissionSlots::highest_nonce() {
    Result<std::optional<std::string>> last = tables_.engine.last_key("s");
    if (!last) return last.error();
    if (!*last) return std::optional<std::uint64_t>{};
    if ((*last)->size() != 1 + sizeof(std::uint64_t))
        return Error{Errc::kStoreCorrupt, "store.slot.key"};
    return std::optional{load_be<std::uint64_t>(as_bytes_view(**last).data() + 1)};
}

}  // namespace pramana::store
