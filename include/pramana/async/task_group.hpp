#pragma once

#include "pramana/async/task.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <memory>

namespace pramana {

/// Owns tasks: nothing in Pramana is detached. Shutdown cancels every task and waits until the last
/// one has ended. Thread: everything on `executor`, which must be serial (an io_context run by one
/// thread, or a strand).
class TaskGroup {
  public:
    explicit TaskGroup(boost::asio::any_io_executor executor);
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;
    /// Every task has ended; anything else is a bug and aborts.
    ~TaskGroup();

    /// Starts the task. After cancel() it is dropped unstarted. An exception that leaves the task
    /// is logged, unless it is the cancellation itself.
    void spawn(Task<> task);
    /// Asks every task to stop at its next suspension (they see operation_aborted). Blocking work
    /// that a task waits for in a WorkerPool is finished first.
    void cancel();
    /// Waits until no task is left. Call from a task outside this group, once.
    [[nodiscard]] Task<> join();
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

  private:
    struct Entry {
        boost::asio::cancellation_signal signal;
    };
    using Entries = std::list<std::shared_ptr<Entry>>;
    void ended(Entries::iterator entry, const std::exception_ptr& failure);

    boost::asio::any_io_executor executor_;
    Entries entries_;
    bool cancelled_ = false;
    boost::asio::steady_timer emptied_;  // never expires; cancelled when the last task ends
};

}  // namespace pramana
