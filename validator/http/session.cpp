#include "session.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/os/exception_kind.hpp"
#include "pramana/os/log.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>

#include <random>

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using Moment = std::chrono::steady_clock::time_point;

namespace pramana::http {
namespace {

/// Beast's default reads bodies 512 bytes at a time. It is also the most that is held unparsed:
/// Beast bounds neither the extensions of a chunk nor the trailer, and waits for their end.
constexpr std::size_t kBufferBytes = 128U << 10U;
constexpr std::size_t kChunkedBytesFirst = 64U << 10U;
constexpr std::size_t kLingerBytesMax = 64U << 20U;
constexpr std::chrono::seconds kLinger{2};
constexpr int kRoomLooks = 10;
constexpr std::chrono::milliseconds kRoomLook{5};

Moment now() { return std::chrono::steady_clock::now(); }

/// 16 hex characters; to find a request again, not to be unguessable.
std::string new_request_id() {
    thread_local std::mt19937_64 generator{std::random_device{}()};
    std::array<std::uint8_t, 8> raw{};
    const std::uint64_t value = generator();
    std::memcpy(raw.data(), &value, sizeof value);
    return to_hex(raw);
}

Method method_of(beast::http::verb verb) {
    switch (verb) {
        case beast::http::verb::get: return Method::kGet;
        case beast::http::verb::head: return Method::kHead;
        case beast::http::verb::post: return Method::kPost;
        case beast::http::verb::options: return Method::kOptions;
        default: return Method::kOther;
    }
}

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

/// What a request that takes part in a route's limit holds.
class RouteSlot {
  public:
    explicit RouteSlot(Route& route) : route_{route} { ++route_.active; }
    RouteSlot(const RouteSlot&) = delete;
    RouteSlot& operator=(const RouteSlot&) = delete;
    ~RouteSlot() { --route_.active; }

  private:
    Route& route_;
};

/// A reply's bytes until its peer has them: who never reads them would fill the memory.
class ReplyBytes {
  public:
    ReplyBytes() = default;
    ReplyBytes(const ReplyBytes&) = delete;
    ReplyBytes& operator=(const ReplyBytes&) = delete;
    ~ReplyBytes() {
        if (route_ != nullptr) route_->reply_bytes -= bytes_;
    }
    /// False: those of the route that wait already are too many. Once at most.
    [[nodiscard]] bool take(Route& route, std::size_t bytes) noexcept {
        if (bytes > route.reply_bytes_max - route.reply_bytes) return false;
        route_ = &route;
        bytes_ = bytes;
        route.reply_bytes += bytes;
        return true;
    }

  private:
    Route* route_ = nullptr;
    std::size_t bytes_ = 0;
};

}  // namespace

Session::Session(asio::ip::tcp::socket socket, SessionContext context)
    : stream_{std::move(socket), context.tls}, context_{context}, buffer_{kBufferBytes} {
    buffer_.reserve(kBufferBytes);
}

void Session::close() noexcept {
    idle_ = false;
    error_code ignored;
    stream_.socket().close(ignored);
}

Task<> Session::run() {
    try {
        co_await converse();
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) throw;
        log::warn("http.session.failed", {log::Field::vetted("what", error.code().message())});
    } catch (const std::exception& error) {
        log::error("http.session.failed", {log::Field::vetted("exception", kind_of(error))});
    }
    close();
}

Task<> Session::converse() {
    stream_.expires_after(context_.settings.deadlines.header);
    if (!co_await stream_.shake_hands()) co_return;
    bool keep = true;
    while (keep && !context_.draining) {
        const Result<std::size_t> head = co_await receive_head();
        if (head && *head == 0) co_return;
        if (head) {
            keep = co_await serve(*head);
            continue;
        }
        const std::string id = new_request_id();
        const Reply reply = problem(head.error(), id);
        const ReplyFrame frame{
            .request_id = id, .keep_alive = false, .http_1_0 = false, .cors = {}};
        static_cast<void>(co_await send(reply, frame, true));
        unread_ = true;
        keep = false;
    }
    if (unread_ || buffer_.size() > 0) co_return co_await linger();
    stream_.expires_after(kLinger);
    co_await stream_.say_goodbye();
}

