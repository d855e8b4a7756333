#include "resolver.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace pramana::net {
namespace {

Result<std::vector<IpAddress>> look_up(const std::string& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0)
        return Error{Errc::kFetchFailed, "net.resolve"};
    std::vector<IpAddress> addresses;
    for (const addrinfo* each = found; each != nullptr && addresses.size() < kAddressesMax;
         each = each->ai_next) {
        IpAddress address;
        if (each->ai_family == AF_INET) {
            sockaddr_in socket_address{};
            std::memcpy(&socket_address, each->ai_addr, sizeof socket_address);
            std::memcpy(address.bytes.data(), &socket_address.sin_addr, 4);
        } else if (each->ai_family == AF_INET6) {
            sockaddr_in6 socket_address{};
            std::memcpy(&socket_address, each->ai_addr, sizeof socket_address);
            std::memcpy(address.bytes.data(), &socket_address.sin6_addr, 16);
            address.v6 = true;
        } else {
            continue;
        }
        if (std::find(addresses.begin(), addresses.end(), address) == addresses.end())
            addresses.push_back(address);
    }
    ::freeaddrinfo(found);
    if (addresses.empty()) return Error{Errc::kFetchFailed, "net.resolve.empty"};
    return addresses;
}

}  // namespace

SystemResolver::~SystemResolver() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    asked_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void SystemResolver::work() {
    std::unique_lock lock{mutex_};
    for (;;) {
        asked_.wait(lock, [this] { return stopping_ || !queries_.empty(); });
        if (stopping_) return;
        const std::shared_ptr<Query> query = queries_.front();
        queries_.pop_front();
        if (query->abandoned) continue;
        lock.unlock();
        Result<std::vector<IpAddress>> answer = look_up(query->host);
        lock.lock();
        query->answer = std::move(answer);
        answered_.notify_all();
    }
}

Result<std::vector<IpAddress>> SystemResolver::resolve(const std::string& host, Deadline deadline) {
    auto query = std::make_shared<Query>();
    query->host = host;
    std::unique_lock lock{mutex_};
    if (queries_.size() >= kQueriesMax) return Error{Errc::kFetchFailed, "net.resolve.busy"};
    while (threads_.size() < kThreads) threads_.emplace_back([this] { work(); });
    queries_.push_back(query);
    asked_.notify_one();
    answered_.wait_until(lock, deadline, [&] { return query->answer.has_value(); });
    if (const auto& answer = query->answer) return *answer;
    query->abandoned = true;
    return Error{Errc::kTimeout, "net.resolve.deadline"};
}

}  // namespace pramana::net
