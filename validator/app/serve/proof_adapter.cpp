#include "proof_adapter.hpp"

#include "pramana/chain/proof_digest.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/os/log.hpp"

namespace pramana::app {
namespace {

/// Orders for one call of the submitter: it takes what its window has room for.
constexpr std::size_t kOrdersAtOnce = 64;
/// Answers that nobody fetched; a job whose answer is lost is asked about again.
constexpr std::size_t kAnswersMax = 4'096;

/// Whether an answer is about the job, and not about the node, the network or our account.
bool concerns_the_job(Errc code) {
    return code == Errc::kJobNotOpen || code == Errc::kJobNotOurs || code == Errc::kReverted ||
           code == Errc::kConflict || code == Errc::kInternal;
}

/// A slot that ended without the job's proof. Where the job was one of several, the reason may be
/// another one's: the pipeline reads the job itself and may have it bound anew.
void fill_unproved(const chain::Slot& slot, pipeline::ProofProgress& progress) {
    using chain::VoidReason;
    using pipeline::ProofState;
    const bool alone = slot.jobs.size() == 1;
    progress.state = ProofState::kReverted;
    progress.cause = Error{Errc::kReverted, "app.proof.voided"};
    if (alone && slot.void_reason == VoidReason::kCanceled) {
        progress.state = ProofState::kCancelled;
        progress.cause.reset();
    }
    if (alone && slot.void_reason == VoidReason::kDoneByOther) {
        progress.state = ProofState::kDoneByOther;
        progress.cause.reset();
    }
    if (slot.void_reason == VoidReason::kUnsendable)
        progress.cause = Error{Errc::kInternal, "app.proof.unsendable"};
    if (slot.void_reason == VoidReason::kForeign)
        progress.cause = Error{Errc::kNonceGap, "app.proof.foreign"};
}

/// Where an open or ended slot leaves one of its jobs.
void fill_progress(const chain::Slot& slot, JobId job, pipeline::ProofProgress& progress) {
    using pipeline::ProofState;
    const chain::LandedJob* const landed =
        slot.inclusion ? slot.inclusion->landed_job(job) : nullptr;
    if (landed != nullptr) progress.proof_index = landed->proof_index;
    switch (slot.state) {
        case chain::SlotState::kBound: progress.state = ProofState::kSigned; return;
        case chain::SlotState::kSent: progress.state = ProofState::kSent; return;
        case chain::SlotState::kIncluded:
            // A revert that is not final may still be undone by a reorg.
            progress.state = landed != nullptr ? ProofState::kIncluded : ProofState::kSent;
            if (landed == nullptr) progress.cause = Error{Errc::kReverted, "app.proof.included"};
            return;
        case chain::SlotState::kFinal:
            progress.state = ProofState::kFinal;
            if (landed == nullptr) fill_unproved(slot, progress);
            return;
        case chain::SlotState::kVoided: fill_unproved(slot, progress); return;
    }
    std::abort();
}

}  // namespace

pipeline::ProofProgress progress_of(const chain::Slot& slot, JobId job) {
    pipeline::ProofProgress progress;
    progress.tx_hash = slot.inclusion ? slot.inclusion->tx_hash : slot.attempts.back().tx_hash;
    fill_progress(slot, job, progress);
    return progress;
}

Status ProofAdapter::submit(const pipeline::ProofCall& call) {
    if (!recovered_) return Error{Errc::kRpcUnavailable, "app.proof.recovering"};
    {
        const std::lock_guard lock{mutex_};
        if (const auto answer = answers_.extract(call.job)) return answer.mapped();
        if (queue_.contains(call.job)) return Error{Errc::kWaitsForBatch, "app.proof.queued"};
    }
    chain::ProofData proof{.score = chain::to_word(call.score_wad),
                           .dlp_id = call.dlp_id,
                           .metadata = call.metadata,
                           .proof_url = call.proof_url,
                           .instruction = call.instruction};
    // RFC 6979: the same call gives the same signature, and so the same call hash, after a crash.
    const chain::Proof signed_proof = chain::sign_proof(call.file_url, std::move(proof), key_);
    chain_rpc::ProofCall submission{.file = call.file,
                                    .calldata = chain::tee_pool::add_proof(call.job, signed_proof)};
    if (batch_max_ > 1) {
        const std::lock_guard lock{mutex_};
        queue_.try_emplace(call.job, Queued{std::move(submission), std::nullopt});
        return Error{Errc::kWaitsForBatch, "app.proof.queued"};
    }
    const Result<chain::Slot> slot = submitter_.submit(call.job, submission);
    if (slot) return Done{};
    if (const std::optional<chain_rpc::Refusal> refusal = submitter_.last_refusal();
        slot.error().code == Errc::kReverted && refusal)
        log::warn("app.proof.refused",
                  {{"job", call.job}, log::Field::vetted("reason", refusal->reason)});
    return slot.error();
}

std::vector<chain_rpc::ProofOrder> ProofAdapter::take_orders() {
    const std::lock_guard lock{mutex_};
    std::vector<chain_rpc::ProofOrder> orders;
    for (const auto& [job, queued] : queue_) {
        if (orders.size() == kOrdersAtOnce) break;
        orders.push_back({job, queued.call});
    }
    return orders;
}

void ProofAdapter::settle(JobId job, const Result<chain::Slot>& answer) {
    const std::lock_guard lock{mutex_};
    if (answer) {
        queue_.erase(job);
        return;
    }
    if (!concerns_the_job(answer.error().code)) {
        if (const auto queued = queue_.find(job); queued != queue_.end())
            queued->second.cause = answer.error();
        return;
    }
    queue_.erase(job);
    if (answers_.size() >= kAnswersMax) answers_.clear();
    answers_.insert_or_assign(job, answer.error());
}

void ProofAdapter::send_queued() {
    if (!recovered_) return;
    const std::vector<chain_rpc::ProofOrder> orders = take_orders();
    if (orders.empty()) return;
    const std::vector<Result<chain::Slot>> answers = submitter_.submit_all(orders);
    for (std::size_t i = 0; i < orders.size(); ++i) settle(orders[i].job, answers[i]);
}

Result<pipeline::ProofProgress> ProofAdapter::progress(JobId job) {
    const Result<std::optional<chain::Slot>> found =
        journal_.slot_of(job, chain::SlotPurpose::kProof);
    if (!found) return found.error();
    const std::optional<chain::Slot>& slot = *found;
    const std::lock_guard lock{mutex_};
    if (!slot || !slot->holds(job)) {
        const auto queued = queue_.find(job);
        if (queued != queue_.end())
            return pipeline::ProofProgress{.state = pipeline::ProofState::kQueued,
                                           .tx_hash = {},
                                           .proof_index = {},
                                           .cause = queued->second.cause};
    }
    if (!slot) return pipeline::ProofProgress{};
    pipeline::ProofProgress progress = progress_of(*slot, job);
    const auto held = held_.find(job);
    if (held != held_.end() && !chain::is_terminal(slot->state)) progress.cause = held->second;
    return progress;
}

void ProofAdapter::note(const chain_rpc::SubmissionEvent& event) {
    using Kind = chain_rpc::SubmissionEvent::Kind;
    const std::lock_guard lock{mutex_};
    for (const chain::SlotJob& each : event.jobs) {
        if (event.kind == Kind::kHeld && event.cause)
            held_.insert_or_assign(each.job, *event.cause);
        else
            held_.erase(each.job);
    }
}

}  // namespace pramana::app
