#include "context.hpp"

#include "pramana/os/log.hpp"

#include "rules.hpp"

#include <limits>

namespace pramana::pipeline {
namespace {

/// A job on chain has paid: its contribution comes back whatever the wallet's quota says.
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();
constexpr store::Quota kNoQuota{kNoLimit, kNoLimit, kNoLimit, kNoLimit};

}  // namespace

const ServedDlp* Context::served(const Address& dlp) const {
    for (const ServedDlp& candidate : options.dlps)
        if (candidate.address == dlp) return &candidate;
    return nullptr;
}

Share Context::share_of(const store::JobRecord& job) const {
    if (job.payer.is_zero()) return {};
    return {.payer = job.payer, .weight = weight_of(job.bid_wei, options.price.min_bid_wei)};
}

void Context::give_back(JobId job, const Next& next) {
    const Schedule::Time now = clock.steady();
    switch (next.kind) {
        case Next::Kind::kEnd: return schedule.drop(job);
        case Next::Kind::kAgain: schedule.forgive(job); return schedule.put_back(job, now, now);
        case Next::Kind::kLater:
            schedule.forgive(job);
            return schedule.put_back(job, now + next.delay, now);
        case Next::Kind::kBackOff: {
            const unsigned doublings = std::min(schedule.count_failure(job) - 1, 20U);
            const std::chrono::milliseconds delay =
                std::min(options.retry_first * (1U << doublings), options.retry_max);
            return schedule.put_back(job, now + delay, now);
        }
    }
}

void Ledger::stamp(JobInHand& hand) const {
    store::JobRecord& job = hand.job;
    job.changed_unix_s = context_.clock.unix_s();
    if (job.stage == hand.stored.stage && job.cause == hand.stored.cause && !job.history.empty())
        return;
    if (job.history.size() == store::kHistoryMax)
        job.history.erase(job.history.begin() + store::kHistoryMax / 2);
    job.history.push_back({.stage = job.stage, .cause = job.cause, .unix_s = job.changed_unix_s});
}

void Ledger::note_stored(JobInHand& hand) {
    if (hand.job.stage != hand.stored.stage) {
        const log::Field stage = log::Field::vetted("stage", name_of(stage_of(hand.job.stage)));
        if (hand.job.cause)
            log::info("pipeline.job.stage",
                      {{"job", hand.job.id}, stage, {"cause", *hand.job.cause}});
        else
            log::info("pipeline.job.stage", {{"job", hand.job.id}, stage});
    }
    hand.stored = hand.job;
    if (const std::optional<JobId> next = context_.payers.note(hand.job)) context_.wake(*next);
    if (!hand.job.payer.is_zero())
        context_.schedule.describe(hand.job.id, context_.share_of(hand.job));
}

Status Ledger::save(JobInHand& hand) {
    if (hand.job == hand.stored) return Done{};
    stamp(hand);
    PRAMANA_TRY(context_.store.jobs().put(hand.job));
    note_stored(hand);
    return Done{};
}

Status Ledger::move(JobInHand& hand, store::Stage stage, std::optional<Errc> cause) {
    hand.job.stage = stage;
    hand.job.cause = cause;
    return save(hand);
}

Status Ledger::put(JobInHand& hand, const store::ProofDocument& document) {
    stamp(hand);
    PRAMANA_TRY(context_.store.jobs().put(hand.job, document));
    note_stored(hand);
    return Done{};
}

Result<std::optional<store::ContributionRecord>> Ledger::contribution_of(
    const store::JobRecord& job) {
    if (!job.contribution) return std::optional<store::ContributionRecord>{};
    Result<store::ContributionRecord> found = context_.store.jobs().contribution(*job.contribution);
    if (found) return std::optional{*std::move(found)};
    if (found.error().code == Errc::kNotFound) return std::optional<store::ContributionRecord>{};
    return found.error();
}

Status Ledger::link(JobInHand& hand, store::ContributionRecord& contribution) {
    if (contribution.job == hand.job.id) return Done{};
    if (store::is_terminal(contribution.stage) && !ended_without_proof(contribution.stage))
        return Done{};  // what people see stays the proof that there is
    if (contribution.job) {
        const Result<store::JobRecord> other = context_.store.jobs().job(*contribution.job);
        if (other && !store::is_terminal(other->stage)) return Done{};
        if (!other && other.error().code != Errc::kNotFound) return other.error();
    }
    contribution.job = hand.job.id;
    contribution.due_unix_s = 0;
    contribution.changed_unix_s = context_.clock.unix_s();
    if (store::is_terminal(contribution.stage)) {
        contribution.stage = store::Stage::kReceived;
        contribution.cause.reset();
        PRAMANA_TRY(context_.store.jobs().admit(contribution, kNoQuota));
    }
    stamp(hand);
    PRAMANA_TRY(context_.store.jobs().put(hand.job, contribution));
    note_stored(hand);
    return Done{};
}

Status Ledger::unlink(const store::JobRecord& job) {
    if (job.contribution) context_.waiters.remove(*job.contribution, job.id);
    Result<std::optional<store::ContributionRecord>> contribution = contribution_of(job);
    if (!contribution) return contribution.error();
    if (!*contribution || (*contribution)->job != job.id ||
        store::is_terminal((*contribution)->stage))
        return Done{};
    const std::int64_t now = context_.clock.unix_s();
    (*contribution)->job.reset();
    (*contribution)->due_unix_s = now + context_.options.unpaid_expiry.count();
    (*contribution)->changed_unix_s = now;
    return context_.store.jobs().put(**contribution);
}

Result<Next> Ledger::settle(JobInHand& hand, store::Stage stage, std::optional<Errc> cause) {
    const std::int64_t now = context_.clock.unix_s();
    const std::int64_t release_at = now + context_.options.blob_retention.count();
    if (hand.job.place && hand.job.sealed_score.empty()) {
        // The place first, with the stage as it is: a crash in between leaves a job that is worked
        // again.
        if (hand.job.stage == store::Stage::kPlaced) hand.job.stage = store::Stage::kQueued;
        PRAMANA_TRY(with_place(hand, [&](store::JobRecord& job) {
            return context_.store.corpus().release_place(job);
        }));
    }
    if (hand.job.contribution) context_.waiters.remove(*hand.job.contribution, hand.job.id);
    hand.job.stage = stage;
    hand.job.cause = cause;
    hand.job.sealed_key.clear();
    const std::int64_t kept_s = context_.options.record_retention.count();
    hand.job.due_unix_s = hand.job.blob_held ? release_at : kept_s == 0 ? 0 : now + kept_s;
    stamp(hand);
    Result<std::optional<store::ContributionRecord>> contribution = contribution_of(hand.job);
    if (!contribution) return contribution.error();
    if (*contribution && (*contribution)->job == hand.job.id &&
        !store::is_terminal((*contribution)->stage)) {
        store::ContributionRecord& ended = **contribution;
        ended.stage = stage;
        ended.cause = cause;
        ended.changed_unix_s = now;
        ended.due_unix_s = release_at;
        PRAMANA_TRY(context_.store.jobs().put(hand.job, ended));
    } else {
        PRAMANA_TRY(context_.store.jobs().put(hand.job));
    }
    note_stored(hand);
    return Next::end();
}

Result<Next> Ledger::count(JobInHand& hand, Errc cause) {
    ++hand.job.attempts;
    if (hand.job.attempts >= context_.options.attempts_max)
        return settle(hand, store::Stage::kRefused, cause);
    hand.job.cause = cause;
    PRAMANA_TRY(save(hand));
    return Next::back_off();
}

Status Ledger::drop_blob(const Hash32& sha256) {
    const std::unique_lock lock{context_.blobs_moving};
    const Result<bool> held = context_.store.jobs().blob_held(sha256);
    if (!held) return held.error();
    if (*held) return Done{};
    return context_.store.blobs().remove(sha256);
}

}  // namespace pramana::pipeline
