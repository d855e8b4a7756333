#include "schedule.hpp"

#include "pramana/core/check.hpp"

namespace pramana::pipeline {

void Schedule::unqueue(JobId job, Item& item) {
    if (item.ready)
        ready_.remove(job, item.due, item.share);
    else
        queue_.erase({item.due, job});
    item.ready = false;
}

void Schedule::set_due(JobId job, Item& item, Time due) {
    unqueue(job, item);
    item.due = due;
    queue_.emplace(due, job);
}

void Schedule::promote(Time now) {
    while (!queue_.empty() && queue_.begin()->first <= now) {
        const auto [due, job] = *queue_.begin();
        queue_.erase(queue_.begin());
        Item& item = items_.at(job);
        item.ready = true;
        ready_.add(job, due, item.share);
    }
}

void Schedule::describe(JobId job, const Share& share) {
    const std::lock_guard lock{mutex_};
    const auto found = items_.find(job);
    if (found == items_.end() || found->second.share == share) return;
    Item& item = found->second;
    const bool queued = !item.busy;
    if (queued) unqueue(job, item);
    item.share = share;
    if (queued) queue_.emplace(item.due, job);
}

void Schedule::wake(JobId job, Time due) {
    {
        const std::lock_guard lock{mutex_};
        const auto [at, added] = items_.try_emplace(job, Item{.due = due});
        Item& item = at->second;
        if (item.busy)
            item.woken = true;
        else if (added || due < item.due)
            set_due(job, item, due);
        ++wakes_;
    }
    changed_.notify_all();
}

std::optional<JobId> Schedule::take(Time now) {
    const std::lock_guard lock{mutex_};
    promote(now);
    const std::optional<JobId> job = ready_.take();
    if (!job) return std::nullopt;
    Item& item = items_.at(*job);
    item.ready = false;
    item.busy = true;
    item.woken = false;
    return job;
}

bool Schedule::take_this(JobId job, Delay limit) {
    std::unique_lock lock{mutex_};
    const auto is_free = [&] {
        const auto found = items_.find(job);
        return found == items_.end() || !found->second.busy;
    };
    if (!changed_.wait_for(lock, limit, is_free)) return false;
    const auto [at, added] = items_.try_emplace(job);
    if (!added) unqueue(job, at->second);
    at->second.busy = true;
    at->second.woken = false;
    return true;
}

void Schedule::put_back(JobId job, Time due, Time now) {
    {
        const std::lock_guard lock{mutex_};
        Item& item = items_.at(job);
        PRAMANA_CHECK(item.busy);
        item.busy = false;
        item.due = item.woken ? std::min(due, now) : due;
        queue_.emplace(item.due, job);
        ++wakes_;
    }
    changed_.notify_all();
}

void Schedule::drop(JobId job) {
    {
        const std::lock_guard lock{mutex_};
        const auto found = items_.find(job);
        if (found == items_.end()) return;
        Item& item = found->second;
        if (item.busy && item.woken) {  // its id may be another request's by now
            item.busy = false;
            item.due = Time{};
            queue_.emplace(item.due, job);
        } else {
            if (!item.busy) unqueue(job, item);
            items_.erase(found);
        }
        ++wakes_;
    }
    changed_.notify_all();
}

void Schedule::charge(JobId job, unsigned steps) {
    const std::lock_guard lock{mutex_};
    const auto found = items_.find(job);
    if (found != items_.end()) ready_.charge(found->second.share, steps);
}

unsigned Schedule::count_failure(JobId job) {
    const std::lock_guard lock{mutex_};
    const auto found = items_.find(job);
    return found == items_.end() ? 1 : ++found->second.failures;
}

void Schedule::forgive(JobId job) {
    const std::lock_guard lock{mutex_};
    const auto found = items_.find(job);
    if (found != items_.end()) found->second.failures = 0;
}

std::size_t Schedule::size() const {
    const std::lock_guard lock{mutex_};
    return items_.size();
}

void Schedule::wait(const std::stop_token& stop, Time now, Time latest) {
    std::unique_lock lock{mutex_};
    if (!ready_.empty()) return;
    const Time due = queue_.empty() ? latest : std::min(latest, queue_.begin()->first);
    if (due <= now) return;
    const std::uint64_t seen = wakes_;
    static_cast<void>(changed_.wait_for(lock, stop, due - now, [&] { return wakes_ != seen; }));
}

}  // namespace pramana::pipeline