Task<Result<std::size_t>> Session::receive_head() {
    idle_from_ = now();
    Moment deadline = now() + (buffer_.size() > 0 ? context_.settings.deadlines.header
                                                  : context_.settings.deadlines.idle);
    while (true) {
        const std::string_view received{static_cast<const char*>(buffer_.data().data()),
                                        buffer_.size()};
        if (received.starts_with(
                "\r\n")) {  // RFC 9112 section 2.2: an empty line before the request
            buffer_.consume(2);
            continue;
        }
        const std::size_t length = head_length(received);
        if (length > kHeadBytesMax || (length == 0 && received.size() >= kHeadBytesMax))
            co_return Error{Errc::kHeadersTooLarge, "http.head.bytes"};
        if (length > 0) {
            const Status checked = check_head(received.substr(0, length));
            if (!checked) co_return checked.error();
            co_return length;
        }
        idle_ = received.empty();
        stream_.expires_at(deadline);
        error_code failed;
        const std::size_t got = co_await stream_.async_read_some(
            buffer_.prepare(kHeadBytesMax), asio::redirect_error(asio::use_awaitable, failed));
        buffer_.commit(got);
        if (failed) co_return std::size_t{0};
        if (idle_) deadline = now() + context_.settings.deadlines.header;
        idle_ = false;
    }
}

Task<bool> Session::serve(std::size_t head_bytes) {
    const Moment begin = now();
    const std::string id = new_request_id();
    Parser parser;
    parser.eager(false);
    parser.header_limit(static_cast<std::uint32_t>(kHeadBytesMax));
    parser.body_limit(boost::none);  // the route's limit comes once the route is known
    error_code failed;
    const std::size_t used =
        parser.put(asio::const_buffer{buffer_.data().data(), head_bytes}, failed);
    buffer_.consume(used);

    ReplyFrame frame{.request_id = id, .keep_alive = false, .http_1_0 = false, .cors = {}};
    Reply reply;
    Route* route = nullptr;
    bool with_body = true;
    if (failed || !parser.is_header_done()) {
        reply = problem(Error{Errc::kBadRequest, "http.parse"}, id);
    } else {
        const auto& fields = parser.get();
        Request request;
        request.id = id;
        request.method = method_of(fields.method());
        request.content_type = media_type(view(fields[beast::http::field::content_type]));
        request.authorization = view(fields[beast::http::field::authorization]);
        request.if_none_match = view(fields[beast::http::field::if_none_match]);
        const Status target = read_target(view(fields.target()), request);
        with_body = request.method != Method::kHead;
        frame.http_1_0 = fields.version() < 11;
        frame.cors = context_.cors.fields(view(fields[beast::http::field::origin]));
        if (target)
            reply = co_await answer(parser, std::move(request), route);
        else
            reply = problem(target.error(), id);
        frame.keep_alive = parser.is_done() && fields.keep_alive() && !context_.draining;
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(now() - begin);
    log::debug("http.request",
               {log::Field::vetted("request", id), {"status", reply.status}, {"ms", took.count()}});
    unread_ = !parser.is_done();
    ReplyBytes held;
    if (route != nullptr && with_body && !held.take(*route, reply.body.size()))
        reply = problem(Error{Errc::kBusy, "http.reply"}, id);
    const bool sent = co_await send(reply, frame, with_body);
    co_return sent&& frame.keep_alive;
}

Task<Reply> Session::answer(Parser& parser, Request request, Route*& asked) {
    Router::Match match = context_.router.find(request.method, request.path);
    if (match.allow.empty()) co_return problem(Error{Errc::kNotFound, "http.route"}, request.id);
    if (request.method == Method::kOptions) {
        Reply reply;
        reply.status = 204;
        reply.headers.emplace_back("Allow", match.allow);
        const std::string_view origin = view(parser.get()[beast::http::field::origin]);
        for (auto& field : context_.cors.preflight_fields(origin, match.allow))
            reply.headers.push_back(field);
        co_return reply;
    }
    if (match.route == nullptr)
        co_return problem(Error{Errc::kMethodNotAllowed, "http.route"}, request.id)
            .with("Allow", match.allow);

    Route& route = *match.route;
    asked = &route;
    request.parameter = std::move(match.parameter);
    if (!route.content_type.empty() && request.content_type != route.content_type)
        co_return problem(Error{Errc::kUnsupportedMediaType, "http.route"}, request.id);
    const std::size_t announced = static_cast<std::size_t>(parser.content_length().value_or(0));
    if (announced > route.body_bytes_max)
        co_return problem(Error{Errc::kBodyTooLarge, "http.body"}, request.id);
    if (route.active >= route.concurrent_max)
        co_return problem(Error{Errc::kBusy, "http.route"}, request.id);
    const RouteSlot route_slot{route};
    // A body of unknown length may grow to the limit, so it counts as that.
    const std::size_t reserved = parser.chunked() ? route.body_bytes_max : announced;
    const std::optional<ByteBudget::Slot> bytes = co_await take_bytes(reserved);
    if (!bytes) co_return problem(Error{Errc::kBusy, "http.budget"}, request.id);

    const bool has_body = !parser.is_done();
    Result<SecretBytes> body = co_await receive_body(parser, route.body_bytes_max);
    if (has_body) forget_what_was_read();
    if (!body) co_return problem(body.error(), request.id);
    request.body = *std::move(body);
    const std::string id = request.id;
    try {
        co_return co_await route.handle(std::move(request));
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) throw;
    } catch (const std::exception& error) {
        log::error("http.handler.failed", {log::Field::vetted("request", id),
                                           log::Field::vetted("exception", kind_of(error))});
    }
    co_return problem(Error{Errc::kInternal, "http.handler"}, id);
}

