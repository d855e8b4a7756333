#include "standing.hpp"

#include "price.hpp"
#include "rules.hpp"

namespace pramana::pipeline {
namespace {

Judgement end(store::Stage stage, std::optional<Errc> cause = std::nullopt) {
    return {Judgement::Kind::kEnd, stage, cause};
}
Judgement refuse(Errc cause) { return end(store::Stage::kRefused, cause); }
Judgement hold_for(Errc cause) { return {.kind = Judgement::Kind::kHold, .cause = cause}; }
Judgement unknown(Errc cause) { return {.kind = Judgement::Kind::kUnknown, .cause = cause}; }

/// nullopt = nothing stands against the job.
std::optional<Judgement> judge_job(const ChainJob& now, const store::JobRecord& job,
                                   const PipelineOptions& options, Moment moment) {
    if (now.status == ChainJobStatus::kNone) return unknown(Errc::kJobNotOpen);
    // Before its status: that may be of another request.
    if (moment != Moment::kSeen && now.file != job.file)
        return moment == Moment::kBeforeSigning
                   ? refuse(Errc::kJobNotOurs)
                   : Judgement{.kind = Judgement::Kind::kAnew, .cause = std::nullopt};
    if (now.status == ChainJobStatus::kCompleted) return end(store::Stage::kDoneByOther);
    if (now.status == ChainJobStatus::kCanceled) return end(store::Stage::kCancelled);
    if (!is_ours(now.tee, options)) return refuse(Errc::kJobNotOurs);
    return std::nullopt;
}

std::optional<Judgement> judge_file(const std::optional<ChainFile>& file,
                                    const store::JobRecord& job, Moment moment) {
    if (!file)
        return moment == Moment::kSeen ? unknown(Errc::kFileNotFound) : refuse(Errc::kFileNotFound);
    if (moment == Moment::kSeen) return std::nullopt;
    if (file->url != job.url || file->owner != job.owner) return refuse(Errc::kFileChanged);
    return std::nullopt;
}

std::optional<Judgement> judge_dlp(const std::optional<ChainDlp>& now, const ServedDlp* dlp,
                                   const Address& tee_pool) {
    if (dlp == nullptr || !now) return std::nullopt;
    if (now->tee_pool != tee_pool) return refuse(Errc::kPoolMismatch);
    if (now->proof_instruction != dlp->instruction) return refuse(Errc::kInstructionMismatch);
    return std::nullopt;
}

std::optional<Judgement> judge_bid(const ChainStanding& now, const store::JobRecord& job,
                                   const ServedDlp* dlp, const PriceRules& price, Moment moment) {
    const Word256& bid = now.job.bid_wei;
    const bool pays_gas = dlp == nullptr || dlp->pool_proofs;
    const Word256 gas = pays_gas ? gas_wei(price, now.gas_price_wei) : Word256{};
    if (moment == Moment::kBeforeSigning)
        return bid < gas ? std::optional{hold_for(Errc::kBidBelowGas)} : std::nullopt;
    const Word256 work = work_wei(price, job.sealed_bytes);
    if (bid < work) return refuse(Errc::kFeeTooLow);
    if (bid < saturating_sum(mib_wei(price, job.sealed_bytes), gas))
        return hold_for(Errc::kBidBelowGas);
    return std::nullopt;
}

}  // namespace

Judgement judge(const ChainStanding& now, const store::JobRecord& job, const ServedDlp* dlp,
                const PipelineOptions& options, Moment moment) {
    if (const auto said = judge_job(now.job, job, options, moment)) return *said;
    if (const auto said = judge_file(now.file, job, moment)) return *said;
    if (const auto said = judge_dlp(now.dlp, dlp, options.tee_pool)) return *said;
    if (moment == Moment::kSeen) return {};
    const std::optional<Judgement> bid = judge_bid(now, job, dlp, options.price, moment);
    // What ends the job goes before what may pass by itself.
    if (bid && bid->kind == Judgement::Kind::kEnd) return *bid;
    if (!now.tee_active) return hold_for(Errc::kWorkerNotActive);
    return bid.value_or(Judgement{});
}

Status Standing::leave_place(JobInHand& hand) {
    if (!hand.job.place || !hand.job.sealed_score.empty()) return Done{};
    hand.job.stage = store::Stage::kQueued;
    return ledger_.with_place(
        hand, [&](store::JobRecord& job) { return context_.store.corpus().release_place(job); });
}

Result<Next> Standing::begin_anew(JobInHand& hand) {
    PRAMANA_TRY(leave_place(hand));
    PRAMANA_TRY(ledger_.unlink(hand.job));
    const store::JobRecord before = hand.job;
    hand.job = begun_anew(before);
    hand.job.seen_block = before.seen_block;
    hand.job.seen_unix_s = before.seen_unix_s;
    hand.job.due_unix_s = before.due_unix_s;
    PRAMANA_TRY(ledger_.move(hand, store::Stage::kReceived));
    if (const std::optional<JobId> next = context_.payers.forget(before)) context_.wake(*next);
    if (before.blob_held) PRAMANA_TRY(ledger_.drop_blob(before.sealed_sha256));
    return Next::again();
}

Result<std::optional<Next>> Standing::recheck(JobInHand& hand) {
    const Result<ChainJob> on_chain = context_.ports.chain->job(hand.job.id);
    if (!on_chain) return on_chain.error();
    const auto ended = [&](store::Stage stage) -> Result<std::optional<Next>> {
        const Result<Next> next = ledger_.settle(hand, stage);
        if (!next) return next.error();
        return std::optional{*next};
    };
    if (on_chain->status != ChainJobStatus::kNone && on_chain->file != hand.job.file) {
        // A reorg gave the id to another request.
        const Result<Next> anew = begin_anew(hand);
        if (!anew) return anew.error();
        return std::optional{*anew};
    }
    if (on_chain->status == ChainJobStatus::kCompleted) return ended(store::Stage::kDoneByOther);
    if (on_chain->status == ChainJobStatus::kCanceled) return ended(store::Stage::kCancelled);
    return std::optional<Next>{};
}

Result<Next> Standing::hold(JobInHand& hand, Errc cause) {
    PRAMANA_TRY(leave_place(hand));  // nobody waits behind a job that waits
    // Waiting is no attempt: what work began with is taken back.
    if (hand.job.stage == store::Stage::kQueued && hand.job.attempts > 0) --hand.job.attempts;
    if (hand.job.due_unix_s == 0)
        hand.job.due_unix_s = context_.clock.unix_s() + context_.options.waiting_expiry.count();
    PRAMANA_TRY(ledger_.move(hand, hand.job.stage, cause));
    return Next::later(context_.options.recheck_every);
}

Result<std::optional<Next>> Standing::stop(JobInHand& hand, Moment moment, Judged* judged) {
    const Result<ChainStanding> now = context_.ports.chain->standing(hand.job.id, hand.job.dlp);
    if (!now) return now.error();
    if (judged != nullptr) *judged = {now->block, now->job.tee};
    const Judgement said =
        judge(*now, hand.job, context_.served(hand.job.dlp), context_.options, moment);
    const auto as_next = [](const Result<Next>& next) -> Result<std::optional<Next>> {
        if (!next) return next.error();
        return std::optional{*next};
    };
    switch (said.kind) {
        case Judgement::Kind::kGo: return std::optional<Next>{};
        case Judgement::Kind::kEnd: return as_next(ledger_.settle(hand, said.stage, said.cause));
        case Judgement::Kind::kHold: return as_next(hold(hand, *said.cause));
        case Judgement::Kind::kAnew: return as_next(begin_anew(hand));
        // A node that lags shows it later; a reorg that took it away for good never does.
        case Judgement::Kind::kUnknown: return as_next(hold(hand, *said.cause));
    }
    return Error{Errc::kInternal, "pipeline.standing.kind"};
}

}  // namespace pramana::pipeline
