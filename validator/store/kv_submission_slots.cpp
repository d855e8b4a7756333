#include "kv_submission_slots.hpp"

#include "pramana/core/check.hpp"

#include "codec.hpp"
#include "keys.hpp"
#include "record_codec.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace pramana::store {
namespace {

constexpr std::uint8_t kSpentVersion = 1;
constexpr std::uint64_t kDaySeconds = 86'400;
constexpr std::size_t kNonceBytes = sizeof(std::uint64_t);

Bytes encoded_nonce(std::uint64_t tx_nonce) {
    Bytes out;
    append_be(out, tx_nonce);
    return out;
}

/// The number at the end of a key; nullopt when the key is not as long as it must be.
std::optional<std::uint64_t> nonce_in(std::string_view key) {
    if (key.size() != 1 + Address::kSize + kNonceBytes) return std::nullopt;
    return load_be<std::uint64_t>(as_bytes_view(key).data() + 1 + Address::kSize);
}

}  // namespace

Result<SlotRecord> KvSubmissionSlots::slot_at(const Address& signer, std::uint64_t tx_nonce) {
    Result<std::optional<Bytes>> found = tables_.engine.get(keys::slot(signer, tx_nonce));
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

Result<std::optional<KvSubmissionSlots::Holder>> KvSubmissionSlots::holder_of(JobId job,
                                                                              SlotPurpose purpose) {
    const Result<std::optional<Bytes>> found = tables_.engine.get(keys::slot_of_job(purpose, job));
    if (!found) return found.error();
    if (!*found) return std::optional<Holder>{};
    if ((*found)->size() != Address::kSize + kNonceBytes)
        return Error{Errc::kStoreCorrupt, "store.slot_of_job.value"};
    Holder holder;
    std::copy_n((*found)->begin(), Address::kSize, holder.signer.bytes.begin());
    holder.tx_nonce = load_be<std::uint64_t>((*found)->data() + Address::kSize);
    return std::optional{holder};
}

Status KvSubmissionSlots::check_jobs_free(const SlotRecord& slot_record) {
    for (const SlotJob& each : slot_record.jobs) {
        const Result<std::optional<Holder>> holder = holder_of(each.job, slot_record.purpose);
        if (!holder) return holder.error();
        if (!*holder) continue;
        const Result<SlotRecord> before = slot_at((*holder)->signer, (*holder)->tx_nonce);
        if (!before) return Error{Errc::kStoreCorrupt, "store.slot_of_job.record"};
        if (before->holds(each.job)) return Error{Errc::kConflict, "store.slot.job_bound"};
    }
    return Done{};
}

Status KvSubmissionSlots::check_fees_free(const SlotRecord& slot_record) {
    if (slot_record.purpose != SlotPurpose::kFees) return Done{};
    const Result<std::vector<SlotRecord>> open = open_slots();
    if (!open) return open.error();
    for (const SlotRecord& each : *open)
        if (each.purpose == SlotPurpose::kFees && each.to == slot_record.to)
            return Error{Errc::kConflict, "store.slot.fees_claimed"};
    return Done{};
}

Status KvSubmissionSlots::stage_jobs(WriteSet& changes, const SlotRecord& slot_record) {
    Bytes holder;
    append(holder, signer_.view());
    append_be(holder, slot_record.tx_nonce);
    const bool moves =
        slot_record.purpose == SlotPurpose::kProof || slot_record.purpose == SlotPurpose::kResult;
    for (const SlotJob& each : slot_record.jobs) {
        changes.put(keys::slot_of_job(slot_record.purpose, each.job), holder);
        if (!moves) continue;
        Result<JobRecord> job = tables_.job(each.job);
        if (!job && job.error().code == Errc::kNotFound) continue;
        if (!job) return job.error();
        // A job with a proof on its way, or that has it, stays where the proof took it.
        if (job->stage >= Stage::kSigned && slot_record.purpose == SlotPurpose::kResult) continue;
        if (is_terminal(job->stage)) return Error{Errc::kConflict, "store.slot.job_terminal"};
        job->stage = Stage::kSigned;
        job->cause.reset();
        job->tx_hash = slot_record.attempts.front().tx_hash;
        PRAMANA_TRY(tables_.stage(changes, *job));
    }
    return Done{};
}

Status KvSubmissionSlots::stage_new(WriteSet& changes, const SlotRecord& slot_record) {
    PRAMANA_CHECK(slot_record.state == SlotState::kBound && slot_record.attempts.size() == 1);
    PRAMANA_CHECK(slot_record.jobs.empty() == (slot_record.purpose == SlotPurpose::kFees));
    const Result<SlotRecord> taken = slot(slot_record.tx_nonce);
    if (taken) return Error{Errc::kConflict, "store.slot.nonce_taken"};
    if (taken.error().code != Errc::kNotFound) return taken.error();
    PRAMANA_TRY(check_jobs_free(slot_record));
    PRAMANA_TRY(check_fees_free(slot_record));
    changes.put(keys::slot(signer_, slot_record.tx_nonce), encode(slot_record));
    changes.put(keys::open_slot(signer_, slot_record.tx_nonce), {});
    return stage_jobs(changes, slot_record);
}

// Invariant: a job is kSigned if and only if its raw transaction is stored and its nonce is spent.
// One batch and one fsync make the three true together, for all jobs of all slots; recovery sends
// the stored bytes again and never signs anew.
Status KvSubmissionSlots::bind_all(std::span<const SlotRecord> slots) {
    std::vector<std::string> names;
    std::vector<std::uint64_t> nonces;
    for (const SlotRecord& each : slots) {
        nonces.push_back(each.tx_nonce);
        for (const SlotJob& job : each.jobs) names.push_back(keys::job(job.job));
    }
    std::sort(names.begin(), names.end());
    std::sort(nonces.begin(), nonces.end());
    PRAMANA_CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
    PRAMANA_CHECK(std::adjacent_find(nonces.begin(), nonces.end()) == nonces.end());

    const std::lock_guard writers{writers_};
    const LockSet::Held held = tables_.locks.lock(names);
    WriteSet changes;
    for (const SlotRecord& each : slots) PRAMANA_TRY(stage_new(changes, each));
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
    changes.put(keys::slot(signer_, tx_nonce), encode(*record));
    return tables_.engine.write(changes);
}

void KvSubmissionSlots::stage_spent(WriteSet& changes, std::uint64_t day, const Wei& spent) {
    RecordWriter out{kSpentVersion};
    out.u64(spent.high);
    out.u64(spent.low);
    changes.put(keys::spent_on(signer_, day), out.take());
}

Status KvSubmissionSlots::set_states(std::span<const SlotStep> steps) {
    const std::lock_guard writers{writers_};
    WriteSet changes;
    std::set<std::uint64_t> nonces;
    std::map<std::uint64_t, Wei> spent;  // by day
    for (const SlotStep& step : steps) {
        Result<SlotRecord> record = open_slot(step.tx_nonce);
        if (!record) return record.error();
        record->state = step.state;
        record->inclusion = step.inclusion;
        record->void_reason = step.void_reason;
        changes.put(keys::slot(signer_, step.tx_nonce), encode(*record));
        PRAMANA_CHECK(nonces.insert(step.tx_nonce).second);
        if (!is_terminal(step.state)) continue;
        changes.erase(keys::open_slot(signer_, step.tx_nonce));
        if (!step.inclusion) continue;
        const std::uint64_t day = step.inclusion->block_unix_s / kDaySeconds;
        if (!spent.contains(day)) {
            const Result<Wei> before = spent_on(day);
            if (!before) return before.error();
            spent[day] = *before;
        }
        spent[day] = spent[day] + step.inclusion->cost();
    }
    for (const auto& [day, wei] : spent) stage_spent(changes, day, wei);
    return tables_.engine.write(changes);
}

Result<SlotRecord> KvSubmissionSlots::ended_slot(std::uint64_t tx_nonce) {
    Result<SlotRecord> record = slot(tx_nonce);
    if (!record) return record;
    if (!is_terminal(record->state)) return Error{Errc::kConflict, "store.slot.open"};
    if (record->attempts.front().raw.empty()) return Error{Errc::kConflict, "store.slot.folded"};
    return record;
}

Result<bool> KvSubmissionSlots::is_superseded(const SlotRecord& record) {
    for (const SlotJob& each : record.jobs) {
        const Result<std::optional<Holder>> holder = holder_of(each.job, record.purpose);
        if (!holder) return holder.error();
        if (!*holder || (*holder)->signer != signer_ || (*holder)->tx_nonce != record.tx_nonce)
            return true;
    }
    return false;
}

Status KvSubmissionSlots::open_again(SlotRecord record) {
    WriteSet changes;
    if (record.inclusion) {
        const std::uint64_t day = record.inclusion->block_unix_s / kDaySeconds;
        const Result<Wei> before = spent_on(day);
        if (!before) return before.error();
        stage_spent(changes, day, *before - record.inclusion->cost());
    }
    record.state = SlotState::kSent;
    record.inclusion.reset();
    record.void_reason = SlotVoid::kNone;
    changes.put(keys::slot(signer_, record.tx_nonce), encode(record));
    changes.put(keys::open_slot(signer_, record.tx_nonce), {});
    return tables_.engine.write(changes);
}

Status KvSubmissionSlots::reopen(std::uint64_t tx_nonce) {
    const std::lock_guard writers{writers_};
    Result<SlotRecord> record = ended_slot(tx_nonce);
    if (!record) return record.error();
    const Result<bool> superseded = is_superseded(*record);
    if (!superseded) return superseded.error();
    if (*superseded) return Error{Errc::kConflict, "store.slot.superseded"};
    return open_again(*std::move(record));
}

Status KvSubmissionSlots::refill(std::uint64_t tx_nonce) {
    const std::lock_guard writers{writers_};
    Result<SlotRecord> record = ended_slot(tx_nonce);
    if (!record) return record.error();
    const Result<bool> superseded = is_superseded(*record);
    if (!superseded) return superseded.error();
    if (!*superseded) return Error{Errc::kConflict, "store.slot.not_superseded"};
    record->jobs.clear();
    return open_again(*std::move(record));
}

Result<std::optional<SlotRecord>> KvSubmissionSlots::newest_of(JobId job, SlotPurpose purpose) {
    const Result<std::optional<Holder>> holder = holder_of(job, purpose);
    if (!holder) return holder.error();
    if (!*holder) return std::optional<SlotRecord>{};
    Result<SlotRecord> record = slot_at((*holder)->signer, (*holder)->tx_nonce);
    if (!record) return Error{Errc::kStoreCorrupt, "store.slot_of_job.record"};
    return std::optional<SlotRecord>{*std::move(record)};
}

Result<std::vector<SlotRecord>> KvSubmissionSlots::open_slots() {
    std::vector<std::uint64_t> nonces;
    bool fits = true;
    PRAMANA_TRY(tables_.engine.scan(keys::open_slots(signer_), [&](std::string_view key, ByteView) {
        const std::optional<std::uint64_t> tx_nonce = nonce_in(key);
        fits = tx_nonce.has_value();
        if (tx_nonce) nonces.push_back(*tx_nonce);
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

Result<std::optional<SlotRecord>> KvSubmissionSlots::slot_of(JobId job, SlotPurpose purpose) {
    const Result<std::optional<Holder>> holder = holder_of(job, purpose);
    if (!holder) return holder.error();
    if (!*holder || (*holder)->signer != signer_) return std::optional<SlotRecord>{};
    Result<SlotRecord> record = slot((*holder)->tx_nonce);
    if (!record) return Error{Errc::kStoreCorrupt, "store.slot_of_job.record"};
    return std::optional{*std::move(record)};
}

Result<std::vector<SlotRecord>> KvSubmissionSlots::slots_from(std::uint64_t first,
                                                              std::size_t count_max) {
    std::vector<SlotRecord> slots;
    std::optional<Error> failed;
    PRAMANA_TRY(tables_.engine.scan_from(keys::slots(signer_), keys::slot(signer_, first),
                                         [&](std::string_view, ByteView value) {
                                             if (slots.size() == count_max) return false;
                                             Result<SlotRecord> record = decode_slot(value);
                                             if (!record) {
                                                 failed = record.error();
                                                 return false;
                                             }
                                             slots.push_back(*std::move(record));
                                             return true;
                                         }));
    if (failed) return *failed;
    return slots;
}

Result<std::optional<std::uint64_t>> KvSubmissionSlots::highest_nonce() {
    Result<std::optional<std::string>> last = tables_.engine.last_key(keys::slots(signer_));
    if (!last) return last.error();
    if (!*last) return std::optional<std::uint64_t>{};
    const std::optional<std::uint64_t> tx_nonce = nonce_in(**last);
    if (!tx_nonce) return Error{Errc::kStoreCorrupt, "store.slot.key"};
    return tx_nonce;
}

Result<Wei> KvSubmissionSlots::spent_on(std::uint64_t day) {
    const Result<std::optional<Bytes>> found = tables_.engine.get(keys::spent_on(signer_, day));
    if (!found) return found.error();
    if (!*found) return Wei{};
    RecordReader in{**found, kSpentVersion};
    Wei spent;
    spent.high = in.u64();
    spent.low = in.u64();
    PRAMANA_TRY(in.finish("store.codec.spent"));
    return spent;
}

Status KvSubmissionSlots::note_regression(const SlotRegression& regression) {
    WriteSet changes;
    changes.put(keys::regression(signer_), encode(regression));
    return tables_.engine.write(changes);
}

Result<std::optional<SlotRegression>> KvSubmissionSlots::last_regression() {
    const Result<std::optional<Bytes>> found = tables_.engine.get(keys::regression(signer_));
    if (!found) return found.error();
    if (!*found) return std::optional<SlotRegression>{};
    const Result<SlotRegression> record = decode_regression(**found);
    if (!record) return record.error();
    return std::optional{*record};
}

Result<std::size_t> KvSubmissionSlots::fold(std::uint64_t before_unix_s, std::size_t count_max) {
    const std::lock_guard writers{writers_};
    const Result<std::optional<Bytes>> mark = tables_.engine.get(keys::folded_below(signer_));
    if (!mark) return mark.error();
    if (*mark && (*mark)->size() != kNonceBytes)
        return Error{Errc::kStoreCorrupt, "store.folded_below"};
    const std::uint64_t first = *mark ? load_be<std::uint64_t>((*mark)->data()) : 0;
    Result<std::vector<SlotRecord>> slots = slots_from(first, count_max);
    if (!slots) return slots.error();
    WriteSet changes;
    std::size_t folded = 0;
    for (SlotRecord& record : *slots) {
        const std::uint64_t unix_s =
            record.inclusion ? record.inclusion->block_unix_s : record.bound_unix_s;
        if (!is_terminal(record.state) || unix_s >= before_unix_s) break;
        for (SlotAttempt& attempt : record.attempts) attempt.raw.clear();
        changes.put(keys::slot(signer_, record.tx_nonce), encode(record));
        changes.put(keys::folded_below(signer_), encoded_nonce(record.tx_nonce + 1));
        ++folded;
    }
    if (folded > 0) PRAMANA_TRY(tables_.engine.write(changes));
    return folded;
}

}  // namespace pramana::store
