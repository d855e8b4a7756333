#pragma once

#include "head.hpp"
#include "pramana/async/byte_budget.hpp"
#include "pramana/core/secret_vector.hpp"
#include "pramana/http/server.hpp"
#include "router.hpp"
#include "wire.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <atomic>
#include <list>

namespace pramana::http {

class Session;

/// What all sessions share; outlives them. Thread: the reactor's, but the atomics.
struct SessionContext {
    const Settings& settings;
    Router& router;
    const Cors& cors;
    ByteBudget& budget;
    const std::atomic<bool>& draining;
    const std::list<Session*>& sessions;       ///< all that there are
    boost::asio::ssl::context* tls = nullptr;  ///< null: plain HTTP
};

/// One connection: requests one after the other, until either side has enough. Thread: the
/// reactor's.
class Session {
  public:
    Session(boost::asio::ip::tcp::socket socket, SessionContext context);
    /// Ends when the connection is over; throws only what cancellation throws.
    Task<> run();
    /// Whether it waits for the first byte of a request.
    [[nodiscard]] bool idle() const noexcept { return idle_; }
    /// Whether it has waited since `then`.
    [[nodiscard]] bool idle_since(std::chrono::steady_clock::time_point then) const noexcept {
        return idle_ && idle_from_ <= then;
    }
    /// Ends every pending read and write.
    void close() noexcept;

  private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;
    using Buffer =
        boost::beast::basic_flat_buffer<WipingAllocator<char>>;  // may hold a key in clear

    Task<> converse();
    /// Bytes of the next header, now in the buffer; 0 = the peer is gone or too slow.
    Task<Result<std::size_t>> receive_head();
    /// Answers the request whose header is the first `head_bytes` of the buffer. False = close.
    Task<bool> serve(std::size_t head_bytes);
    /// Everything between header and reply: route, limits, body, handler. `asked` is the route that
    /// it was, if any.
    Task<Reply> answer(Parser& parser, Request request, Route*& asked);
    /// Memory for a body; where there is none, that of the slowest one that others wait for.
    Task<std::optional<ByteBudget::Slot>> take_bytes(std::size_t bytes);
    /// Ends the slowest body, where one is slower than it may be while others wait.
    void end_slowest_body();
    /// Errors: kBodyTooLarge, kBadRequest (framing), kTimeout (the connection is closed then).
    Task<Result<SecretBytes>> receive_body(Parser& parser, std::size_t bytes_max);
    /// The buffer lives as long as the connection; what a body has left in it does not.
    void forget_what_was_read();
    Task<Result<std::size_t>> receive_some(Parser& parser, std::span<std::uint8_t> out);
    Task<bool> send(const Reply& reply, const ReplyFrame& frame, bool with_body);
    Task<bool> send_bytes(ByteView bytes, std::chrono::steady_clock::time_point deadline);
    /// Lets the peer read our last reply although we did not read all of its request.
    Task<> linger();

    Wire stream_;
    SessionContext context_;
    Buffer buffer_;
    bool idle_ = true;
    std::chrono::steady_clock::time_point idle_from_ = std::chrono::steady_clock::now();
    bool unread_ = false;  ///< the peer may still be sending what we will not read
    /// While a body comes: since when, and how much is here.
    std::optional<std::chrono::steady_clock::time_point> body_since_{};
    std::size_t body_bytes_ = 0;
};

}  // namespace pramana::http
