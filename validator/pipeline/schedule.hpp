#pragma once

#include "fair_queue.hpp"

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace pramana::pipeline {

/// When which unfinished job is looked at next. Those that are due go in the order of FairQueue. In
/// memory only: recovery makes it anew from the store. A job is with one thread at a time. Thread:
/// any.
class Schedule {
  public:
    using Time = std::chrono::steady_clock::time_point;
    using Delay = std::chrono::milliseconds;

    /// Who pays for the job, as soon as that is known.
    void describe(JobId job, const Share& share);
    /// The job is due at `due` or earlier; at Time::min() it goes before all others. A job that is
    /// being worked is due again right after.
    void wake(JobId job, Time due);
    /// A due job that nobody has, in the order of FairQueue; it is the caller's until put_back() or
    /// drop().
    [[nodiscard]] std::optional<JobId> take(Time now);
    /// Takes this job, waiting for who has it; false after `limit`.
    [[nodiscard]] bool take_this(JobId job, Delay limit);
    /// Gives the job back, due at `due` (at once if it was woken meanwhile).
    void put_back(JobId job, Time due, Time now);
    /// Gives the job back for good, unless it was woken meanwhile: then it is due at once.
    void drop(JobId job);
    /// The step of the job that this thread has was as much as `steps` more.
    void charge(JobId job, unsigned steps);

    /// One more failure in a row, counted from 1; forgive() ends the row.
    unsigned count_failure(JobId job);
    void forgive(JobId job);

    [[nodiscard]] std::size_t size() const;
    /// Blocks until something may be due. Returns at `latest`, on stop, or when a job was woken.
    void wait(const std::stop_token& stop, Time now, Time latest);

  private:
    struct Item {
        Time due;
        Share share{};
        bool busy = false;
        bool ready = false;  ///< in ready_, else in queue_
        bool woken = false;  ///< while busy
        unsigned failures = 0;
    };
    void set_due(JobId job, Item& item, Time due);
    /// Out of whichever of the two it is in.
    void unqueue(JobId job, Item& item);
    void promote(Time now);

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<JobId, Item> items_;
    std::set<std::pair<Time, JobId>> queue_;  ///< those that nobody has and that were not due yet
    FairQueue ready_;                         ///< those that nobody has and that are due
    std::uint64_t wakes_ = 0;
};

}  // namespace pramana::pipeline
