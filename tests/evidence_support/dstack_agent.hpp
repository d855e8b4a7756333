#pragma once

#include "pramana/evidence/dstack_guest.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <atomic>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <thread>

namespace pramana::evidence::testing_support {

/// A guest agent as its protocol describes it: HTTP/1.1 over a Unix socket, POST with JSON. Each
/// connection gets the next of the answers; the last one is for all that follow.
class DstackAgent {
  public:
    /// Raw bytes for a request (target and body); the connection is closed behind them.
    using Answer = std::function<std::string(const std::string& target, const std::string& body)>;

    explicit DstackAgent(std::vector<Answer> answers)
        : path_{std::filesystem::temp_directory_path() /
                ("pramana-dstack-" + std::to_string(::getpid()) + "-" + std::to_string(next_++))},
          answers_{std::move(answers)},
          listener_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.native().copy(address.sun_path, sizeof address.sun_path - 1);
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(listener_, 8) != 0)
            throw std::runtime_error{"no socket at " + path_.native()};
        thread_ = std::thread{[this] { serve(); }};
    }
    ~DstackAgent() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
        std::filesystem::remove(path_);
    }
    DstackAgent(const DstackAgent&) = delete;
    DstackAgent& operator=(const DstackAgent&) = delete;

    [[nodiscard]] DstackSocket socket(bool tappd = false) const { return {path_.native(), tappd}; }
    [[nodiscard]] unsigned requests() const { return requests_; }

  private:
    static inline std::atomic<unsigned> next_ = 0;

    void serve() {
        for (;;) {
            const int peer = ::accept(listener_, nullptr, nullptr);
            if (peer < 0) return;
            answer(peer);
            ::close(peer);
        }
    }
    void answer(int peer) {
        std::string request;
        char piece[4096];
        std::size_t wanted = std::string::npos;
        while (request.size() < wanted) {
            const ssize_t got = ::recv(peer, piece, sizeof piece, 0);
            if (got <= 0) return;
            request.append(piece, static_cast<std::size_t>(got));
            const std::size_t end = request.find("\r\n\r\n");
            const std::size_t length = request.find("Content-Length: ");
            if (end != std::string::npos && length != std::string::npos)
                wanted = end + 4 + std::stoul(request.substr(length + 16));
        }
        const std::size_t turn = std::min<std::size_t>(requests_, answers_.size() - 1);
        ++requests_;
        const std::string target = request.substr(5, request.find(' ', 5) - 5);
        const std::string body = request.substr(request.find("\r\n\r\n") + 4);
        const std::string out = answers_[turn](target, body);
        (void)::send(peer, out.data(), out.size(), MSG_NOSIGNAL);
    }

    std::filesystem::path path_;
    std::vector<Answer> answers_;
    int listener_;
    std::thread thread_;
    std::atomic<unsigned> requests_ = 0;
};

inline std::string http(const std::string& body, const std::string& status = "200 OK") {
    return "HTTP/1.1 " + status +
           "\r\nContent-Type: application/json\r\ncontent-length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

}  // namespace pramana::evidence::testing_support
