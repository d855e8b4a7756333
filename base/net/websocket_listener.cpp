#include "pramana/net/websocket_listener.hpp"

#include "pramana/net/url.hpp"
#include "tls_trust.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

namespace pramana::net {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;
using Plain = websocket::stream<beast::tcp_stream>;
using Secure = websocket::stream<beast::ssl_stream<beast::tcp_stream>>;

namespace {

/// ws is http, wss is https, until the upgrade.
Result<Url> websocket_url(std::string_view text) {
    for (const auto& [scheme, http] :
         {std::pair<std::string_view, std::string_view>{"ws://", "http://"},
          {"wss://", "https://"}})
        if (text.starts_with(scheme))
            return parse_url(std::string{http} + std::string{text.substr(scheme.size())});
    return Error{Errc::kConfigInvalid, "net.websocket.scheme"};
}

}  // namespace

struct WebsocketListener::Impl {
    WebsocketListenerOptions options;
    std::function<void()> on_message;
    std::vector<Url> urls;
    std::shared_ptr<const TlsTrust> trust;
    std::atomic<std::uint64_t> messages{0};
    std::atomic<std::uint64_t> connections{0};
    std::atomic<std::uint64_t> failures{0};
    asio::io_context io{1};
    std::thread thread;

    asio::awaitable<void> follow(Url url);
    asio::awaitable<void> session(const Url& url);
    template <class Stream>
    asio::awaitable<void> listen(Stream& stream, const Url& url);
};

template <class Stream>
asio::awaitable<void> WebsocketListener::Impl::listen(Stream& stream, const Url& url) {
    beast::get_lowest_layer(stream).expires_never();  // the websocket's own timer takes over
    stream.set_option(
        websocket::stream_base::timeout{options.handshake_time_max, options.silence_max, true});
    stream.read_message_max(options.message_bytes_max);
    error_code failed;
    co_await stream.async_handshake(url.authority(), url.target,
                                    asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return;
    co_await stream.async_write(asio::buffer(options.first_message),
                                asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return;
    ++connections;
    beast::flat_buffer buffer;
    for (;;) {
        buffer.clear();
        co_await stream.async_read(buffer, asio::redirect_error(asio::use_awaitable, failed));
        if (failed) co_return;
        ++messages;
        on_message();
    }
}

asio::awaitable<void> WebsocketListener::Impl::session(const Url& url) {
    error_code failed;
    asio::ip::tcp::resolver resolver{io};
    const auto found = co_await resolver.async_resolve(
        url.host, std::to_string(url.port), asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return;
    const auto connect = [&](beast::tcp_stream& tcp) -> asio::awaitable<void> {
        tcp.expires_after(options.handshake_time_max);
        co_await tcp.async_connect(found, asio::redirect_error(asio::use_awaitable, failed));
    };
    if (!url.https) {
        Plain stream{io};
        co_await connect(beast::get_lowest_layer(stream));
        if (!failed) co_await listen(stream, url);
        co_return;
    }
    Secure stream{io, trust->impl().context};
    co_await connect(beast::get_lowest_layer(stream));
    if (failed) co_return;
    if (!expect_host(stream.next_layer().native_handle(), url.host, url.ip_literal)) co_return;
    co_await stream.next_layer().async_handshake(asio::ssl::stream_base::client,
                                                 asio::redirect_error(asio::use_awaitable, failed));
    if (!failed) co_await listen(stream, url);
}

asio::awaitable<void> WebsocketListener::Impl::follow(Url url) {
    std::chrono::milliseconds backoff = options.backoff_min;
    asio::steady_timer timer{io};
    for (;;) {
        const std::uint64_t heard = messages;
        co_await session(url);
        ++failures;
        if (messages != heard) backoff = options.backoff_min;
        timer.expires_after(backoff);
        error_code failed;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, failed));
        if (failed) co_return;
        backoff = std::min(options.backoff_max, 2 * backoff);
    }
}

bool WebsocketListener::is_url(std::string_view text) { return websocket_url(text).has_value(); }

Result<std::unique_ptr<WebsocketListener>> WebsocketListener::start(
    WebsocketListenerOptions options, std::function<void()> on_message) {
    auto impl = std::make_unique<Impl>();
    for (const std::string& text : options.urls) {
        const Result<Url> url = websocket_url(text);
        if (!url) return Error{Errc::kConfigInvalid, "net.websocket.url"};
        impl->urls.push_back(*url);
    }
    Result<std::shared_ptr<const TlsTrust>> trust = TlsTrust::create(options.ca_file);
    if (!trust) return trust.error();
    impl->trust = *std::move(trust);
    impl->options = std::move(options);
    impl->on_message = std::move(on_message);
    for (const Url& url : impl->urls) asio::co_spawn(impl->io, impl->follow(url), asio::detached);
    impl->thread = std::thread{[io = &impl->io] { io->run(); }};
    return std::unique_ptr<WebsocketListener>{new WebsocketListener{std::move(impl)}};
}

WebsocketListener::WebsocketListener(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
WebsocketListener::~WebsocketListener() {
    impl_->io.stop();
    impl_->thread.join();
}

std::uint64_t WebsocketListener::messages() const noexcept { return impl_->messages; }
std::uint64_t WebsocketListener::connections() const noexcept { return impl_->connections; }
std::uint64_t WebsocketListener::failures() const noexcept { return impl_->failures; }

}  // namespace pramana::net
