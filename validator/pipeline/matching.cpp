#include "matching.hpp"

#include "price.hpp"
#include "rules.hpp"

namespace pramana::pipeline {

bool Matching::is_own_url(const store::JobRecord& job) const {
    return own_blob_of(job.url, context_.options.public_base_url).has_value();
}

void Matching::assign(store::JobRecord& job, const ServedDlp& dlp) {
    job.dlp = dlp.address;
    job.ruleset = dlp.ruleset;
    job.dlp_id = dlp.dlp_id;
}

Result<Matching::Candidates> Matching::candidates(FileId file) {
    Candidates found;
    for (const ServedDlp& dlp : context_.options.dlps) {
        const Result<std::string> permission = context_.ports.chain->permission(file, dlp.address);
        if (!permission) return permission.error();
        if (permission->empty()) continue;
        found.any_permission = true;
        const Result<ChainDlp> now = context_.ports.chain->dlp(dlp.address);
        if (!now) return now.error();
        const bool ours = now->tee_pool == context_.options.tee_pool;
        found.any_of_our_pool = found.any_of_our_pool || ours;
        if (ours && now->proof_instruction == dlp.instruction) found.fitting.push_back(&dlp);
    }
    return found;
}

Status Matching::take_over(JobInHand& hand, const ChainJob& on_chain, const ChainFile& file) {
    store::JobRecord& job = hand.job;
    job.file = on_chain.file;
    job.payer = on_chain.payer;
    job.bid_wei = on_chain.bid_wei;
    job.owner = file.owner;
    job.url = file.url;
    job.attempts = 0;
    if (const auto sha256 = own_blob_of(job.url, context_.options.public_base_url)) {
        job.sealed_sha256 = *sha256;
        job.contribution = contribution_id_of(job.owner, *sha256);
    }
    Result<std::optional<store::ContributionRecord>> contribution = ledger_.contribution_of(job);
    if (!contribution) return contribution.error();
    if (!*contribution || !(*contribution)->blob_held) return Done{};
    job.sealed_bytes = (*contribution)->sealed_bytes;
    return ledger_.link(hand, **contribution);
}

Result<Next> Matching::check(JobInHand& hand) {
    const Result<ChainStanding> now = context_.ports.chain->standing(hand.job.id, Address{});
    if (!now) return now.error();
    const Judgement said = judge(*now, hand.job, nullptr, context_.options, Moment::kSeen);
    // A lagging node does not show it yet.
    if (said.kind == Judgement::Kind::kUnknown) return ledger_.count(hand, *said.cause);
    if (said.kind == Judgement::Kind::kEnd) return ledger_.settle(hand, said.stage, said.cause);
    if (now->file->url.size() > store::kUrlBytesMax)
        return ledger_.settle(hand, store::Stage::kRefused, Errc::kFetchForbidden);
    PRAMANA_TRY(take_over(hand, now->job, *now->file));
    if (hand.job.bid_wei < work_wei(context_.options.price, hand.job.sealed_bytes))
        return ledger_.settle(hand, store::Stage::kRefused, Errc::kFeeTooLow);
    const Result<std::optional<store::ContributionRecord>> contribution =
        ledger_.contribution_of(hand.job);
    if (!contribution) return contribution.error();
    const Result<std::optional<Next>> ended = choose_dlp(hand, *contribution);
    if (!ended) return ended.error();
    if (*ended) return **ended;
    PRAMANA_TRY(ledger_.move(hand, store::Stage::kWaitingKey));
    return Next::again();
}

Result<std::optional<Next>> Matching::choose_dlp(
    JobInHand& hand, const std::optional<store::ContributionRecord>& contribution) {
    const Result<Candidates> found = candidates(hand.job.file);
    if (!found) return found.error();
    if (found->fitting.empty()) {
        Errc cause = Errc::kDlpNotServed;
        if (found->any_permission)
            cause = found->any_of_our_pool ? Errc::kInstructionMismatch : Errc::kPoolMismatch;
        const Result<Next> ended = ledger_.settle(hand, store::Stage::kRefused, cause);
        if (!ended) return ended.error();
        return std::optional{*ended};
    }
    const ServedDlp* chosen = found->fitting.size() == 1 ? found->fitting.front() : nullptr;
    for (const ServedDlp* dlp : found->fitting)
        if (contribution && contribution->dlp == dlp->address) chosen = dlp;
    if (chosen != nullptr) assign(hand.job, *chosen);
    return std::optional<Next>{};
}

std::optional<Errc> Matching::envelope_obstacle(const store::ContributionRecord& contribution,
                                                const store::JobRecord& job,
                                                std::uint64_t chain_id) {
    if (contribution.key_rejected) return Errc::kWrongPassword;
    if (contribution.chain_id != chain_id || contribution.dlp != job.dlp ||
        contribution.ruleset != job.ruleset || contribution.sealed_sha256 != job.sealed_sha256 ||
        contribution.wallet != job.owner)
        return Errc::kIntentMismatch;
    // The time that counts is when the job was seen: our own delays take nothing from the
    // contributor.
    if (contribution.expires_unix_s < job.seen_unix_s) return Errc::kIntentExpired;
    return std::nullopt;
}

bool Matching::agrees_to_terms(const store::JobRecord& job,
                               const std::optional<store::ContributionRecord>& contribution) const {
    const ServedDlp* dlp = context_.served(job.dlp);
    if (dlp == nullptr || !dlp->terms_sha256) return true;
    return contribution && contribution->terms_sha256 == *dlp->terms_sha256;
}

Matching::Found Matching::look(const store::JobRecord& job,
                               const std::optional<store::ContributionRecord>& contribution) {
    Found found;
    if (is_own_url(job))
        found.file = contribution && contribution->blob_held &&
                     context_.store.blobs().contains(job.sealed_sha256);
    else
        found.file = job.blob_held && context_.store.blobs().contains(job.sealed_sha256);
    found.key = !job.sealed_key.empty();
    if (!found.key && contribution) {
        found.key_cause = envelope_obstacle(*contribution, job, context_.options.chain_id);
        found.key = !found.key_cause;
        // What the key did last says more than that it was rejected.
        if (contribution->key_rejected && job.cause) found.key_cause = job.cause;
    } else if (!found.key) {
        found.key_cause = job.cause;
    }
    if (found.key && !agrees_to_terms(job, contribution)) {
        found.key = false;
        found.key_cause = Errc::kTermsNotAgreed;
    }
    return found;
}

Result<Next> Matching::wait(JobInHand& hand, store::Stage stage, std::optional<Errc> cause) {
    if (hand.job.due_unix_s == 0)
        hand.job.due_unix_s = context_.clock.unix_s() + context_.options.waiting_expiry.count();
    PRAMANA_TRY(ledger_.move(hand, stage, cause));
    return Next::later(context_.options.recheck_every);
}

Result<Next> Matching::gather(JobInHand& hand) {
    const Result<std::optional<Next>> gone = standing_.recheck(hand);
    if (!gone) return gone.error();
    if (*gone) return **gone;
    if (hand.job.contribution) context_.waiters.add(*hand.job.contribution, hand.job.id);
    Result<std::optional<store::ContributionRecord>> contribution =
        ledger_.contribution_of(hand.job);
    if (!contribution) return contribution.error();
    if (*contribution && (*contribution)->blob_held)
        PRAMANA_TRY(ledger_.link(hand, **contribution));
    if (hand.job.dlp.is_zero()) {
        const Result<std::optional<Next>> ended = choose_dlp(hand, *contribution);
        if (!ended) return ended.error();
        if (*ended) return **ended;
    }
    if (hand.job.dlp.is_zero()) {
        // Several would fit. With an intent for none of them, nobody else is going to name one.
        if (*contribution || !hand.job.sealed_key.empty())
            return ledger_.settle(hand, store::Stage::kRefused, Errc::kDlpAmbiguous);
        return wait(hand, store::Stage::kWaitingKey, Errc::kDlpAmbiguous);
    }
    const Found found = look(hand.job, *contribution);
    if (!found.key) return wait(hand, store::Stage::kWaitingKey, found.key_cause);
    if (!found.file && is_own_url(hand.job)) return wait(hand, store::Stage::kWaitingFile, {});
    if (!found.file) return fetch(hand);
    hand.job.due_unix_s = 0;
    if (hand.job.contribution) context_.waiters.remove(*hand.job.contribution, hand.job.id);
    if (*contribution && is_own_url(hand.job))
        hand.job.sealed_bytes = (*contribution)->sealed_bytes;
    PRAMANA_TRY(ledger_.move(hand, store::Stage::kQueued));
    return Next::again();
}

Result<Next> Matching::fetch(JobInHand& hand) {
    hand.job.stage = store::Stage::kWaitingFile;
    if (!context_.payers.may_begin(hand.job, context_.options.jobs_per_payer_max))
        return standing_.hold(hand, Errc::kPayerLimit);
    const Result<std::optional<Next>> stopped = standing_.stop(hand, Moment::kBeforeFetch);
    if (!stopped) return stopped.error();
    if (*stopped) return **stopped;
    if (const Result<Next> waiting = wait(hand, store::Stage::kWaitingFile, hand.job.cause);
        !waiting)
        return waiting.error();
    const std::uint64_t most = context_.options.sealed_bytes_max;
    const std::uint64_t paid = paid_bytes(context_.options.price, hand.job.bid_wei, most);
    const Result<Bytes> sealed = context_.ports.fetch->fetch(hand.job.url, paid);
    if (!sealed) {
        const Errc code = sealed.error().code;
        if (code == Errc::kFetchTooLarge && paid < most)
            return ledger_.settle(hand, store::Stage::kRefused, Errc::kFeeTooLow);
        if (code == Errc::kFetchForbidden || code == Errc::kFetchTooLarge)
            return ledger_.settle(hand, store::Stage::kRefused, code);
        return sealed.error();
    }
    const std::shared_lock moving{context_.blobs_moving};
    const Result<Hash32> sha256 = context_.store.blobs().put(*sealed);
    if (!sha256) return sha256.error();
    hand.job.sealed_sha256 = *sha256;
    hand.job.sealed_bytes = sealed->size();
    hand.job.blob_held = true;
    hand.job.contribution = contribution_id_of(hand.job.owner, *sha256);
    hand.job.cause.reset();
    PRAMANA_TRY(ledger_.save(hand));
    return Next::again();
}

}  // namespace pramana::pipeline
