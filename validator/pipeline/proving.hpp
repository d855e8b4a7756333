#pragma once

#include "standing.hpp"

namespace pramana::pipeline {

/// Stages kPlaced (scored) to kIncluded: binding document, submission, and what becomes of it.
class Proving {
  public:
    Proving(Context& context, Ledger& ledger)
        : context_{context}, ledger_{ledger}, standing_{context, ledger} {}

    /// Scored: makes the binding document, bound to the block at which the proof is due, and
    /// stores it. Worth nothing and not paid for: refused.
    [[nodiscard]] Result<Next> prove(JobInHand& hand);
    /// kProved: looks at the chain once more, then hands the proof to the submitter.
    [[nodiscard]] Result<Next> submit(JobInHand& hand);
    /// kSigned, kSent, kIncluded: follows the journal.
    [[nodiscard]] Result<Next> follow(JobInHand& hand);

  private:
    [[nodiscard]] Result<Next> wait_for_batch(JobInHand& hand, const ProofProgress& progress);
    [[nodiscard]] Result<Next> after_submit(JobInHand& hand, const Status& submitted);
    /// The job's transaction came to nothing: what does the job say?
    [[nodiscard]] Result<Next> reopen(JobInHand& hand, Errc cause);

    Context& context_;
    Ledger& ledger_;
    Standing standing_;
};

}  // namespace pramana::pipeline
