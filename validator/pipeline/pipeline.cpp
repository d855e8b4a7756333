#include "pramana/pipeline/pipeline.hpp"

#include "pramana/core/check.hpp"
#include "pramana/os/log.hpp"

#include "context.hpp"
#include "front.hpp"
#include "housekeeping.hpp"
#include "matching.hpp"
#include "proving.hpp"
#include "rules.hpp"
#include "work.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>

namespace pramana::pipeline {
namespace {

constexpr std::chrono::milliseconds kDepositWait{5'000};
constexpr int kConflictRetries = 8;
constexpr double kUnannouncedAtOnce = 256;
constexpr double kUnannouncedPerSecond = 16;

/// How often the chain is asked about a job id that no event has told: anybody may send any number,
/// and each question goes to every endpoint. Thread: any.
class UnannouncedJobs {
  public:
    [[nodiscard]] bool may_ask(std::chrono::steady_clock::time_point now) {
        const std::lock_guard lock{mutex_};
        if (asked_) {
            const double passed_s = std::chrono::duration<double>(now - *asked_).count();
            left_ = std::min(kUnannouncedAtOnce, left_ + passed_s * kUnannouncedPerSecond);
        }
        asked_ = now;
        if (left_ < 1) return false;
        left_ -= 1;
        return true;
    }

  private:
    std::mutex mutex_;
    double left_ = kUnannouncedAtOnce;
    std::optional<std::chrono::steady_clock::time_point> asked_;
};

/// Whether what ended was not this request: the id was another file's before a reorg, or the chain
/// did not show the job while it was looked for. What was scored is kept for the file that it was
/// of.
bool is_of_another_request(const store::JobRecord& known, const SeenJob& seen) {
    constexpr FileId kUnknown{};
    return ended_without_proof(known.stage) && known.sealed_score.empty() &&
           (known.file == kUnknown || (seen.file != kUnknown && seen.file != known.file));
}

bool all_set(const Ports& ports) {
    return ports.chain != nullptr && ports.proofs != nullptr && ports.opener != nullptr &&
           ports.fetch != nullptr && ports.vault != nullptr && ports.score != nullptr &&
           ports.evidence != nullptr;
}

}  // namespace

struct Pipeline::State {
    State(store::Store& store, const Ports& ports, const Clock& clock, PipelineOptions options)
        : context{.store = store,
                  .ports = ports,
                  .clock = clock,
                  .options = std::move(options),
                  .schedule = {},
                  .waiters = {},
                  .payers = {},
                  .lanes = {},
                  .blobs_moving = {}} {
        PRAMANA_CHECK(all_set(ports));
        for (const ServedDlp& dlp : context.options.dlps)
            context.lanes.try_emplace(dlp.corpus, dlp.corpus);
    }

    /// One step of a job that this thread has. Errors: those of ports and store.
    [[nodiscard]] Result<Next> step(JobId id);
    /// The same, with whatever goes wrong turned into what comes next.
    [[nodiscard]] Next guarded_step(JobId id);
    [[nodiscard]] Next after_failure(JobId id, const Error& error);
    /// The record that a job gets when it is first seen, or when its id is told again and was never
    /// this request's; nullopt = it has one, or had one once.
    [[nodiscard]] Result<std::optional<store::JobRecord>> first_record(const SeenJob& seen);
    /// Makes the jobs' records where there are none, in one write.
    [[nodiscard]] Status make_known(std::span<const SeenJob> jobs);
    /// The same for a job id that came over HTTP. Errors: kJobNotOpen, kJobNotOurs, kBusy (too many
    /// were asked about), those of ChainPort.
    [[nodiscard]] Status know_paid_job(JobId id);
    [[nodiscard]] Status deposit(KeyDeposit& key, Claim& claim);

