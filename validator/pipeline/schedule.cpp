#include "schedule.hpp"

#include "pramana/core/check.hpp"

namespace pramana::pipeline {

void Schedule::set_due(JobId job, Item& item, Time due) {
    queue_.erase({item.due, job});
    item.due = due;
    queue_.emplace(due, job);
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
    if (queue_.empty() || queue_.begin()->first > now) return std::nullopt;
    const JobId job = queue_.begin()->second;
    queue_.erase(queue_.begin());
    Item& item = items_.at(job);
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
    if (!added) queue_.erase({at->second.due, job});
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
        queue_.erase({found->second.due, job});
        items_.erase(found);
        ++wakes_;
    }
    changed_.notify_all();
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
    const Time due = queue_.empty() ? latest : std::min(latest, queue_.begin()->first);
    if (due <= now) return;
    const std::uint64_t seen = wakes_;
    static_cast<void>(changed_.wait_for(lock, stop, due - now, [&] { return wakes_ != seen; }));
}

}  // namespace pramana::pipeline
