#pragma once

#include "standing.hpp"

namespace pramana::pipeline {

/// Which job, which DLP, which file, which key: everything before a file is opened.
class Matching {
  public:
    Matching(Context& context, Ledger& ledger)
        : context_{context}, ledger_{ledger}, standing_{context, ledger} {}

    /// Stage kReceived: reads job and file from the chain, refuses what is not for us, finds the
    /// DLP.
    [[nodiscard]] Result<Next> check(JobInHand& hand);
    /// Stages kWaitingKey, kWaitingFile: goes on when key, file and DLP are there, whichever came
    /// last.
    [[nodiscard]] Result<Next> gather(JobInHand& hand);

    /// The served DLPs that fit a file: they hold a permission on it, ask for our instruction and
    /// use our pool.
    struct Candidates {
        std::vector<const ServedDlp*> fitting;
        bool any_permission = false;
        bool any_of_our_pool = false;  ///< among those with a permission
    };
    /// Errors: those of ChainPort.
    [[nodiscard]] Result<Candidates> candidates(FileId file);
    static void assign(store::JobRecord& job, const ServedDlp& dlp);

    /// Why the contribution's envelope cannot serve this job; nullopt = it can.
    [[nodiscard]] static std::optional<Errc> envelope_obstacle(
        const store::ContributionRecord& contribution, const store::JobRecord& job,
        std::uint64_t chain_id);
    /// Whether the intent behind the job agrees to the terms of the job's ruleset. Where there are
    /// some, a job without an intent agrees to none.
    [[nodiscard]] bool agrees_to_terms(
        const store::JobRecord& job,
        const std::optional<store::ContributionRecord>& contribution) const;

  private:
    struct Found {
        bool key = false;
        bool file = false;
        std::optional<Errc> key_cause;
    };
    /// Takes over what the chain says of a job that is ours.
    [[nodiscard]] Status take_over(JobInHand& hand, const ChainJob& on_chain,
                                   const ChainFile& file);
    [[nodiscard]] Result<std::optional<Next>> choose_dlp(
        JobInHand& hand, const std::optional<store::ContributionRecord>& contribution);
    [[nodiscard]] Found look(const store::JobRecord& job,
                             const std::optional<store::ContributionRecord>& contribution);
    [[nodiscard]] Result<Next> fetch(JobInHand& hand);
    [[nodiscard]] Result<Next> wait(JobInHand& hand, store::Stage stage, std::optional<Errc> cause);
    [[nodiscard]] bool is_own_url(const store::JobRecord& job) const;

    Context& context_;
    Ledger& ledger_;
    Standing standing_;
};

}  // namespace pramana::pipeline
