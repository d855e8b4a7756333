#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pramana::http::test {

/// A raw connection to 127.0.0.1 that sends what it is told, so that tests can break every rule.
class Client {
  public:
    /// @param window  bytes that the system takes for us unread; 0 = as it likes
    explicit Client(std::uint16_t port, int window = 0)
        : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        if (window > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ =
            ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { ::close(socket_); }
    [[nodiscard]] bool connected() const { return connected_; }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t put = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (put <= 0) return;  // the server closed: the reply says why
            bytes.remove_prefix(static_cast<std::size_t>(put));
        }
    }
    void finish_sending() { ::shutdown(socket_, SHUT_WR); }

    struct Answer {
        unsigned status = 0;
        std::string head;
        std::string body;
        [[nodiscard]] std::string field(std::string_view name) const {
            const std::string start = "\r\n" + std::string{name} + ": ";
            const std::size_t at = head.find(start);
            if (at == std::string::npos) return "(absent)";
            return head.substr(at + start.size(), head.find("\r\n", at + 2) - at - start.size());
        }
    };
    /// The next reply; status 0 when the server closed first or 20 s passed.
    Answer receive(bool to_head = false) {
        Answer answer;
        std::size_t end = std::string::npos;
        while ((end = received_.find("\r\n\r\n")) == std::string::npos)
            if (!fill()) return answer;
        answer.head = received_.substr(0, end + 2);
        received_.erase(0, end + 4);
        const std::string length = answer.field("Content-Length");
        const std::size_t bytes = to_head || length == "(absent)" ? 0 : std::stoul(length);
        while (received_.size() < bytes)
            if (!fill()) return answer;
        answer.body = received_.substr(0, bytes);
        received_.erase(0, bytes);
        answer.status = static_cast<unsigned>(std::stoul(answer.head.substr(9, 3)));
        return answer;
    }
    Answer ask(std::string_view request) {
        send(request);
        return receive();
    }
    /// Whether a reply begins to come.
    bool begins() { return fill(); }
    /// Whether the server ends the connection within 20 s without another byte.
    bool closed_by_server() { return received_.empty() && !fill() && !timed_out_; }

  private:
    bool fill() {
        pollfd readable{socket_, POLLIN, 0};
        timed_out_ = ::poll(&readable, 1, 20'000) == 0;
        if (timed_out_) return false;
        char chunk[65'536];
        const ssize_t got = ::recv(socket_, chunk, sizeof chunk, 0);
        if (got <= 0) return false;
        received_.append(chunk, static_cast<std::size_t>(got));
        return true;
    }
    int socket_;
    bool connected_ = false;
    bool timed_out_ = false;
    std::string received_;
};

inline std::string get(std::string_view target, std::string_view more = "") {
    return "GET " + std::string{target} + " HTTP/1.1\r\nHost: x\r\n" + std::string{more} + "\r\n";
}
inline std::string post(std::string_view target, std::string_view type, std::string_view body,
                        std::string_view more = "") {
    return "POST " + std::string{target} +
           " HTTP/1.1\r\nHost: x\r\nContent-Type: " + std::string{type} +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string{more} +
           "\r\n" + std::string{body};
}

}  // namespace pramana::http::test
