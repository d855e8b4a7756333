#pragma once

#include "pramana/async/task.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace pramana::http {

/// A connection's bytes, with TLS on them or without: an AsyncReadStream and AsyncWriteStream whose
/// deadlines are the TCP stream's. Thread: the reactor's.
class Wire {
  public:
    using executor_type = boost::beast::tcp_stream::executor_type;

    /// @param tls  null: plain bytes; outlives the wire
    Wire(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls)
        : tcp_{std::move(socket)} {
        if (tls != nullptr) tls_.emplace(tcp_, *tls);
    }
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    ~Wire() = default;

    [[nodiscard]] executor_type get_executor() noexcept { return tcp_.get_executor(); }
    [[nodiscard]] boost::asio::ip::tcp::socket& socket() noexcept { return tcp_.socket(); }
    void expires_at(std::chrono::steady_clock::time_point deadline) { tcp_.expires_at(deadline); }
    void expires_after(std::chrono::milliseconds duration) { tcp_.expires_after(duration); }

    /// The server's side of the handshake, where there is TLS. False: the peer does not speak it.
    Task<bool> shake_hands() {
        boost::system::error_code failed;
        if (tls_)
            co_await tls_->async_handshake(
                boost::asio::ssl::stream_base::server,
                boost::asio::redirect_error(boost::asio::use_awaitable, failed));
        co_return !failed;
    }
    /// Tells the peer that nothing more comes, so that it can tell an end from a cut.
    Task<> say_goodbye() {
        boost::system::error_code ignored;
        if (tls_)
            co_await tls_->async_shutdown(
                boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, Signature>(
            [this](auto handler, const Buffers& into) {
                if (tls_)
                    tls_->async_read_some(into, std::move(handler));
                else
                    tcp_.async_read_some(into, std::move(handler));
            },
            token, buffers);
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, Signature>(
            [this](auto handler, const Buffers& from) {
                if (tls_)
                    tls_->async_write_some(from, std::move(handler));
                else
                    tcp_.async_write_some(from, std::move(handler));
            },
            token, buffers);
    }

  private:
    using Signature = void(boost::system::error_code, std::size_t);
    boost::beast::tcp_stream tcp_;
    std::optional<boost::asio::ssl::stream<boost::beast::tcp_stream&>> tls_;
};

}  // namespace pramana::http
