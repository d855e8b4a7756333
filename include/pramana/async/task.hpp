#pragma once

#include <boost/asio/awaitable.hpp>

namespace pramana {

/// A coroutine that runs on the executor of whoever awaits or spawns it. Lazy: nothing happens
/// before that.
///
/// Rule (GCC 12.2, tests/unit/async/gcc12_canary_test.cpp): a capturing lambda or a braced
/// aggregate written inside a `co_await` expression is destroyed twice. Name every argument, then
/// move it in:
///     auto store = [this, id] { return service_.status(id); };
///     Result<Status> status = co_await pool_.run(std::move(store));
/// A coroutine takes its parameters by value, or the caller awaits it at once.
template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace pramana
