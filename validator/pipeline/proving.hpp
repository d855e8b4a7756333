#pragma once

#include "context.hpp"

namespace pramana::pipeline {

/// Stages kPlaced (scored) to kIncluded: binding document, submission, and what becomes of it.
class Proving {
  public:
    Proving(Context& context, Ledger& ledger) : context_{context}, ledger_{ledger} {}

    /// Scored: makes the binding document and stores it.
    [[nodiscard]] Result<Next> prove(JobInHand& hand);
    /// kProved: looks at the chain once more, then hands the proof to the submitter.
    [[nodiscard]] Result<Next> submit(JobInHand& hand);
    /// kSigned, kSent, kIncluded: follows the journal.
    [[nodiscard]] Result<Next> follow(JobInHand& hand);

  private:
    /// What has to hold right before signing (vana-protocol.md 7); nullopt = all of it does.
    [[nodiscard]] Result<std::optional<Next>> look_again(JobInHand& hand, const ServedDlp& dlp);
    [[nodiscard]] Result<Next> after_submit(JobInHand& hand, const Status& submitted);
    /// The job's transaction came to nothing: what does the job say?
    [[nodiscard]] Result<Next> reopen(JobInHand& hand, Errc cause);

    Context& context_;
    Ledger& ledger_;
};

}  // namespace pramana::pipeline
