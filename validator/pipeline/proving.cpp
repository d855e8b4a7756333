#include "proving.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/pipeline/crash_point.hpp"

#include "notes.hpp"
#include "ownership.hpp"
#include "rules.hpp"

namespace pramana::pipeline {

Result<Next> Proving::prove(JobInHand& hand) {
    store::JobRecord& job = hand.job;
    const ServedDlp* dlp = context_.served(job.dlp);
    if (dlp == nullptr || dlp->ruleset != job.ruleset)
        return ledger_.settle(hand, store::Stage::kRefused, Errc::kDlpNotServed);
    const Result<SecretBytes> opened =
        context_.ports.vault->open(job.sealed_score, score_place(job.id));
    if (!opened) return opened.error();
    const Result<ScoreNote> note = read_score_note(*opened);
    if (!note) return note.error();
    if (note->facts.pay_1024 == 0 && job.bid_wei < context_.options.price.min_bid_zero_wei)
        return ledger_.settle(hand, store::Stage::kRefused, Errc::kZeroScoreUnpaid);

    BindingFacts facts;
    Standing::Judged judged;
    const Result<std::optional<Next>> stopped =
        standing_.stop(hand, Moment::kBeforeSigning, &judged);
    if (!stopped) return stopped.error();
    if (*stopped) return **stopped;
    facts.block = judged.block;
    facts.tee = judged.tee;
    facts.chain_id = context_.options.chain_id;
    facts.tee_pool = context_.options.tee_pool;
    facts.dlp = job.dlp;
    facts.job = job.id;
    facts.file = job.file;
    facts.file_url = job.url;
    facts.sealed_sha256 = job.sealed_sha256;
    facts.ruleset = job.ruleset;
    facts.corpus = {job.corpus->id, job.corpus->epoch};
    facts.place = job.place;
    facts.previous_root = job.previous_root;
    facts.new_root = job.new_root;
    facts.sample = job.sample;
    facts.result = public_result_of(note->facts, dlp->pay);
    facts.result.key_recovers_to_owner = note->key_recovers_to_owner;
    facts.result.key_matches_permission = note->key_matches_permission.value_or(false);
    facts.key_matches_permission = note->key_matches_permission;
    facts.key_recovers_to_owner = note->key_recovers_to_owner;
    facts.keyed = note->keyed;
    Result<std::optional<OwnershipShown>> shown =
        ownership_of(context_, ledger_, job, std::nullopt);
    if (!shown) return shown.error();
    facts.ownership = *std::move(shown);
    Result<Bytes> text = context_.ports.evidence->binding_document(facts);
    if (!text) return text.error();
    const store::ProofDocument document{sha256_of(*text), *std::move(text)};
    job.document = document.hash;
    job.stage = store::Stage::kProved;
    job.due_unix_s = 0;
    PRAMANA_TRY(ledger_.put(hand, document));
    crash_point("after_prove");
    return Next::again();
}

Result<Next> Proving::submit(JobInHand& hand) {
    store::JobRecord& job = hand.job;
    const Result<ProofProgress> queued = context_.ports.proofs->progress(job.id);
    if (!queued) return queued.error();
    if (queued->state == ProofState::kQueued || queued->state == ProofState::kIncluded)
        return wait_for_batch(hand, *queued);
    if (queued->state == ProofState::kFinal) return ledger_.settle(hand, store::Stage::kFinal);
    if (queued->state == ProofState::kDoneByOther)
        return ledger_.settle(hand, store::Stage::kDoneByOther);
    const ServedDlp* dlp = context_.served(job.dlp);
    if (dlp == nullptr) return ledger_.settle(hand, store::Stage::kRefused, Errc::kDlpNotServed);
    Standing::Judged judged;
    const Result<std::optional<Next>> stopped =
        standing_.stop(hand, Moment::kBeforeSigning, &judged);
    if (!stopped) return stopped.error();
    if (*stopped) return **stopped;
    if (!context_.payers.may_sign(job, context_.clock.unix_s(),
                                  context_.options.proofs_per_payer_day_max))
        return standing_.hold(hand, Errc::kPayerLimit);
    if (job.due_unix_s != 0) {  // it was held; from here on only the chain ends it
        job.due_unix_s = 0;
        job.cause.reset();
        PRAMANA_TRY(ledger_.save(hand));
    }
    const Result<SecretBytes> opened =
        context_.ports.vault->open(job.sealed_score, score_place(job.id));
    if (!opened) return opened.error();
    const Result<ScoreNote> note = read_score_note(*opened);
    if (!note) return note.error();
    ProofCall call;
    call.job = job.id;
    call.file = job.file;
    call.dlp = job.dlp;
    call.tee = judged.tee;
    call.file_url = job.url;
    call.score_wad = score_wad_of(note->facts.pay_1024);
    call.dlp_id = dlp->dlp_id;
    call.metadata = to_hex(job.document->view());
    call.proof_url = proof_url_of(context_.options.public_base_url, *job.document);
    call.instruction = dlp->instruction;
    return after_submit(hand, context_.ports.proofs->submit(call));
}

Result<Next> Proving::after_submit(JobInHand& hand, const Status& submitted) {
    // Binding moved the job to kSigned in the store, behind this record's back.
    Result<store::JobRecord> now = context_.store.jobs().job(hand.job.id);
    if (!now) return now.error();
    hand = JobInHand{*std::move(now)};
    const bool waits = !submitted && submitted.error().code == Errc::kWaitsForBatch;
    // What waits for a batch is bound behind our back.
    if ((submitted || waits) && !signed_at(hand.job))
        context_.payers.count_signed(hand.job, context_.clock.unix_s());
    if (submitted) {
        if (hand.job.stage == store::Stage::kProved)
            PRAMANA_TRY(ledger_.move(hand, store::Stage::kSigned));
        return Next::again();
    }
    const Errc code = submitted.error().code;
    if (waits) return wait_for_batch(hand, {});
    if (code == Errc::kJobNotOpen) return reopen(hand, code);
    if (code == Errc::kJobNotOurs) return ledger_.settle(hand, store::Stage::kRefused, code);
    if (code == Errc::kReverted) return ledger_.count(hand, code);
    return submitted.error();
}

Result<Next> Proving::wait_for_batch(JobInHand& hand, const ProofProgress& progress) {
    const Errc cause = progress.cause ? progress.cause->code : Errc::kWaitsForBatch;
    PRAMANA_TRY(ledger_.move(hand, store::Stage::kProved, cause));
    return Next::later(context_.options.follow_every);
}

Result<Next> Proving::reopen(JobInHand& hand, Errc cause) {
    const Result<ChainJob> job = context_.ports.chain->job(hand.job.id);
    if (!job) return job.error();
    if (job->status != ChainJobStatus::kNone && job->file != hand.job.file)
        return ledger_.settle(hand, store::Stage::kRefused, Errc::kJobNotOurs);
    switch (job->status) {
        case ChainJobStatus::kCompleted: return ledger_.settle(hand, store::Stage::kDoneByOther);
        case ChainJobStatus::kCanceled: return ledger_.settle(hand, store::Stage::kCancelled);
        case ChainJobStatus::kNone:
        case ChainJobStatus::kSubmitted: break;
    }
    hand.job.stage = store::Stage::kProved;  // its transaction is void: it may be bound again
    hand.job.tx_hash.reset();
    hand.job.proof_index.reset();
    if (cause == Errc::kCorpusHeadMoved) {  // somebody was faster: no failure of the job
        PRAMANA_TRY(ledger_.move(hand, store::Stage::kProved, cause));
        return Next::again();
    }
    return ledger_.count(hand, cause);
}

Result<Next> Proving::follow(JobInHand& hand) {
    const Result<ProofProgress> progress = context_.ports.proofs->progress(hand.job.id);
    if (!progress) return progress.error();
    const std::optional<Errc> cause =
        progress->cause ? std::optional{progress->cause->code} : std::nullopt;
    if (progress->tx_hash) hand.job.tx_hash = progress->tx_hash;
    switch (progress->state) {
        case ProofState::kQueued:
        case ProofState::kNone:  // kSigned without a slot: the batch that makes both was broken up
            return Error{Errc::kStoreCorrupt, "pipeline.follow.no_slot"};
        case ProofState::kSigned:
            PRAMANA_TRY(ledger_.move(hand, store::Stage::kSigned, cause));
            return Next::later(context_.options.follow_every);
        case ProofState::kSent:
            hand.job.proof_index.reset();
            PRAMANA_TRY(ledger_.move(hand, store::Stage::kSent, cause));
            return Next::later(context_.options.follow_every);
        case ProofState::kIncluded:
            hand.job.proof_index = progress->proof_index;
            PRAMANA_TRY(ledger_.move(hand, store::Stage::kIncluded, cause));
            crash_point("after_include");
            return Next::later(context_.options.follow_every);
        case ProofState::kFinal:
            hand.job.proof_index = progress->proof_index;
            return ledger_.settle(hand, store::Stage::kFinal);
        case ProofState::kDoneByOther: return ledger_.settle(hand, store::Stage::kDoneByOther);
        case ProofState::kCancelled: return ledger_.settle(hand, store::Stage::kCancelled);
        case ProofState::kReverted: return reopen(hand, cause.value_or(Errc::kReverted));
    }
    return Error{Errc::kInternal, "pipeline.follow.state"};
}

}  // namespace pramana::pipeline
