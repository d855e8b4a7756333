#include "payers.hpp"

namespace pramana::pipeline {
namespace {

constexpr std::int64_t kDay_s = 86'400;

}  // namespace

bool is_in_work(const store::JobRecord& job) noexcept {
    return !store::is_terminal(job.stage) && (job.blob_held || job.stage >= store::Stage::kPlaced);
}

std::optional<std::int64_t> signed_at(const store::JobRecord& job) noexcept {
    for (const store::StageChange& change : job.history)
        if (change.stage >= store::Stage::kSigned && change.stage <= store::Stage::kFinal)
            return change.unix_s;
    return std::nullopt;
}

bool Payers::may_begin(const store::JobRecord& job, std::size_t jobs_max) {
    const std::lock_guard lock{mutex_};
    Load& load = loads_[job.payer];
    if (load.in_work.contains(job.id)) return true;
    if (load.in_work.size() < jobs_max) {
        load.waiting.erase(job.id);
        load.in_work.insert(job.id);  // from now on, so that two at once do not both fit
        return true;
    }
    load.waiting.insert(job.id);
    return false;
}

std::optional<JobId> Payers::note(const store::JobRecord& job) {
    if (job.payer.is_zero()) return std::nullopt;
    const std::lock_guard lock{mutex_};
    const auto found = loads_.find(job.payer);
    if (found == loads_.end()) {
        if (is_in_work(job)) loads_[job.payer].in_work.insert(job.id);
        return std::nullopt;
    }
    Load& load = found->second;
    if (is_in_work(job)) {
        load.in_work.insert(job.id);
        return std::nullopt;
    }
    if (store::is_terminal(job.stage)) load.waiting.erase(job.id);
    const bool ended = store::is_terminal(job.stage) || job.stage < store::Stage::kWaitingFile;
    if (!ended) return std::nullopt;
    return end(found, job.id);
}

std::optional<JobId> Payers::forget(const store::JobRecord& job) {
    const std::lock_guard lock{mutex_};
    const auto found = loads_.find(job.payer);
    if (found == loads_.end()) return std::nullopt;
    found->second.waiting.erase(job.id);
    return end(found, job.id);
}

std::optional<JobId> Payers::end(std::map<Address, Load>::iterator found, JobId job) {
    Load& load = found->second;
    std::optional<JobId> next;
    if (load.in_work.erase(job) > 0 && !load.waiting.empty()) next = *load.waiting.begin();
    if (load.in_work.empty() && load.waiting.empty()) loads_.erase(found);
    return next;
}

bool Payers::may_sign(const store::JobRecord& job, std::int64_t now_unix_s,
                      std::uint64_t proofs_max) {
    const std::lock_guard lock{mutex_};
    if (now_unix_s / kDay_s > day_) return true;  // nothing was signed on this day yet
    const auto found = signed_today_.find(job.payer);
    return found == signed_today_.end() || found->second.size() < proofs_max ||
           found->second.contains(job.id);
}

void Payers::count_signed(const store::JobRecord& job, std::int64_t unix_s) {
    const std::lock_guard lock{mutex_};
    const std::int64_t day = unix_s / kDay_s;
    if (day < day_) return;
    if (day > day_) {
        day_ = day;
        signed_today_.clear();
    }
    signed_today_[job.payer].insert(job.id);
}

}  // namespace pramana::pipeline
