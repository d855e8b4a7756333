#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace pramana {

/// A bounded queue between threads: many senders, many receivers, first in first out.
/// Thread: any. Blocks the calling thread, so coroutines use WorkerPool instead.
template <class T>
class Channel {
  public:
    explicit Channel(std::size_t items_max) : items_max_{items_max} {}

    /// False, and `item` untouched, when the channel is full or closed.
    [[nodiscard]] bool try_send(T&& item) {
        {
            const std::lock_guard lock{mutex_};
            if (closed_ || items_.size() >= items_max_) return false;
            items_.push_back(std::move(item));
        }
        filled_.notify_one();
        return true;
    }
    /// Waits for room. False, and `item` untouched, when the channel is closed.
    [[nodiscard]] bool send(T&& item) {
        {
            std::unique_lock lock{mutex_};
            drained_.wait(lock, [this] { return closed_ || items_.size() < items_max_; });
            if (closed_) return false;
            items_.push_back(std::move(item));
        }
        filled_.notify_one();
        return true;
    }
    /// Waits for an item. Nothing when the channel is closed and everything sent before was
    /// received.
    [[nodiscard]] std::optional<T> receive() {
        std::unique_lock lock{mutex_};
        filled_.wait(lock, [this] { return closed_ || !items_.empty(); });
        return take(lock);
    }
    /// The same with a deadline; nothing also when it passes.
    [[nodiscard]] std::optional<T> receive_for(std::chrono::milliseconds wait) {
        std::unique_lock lock{mutex_};
        filled_.wait_for(lock, wait, [this] { return closed_ || !items_.empty(); });
        return take(lock);
    }
    /// Refuses what comes later; what is inside can still be received. Wakes everybody.
    void close() {
        {
            const std::lock_guard lock{mutex_};
            closed_ = true;
        }
        filled_.notify_all();
        drained_.notify_all();
    }
    [[nodiscard]] std::size_t size() const {
        const std::lock_guard lock{mutex_};
        return items_.size();
    }

  private:
    std::optional<T> take(std::unique_lock<std::mutex>& lock) {
        if (items_.empty()) return std::nullopt;
        std::optional<T> item{std::move(items_.front())};
        items_.pop_front();
        lock.unlock();
        drained_.notify_one();
        return item;
    }

    const std::size_t items_max_;
    mutable std::mutex mutex_;
    std::condition_variable filled_;
    std::condition_variable drained_;
    std::deque<T> items_;
    bool closed_ = false;
};

}  // namespace pramana