Task<std::optional<ByteBudget::Slot>> Session::take_bytes(std::size_t bytes) {
    std::optional<ByteBudget::Slot> slot = context_.budget.try_take(bytes);
    if (slot || bytes > context_.budget.bytes_max()) co_return slot;
    asio::steady_timer timer{stream_.get_executor()};
    for (int look = 0; look < kRoomLooks && !slot; ++look) {
        end_slowest_body();  // its bytes come back once its coroutine has seen it
        timer.expires_after(kRoomLook);
        co_await timer.async_wait(asio::use_awaitable);
        slot = context_.budget.try_take(bytes);
    }
    co_return slot;
}

void Session::end_slowest_body() {
    const Deadlines& deadlines = context_.settings.deadlines;
    Session* slowest = nullptr;
    double least_per_s = deadlines.contended_bytes_per_s_min;
    for (Session* const session : context_.sessions) {
        if (!session->body_since_) continue;
        const auto age = now() - *session->body_since_;
        if (age < deadlines.contended_after) continue;
        const double per_s =
            static_cast<double>(session->body_bytes_) / std::chrono::duration<double>(age).count();
        if (per_s >= least_per_s) continue;
        least_per_s = per_s;
        slowest = session;
    }
    if (slowest == nullptr) return;
    slowest->body_since_.reset();
    slowest->close();
}

