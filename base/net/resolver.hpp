#pragma once

#include "pramana/net/fetcher.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace pramana::net {

inline constexpr std::size_t kAddressesMax = 16;

/// getaddrinfo behind a deadline. It cannot be interrupted, so it runs on two threads of ours and a
/// caller stops waiting at its deadline; destruction waits for look-ups in progress (the C library
/// gives up after seconds).
class SystemResolver final : public NameResolver {
  public:
    SystemResolver() = default;
    ~SystemResolver() override;
    SystemResolver(const SystemResolver&) = delete;
    SystemResolver& operator=(const SystemResolver&) = delete;
    [[nodiscard]] Result<std::vector<IpAddress>> resolve(const std::string& host,
                                                         Deadline deadline) override;

  private:
    static constexpr std::size_t kThreads = 2;
    static constexpr std::size_t kQueriesMax = 64;
    struct Query {
        std::string host;
        std::optional<Result<std::vector<IpAddress>>> answer;
        bool abandoned = false;
    };
    void work();

    std::mutex mutex_;
    std::condition_variable asked_;
    std::condition_variable answered_;
    std::deque<std::shared_ptr<Query>> queries_;
    std::vector<std::thread> threads_;
    bool stopping_ = false;
};

}  // namespace pramana::net
