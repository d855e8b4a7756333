#pragma once

#include "pramana/pipeline/pipeline.hpp"

#include "lane.hpp"
#include "payers.hpp"
#include "schedule.hpp"

#include <map>
#include <shared_mutex>

namespace pramana::pipeline {

/// Which jobs wait for which contribution to be uploaded. In memory; a waiting job enters itself
/// again.
class Waiters {
  public:
    void add(const ContributionId& id, JobId job) {
        const std::lock_guard lock{mutex_};
        jobs_[id].insert(job);
    }
    void remove(const ContributionId& id, JobId job) {
        const std::lock_guard lock{mutex_};
        const auto found = jobs_.find(id);
        if (found == jobs_.end()) return;
        found->second.erase(job);
        if (found->second.empty()) jobs_.erase(found);
    }
    [[nodiscard]] std::set<JobId> take(const ContributionId& id) {
        const std::lock_guard lock{mutex_};
        auto node = jobs_.extract(id);
        return node.empty() ? std::set<JobId>{} : std::move(node.mapped());
    }

  private:
    std::mutex mutex_;
    std::map<ContributionId, std::set<JobId>> jobs_;
};

/// What comes after a step.
struct Next {
    enum class Kind : std::uint8_t {
        kAgain,    ///< progress: the next step at once
        kLater,    ///< after `delay`, or when woken
        kBackOff,  ///< after a delay that doubles with each failure in a row
        kEnd,      ///< terminal
    };
    Kind kind = Kind::kAgain;
    std::chrono::milliseconds delay{0};
    static Next again() { return {Kind::kAgain, {}}; }
    static Next later(std::chrono::milliseconds delay) { return {Kind::kLater, delay}; }
    static Next back_off() { return {Kind::kBackOff, {}}; }
    static Next end() { return {Kind::kEnd, {}}; }
};

/// What the parts of the pipeline share.
struct Context {
    store::Store& store;
    Ports ports;
    const Clock& clock;
    PipelineOptions options;
    Schedule schedule;
    Waiters waiters;
    Payers payers;
    std::map<CorpusName, Lane> lanes;  ///< one for each served corpus; fixed after construction
    /// Shared by who stores a blob until its holder is stored too; exclusive for who removes blobs.
    std::shared_mutex blobs_moving;

    /// The served DLP, or null.
    [[nodiscard]] const ServedDlp* served(const Address& dlp) const;
    [[nodiscard]] Share share_of(const store::JobRecord& job) const;
    void wake(JobId job) { schedule.wake(job, clock.steady()); }
    /// Gives a job back to the schedule.
    void give_back(JobId job, const Next& next);
};

/// A job that this thread has; given back on every way out.
class Claim {
  public:
    Claim(Context& context, JobId job) : context_{context}, job_{job} {}
    ~Claim() { context_.give_back(job_, next); }
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    Next next = Next::back_off();

  private:
    Context& context_;
    JobId job_;
};

/// A job's record while a step has it: as stored, and as it is to be.
struct JobInHand {
    explicit JobInHand(store::JobRecord record) : stored{record}, job{std::move(record)} {}
    store::JobRecord stored;
    store::JobRecord job;
};

/// Writes of jobs. Every change of a stage goes through here, so each is durable and logged.
class Ledger {
  public:
    explicit Ledger(Context& context) : context_{context} {}

    /// Stores the job if anything changed. Errors: kConflict, those of the store.
    [[nodiscard]] Status save(JobInHand& hand);
    /// Sets stage and cause and stores. Errors: as save.
    [[nodiscard]] Status move(JobInHand& hand, store::Stage stage,
                              std::optional<Errc> cause = std::nullopt);
    /// Ends the job: gives an unfilled place back, drops its keys, ends its contribution with it
    /// and plans the release of its file. Errors: as save.
    [[nodiscard]] Result<Next> settle(JobInHand& hand, store::Stage stage,
                                      std::optional<Errc> cause = std::nullopt);
    /// A failure that counts: refuses the job when there were too many, otherwise backs off.
    [[nodiscard]] Result<Next> count(JobInHand& hand, Errc cause);
    /// Stages and stores a write of a place (take, append, release) that `write` makes of the
    /// record.
    template <class Write>
    [[nodiscard]] auto with_place(JobInHand& hand, Write write) {
        stamp(hand);
        auto written = write(hand.job);
        if (written) note_stored(hand);
        return written;
    }
    /// The job's contribution if it is stored. Errors: those of the store.
    [[nodiscard]] Result<std::optional<store::ContributionRecord>> contribution_of(
        const store::JobRecord& job);
    /// Links the contribution to the job unless another unfinished or proved job has it. One that
    /// ended without a proof is opened again. Errors: as save.
    [[nodiscard]] Status link(JobInHand& hand, store::ContributionRecord& contribution);
    /// The reverse, for a job whose id is another request's now: the contribution waits for its own
    /// job again. Errors: as save.
    [[nodiscard]] Status unlink(const store::JobRecord& job);
    [[nodiscard]] Status put(JobInHand& hand, const store::ProofDocument& document);
    /// Removes the blob if nobody holds it any more.
    [[nodiscard]] Status drop_blob(const Hash32& sha256);

    /// Time and history of the change that is about to be stored.
    void stamp(JobInHand& hand) const;

  private:
    void note_stored(JobInHand& hand);
    Context& context_;
};

}  // namespace pramana::pipeline
