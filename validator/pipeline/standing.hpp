#pragma once

#include "context.hpp"

namespace pramana::pipeline {

/// Where in a job's life its standing is judged. Each is stricter than what is known before it.
enum class Moment : std::uint8_t {
    kSeen,           ///< just found: only whether it is ours and has a file
    kBeforeFetch,    ///< nothing was spent on it yet
    kBeforeOpening,  ///< the sealed file is here
    kBeforeSigning,  ///< the work is done: only its gas is still to be paid
};

/// Whether the key that a job was given to is one of ours.
[[nodiscard]] inline bool is_ours(const Address& tee, const PipelineOptions& options) {
    return tee == options.tee || tee == options.previous_tee;
}

/// What follows from a standing.
struct Judgement {
    enum class Kind : std::uint8_t {
        kGo,
        kEnd,   ///< the job ends as `stage`, because of `cause`
        kHold,  ///< not now: `cause` may pass by itself
        kAnew,  ///< the id belongs to another request now: all that was found is about the old one
        kUnknown,  ///< the node does not show the job or file (yet): `cause`
    };
    Kind kind = Kind::kGo;
    store::Stage stage = store::Stage::kRefused;
    std::optional<Errc> cause;
    friend bool operator==(const Judgement&, const Judgement&) = default;
};

/// Job Submitted and ours, our key active, file there and unchanged, the DLP's instruction and pool
/// ours, the bid above gas and work. `dlp` null = not known yet. Pure. Source: vana-protocol.md
/// section 7.
[[nodiscard]] Judgement judge(const ChainStanding& now, const store::JobRecord& job,
                              const ServedDlp* dlp, const PipelineOptions& options, Moment moment);

/// Reads and judges. Nothing is fetched, opened or signed that did not pass it just before.
class Standing {
  public:
    Standing(Context& context, Ledger& ledger) : context_{context}, ledger_{ledger} {}

    /// At which block it was judged, and which of our keys the job was given to then.
    struct Judged {
        ChainBlock block;
        Address tee;
    };
    /// What the job has to do instead of going on; nothing = go on, as `judged` says. Errors: those
    /// of ChainPort.
    [[nodiscard]] Result<std::optional<Next>> stop(JobInHand& hand, Moment moment,
                                                   Judged* judged = nullptr);
    /// The same in short, while a job waits: whether it is still open and about the same file.
    /// Errors: those of ChainPort.
    [[nodiscard]] Result<std::optional<Next>> recheck(JobInHand& hand);
    /// The job back at its beginning, with nothing but its id.
    [[nodiscard]] Result<Next> begin_anew(JobInHand& hand);
    /// Waits where it is until the cause has passed, at most as long as for a key or file.
    [[nodiscard]] Result<Next> hold(JobInHand& hand, Errc cause);

  private:
    /// Gives an unfilled place back.
    [[nodiscard]] Status leave_place(JobInHand& hand);
    Context& context_;
    Ledger& ledger_;
};

}  // namespace pramana::pipeline
