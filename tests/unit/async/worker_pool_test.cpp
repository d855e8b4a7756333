#include "pramana/async/worker_pool.hpp"

#include "pramana/async/task_group.hpp"
#include "reactor.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>
#include <string>
#include <thread>

namespace asio = boost::asio;

namespace pramana {
namespace {

Task<> run_one(WorkerPool& pool, std::thread::id* worker, std::thread::id* resumed) {
    auto work = [worker, text = std::string(100, 'x')]() -> Result<std::string> {
        *worker = std::this_thread::get_id();
        return text + "y";
    };
    Result<std::string> made = co_await pool.run(std::move(work));
    *resumed = std::this_thread::get_id();
    EXPECT_EQ(made->size(), 101U);
}

TEST(WorkerPool, works_on_a_thread_and_resumes_on_the_reactor) {
    asio::io_context io;
    WorkerPool pool{2, 4};
    std::thread::id worker;
    std::thread::id resumed;
    test::run_to_end(io, run_one(pool, &worker, &resumed));
    EXPECT_NE(worker, std::this_thread::get_id());
    EXPECT_EQ(resumed, std::this_thread::get_id());
}

Task<> run_failing(WorkerPool& pool) {
    auto refuse = []() -> Status { return Error{Errc::kNotFound, "test"}; };
    const Status refused = co_await pool.run(std::move(refuse));
    EXPECT_EQ(refused.error().code, Errc::kNotFound);
    auto raise = []() -> Status { throw std::runtime_error{"broken on purpose"}; };
    EXPECT_THROW(co_await pool.run(std::move(raise)), std::runtime_error);
}

TEST(WorkerPool, brings_errors_and_exceptions_back) {
    asio::io_context io;
    WorkerPool pool{1, 1};
    test::run_to_end(io, run_failing(pool));
}

Task<> occupy(WorkerPool& pool, std::latch& started, std::latch& release, int* busy, int* done) {
    auto work = [&started, &release]() -> Status {
        started.count_down();
        release.wait();
        return Done{};
    };
    const Status outcome = co_await pool.run(std::move(work));
    if (outcome)
        ++*done;
    else if (outcome.error().code == Errc::kBusy)
        ++*busy;
}

Task<> check_then_release(WorkerPool& pool, TaskGroup& group, std::latch& release, int* busy) {
    auto nothing = []() -> Status { return Done{}; };
    const Status refused = co_await pool.run(std::move(nothing));
    EXPECT_EQ(refused.error().code, Errc::kBusy);
    ++*busy;
    group.cancel();  // blocking work is finished first: nothing dangles
    release.count_down();
    co_await group.join();
}

TEST(WorkerPool, refuses_when_its_queue_is_full_and_finishes_what_it_took) {
    asio::io_context io;
    WorkerPool pool{1, 1};
    TaskGroup group{io.get_executor()};
    std::latch started{1};
    std::latch release{1};
    std::latch never_waited_for{1};
    int busy = 0;
    int done = 0;
    group.spawn(occupy(pool, started, release, &busy, &done));
    io.poll();
    started.wait();  // the only thread is taken
    group.spawn(occupy(pool, never_waited_for, release, &busy, &done));
    io.poll();  // and so is the only place in the queue
    test::run_to_end(io, check_then_release(pool, group, release, &busy));
    EXPECT_EQ(busy, 1);
    EXPECT_EQ(done, 2);
}

Task<> count_up(WorkerPool& pool, int* sum) {
    for (int i = 0; i < 50; ++i) {
        auto work = [i]() -> Result<int> { return i; };
        const Result<int> got = co_await pool.run(std::move(work));
        *sum += *got;
    }
}

TEST(WorkerPool, serves_many_coroutines) {
    asio::io_context io;
    WorkerPool pool{3, 100};
    TaskGroup group{io.get_executor()};
    int sum = 0;  // only touched on the reactor
    for (int i = 0; i < 20; ++i) group.spawn(count_up(pool, &sum));
    test::run_to_end(io, group.join());
    EXPECT_EQ(sum, 20 * 49 * 25);
}

}  // namespace
}  // namespace pramana
