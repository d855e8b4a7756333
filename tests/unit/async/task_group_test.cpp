#include "pramana/async/task_group.hpp"

#include "reactor.hpp"

#include <gtest/gtest.h>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace pramana {
namespace {

struct Ended {
    int* count;
    ~Ended() { ++*count; }
};

Task<> sleep_for(asio::any_io_executor executor, std::chrono::milliseconds time, int* ended) {
    const Ended mark{ended};
    asio::steady_timer timer{executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

Task<> fail_at_once() {
    throw std::runtime_error{"broken on purpose"};
    co_return;
}

Task<> cancel_and_join(TaskGroup& group) {
    group.cancel();
    co_await group.join();
}

TEST(TaskGroup, shutdown_cancels_and_waits_for_every_task) {
    asio::io_context io;
    TaskGroup group{io.get_executor()};
    int ended = 0;
    for (int i = 0; i < 10; ++i) group.spawn(sleep_for(io.get_executor(), 1h, &ended));
    EXPECT_EQ(group.size(), 10U);
    const auto begin = std::chrono::steady_clock::now();
    test::run_to_end(io, cancel_and_join(group));
    EXPECT_EQ(ended, 10);
    EXPECT_EQ(group.size(), 0U);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST(TaskGroup, join_without_cancel_lets_tasks_finish) {
    asio::io_context io;
    TaskGroup group{io.get_executor()};
    int ended = 0;
    for (int i = 0; i < 3; ++i) group.spawn(sleep_for(io.get_executor(), 5ms * i, &ended));
    test::run_to_end(io, group.join());
    EXPECT_EQ(ended, 3);
}

TEST(TaskGroup, a_task_that_fails_is_logged_and_does_not_hurt_the_others) {
    asio::io_context io;
    TaskGroup group{io.get_executor()};
    int ended = 0;
    testing::internal::CaptureStderr();
    group.spawn(fail_at_once());
    group.spawn(sleep_for(io.get_executor(), 5ms, &ended));
    test::run_to_end(io, group.join());
    const std::string logged = testing::internal::GetCapturedStderr();
    EXPECT_NE(logged.find("async.task.failed"), std::string::npos) << logged;
    EXPECT_NE(logged.find("std::runtime_error"), std::string::npos) << logged;
    EXPECT_EQ(logged.find("on purpose"), std::string::npos) << "its text may quote a person's";
    EXPECT_EQ(ended, 1);
}

TEST(TaskGroup, drops_what_comes_after_cancel) {
    asio::io_context io;
    TaskGroup group{io.get_executor()};
    int ended = 0;
    group.cancel();
    group.spawn(sleep_for(io.get_executor(), 1ms, &ended));
    test::run_to_end(io, group.join());
    EXPECT_EQ(ended, 0);
}

}  // namespace
}  // namespace pramana
