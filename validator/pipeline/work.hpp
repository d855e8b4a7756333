#pragma once

#include "notes.hpp"
#include "standing.hpp"

namespace pramana::pipeline {

/// Stages kQueued and kPlaced (without a score): the only part that touches plaintext. Opens the
/// file, prepares it, takes the place, scores, appends.
class Work {
  public:
    Work(Context& context, Ledger& ledger)
        : context_{context}, ledger_{ledger}, standing_{context, ledger} {}
    [[nodiscard]] Result<Next> run(JobInHand& hand);
    /// kPlaced and kProved: what was measured in an epoch of the corpus that has ended, and is not
    /// bound to a nonce, is measured anew in the present one. nullopt = it stays as it is.
    [[nodiscard]] Result<std::optional<Next>> leave_ended_epoch(JobInHand& hand);

  private:
    enum class KeySource : std::uint8_t { kDeposit, kEnvelope };
    struct HeldKey {
        KeySource source = KeySource::kDeposit;
        KeyNote note;
        bool recovers_to_owner = false;
        std::optional<bool> matches_permission;
    };
    /// Counts the attempt before anything is risked, so that a contribution that kills the process
    /// is given up too. nullopt = go on.
    [[nodiscard]] Result<std::optional<Next>> begin(JobInHand& hand);
    /// What the contribution's envelope shows, where the ruleset asks for it: whoever brought the
    /// key, and wherever the file came from. Errors: kOwnershipNotShown.
    [[nodiscard]] Status check_ownership(const store::JobRecord& job);
    /// The deposited key, otherwise the envelope's. Errors: those of OpenerPort and VaultPort.
    [[nodiscard]] Result<HeldKey> key_for(const store::JobRecord& job);
    /// Errors: kKeyNotOwners (a signature of another wallet; nobody vouches for it), those of
    /// ChainPort.
    [[nodiscard]] Status inspect_key(const store::JobRecord& job, HeldKey& key);
    /// The key does not open the file: forget it and wait for another. Never a verdict.
    [[nodiscard]] Result<Next> reject_key(JobInHand& hand, KeySource source, Errc cause);
    [[nodiscard]] Result<Next> file_gone(JobInHand& hand);
    /// Opened, but nothing that can be scored.
    [[nodiscard]] Result<Next> invalid(JobInHand& hand, const ServedDlp& dlp,
                                       Lane::Entrant& entrant, const HeldKey& key, Errc cause);
    /// The text is to be sampled: stores the seed, or waits until its block is final.
    [[nodiscard]] Result<Next> find_seed(JobInHand& hand);
    /// Place, search, append; the caller has the lane's turn.
    [[nodiscard]] Result<Next> in_lane(JobInHand& hand, const ServedDlp& dlp, Lane& lane,
                                       const HeldKey& key, const PreparedContribution& prepared);
    /// The score of an earlier job of the same contribution, DLP and ruleset that ended without a
    /// proof, so that a request that came to nothing does not turn the next one into a copy of
    /// itself. One job at a time has it. False = there is none.
    [[nodiscard]] Result<bool> inherit(JobInHand& hand, const ServedDlp& dlp);
    [[nodiscard]] Status append(JobInHand& hand, const ServedDlp& dlp, const HeldKey& key,
                                const PreparedContribution& prepared, const ScoreFacts& score);
    [[nodiscard]] Bytes sealed_note(JobId job, const ScoreNote& note);

    Context& context_;
    Ledger& ledger_;
    Standing standing_;
};

}  // namespace pramana::pipeline
