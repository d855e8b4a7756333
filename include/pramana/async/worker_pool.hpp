#pragma once

#include "pramana/async/channel.hpp"
#include "pramana/async/task.hpp"
#include "pramana/core/result.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

namespace pramana {

/// Threads for work that blocks (fsync, a chain read), so that no coroutine blocks its reactor.
/// Thread: run() from any coroutine. The pool outlives every task that runs in it.
class WorkerPool {
  public:
    /// `threads` >= 1; `queue_max` bounds the work that waits for a thread.
    WorkerPool(std::size_t threads, std::size_t queue_max);
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;
    /// Finishes what is queued, then joins.
    ~WorkerPool();

    /// Runs `work`, which returns a Result<T>, on a thread and resumes on the caller's executor.
    /// Not interrupted by cancellation: when it returns, `work` has ended or was never started.
    /// `work` must be a named object that is moved in (pramana/async/task.hpp). An exception of
    /// `work` comes out here. Errors: kBusy when the queue is full; those of `work`.
    template <class F>
    Task<std::invoke_result_t<F&>> run(F work) {
        using R = std::invoke_result_t<F&>;
        static_assert(std::is_constructible_v<R, Error>, "work returns a Result");
        std::optional<R> outcome;
        std::function<void()> call = [&outcome, &work] { outcome.emplace(work()); };
        const bool ran = co_await run_erased(std::move(call));
        if (!ran) co_return R{Error{Errc::kBusy, "async.pool.full"}};
        co_return std::move(*outcome);
    }

  private:
    struct Job {
        virtual ~Job() = default;
        virtual void work() noexcept = 0;
    };
    template <class Handler>
    struct AwaitedJob;
    /// False when the queue is full.
    Task<bool> run_erased(std::function<void()> work);

    Channel<std::unique_ptr<Job>> jobs_;
    std::vector<std::thread> threads_;
};

}  // namespace pramana