    Context context;
    Ledger ledger{context};
    Matching matching{context, ledger};
    Work work{context, ledger};
    Proving proving{context, ledger};
    Front front{context, ledger};
    Deposits deposits{context, ledger, matching};
    Housekeeping housekeeping{context, ledger};
    UnannouncedJobs unannounced;
    std::atomic<bool> recovered{false};
};

Result<Next> Pipeline::State::step(JobId id) {
    Result<store::JobRecord> record = context.store.jobs().job(id);
    if (!record && record.error().code == Errc::kNotFound) return Next::end();
    if (!record) return record.error();
    JobInHand hand{*std::move(record)};
    if (hand.job.stage == store::Stage::kPlaced || hand.job.stage == store::Stage::kProved) {
        const Result<std::optional<Next>> anew = work.leave_ended_epoch(hand);
        if (!anew) return anew.error();
        if (*anew) return **anew;
    }
    switch (hand.job.stage) {
        case store::Stage::kReceived: return matching.check(hand);
        case store::Stage::kWaitingKey:
        case store::Stage::kWaitingFile: return matching.gather(hand);
        case store::Stage::kQueued: return work.run(hand);
        case store::Stage::kPlaced:
            return hand.job.sealed_score.empty() ? work.run(hand) : proving.prove(hand);
        case store::Stage::kProved: return proving.submit(hand);
        case store::Stage::kSigned:
        case store::Stage::kSent:
        case store::Stage::kIncluded: return proving.follow(hand);
        case store::Stage::kFinal:
        case store::Stage::kDoneByOther:
        case store::Stage::kCancelled:
        case store::Stage::kRefused:
        case store::Stage::kExpired: return Next::end();
    }
    return Error{Errc::kStoreCorrupt, "pipeline.step.stage"};
}

Next Pipeline::State::after_failure(JobId id, const Error& error) {
    const Reaction reaction = reaction_to(error.code);
    if (reaction == Reaction::kAgain) return Next::again();
    log::warn("pipeline.step.failed", {{"job", id}, {"error", error}});
    Result<store::JobRecord> record = context.store.jobs().job(id);
    if (!record) return Next::back_off();
    JobInHand hand{*std::move(record)};
    const bool working = hand.job.stage == store::Stage::kQueued ||
                         (hand.job.stage == store::Stage::kPlaced && hand.job.sealed_score.empty());
    if (reaction == Reaction::kCount) {
        if (working && hand.job.attempts > 0) --hand.job.attempts;  // count() counts it again
        const Result<Next> next = ledger.count(hand, error.code);
        return next ? *next : Next::back_off();
    }
    // Not the job's fault: the attempt that work began with is taken back.
    if (working && hand.job.attempts > 0) --hand.job.attempts;
    hand.job.cause = error.code;
    static_cast<void>(ledger.save(hand).has_value());  // only what people see depends on it
    return Next::back_off();
}

Next Pipeline::State::guarded_step(JobId id) {
    try {
        const Result<Next> next = step(id);
        return next ? *next : after_failure(id, next.error());
    } catch (const std::exception&) {  // its text may quote what it failed on: it is not logged
    } catch (...) {
    }
    try {
        return after_failure(id, Error{Errc::kInternal, "pipeline.step.exception"});
    } catch (...) {
        return Next::back_off();
    }
}

Result<std::optional<store::JobRecord>> Pipeline::State::first_record(const SeenJob& seen) {
    using Record = std::optional<store::JobRecord>;
    store::JobStore& jobs = context.store.jobs();
    Result<store::JobRecord> known = jobs.job(seen.job);
    if (!known && known.error().code != Errc::kNotFound) return known.error();
    const bool anew = known && is_of_another_request(*known, seen);
    if (known && seen.block_number != 0 && (anew || !store::is_terminal(known->stage)))
        PRAMANA_TRY(jobs.note_seen_block(seen.job, seen.block_number));
    if (known && !anew) return Record{};
    if (known && known->blob_held) {
        known->blob_held = false;
        PRAMANA_TRY(jobs.put(*known));
        PRAMANA_TRY(ledger.drop_blob(known->sealed_sha256));
    }
    const Result<std::optional<store::JobRemains>> remains = jobs.remains(seen.job);
    if (!remains) return remains.error();
    if (*remains) return Record{};  // done long ago
    JobInHand hand{known ? *known : store::JobRecord{}};
    hand.job = begun_anew(hand.stored);
    hand.job.id = seen.job;
    hand.job.seen_block = seen.block_number;
    hand.job.seen_unix_s = context.clock.unix_s();
    ledger.stamp(hand);
    return Record{std::move(hand.job)};
}

Status Pipeline::State::make_known(std::span<const SeenJob> jobs) {
    std::vector<store::JobRecord> fresh;
    for (const SeenJob& seen : jobs) {
        Result<std::optional<store::JobRecord>> record = first_record(seen);
        if (!record) return record.error();
        if (*record) fresh.push_back(**std::move(record));
    }
    if (fresh.empty()) return Done{};
    const Status stored = context.store.jobs().put(std::span{fresh});
    if (stored || stored.error().code != Errc::kConflict) return stored;
    // A key that came over HTTP made one of them known meanwhile; the others are still to be made.
    for (store::JobRecord& record : fresh) {
        const Status alone = context.store.jobs().put(record);
        if (!alone && alone.error().code != Errc::kConflict) return alone;
    }
    return Done{};
}

Pipeline::Pipeline(store::Store& store, const Ports& ports, const Clock& clock,
                   PipelineOptions options)
    : state_{std::make_unique<State>(store, ports, clock, std::move(options))} {}

Pipeline::~Pipeline() = default;

Status Pipeline::recover() {
    PRAMANA_TRY(state_->housekeeping.recover());
    state_->recovered = true;
    return Done{};
}

Status Pipeline::on_jobs_seen(std::span<const SeenJob> jobs) {
    PRAMANA_TRY(state_->make_known(jobs));
    for (const SeenJob& seen : jobs) state_->context.wake(seen.job);
    return Done{};
}

Status Pipeline::on_job_seen(JobId job, std::uint64_t block_number) {
    const SeenJob seen{job, block_number};
    return on_jobs_seen({&seen, 1});
}

bool Pipeline::step_next() {
    const std::optional<JobId> job = state_->context.schedule.take(state_->context.clock.steady());
    if (!job) return false;
    Claim claim{state_->context, *job};
    claim.next = state_->guarded_step(*job);
    return true;
}

Status Pipeline::keep_house() {
    try {
        return state_->housekeeping.run();
    } catch (...) {
        return Error{Errc::kInternal, "pipeline.house.exception"};
    }
}

std::size_t Pipeline::tick() {
    const Status kept = keep_house();
    if (!kept) log::warn("pipeline.house.failed", {{"error", kept.error()}});
    std::size_t steps = 0;
    while (step_next()) ++steps;
    return steps;
}

void Pipeline::wait_for_work(const std::stop_token& stop, std::chrono::milliseconds limit) {
    const Schedule::Time now = state_->context.clock.steady();
    state_->context.schedule.wait(stop, now, now + limit);
}

Result<ContributionId> Pipeline::admit(Upload upload) {
    return state_->front.admit(std::move(upload));
}

Result<ContributionStatus> Pipeline::status(const ContributionId& id) {
    return state_->front.status(id);
}

Result<ContributionStatus> Pipeline::job_status(JobId job) { return state_->front.job_status(job); }

Result<Bytes> Pipeline::blob(const Hash32& sha256) {
    return state_->context.store.blobs().get(sha256);
}

Result<Bytes> Pipeline::proof_document(const Hash32& hash) {
    return state_->front.proof_document(hash);
}

Result<Bytes> Pipeline::ruleset(const Hash32& digest) {
    for (const ServedDlp& dlp : state_->context.options.dlps) {
        if (dlp.ruleset != digest || dlp.ruleset_text.empty()) continue;
        Bytes text;
        append(text, dlp.ruleset_text);
        return text;
    }
    return Error{Errc::kNotFound, "pipeline.ruleset"};
}

Result<std::string> Pipeline::attestation(ByteView challenge) {
    return state_->context.ports.evidence->attestation(challenge);
}

Readiness Pipeline::readiness() { return state_->front.readiness(state_->recovered); }

Status Pipeline::State::know_paid_job(JobId id) {
    const Result<store::JobRecord> known = context.store.jobs().job(id);
    if (known) return Done{};
    if (known.error().code != Errc::kNotFound) return known.error();
    // A real one is announced with the next poll, and then known.
    if (!unannounced.may_ask(context.clock.steady()))
        return Error{Errc::kBusy, "pipeline.deposit.unannounced"};
    // Anybody can send a job id: only one that the chain gave to us leaves a trace.
    const Result<ChainJob> job = context.ports.chain->job(id);
    if (!job) return job.error();
    if (job->status != ChainJobStatus::kSubmitted)
        return Error{Errc::kJobNotOpen, "pipeline.deposit.job"};
    if (!is_ours(job->tee, context.options))
        return Error{Errc::kJobNotOurs, "pipeline.deposit.job"};
    const SeenJob seen{id, 0};
    return make_known({&seen, 1});
}

Status Pipeline::State::deposit(KeyDeposit& key, Claim& claim) {
    for (int round = 0; round < kConflictRetries; ++round) {
        Result<store::JobRecord> record = context.store.jobs().job(key.job);
        if (!record) return record.error();
        JobInHand hand{*std::move(record)};
        claim.next = Next::again();
        if (hand.job.stage == store::Stage::kReceived) {
            const Result<Next> checked = matching.check(hand);
            if (!checked && checked.error().code == Errc::kConflict) continue;
            if (!checked) return checked.error();
            if (hand.job.stage == store::Stage::kReceived)  // the node does not show it yet
                return Error{hand.job.cause.value_or(Errc::kJobNotOpen), "pipeline.deposit.job"};
        }
        if (store::is_terminal(hand.job.stage)) claim.next = Next::end();
        const Status stored = deposits.deposit(key, hand);
        if (stored || stored.error().code != Errc::kConflict) return stored;
    }
    return Error{Errc::kBusy, "pipeline.deposit.conflict"};
}

Result<Done> Pipeline::deposit_key(KeyDeposit deposit) {
    PRAMANA_TRY(state_->deposits.check_form(deposit));
    PRAMANA_TRY(state_->know_paid_job(deposit.job));
    if (!state_->context.schedule.take_this(deposit.job, kDepositWait))
        return Error{Errc::kBusy, "pipeline.deposit.busy"};
    Claim claim{state_->context, deposit.job};
    return state_->deposit(deposit, claim);
}

}  // namespace pramana::pipeline