Task<Result<SecretBytes>> Session::receive_body(Parser& parser, std::size_t bytes_max) {
    if (parser.is_done()) co_return SecretBytes{};
    if (same_word(view(parser.get()[beast::http::field::expect]), "100-continue") &&
        buffer_.size() == 0) {
        constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        const bool sent = co_await send_bytes(as_bytes_view(kContinue),
                                              now() + context_.settings.deadlines.grace);
        if (!sent) co_return Error{Errc::kTimeout, "http.body.continue"};
    }
    const bool known = !parser.chunked();
    const auto announced = static_cast<std::size_t>(parser.content_length().value_or(0));
    SecretBytes body{known ? announced : std::min(kChunkedBytesFirst, bytes_max)};
    parser.body_limit(bytes_max);
    const Deadlines& deadlines = context_.settings.deadlines;
    const Moment begin = now();
    std::size_t received = 0;
    body_since_ = begin;
    body_bytes_ = 0;
    while (!parser.is_done()) {
        if (received == body.size() && received < bytes_max && !known) {
            SecretBytes larger{std::min(received * 2, bytes_max)};
            std::copy_n(body.expose().begin(), received, larger.expose_mutable().begin());
            body = std::move(larger);
        }
        const std::chrono::milliseconds allowance{received * 1000 /
                                                  deadlines.upload_bytes_per_s_min};
        stream_.expires_at(begin + deadlines.grace + allowance);
        const Result<std::size_t> got =
            co_await receive_some(parser, body.expose_mutable().subspan(received));
        if (!got) {
            body_since_.reset();
            co_return got.error();
        }
        received += *got;
        body_bytes_ = received;
    }
    body_since_.reset();
    body.shrink(received);
    co_return body;
}

void Session::forget_what_was_read() {
    buffer_.shrink_to_fit();  // its memory is wiped when it is given back
    buffer_.reserve(kBufferBytes);
}

Task<Result<std::size_t>> Session::receive_some(Parser& parser, std::span<std::uint8_t> out) {
    parser.get().body().data = out.data();
    parser.get().body().size = out.size();
    error_code failed;
    co_await beast::http::async_read_some(stream_, buffer_, parser,
                                          asio::redirect_error(asio::use_awaitable, failed));
    const std::size_t got = out.size() - parser.get().body().size;
    if (!failed || failed == beast::http::error::need_buffer) {
        // A full buffer of the largest size with more to come.
        if (out.empty() && got == 0 && failed)
            co_return Error{Errc::kBodyTooLarge, "http.body.chunked"};
        co_return got;
    }
    if (failed == beast::http::error::body_limit)
        co_return Error{Errc::kBodyTooLarge, "http.body.chunked"};
    if (failed == beast::error::timeout) co_return Error{Errc::kTimeout, "http.body"};
    co_return Error{Errc::kBadRequest, "http.body"};
}

Task<bool> Session::send(const Reply& reply, const ReplyFrame& frame, bool with_body) {
    const std::string head = head_of(reply, frame);
    const std::chrono::milliseconds allowance{reply.body.size() * 1000 /
                                              context_.settings.deadlines.reply_bytes_per_s_min};
    const Moment deadline = now() + context_.settings.deadlines.grace + allowance;
    const bool empty =
        !with_body || reply.body.empty() || reply.status == 304 || reply.status == 204;
    if (empty) co_return co_await send_bytes(as_bytes_view(head), deadline);
    std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(reply.body)};
    stream_.expires_at(deadline);
    error_code failed;
    co_await asio::async_write(stream_, parts, asio::redirect_error(asio::use_awaitable, failed));
    co_return !failed;
}

Task<bool> Session::send_bytes(ByteView bytes, Moment deadline) {
    stream_.expires_at(deadline);
    error_code failed;
    co_await asio::async_write(stream_, asio::const_buffer{bytes.data(), bytes.size()},
                               asio::redirect_error(asio::use_awaitable, failed));
    co_return !failed;
}

Task<> Session::linger() {
    error_code failed;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, failed);
    stream_.expires_after(kLinger);
    std::size_t dropped = 0;
    buffer_.consume(buffer_.size());
    while (!failed && dropped < kLingerBytesMax) {
        dropped += co_await stream_.async_read_some(
            buffer_.prepare(kBufferBytes / 2), asio::redirect_error(asio::use_awaitable, failed));
    }
}

}  // namespace pramana::http
