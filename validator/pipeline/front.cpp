#include "front.hpp"

#include "pramana/pipeline/crash_point.hpp"

#include "notes.hpp"
#include "rules.hpp"

namespace pramana::pipeline {
namespace {

constexpr int kConflictRetries = 8;
constexpr std::chrono::seconds kHeadCached{5};
/// A job that was requested before the intent's end may be seen this much later.
constexpr std::int64_t kIntentGraceSeconds = 3600;

/// Stages in which a job still waits for a key or file, so that a corrected upload can help it.
bool is_waiting(store::Stage stage) { return stage <= store::Stage::kWaitingFile; }

void fill(store::ContributionRecord& record, const VerifiedIntent& intent) {
    record.chain_id = intent.chain_id;
    record.dlp = intent.dlp;
    record.ruleset = intent.ruleset;
    record.terms_sha256 = intent.terms_sha256;
    record.expires_unix_s = intent.expires_unix_s;
    record.intent_digest = intent.digest;
    record.key_rejected = false;
}

}  // namespace

Result<VerifiedIntent> Front::verify(const Upload& upload, const Hash32& sealed_sha256) {
    if (upload.envelope.size() > store::kEnvelopeBytesMax)
        return Error{Errc::kMalformedEnvelope, "pipeline.admit.envelope_size"};
    Result<VerifiedIntent> intent = context_.ports.opener->verify_envelope(upload.envelope);
    if (!intent) return intent.error();
    if (intent->chain_id != context_.options.chain_id)
        return Error{Errc::kIntentMismatch, "pipeline.admit.chain"};
    const ServedDlp* dlp = context_.served(intent->dlp);
    if (dlp == nullptr) return Error{Errc::kDlpNotServed, "pipeline.admit.dlp"};
    if (dlp->ruleset != intent->ruleset)
        return Error{Errc::kIntentMismatch, "pipeline.admit.ruleset"};
    if (dlp->terms_sha256 && *dlp->terms_sha256 != intent->terms_sha256)
        return Error{Errc::kTermsNotAgreed, "pipeline.admit.terms"};
    if (intent->sealed_sha256 != sealed_sha256)
        return Error{Errc::kHashMismatch, "pipeline.admit.sealed"};
    if (intent->expires_unix_s < context_.clock.unix_s())
        return Error{Errc::kIntentExpired, "pipeline.admit.expired"};
    const Result<std::optional<OwnershipShown>> shown =
        context_.ports.opener->ownership(intent->ruleset, upload.envelope, context_.clock.unix_s());
    if (!shown) return shown.error();
    return intent;
}

Result<bool> Front::is_settled(const store::ContributionRecord& stored, ByteView envelope) {
    if (store::is_terminal(stored.stage)) return !ended_without_proof(stored.stage);
    if (ByteView{stored.envelope}.size() == envelope.size() &&
        std::equal(envelope.begin(), envelope.end(), stored.envelope.begin()) &&
        context_.store.blobs().contains(stored.sealed_sha256))
        return true;
    if (!stored.job) return false;
    const Result<store::JobRecord> job = context_.store.jobs().job(*stored.job);
    if (!job) return job.error();
    return !is_waiting(job->stage);
}

Status Front::store_upload(store::ContributionRecord& record, const Upload& upload) {
    const std::shared_lock moving{context_.blobs_moving};
    const Result<Hash32> stored = context_.store.blobs().put(upload.sealed);
    if (!stored) return stored.error();
    return context_.store.jobs().admit(record, context_.options.quota);
}

Result<ContributionId> Front::admit(Upload upload) {
    if (upload.sealed.size() > context_.options.sealed_bytes_max)
        return Error{Errc::kBodyTooLarge, "pipeline.admit.sealed_size"};
    const Hash32 sealed_sha256 = sha256_of(upload.sealed);
    const Result<VerifiedIntent> intent = verify(upload, sealed_sha256);
    if (!intent) return intent.error();
    PRAMANA_TRY(context_.store.health());
    const ContributionId id = contribution_id_of(intent->wallet, sealed_sha256);
    for (int round = 0; round < kConflictRetries; ++round) {
        const std::int64_t now = context_.clock.unix_s();
        Result<store::ContributionRecord> stored = context_.store.jobs().contribution(id);
        if (!stored && stored.error().code != Errc::kNotFound) return stored.error();
        if (stored) {
            const Result<bool> settled = is_settled(*stored, upload.envelope);
            if (!settled) return settled.error();
            if (*settled) return id;
        }
        store::ContributionRecord record;
        if (stored && !store::is_terminal(stored->stage)) {
            record = *std::move(stored);  // a corrected envelope for what still waits
        } else {
            record.revision = stored ? stored->revision : 0;
            record.id = id;
            record.wallet = intent->wallet;
            record.sealed_sha256 = sealed_sha256;
            record.sealed_bytes = upload.sealed.size();
            record.received_unix_s = now;
            record.due_unix_s = std::min(now + context_.options.unpaid_expiry.count(),
                                         intent->expires_unix_s + kIntentGraceSeconds);
        }
        record.envelope = upload.envelope;
        record.blob_held = true;
        record.changed_unix_s = now;
        fill(record, *intent);
        const Status admitted = store_upload(record, upload);
        if (admitted) {
            crash_point("after_admit");
            if (record.job) context_.wake(*record.job);
            for (const JobId job : context_.waiters.take(id)) context_.wake(job);
            return id;
        }
        if (admitted.error().code == Errc::kConflict) continue;
        PRAMANA_TRY(ledger_.drop_blob(sealed_sha256));
        return admitted.error();
    }
    return Error{Errc::kBusy, "pipeline.admit.conflict"};
}

std::optional<PublicResult> Front::result_of(const store::JobRecord& job) {
    const ServedDlp* dlp = context_.served(job.dlp);
    if (job.stage != store::Stage::kFinal || dlp == nullptr) return std::nullopt;
    const Result<SecretBytes> opened =
        context_.ports.vault->open(job.sealed_score, score_place(job.id));
    if (!opened) return std::nullopt;
    const Result<ScoreNote> note = read_score_note(*opened);
    if (!note) return std::nullopt;
    PublicResult result = public_result_of(note->facts, dlp->pay);
    result.key_recovers_to_owner = note->key_recovers_to_owner;
    result.key_matches_permission = note->key_matches_permission.value_or(false);
    return result;
}

ContributionStatus Front::status_of(const store::JobRecord& job) {
    ContributionStatus status;
    status.id = job.contribution.value_or(ContributionId{});
    status.stage = stage_of(job.stage);
    if (job.cause) status.cause = Error{*job.cause, "pipeline.job"};
    status.received_unix_s = job.seen_unix_s;
    status.changed_unix_s = job.changed_unix_s;
    status.job = job.id;
    if (number(job.file) != 0) status.file = job.file;
    status.tx_hash = job.tx_hash;
    status.proof_index = job.proof_index;
    if (job.stage == store::Stage::kFinal) status.proof_document = job.document;
    status.result = result_of(job);
    return status;
}

Result<Bytes> Front::proof_document(const Hash32& hash) {
    constexpr Error kNone{Errc::kNotFound, "pipeline.document"};
    const Result<JobId> owner = context_.store.jobs().job_of_document(hash);
    if (!owner) return owner.error();
    const Result<store::JobRecord> job = context_.store.jobs().job(*owner);
    if (!job && job.error().code == Errc::kNotFound) {
        const Result<std::optional<store::JobRemains>> remains =
            context_.store.jobs().remains(*owner);
        if (!remains) return remains.error();
        if (!*remains || (*remains)->document != hash) return kNone;
        return context_.store.jobs().proof_document(hash);
    }
    if (!job) return job.error();
    if (job->document != hash) return kNone;  // made anew since
    if (store::is_terminal(job->stage) && job->stage != store::Stage::kFinal) return kNone;
    if (job->stage != store::Stage::kFinal) return Error{Errc::kProofNotFinal, "pipeline.document"};
    return context_.store.jobs().proof_document(hash);
}

Result<ContributionStatus> Front::job_status(JobId id) {
    const Result<store::JobRecord> job = context_.store.jobs().job(id);
    if (!job) return job.error();
    return status_of(*job);
}

Result<ContributionStatus> Front::status(const ContributionId& id) {
    const Result<store::ContributionRecord> record = context_.store.jobs().contribution(id);
    if (!record) return record.error();
    ContributionStatus status;
    const Result<store::JobRecord> job = record->job ? context_.store.jobs().job(*record->job)
                                                     : Error{Errc::kNotFound, "pipeline.status"};
    if (!job && job.error().code != Errc::kNotFound) return job.error();
    if (job) {
        status = status_of(*job);
    } else {  // no job yet, or its record was purged
        status.stage = stage_of(record->stage);
        if (record->cause) status.cause = Error{*record->cause, "pipeline.contribution"};
        status.changed_unix_s = record->changed_unix_s;
    }
    status.id = id;
    status.received_unix_s = record->received_unix_s;
    return status;
}

Readiness Front::readiness(bool recovered) {
    Readiness readiness;
    if (!recovered) readiness.reasons.emplace_back("recovering");
    if (const Status health = context_.store.health(); !health)
        readiness.reasons.emplace_back(
            health.error().code == Errc::kStorageFull ? "disk_low" : "store_unavailable");
    {
        const std::lock_guard lock{
            head_mutex_};  // one question at a time, and not a new one for each
        const Schedule::Time now = context_.clock.steady();
        if (!head_asked_ || now - *head_asked_ >= kHeadCached) {
            chain_answers_ = context_.ports.chain->head().has_value();
            head_asked_ = now;
        }
        if (!chain_answers_) readiness.reasons.emplace_back("chain_unreachable");
    }
    readiness.ready = readiness.reasons.empty();
    return readiness;
}

}  // namespace pramana::pipeline
