#include "work.hpp"

#include "pramana/os/log.hpp"
#include "pramana/pipeline/crash_point.hpp"

#include "matching.hpp"
#include "ownership.hpp"
#include "rules.hpp"

namespace pramana::pipeline {
namespace {

/// What opening and scoring a file counts in the fair order, beside a look at the chain or the
/// journal: so many steps, and one more for each MiB.
constexpr std::uint64_t kOpeningSteps = 8;
constexpr std::uint64_t kOpeningStepsMax = 64;

std::optional<Hash32> seed_of(const store::JobRecord& job) {
    return job.sample ? std::optional{job.sample->hash} : std::nullopt;
}

}  // namespace

Result<std::optional<Next>> Work::begin(JobInHand& hand) {
    if (hand.job.attempts >= context_.options.attempts_max) {
        const Result<Next> ended =
            ledger_.settle(hand, store::Stage::kRefused, hand.job.cause.value_or(Errc::kInternal));
        if (!ended) return ended.error();
        return std::optional{*ended};
    }
    ++hand.job.attempts;
    PRAMANA_TRY(ledger_.save(hand));
    return std::optional<Next>{};
}

Result<Work::HeldKey> Work::key_for(const store::JobRecord& job) {
    HeldKey held;
    if (!job.sealed_key.empty()) {
        const Result<SecretBytes> opened =
            context_.ports.vault->open(job.sealed_key, key_place(job.id));
        if (!opened) return opened.error();
        Result<KeyNote> note = read_key_note(*opened);
        if (!note) return note.error();
        held.note = *std::move(note);
    } else {
        held.source = KeySource::kEnvelope;
        const Result<std::optional<store::ContributionRecord>> contribution =
            ledger_.contribution_of(job);
        if (!contribution) return contribution.error();
        if (!*contribution) return Error{Errc::kNotFound, "pipeline.work.envelope"};
        if (const std::optional<Errc> obstacle =
                Matching::envelope_obstacle(**contribution, job, context_.options.chain_id))
            return Error{*obstacle, "pipeline.work.intent"};
        Result<FileKey> key = context_.ports.opener->open_envelope((*contribution)->envelope);
        if (!key) return key.error();
        held.note.key = std::move(key->key);
        held.note.permission = std::move(key->permission);
    }
    PRAMANA_TRY(inspect_key(job, held));
    return held;
}

Status Work::check_ownership(const store::JobRecord& job) {
    const Result<std::optional<OwnershipShown>> shown =
        ownership_of(context_, ledger_, job, context_.clock.unix_s());
    if (!shown) return shown.error();
    return Done{};
}

Status Work::inspect_key(const store::JobRecord& job, HeldKey& held) {
    // Cheap (one recovery), so it stands before the key derivation.
    const Result<Address> signer =
        context_.ports.opener->signer_of(held.note.key, held.note.message);
    held.recovers_to_owner = signer && *signer == job.owner;
    if (held.note.permission) {
        const Result<ChainDlp> dlp = context_.ports.chain->dlp(job.dlp);
        if (!dlp) return dlp.error();
        const Result<std::string> permission = context_.ports.chain->permission(job.file, job.dlp);
        if (!permission) return permission.error();
        const Result<bool> matches = context_.ports.opener->matches_permission(
            held.note.key, *held.note.permission, dlp->public_key, *permission);
        held.matches_permission = matches && *matches;
    }
    // A key that is no signature says nothing about its maker; an intent by the owner vouches for
    // it.
    const bool vouched = held.source == KeySource::kEnvelope && !signer;
    if (held.recovers_to_owner || held.matches_permission.value_or(false) || vouched) return Done{};
    return Error{Errc::kKeyNotOwners, "pipeline.work.owner"};
}

Result<Next> Work::reject_key(JobInHand& hand, KeySource source, Errc cause) {
    if (hand.job.attempts >= context_.options.attempts_max)
        return ledger_.settle(hand, store::Stage::kRefused, cause);
    hand.job.due_unix_s = context_.clock.unix_s() + context_.options.waiting_expiry.count();
    if (hand.job.place) {
        hand.job.stage = store::Stage::kQueued;
        PRAMANA_TRY(ledger_.with_place(hand, [&](store::JobRecord& job) {
            return context_.store.corpus().release_place(job);
        }));
    }
    if (source == KeySource::kDeposit) {
        hand.job.sealed_key.clear();
    } else {
        Result<std::optional<store::ContributionRecord>> contribution =
            ledger_.contribution_of(hand.job);
        if (!contribution) return contribution.error();
        if (*contribution && !(*contribution)->key_rejected) {
            (*contribution)->key_rejected = true;
            PRAMANA_TRY(context_.store.jobs().put(**contribution));
        }
    }
    PRAMANA_TRY(ledger_.move(hand, store::Stage::kWaitingKey, cause));
    return Next::again();
}

Result<Next> Work::file_gone(JobInHand& hand) {
    hand.job.blob_held = false;
    hand.job.due_unix_s = context_.clock.unix_s() + context_.options.waiting_expiry.count();
    if (hand.job.place) {
        hand.job.stage = store::Stage::kQueued;
        PRAMANA_TRY(ledger_.with_place(hand, [&](store::JobRecord& job) {
            return context_.store.corpus().release_place(job);
        }));
    }
    PRAMANA_TRY(ledger_.move(hand, store::Stage::kWaitingFile, Errc::kNotFound));
    return Next::again();
}

Bytes Work::sealed_note(JobId job, const ScoreNote& note) {
    return context_.ports.vault->seal(write_note(note), score_place(job));
}

Result<Next> Work::invalid(JobInHand& hand, const ServedDlp& dlp, Lane::Entrant& entrant,
                           const HeldKey& key, Errc cause) {
    if (hand.job.bid_wei < context_.options.price.min_bid_zero_wei)
        return ledger_.settle(hand, store::Stage::kRefused, cause);
    if (hand.job
            .place) {  // placed before a crash and now found invalid: a ruleset's limits changed
        hand.job.stage = store::Stage::kQueued;
        PRAMANA_TRY(ledger_.with_place(hand, [&](store::JobRecord& job) {
            return context_.store.corpus().release_place(job);
        }));
    }
    Lane& lane = context_.lanes.at(dlp.corpus);
    const std::unique_lock turn = entrant.wait_for_turn();
    if (!lane.loaded)
        PRAMANA_TRY(load_lane(lane, context_.store, *context_.ports.score, *context_.ports.vault));
    ScoreNote note;
    note.facts.reasons = {std::string{pramana::name_of(cause)}};
    note.key_recovers_to_owner = key.recovers_to_owner;
    note.key_matches_permission = key.matches_permission;
    hand.job.corpus = key_of(dlp.corpus);
    hand.job.previous_root = context_.ports.score->state(dlp.corpus).root;
    hand.job.new_root = hand.job.previous_root;
    hand.job.sealed_score = sealed_note(hand.job.id, note);
    hand.job.attempts = 0;
    // Why it is invalid is part of the result, which is told once the proof is final.
    PRAMANA_TRY(ledger_.move(hand, store::Stage::kPlaced));
    return Next::again();
}

Result<Next> Work::find_seed(JobInHand& hand) {
    const Result<std::uint64_t> number = context_.store.jobs().seen_block(hand.job.id);
    if (!number) return number.error();
    const Result<std::optional<store::SeedBlock>> block =
        context_.ports.chain->submission_block(hand.job.id, *number);
    if (!block) return block.error();
    if (!*block) {
        hand.job.cause = Errc::kSeedNotFinal;
        if (hand.job.due_unix_s == 0)
            hand.job.due_unix_s = context_.clock.unix_s() + context_.options.waiting_expiry.count();
        PRAMANA_TRY(ledger_.save(hand));
        return Next::later(context_.options.follow_every);
    }
    // Durable before anything is drawn with it: a crash cannot bring another sample.
    hand.job.sample = **block;
    hand.job.cause.reset();
    hand.job.due_unix_s = 0;
    PRAMANA_TRY(ledger_.save(hand));
    crash_point("after_seed");
    return Next::again();
}

Result<Next> Work::run(JobInHand& hand) {
    const ServedDlp* dlp = context_.served(hand.job.dlp);
    if (dlp == nullptr || dlp->ruleset != hand.job.ruleset)  // the operator's configuration changed
        return ledger_.settle(hand, store::Stage::kRefused, Errc::kDlpNotServed);
    if (hand.job.cause == Errc::kSeedNotFinal && !hand.job.sample) {
        const Result<std::optional<Next>> gone = standing_.recheck(hand);
        if (!gone) return gone.error();
        return *gone ? **gone : find_seed(hand);
    }
    if (!hand.job.place &&
        !context_.payers.may_begin(hand.job, context_.options.jobs_per_payer_max))
        return standing_.hold(hand, Errc::kPayerLimit);
    const Result<std::optional<Next>> given_up = begin(hand);
    if (!given_up) return given_up.error();
    if (*given_up) return **given_up;
    const Result<std::optional<Next>> stopped = standing_.stop(hand, Moment::kBeforeOpening);
    if (!stopped) return stopped.error();
    if (*stopped) return **stopped;
    const Status owned = check_ownership(hand.job);
    if (!owned && owned.error().code == Errc::kOwnershipNotShown)
        return ledger_.settle(hand, store::Stage::kRefused, Errc::kOwnershipNotShown);
    if (!owned) return owned.error();
    hand.job.due_unix_s = 0;

    const Result<Bytes> sealed = context_.store.blobs().get(hand.job.sealed_sha256);
    if (!sealed && sealed.error().code == Errc::kNotFound) return file_gone(hand);
    if (!sealed && sealed.error().code == Errc::kStoreCorrupt) {
        // Bytes that are not what they are named after help nobody, and hide the right ones.
        log::error("pipeline.work.blob_damaged", {{"job", hand.job.id}});
        PRAMANA_TRY(context_.store.blobs().remove(hand.job.sealed_sha256));
        return file_gone(hand);
    }
    if (!sealed) return sealed.error();
    const KeySource source =
        hand.job.sealed_key.empty() ? KeySource::kEnvelope : KeySource::kDeposit;
    Result<HeldKey> key = key_for(hand.job);
    if (!key && open_failure_of(key.error().code) == OpenFailure::kKey)
        return reject_key(hand, source, key.error().code);
    if (!key) return key.error();

    // From here on it costs: other payers' steps go first until they had as much.
    context_.schedule.charge(
        hand.job.id, static_cast<unsigned>(std::min<std::uint64_t>(
                         kOpeningSteps + (hand.job.sealed_bytes >> 20U), kOpeningStepsMax)));
    Lane& lane = context_.lanes.at(dlp->corpus);
    Lane::Entrant entrant{lane, hand.job.id};
    Result<SecretBytes> opened = context_.ports.opener->decrypt(*sealed, key->note.key);
    if (!opened) {
        const Errc code = opened.error().code;
        switch (open_failure_of(code)) {
            case OpenFailure::kKey: return reject_key(hand, source, code);
            case OpenFailure::kFile: return ledger_.settle(hand, store::Stage::kRefused, code);
            case OpenFailure::kContent: return invalid(hand, *dlp, entrant, *key, code);
            case OpenFailure::kOther: return opened.error();
        }
    }
    const Status same = check_owned_content(context_, ledger_, hand.job, *opened);
    if (!same && same.error().code == Errc::kOwnershipNotShown)
        return ledger_.settle(hand, store::Stage::kRefused, Errc::kOwnershipNotShown);
    if (!same) return same.error();
    const Result<std::unique_ptr<PreparedContribution>> prepared =
        context_.ports.score->prepare(dlp->ruleset, *std::move(opened), seed_of(hand.job));
    if (prepared) {
        const std::unique_lock turn = entrant.wait_for_turn();
        return in_lane(hand, *dlp, lane, *key, **prepared);
    }
    if (prepared.error().code == Errc::kSeedNeeded) {
        --hand.job.attempts;  // waiting for a block is no attempt
        return find_seed(hand);
    }
    if (!is_invalid_content(prepared.error().code)) return prepared.error();
    return invalid(hand, *dlp, entrant, *key, prepared.error().code);
}

Result<Next> Work::in_lane(JobInHand& hand, const ServedDlp& dlp, Lane& lane, const HeldKey& key,
                           const PreparedContribution& prepared) {
    store::CorpusLog& log = context_.store.corpus();
    ScorePort& score = *context_.ports.score;
    if (!lane.loaded) PRAMANA_TRY(load_lane(lane, context_.store, score, *context_.ports.vault));
    const Result<bool> inherited = inherit(hand, dlp);
    if (!inherited) return inherited.error();
    if (*inherited) return Next::again();

    hand.job.stage = store::Stage::kPlaced;
    hand.job.cause.reset();
    const Result<CorpusPosition> place = ledger_.with_place(
        hand, [&](store::JobRecord& job) { return log.take_place(job, key_of(dlp.corpus)); });
    if (!place && place.error().code == Errc::kBusy) {
        // A job that crashed in its place goes first.
        const Result<store::CorpusHead> head = log.head(key_of(dlp.corpus));
        if (head && head->holder) context_.schedule.wake(*head->holder, Schedule::Time::min());
    }
    if (!place) return place.error();
    crash_point("after_place");
    const CorpusState before = score.state(dlp.corpus);
    if (before.size != number(*place)) {
        lane.loaded = false;
        return Error{Errc::kCorpusCorrupt, "pipeline.work.place"};
    }
    const Result<ScoreFacts> scored =
        score.score(dlp.corpus, dlp.ruleset, prepared, hand.job.owner);
    if (!scored) return scored.error();
    PRAMANA_TRY(append(hand, dlp, key, prepared, *scored));
    crash_point("after_append");
    return Next::again();
}

Status Work::append(JobInHand& hand, const ServedDlp& dlp, const HeldKey& key,
                    const PreparedContribution& prepared, const ScoreFacts& facts) {
    ScorePort& score = *context_.ports.score;
    Lane& lane = context_.lanes.at(dlp.corpus);
    store::CorpusEntry entry;
    entry.job = hand.job.id;
    entry.contribution = *hand.job.contribution;
    entry.previous_root = score.state(dlp.corpus).root;
    const SecretBytes opened_entry =
        prepared.corpus_entry(dlp.corpus, hand.job.owner, facts.rejected);
    entry.sealed_entry =
        context_.ports.vault->seal(opened_entry, corpus_place(dlp.corpus, *hand.job.place));
    lane.loaded = false;  // memory is ahead of the log until the log has it
    PRAMANA_TRY(score.append(dlp.corpus, opened_entry));
    entry.new_root = score.state(dlp.corpus).root;

    ScoreNote note{.facts = facts,
                   .key_recovers_to_owner = key.recovers_to_owner,
                   .key_matches_permission = key.matches_permission,
                   .keyed = context_.ports.opener->keyed_hashes(key.note.key, hand.job.file,
                                                                prepared.content())};
    hand.job.previous_root = entry.previous_root;
    hand.job.new_root = entry.new_root;
    hand.job.sealed_score = sealed_note(hand.job.id, note);
    hand.job.attempts = 0;
    PRAMANA_TRY(ledger_.with_place(
        hand, [&](store::JobRecord& job) { return context_.store.corpus().append(job, entry); }));
    lane.loaded = true;
    score.keep(dlp.corpus);
    return Done{};
}

Result<std::optional<Next>> Work::leave_ended_epoch(JobInHand& hand) {
    store::JobRecord& job = hand.job;
    const ServedDlp* dlp = context_.served(job.dlp);
    if (dlp == nullptr || !job.corpus || job.corpus->id != dlp->corpus.id ||
        job.corpus->epoch >= dlp->corpus.epoch)
        return std::optional<Next>{};
    const Result<ProofProgress> progress = context_.ports.proofs->progress(job.id);
    if (!progress) return progress.error();
    const bool unbound = progress->state == ProofState::kNone ||
                         progress->state == ProofState::kQueued ||
                         progress->state == ProofState::kReverted;
    if (!unbound) return std::optional<Next>{};
    log::info("pipeline.job.measured_anew",
              {{"job", job.id}, {"epoch", job.corpus->epoch}, {"now", dlp->corpus.epoch}});
    job.stage = store::Stage::kQueued;
    job.cause.reset();
    job.attempts = 0;
    if (job.place && job.sealed_score.empty()) {
        PRAMANA_TRY(ledger_.with_place(hand, [&](store::JobRecord& placed) {
            return context_.store.corpus().release_place(placed);
        }));
        return std::optional{Next::again()};
    }
    job.corpus.reset();
    job.place.reset();
    job.previous_root = {};
    job.new_root = {};
    job.sealed_score.clear();
    // Its document, if there is one, goes when the next one is stored.
    PRAMANA_TRY(ledger_.save(hand));
    return std::optional{Next::again()};
}

Result<bool> Work::inherit(JobInHand& hand, const ServedDlp& dlp) {
    if (hand.job.place) return false;
    const store::CorpusKey corpus = key_of(dlp.corpus);
    const Result<std::optional<CorpusPosition>> place =
        context_.store.corpus().place_of(corpus, *hand.job.contribution);
    if (!place) return place.error();
    if (!*place) return false;
    const Result<std::optional<JobId>> scored =
        context_.store.corpus().scored_job_of(corpus, *hand.job.contribution);
    if (!scored) return scored.error();
    const Result<store::JobRecord> earlier = context_.store.jobs().job(scored->value_or(JobId{}));
    if (!earlier && earlier.error().code == Errc::kNotFound) return false;  // purged: long ended
    if (!earlier) return earlier.error();
    // A score is one ruleset's, and a proof of it one DLP's.
    const bool same_terms = earlier->file == hand.job.file && earlier->dlp == hand.job.dlp &&
                            earlier->ruleset == hand.job.ruleset;
    if (!ended_without_proof(earlier->stage) || !same_terms || earlier->sealed_score.empty())
        return false;
    const Result<SecretBytes> note =
        context_.ports.vault->open(earlier->sealed_score, score_place(earlier->id));
    if (!note) return note.error();
    hand.job.corpus = corpus;
    hand.job.place = **place;
    hand.job.sample = earlier->sample;
    hand.job.previous_root = earlier->previous_root;
    hand.job.new_root = earlier->new_root;
    hand.job.sealed_score = context_.ports.vault->seal(*note, score_place(hand.job.id));
    hand.job.attempts = 0;
    hand.job.stage = store::Stage::kPlaced;
    hand.job.cause.reset();
    PRAMANA_TRY(ledger_.with_place(
        hand, [&](store::JobRecord& job) { return context_.store.corpus().inherit(job); }));
    return true;
}

}  // namespace pramana::pipeline
