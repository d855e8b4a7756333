#include "housekeeping.hpp"

#include "pramana/os/log.hpp"

namespace pramana::pipeline {
namespace {

constexpr std::size_t kItemsPerRun = 256;
constexpr std::chrono::milliseconds kNoWait{0};
constexpr std::int64_t kDay_s = 86'400;

}  // namespace

Status Housekeeping::run() {
    const std::int64_t now = context_.clock.unix_s();
    const Result<std::vector<store::DueItem>> items = context_.store.jobs().due(now, kItemsPerRun);
    if (!items) return items.error();
    Status all = Done{};  // a record that cannot be settled does not keep the others
    for (const store::DueItem& item : *items) {
        const Status done =
            item.job ? settle_job(*item.job, now) : settle_contribution(item.contribution, now);
        // Somebody is at it: the next run finds it again.
        if (done || done.error().code == Errc::kConflict) continue;
        if (done.error().code == Errc::kStoreUnavailable)
            return done;  // no other would fare better
        if (item.job)
            log::warn("pipeline.house.record", {{"job", *item.job}, {"error", done.error()}});
        else
            log::warn("pipeline.house.record",
                      {{"contribution", item.contribution}, {"error", done.error()}});
        if (all) all = done.error();
    }
    return all;
}

std::int64_t Housekeeping::purge_time(std::int64_t ended_unix_s) const {
    const std::int64_t kept_s = context_.options.record_retention.count();
    return kept_s == 0 ? 0 : ended_unix_s + kept_s;
}

Status Housekeeping::settle_contribution(const ContributionId& id, std::int64_t now) {
    Result<store::ContributionRecord> record = context_.store.jobs().contribution(id);
    if (!record) return record.error();
    if (record->due_unix_s == 0 || record->due_unix_s > now) return Done{};
    if (!store::is_terminal(record->stage)) {  // its job never came
        record->stage = store::Stage::kExpired;
        record->changed_unix_s = now;
        log::info("pipeline.contribution.expired", {{"contribution", id}});
    }
    const std::int64_t purge_at = purge_time(record->changed_unix_s);
    if (!record->blob_held && purge_at != 0 && purge_at <= now)
        return context_.store.jobs().purge(*record);
    record->due_unix_s = purge_at;
    record->blob_held = false;
    record->envelope.clear();
    PRAMANA_TRY(context_.store.jobs().put(*record));
    return ledger_.drop_blob(record->sealed_sha256);
}

Status Housekeeping::settle_job(JobId id, std::int64_t now) {
    if (!context_.schedule.take_this(id, kNoWait)) return Error{Errc::kConflict, "pipeline.house"};
    Claim claim{context_, id};
    Result<store::JobRecord> record = context_.store.jobs().job(id);
    if (!record) return record.error();
    JobInHand hand{*std::move(record)};
    const bool ended = store::is_terminal(hand.job.stage);
    claim.next = ended ? Next::end() : Next::again();
    if (hand.job.due_unix_s == 0 || hand.job.due_unix_s > now) return Done{};
    if (!ended) {
        const Result<Next> next = ledger_.settle(hand, store::Stage::kExpired, hand.job.cause);
        if (!next) return next.error();
        claim.next = *next;
        return Done{};
    }
    const std::int64_t purge_at = purge_time(hand.job.changed_unix_s);
    if (!hand.job.blob_held && purge_at != 0 && purge_at <= now)
        return context_.store.jobs().purge(hand.job);
    hand.job.due_unix_s = purge_at;
    hand.job.blob_held = false;
    // Not by the ledger: that the file is let go is no change that people see.
    PRAMANA_TRY(context_.store.jobs().put(hand.job));
    return ledger_.drop_blob(hand.job.sealed_sha256);
}

Status Housekeeping::sweep_blobs() {
    const Result<std::vector<Hash32>> blobs = context_.store.blobs().list();
    if (!blobs) return blobs.error();
    for (const Hash32& sha256 : *blobs) PRAMANA_TRY(ledger_.drop_blob(sha256));
    return Done{};
}

Status Housekeeping::count_signed_today() {
    // Newest first, back to before a job could have been seen that was signed today.
    const std::int64_t seen_since =
        context_.clock.unix_s() - kDay_s - context_.options.waiting_expiry.count();
    std::optional<JobId> below;
    for (bool more = true; more;) {
        const Result<std::vector<store::JobRecord>> page =
            context_.store.jobs().jobs_below(below, kItemsPerRun);
        if (!page) return page.error();
        for (const store::JobRecord& job : *page)
            if (const std::optional<std::int64_t> at = signed_at(job))
                context_.payers.count_signed(job, *at);
        more = !page->empty() && page->back().seen_unix_s >= seen_since;
        if (more) below = page->back().id;
    }
    return Done{};
}

Status Housekeeping::recover() {
    PRAMANA_TRY(sweep_blobs());
    PRAMANA_TRY(count_signed_today());
    for (auto& [name, lane] : context_.lanes)
        PRAMANA_TRY(load_lane(lane, context_.store, *context_.ports.score, *context_.ports.vault));
    const Result<std::vector<JobId>> open = context_.store.jobs().open_jobs();
    if (!open) return open.error();
    std::set<JobId> holders;
    for (const auto& [name, lane] : context_.lanes) {
        const Result<store::CorpusHead> head = context_.store.corpus().head({name.id, name.epoch});
        if (!head) return head.error();
        if (head->holder) holders.insert(*head->holder);
    }
    const Schedule::Time now = context_.clock.steady();
    for (const JobId job : *open) {
        const Result<store::JobRecord> record = context_.store.jobs().job(job);
        if (!record) return record.error();
        // Who crashed in its place goes first: nobody else gets one before.
        context_.schedule.wake(job, holders.contains(job) ? Schedule::Time::min() : now);
        context_.schedule.describe(job, context_.share_of(*record));
        context_.payers.note(*record);
    }
    log::info("pipeline.recovered", {{"jobs", open->size()}, {"in_place", holders.size()}});
    return Done{};
}

}  // namespace pramana::pipeline
