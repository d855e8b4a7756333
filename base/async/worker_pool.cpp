#include "pramana/async/worker_pool.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>

namespace asio = boost::asio;

namespace pramana {

template <class Handler>
struct WorkerPool::AwaitedJob final : Job {
    AwaitedJob(std::function<void()> call, Handler resume, const asio::any_io_executor& executor)
        : call_{std::move(call)}, resume_{std::move(resume)}, guard_{executor} {}

    void work() noexcept override {
        std::exception_ptr failure;
        try {
            call_();
        } catch (...) {
            failure = std::current_exception();
        }
        finish(failure, true);
    }
    void finish(std::exception_ptr failure, bool ran) {
        auto resume = [resume = std::move(resume_), failure = std::move(failure), ran]() mutable {
            std::move(resume)(failure, ran);
        };
        asio::post(guard_.get_executor(), std::move(resume));
    }

    std::function<void()> call_;
    Handler resume_;
    asio::executor_work_guard<asio::any_io_executor> guard_;  // the reactor waits for us
};

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_max) : jobs_{queue_max} {
    PRAMANA_CHECK(threads >= 1);
    for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this] {
            while (std::optional<std::unique_ptr<Job>> job = jobs_.receive()) (*job)->work();
        });
    }
}

WorkerPool::~WorkerPool() {
    jobs_.close();
    for (std::thread& thread : threads_) thread.join();
}

Task<bool> WorkerPool::run_erased(std::function<void()> work) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto initiate = [this, &work, &executor](auto&& handler) {
        using Handler = std::decay_t<decltype(handler)>;
        auto job = std::make_unique<AwaitedJob<Handler>>(
            std::move(work), std::forward<decltype(handler)>(handler), executor);
        std::unique_ptr<Job> queued = std::move(job);
        // A full channel leaves the job with us.
        if (!jobs_.try_send(std::move(queued))) {
            // NOLINTNEXTLINE(bugprone-use-after-move)
            static_cast<AwaitedJob<Handler>&>(*queued).finish(nullptr, false);
        }
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&,
                                            void(std::exception_ptr, bool)>(std::move(initiate),
                                                                            asio::use_awaitable);
}

}  // namespace pramana
