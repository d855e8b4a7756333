#include "pramana/async/task_group.hpp"

#include "pramana/core/check.hpp"
#include "pramana/os/exception_kind.hpp"
#include "pramana/os/log.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <vector>

namespace asio = boost::asio;

namespace pramana {

TaskGroup::TaskGroup(asio::any_io_executor executor)
    : executor_{std::move(executor)}, emptied_{executor_, asio::steady_timer::time_point::max()} {}

TaskGroup::~TaskGroup() { PRAMANA_CHECK(entries_.empty()); }

void TaskGroup::spawn(Task<> task) {
    if (cancelled_) return;
    const auto position = entries_.insert(entries_.end(), std::make_shared<Entry>());
    // The handler keeps the entry, whose signal the coroutine listens to, alive until the coroutine
    // is gone.
    auto on_end = [this, position, entry = *position](const std::exception_ptr& failure) {
        ended(position, failure);
    };
    asio::co_spawn(executor_, std::move(task),
                   asio::bind_cancellation_slot((*position)->signal.slot(), std::move(on_end)));
}

void TaskGroup::ended(Entries::iterator entry, const std::exception_ptr& failure) {
    entries_.erase(entry);
    if (entries_.empty()) emptied_.cancel();
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) return;
        log::error("async.task.failed", {log::Field::vetted("what", error.code().message())});
    } catch (const std::exception& error) {
        log::error("async.task.failed", {log::Field::vetted("exception", kind_of(error))});
    }
}

void TaskGroup::cancel() {
    cancelled_ = true;
    const std::vector<std::shared_ptr<Entry>> all{entries_.begin(),
                                                  entries_.end()};  // a task may end meanwhile
    for (const std::shared_ptr<Entry>& entry : all)
        entry->signal.emit(asio::cancellation_type::terminal);
}

Task<> TaskGroup::join() {
    while (!entries_.empty()) {
        boost::system::error_code ignored;
        co_await emptied_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

}  // namespace pramana
