#include "pramana/http/server.hpp"

#include "handlers/api.hpp"
#include "pramana/async/task_group.hpp"
#include "pramana/os/file.hpp"
#include "pramana/os/log.hpp"
#include "session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <list>
#include <mutex>
#include <thread>

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace pramana::http {
namespace {

constexpr std::size_t kWorkerQueueMax = 1'024;  // the routes' own limits are reached first
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::chrono::milliseconds kDrainLook{10};
constexpr std::size_t kOperatorConnectionsMax = 16;
constexpr std::size_t kEndingConnectionsMax = 16;
constexpr std::size_t kTokenBytesMax = 4'096;
constexpr std::size_t kTokenCharactersMin = 16;
constexpr std::size_t kTokenCharactersMax = 256;

/// To a connection above the limit. Not worth a task: written once, whatever of it fits.
constexpr std::string_view kTooManyConnections =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nConnection: close\r\nContent-Length: "
    "0\r\n\r\n";

}  // namespace

Settings settings_from(const config::Config& config) {
    Settings settings;
    settings.address = config.listen.address;
    settings.port = config.listen.port;
    settings.public_base_url = config.public_base_url;
    settings.upload_bytes_max = config.limits.upload_bytes_max;
    settings.bytes_in_flight_max = config.limits.bytes_in_flight_max;
    settings.connections_max = config.limits.connections_max;
    settings.cors_origins = config.cors_origins;
    settings.run_proof_wait = config.limits.run_proof_wait;
    return settings;
}

std::size_t connections_within(std::uint64_t open_files, std::size_t wanted) noexcept {
    constexpr std::uint64_t kLeast = 16;
    const std::uint64_t room = open_files > kDescriptorsOwn ? open_files - kDescriptorsOwn : 0;
    return std::min(wanted, static_cast<std::size_t>(std::max(kLeast, room)));
}

Result<Settings> operator_settings_from(const config::Metrics& metrics) {
    Settings settings;
    settings.address = metrics.listen.address;
    settings.port = metrics.listen.port;
    settings.for_operator = true;
    settings.connections_max = kOperatorConnectionsMax;
    settings.worker_threads = 1;
    if (metrics.token_file.empty()) return settings;
    const Result<Bytes> text = read_file(metrics.token_file, kTokenBytesMax);
    if (!text) return text.error();
    std::string_view token = as_text(*text);
    while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.remove_suffix(1);
    const bool printable =
        std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; });
    if (token.size() < kTokenCharactersMin || token.size() > kTokenCharactersMax || !printable)
        return Error{Errc::kConfigInvalid, "http.metrics.token"};
    settings.bearer_token = token;
    return settings;
}

struct Server::Impl {
    Impl(Settings chosen, pipeline::ContributionService& service, MetricsText text)
        : settings{std::move(chosen)},
          metrics{std::move(text)},
          workers{settings.worker_threads, kWorkerQueueMax},
          deposits{settings.worker_threads, kWorkerQueueMax},
          api{ApiContext{settings, service, workers, deposits, draining, metrics}},
          router{api.routes()},
          cors{settings.cors_origins},
          budget{settings.bytes_in_flight_max} {}

    Status bind();
    Status open_tls();
    Task<> accept();
    bool make_room();
    Task<> serve(tcp::socket socket);
    Task<> shut_down();

    const Settings settings;
    const MetricsText metrics;
    std::atomic<bool> draining{false};
    WorkerPool workers, deposits;
    Api api;
    Router router;
    const Cors cors;
    ByteBudget budget;
    asio::io_context reactor{1};
    tcp::acceptor acceptor{reactor};
    std::uint16_t port = 0;
    TaskGroup tasks{reactor.get_executor()};
    std::optional<asio::ssl::context> tls;
    std::list<Session*> sessions;  ///< the reactor's
    std::thread thread;
    std::once_flag stopped;
};

Status Server::Impl::bind() {
    error_code failed;
    const asio::ip::address address = asio::ip::make_address(settings.address, failed);
    if (failed) return Error{Errc::kConfigInvalid, "http.listen.address"};
    const tcp::endpoint endpoint{address, settings.port};
    acceptor.open(endpoint.protocol(), failed);
    if (!failed) acceptor.set_option(tcp::acceptor::reuse_address{true}, failed);
    if (!failed) acceptor.bind(endpoint, failed);
    if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) return Error{Errc::kIo, "http.listen.bind"};
    port = acceptor.local_endpoint().port();
    return Done{};
}

