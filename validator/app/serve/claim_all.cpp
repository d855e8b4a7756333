#include "owed_claims.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

bool is_done(const OwedClaim& claim) {
    return !claim.skipped.empty() || (claim.slot && chain::is_terminal(claim.slot->state));
}

/// One call of claim_all.
class ClaimRun {
  public:
    ClaimRun(ClaimKey& key, const chain_rpc::Contracts& contracts, std::span<OwedClaim> owed,
             const std::function<void(const OwedClaim&)>& tell)
        : key_{key}, contracts_{contracts}, owed_{owed}, tell_{tell} {}

    /// Binds what there is room for, then looks at what is bound. Errors that pass by themselves
    /// are remembered; the others stop the binding.
    void round() {
        trouble_.reset();
        for (OwedClaim& claim : owed_)
            if (!is_done(claim) && !claim.slot && !stopped_ && !trouble_) bind(claim);
        const Result<std::vector<chain_rpc::SubmissionEvent>> polled = key_.submitter.poll();
        if (!polled) note(polled.error());
        for (OwedClaim& claim : owed_)
            if (!is_done(claim) && claim.slot) follow(claim);
    }
    [[nodiscard]] bool ended() const {
        return std::all_of(owed_.begin(), owed_.end(), [this](const OwedClaim& claim) {
            return is_done(claim) || (stopped_ && !claim.slot);
        });
    }
    /// Nothing can be signed or followed with this journal or key any more.
    [[nodiscard]] bool is_hopeless() const {
        return stopped_ &&
               (stopped_->code == Errc::kNonceGap || stopped_->code == Errc::kStoreUnavailable ||
                stopped_->code == Errc::kStoreCorrupt);
    }
    [[nodiscard]] const std::optional<Error>& stopped() const { return stopped_; }
    [[nodiscard]] const std::optional<Error>& trouble() const { return trouble_; }

  private:
    void note(const Error& error) {
        const bool passes = blame_of(error.code) == Blame::kRetry ||
                            error.code == Errc::kNoQuorum || error.code == Errc::kEndpointsDisagree;
        (passes ? trouble_ : stopped_) = error;
    }

    void bind(OwedClaim& claim) {
        const Result<chain::Slot> slot = key_.submitter.submit(call_of(claim, contracts_));
        if (slot) {
            claim.slot = *slot;
            return tell_(claim);
        }
        switch (slot.error().code) {
            case Errc::kConflict: claim.skipped = "on its way already"; return tell_(claim);
            case Errc::kReverted:
            case Errc::kContractPaused:
            case Errc::kWorkerNotActive: {
                const std::optional<chain_rpc::Refusal> why = key_.submitter.last_refusal();
                claim.skipped = why && !why->reason.empty()
                                    ? why->reason
                                    : std::string{name_of(slot.error().code)};
                return tell_(claim);
            }
            default: return note(slot.error());
        }
    }

    void follow(OwedClaim& claim) {
        const Result<std::vector<chain::Slot>> now =
            key_.journal.slots_from(claim.slot->tx_nonce, 1);
        if (!now) return note(now.error());
        if (now->empty() || now->front() == *claim.slot) return;
        const bool moved = now->front().state != claim.slot->state;
        claim.slot = now->front();
        if (moved) tell_(claim);
    }

    ClaimKey& key_;
    const chain_rpc::Contracts& contracts_;
    std::span<OwedClaim> owed_;
    const std::function<void(const OwedClaim&)>& tell_;
    std::optional<Error> stopped_;
    std::optional<Error> trouble_;
};

}  // namespace

Status claim_all(ClaimKey& key, const chain_rpc::Contracts& contracts, std::span<OwedClaim> owed,
                 const ClaimPace& pace, const std::function<void(const OwedClaim&)>& tell) {
    PRAMANA_TRY(key.submitter.recover());
    ClaimRun run{key, contracts, owed, tell};
    for (;;) {
        run.round();
        if (run.ended() || run.is_hopeless()) break;
        if (pace.time_out())
            return run.stopped().value_or(
                run.trouble().value_or(Error{Errc::kTimeout, "app.claim_all"}));
        pace.wait();
    }
    if (run.stopped()) return *run.stopped();
    return Done{};
}

}  // namespace pramana::app
