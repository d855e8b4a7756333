#include "claims.hpp"

#include "owed_claims.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/os/log.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

constexpr std::uint64_t kClaimGas = 60'000;  // docs/contracts.md "Gas"
/// Fees are claimed when they are this many times the gas of claiming them.
constexpr std::uint64_t kWorth = 10;
/// After a start, so that one who restarts it every day claims too.
constexpr std::chrono::seconds kFirstAfter{600};
constexpr std::chrono::seconds kRewardsEvery{5};
constexpr std::size_t kPage = 256;

}  // namespace

void Claims::round() {
    const auto now = parts_.clock.steady();
    if (parts_.fees_every.count() > 0) {
        if (!fees_due_) fees_due_ = now + std::min(parts_.fees_every, kFirstAfter);
        if (now >= *fees_due_) {
            fees_due_ = now + parts_.fees_every;
            for (const Key* key : {&parts_.current, parts_.previous ? &*parts_.previous : nullptr})
                if (key != nullptr)
                    if (const Status claimed = claim_fees(*key); !claimed)
                        log::warn("app.claims.fees", {{"error", claimed.error()}});
        }
    }
    if (!parts_.previous) return;
    if (!jobs_taken_) {
        const Status taken = take_jobs_of_previous();
        jobs_taken_ = bool{taken};
        if (!taken) log::warn("app.claims.jobs_of_previous", {{"error", taken.error()}});
    }
    if (rewards_due_ && now < *rewards_due_) return;
    rewards_due_ = now + kRewardsEvery;
    if (const Status claimed = claim_rewards(); !claimed)
        log::warn("app.claims.rewards", {{"error", claimed.error()}});
}

Status Claims::claim_fees(const Key& key) {
    const Result<chain::TeeRecord> tee = parts_.reader.tee(key.submitter.address());
    if (!tee) return tee.error();
    const Result<chain_rpc::FeeMarket> market = parts_.reader.fee_market();
    if (!market) return market.error();
    const Wei due = Wei::from(tee->earned_wei) - Wei::from(tee->withdrawn_wei);
    const Wei worth =
        Wei::product(kWorth * kClaimGas, market->next_base_fee_wei + market->tip_median_wei);
    if (due < worth || due == Wei{}) return Done{};
    const Result<chain::Slot> slot =
        key.submitter.submit(chain_rpc::fees_call(parts_.reader.contracts()));
    if (!slot) return slot.error();
    log::info("app.claims.fees_sent", {{"tx_nonce", slot->tx_nonce}});
    return Done{};
}

/// What the pool has given it up to this start; nobody else can do these jobs. Later ones are left
/// alone: otherwise the key would never be done.
Status Claims::take_jobs_of_previous() {
    constexpr std::uint64_t kIdsAtOnce = 500;
    for (std::uint64_t start = 0;; start += kIdsAtOnce) {
        const Result<std::vector<JobId>> ids =
            parts_.reader.tee_job_ids(parts_.previous->submitter.address(), start, kIdsAtOnce);
        if (!ids) return ids.error();
        for (const JobId job : *ids) PRAMANA_TRY(parts_.on_job(job));
        taken_.insert(ids->begin(), ids->end());
        if (ids->size() < kIdsAtOnce) return Done{};
    }
}

Status Claims::claim_rewards() {
    std::uint64_t unclaimed = 0;
    for (const JobId id : taken_) {
        const Result<store::JobRecord> job = parts_.store.jobs().job(id);
        if (!job && job.error().code != Errc::kNotFound) return job.error();
        unclaimed += job && !store::is_terminal(job->stage) ? 1U : 0U;
    }
    std::optional<JobId> below;
    for (;;) {
        const Result<std::vector<store::JobRecord>> page =
            parts_.store.jobs().jobs_below(below, kPage);
        if (!page) return page.error();
        if (page->empty()) break;
        below = page->back().id;
        for (const store::JobRecord& job : *page) {
            if (settled_.contains(job.id)) continue;
            const Result<std::optional<chain::Slot>> slot =
                parts_.previous->journal.slot_of(job.id, chain::SlotPurpose::kProof);
            if (!slot) return slot.error();
            if (!*slot) {  // another key's, or not bound yet: then it was counted above
                if (store::is_terminal(job.stage)) settled_.insert(job.id);
                continue;
            }
            if (job.stage == store::Stage::kFinal) PRAMANA_TRY(claim_reward(job));
            if (store::is_terminal(job.stage) && job.stage != store::Stage::kFinal)
                settled_.insert(job.id);
            const bool counted = taken_.contains(job.id) && !store::is_terminal(job.stage);
            unclaimed += settled_.contains(job.id) || counted ? 0U : 1U;
        }
    }
    if (unclaimed != unclaimed_)
        log::info("app.claims.of_previous",
                  {{"left", unclaimed}, {"key_may_leave_the_pool", unclaimed == 0}});
    unclaimed_ = unclaimed;
    return Done{};
}

Status Claims::claim_reward(const store::JobRecord& job) {
    const Result<RewardState> state = reward_state(parts_.previous->journal, job.id);
    if (!state) return state.error();
    if (*state == RewardState::kClaimed) settled_.insert(job.id);
    if (*state != RewardState::kFree) return Done{};
    if (!job.proof_index) {
        settled_.insert(job.id);
        return Done{};
    }
    const Result<chain::Slot> slot = parts_.previous->submitter.submit(
        chain_rpc::reward_call(job.dlp, {job.id, job.file, {}}, *job.proof_index));
    if (slot) {
        log::info("app.claims.reward_sent", {{"job", job.id}, {"tx_nonce", slot->tx_nonce}});
        return Done{};
    }
    // Paid already, worth nothing, or the DLP has no budget: it says so itself.
    if (slot.error().code == Errc::kReverted) {
        settled_.insert(job.id);
        const std::optional<chain_rpc::Refusal> why = parts_.previous->submitter.last_refusal();
        log::info("app.claims.no_reward",
                  {{"job", job.id}, log::Field::vetted("reason", why ? why->reason : "")});
        return Done{};
    }
    if (slot.error().code == Errc::kBusy) return Done{};
    return slot.error();
}

}  // namespace pramana::app