/// TLS 1.2 and 1.3, without session tickets: their key would be one more secret of the process.
/// What was decrypted is wiped once it is read: bodies may hold file keys.
Status Server::Impl::open_tls() {
    if (settings.tls == nullptr) return Done{};
    tls.emplace(asio::ssl::context::tls_server);
    SSL_CTX* const raw = tls->native_handle();
    error_code failed;
    const std::span<const std::uint8_t> key = settings.tls->private_key_der.expose();
    tls->use_certificate(asio::buffer(settings.tls->certificate_der), asio::ssl::context::asn1,
                         failed);
    if (!failed)
        tls->use_private_key(asio::const_buffer{key.data(), key.size()}, asio::ssl::context::asn1,
                             failed);
    if (failed || SSL_CTX_check_private_key(raw) != 1 ||
        SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) != 1)
        return Error{Errc::kMalformedKey, "http.tls"};
    SSL_CTX_set_options(raw, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CLEANSE_PLAINTEXT);
    SSL_CTX_set_num_tickets(raw, 0);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    return Done{};
}

Task<> Server::Impl::accept() {
    asio::steady_timer pause{reactor};
    while (!draining) {
        error_code failed;
        tcp::socket socket =
            co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
        if (failed == asio::error::operation_aborted) co_return;
        if (failed) {  // out of descriptors: do not spin
            log::warn("http.accept.failed", {log::Field::vetted("what", failed.message())});
            pause.expires_after(kAcceptPause);
            co_await pause.async_wait(asio::use_awaitable);
            continue;
        }
        socket.set_option(tcp::no_delay{true}, failed);
        if (sessions.size() < settings.connections_max || make_room()) {
            tasks.spawn(serve(std::move(socket)));
            continue;
        }
        if (tls) continue;  // closed: a refusal that it could read would take a handshake
        socket.non_blocking(true, failed);
        socket.write_some(asio::buffer(kTooManyConnections), failed);
        socket.shutdown(tcp::socket::shutdown_send, failed);
    }
}

/// Ends a connection that has been idle for a while: to hold one costs its peer nothing. False:
/// there is none, or many are ending already.
bool Server::Impl::make_room() {
    if (sessions.size() >= settings.connections_max + kEndingConnectionsMax) return false;
    const auto then = std::chrono::steady_clock::now() - settings.deadlines.idle_contended;
    const auto unused = std::ranges::find_if(
        sessions, [then](const Session* session) { return session->idle_since(then); });
    if (unused == sessions.end()) return false;
    (*unused)->close();
    return true;
}

Task<> Server::Impl::serve(tcp::socket socket) {
    Session session{std::move(socket), SessionContext{settings, router, cors, budget, draining,
                                                      sessions, tls ? &*tls : nullptr}};
    struct Entry {
        std::list<Session*>& list;
        std::list<Session*>::iterator position;
        ~Entry() { list.erase(position); }
    };
    const Entry entry{sessions, sessions.insert(sessions.end(), &session)};
    co_await session.run();
}

Task<> Server::Impl::shut_down() {
    error_code ignored;
    acceptor.close(ignored);
    asio::steady_timer timer{reactor};
    const auto give_up = std::chrono::steady_clock::now() + settings.deadlines.drain;
    while (!sessions.empty() && std::chrono::steady_clock::now() < give_up) {
        for (Session* session : sessions)
            if (session->idle()) session->close();
        timer.expires_after(kDrainLook);
        co_await timer.async_wait(asio::use_awaitable);
    }
    for (Session* session : sessions) session->close();
    tasks.cancel();
    co_await tasks.join();
}

Result<std::unique_ptr<Server>> Server::start(Settings settings,
                                              pipeline::ContributionService& service,
                                              MetricsText metrics) {
    auto impl = std::make_unique<Impl>(std::move(settings), service, std::move(metrics));
    PRAMANA_TRY(impl->open_tls());
    PRAMANA_TRY(impl->bind());
    impl->tasks.spawn(impl->accept());
    impl->thread = std::thread{[&reactor = impl->reactor] { reactor.run(); }};
    log::info("http.listening",
              {log::Field::vetted("address", impl->settings.address), {"port", impl->port}});
    return std::unique_ptr<Server>{new Server{std::move(impl)}};
}

Server::Server(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Server::~Server() { stop(); }
std::uint16_t Server::port() const noexcept { return impl_->port; }

void Server::stop() {
    std::call_once(impl_->stopped, [this] {
        impl_->draining = true;
        // Not in the task group: it is what waits for the group.
        asio::co_spawn(impl_->reactor, impl_->shut_down(), [](const std::exception_ptr& failure) {
            PRAMANA_CHECK(failure == nullptr);
        });
        impl_->thread.join();
    });
}

}  // namespace pramana::http
