#pragma once

#include "pramana/async/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>

namespace pramana::test {

/// Runs `task` and everything that it starts on `io` until nothing is left; rethrows what leaves
/// the task.
inline void run_to_end(boost::asio::io_context& io, Task<> task) {
    std::exception_ptr failure;
    boost::asio::co_spawn(io, std::move(task),
                          [&failure](std::exception_ptr what) { failure = std::move(what); });
    io.run();
    io.restart();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace pramana::test
