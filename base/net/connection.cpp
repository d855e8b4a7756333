#include "connection.hpp"

#include "tls_trust.hpp"

#include "pramana/core/sha256.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <algorithm>

namespace pramana::net {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using boost::system::error_code;

TlsTrust::TlsTrust(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
TlsTrust::~TlsTrust() = default;

Result<std::shared_ptr<const TlsTrust>> TlsTrust::create(const std::filesystem::path& ca_file,
                                                         bool any_certificate) {
    auto impl = std::make_unique<Impl>();
    SSL_CTX* const context = impl->context.native_handle();
    if (SSL_CTX_set_default_verify_paths(context) != 1)
        return Error{Errc::kConfigInvalid, "net.tls.system_store"};
    if (!ca_file.empty() && SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) != 1)
        return Error{Errc::kConfigInvalid, "net.tls.ca_file"};
    SSL_CTX_set_verify(context, any_certificate ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1)
        return Error{Errc::kConfigInvalid, "net.tls.context"};
    return std::shared_ptr<const TlsTrust>{new TlsTrust{std::move(impl)}};
}

Status expect_host(SSL* handle, const std::string& host, bool ip_literal) {
    if (!ip_literal) {
        std::string name = host;  // the macro SSL_set_tlsext_host_name holds an old-style cast
        if (SSL_ctrl(handle, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                     name.data()) != 1)
            return Error{Errc::kFetchFailed, "net.tls.sni"};
    }
    // OpenSSL checks the name as a part of the chain's verification (X509_VERIFY_PARAM).
    SSL_set_hostflags(handle, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM* const wanted = SSL_get0_param(handle);
    const int set = ip_literal ? X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str())
                               : X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), 0);
    if (set != 1) return Error{Errc::kFetchFailed, "net.tls.name"};
    return Done{};
}

namespace {

/// Beast reads 512 bytes a call without it. It is also the most that is held unparsed, above any
/// header_bytes_max: Beast bounds neither the extensions of a chunk nor the trailer.
constexpr std::size_t kReadAheadBytes = std::size_t{128} * 1024;
constexpr unsigned kInterimAnswersMax = 4;  // 1xx before the answer
constexpr std::string_view kUserAgent = "pramana";

Error error_of(const error_code& failed, std::string_view site) noexcept {
    if (failed == beast::error::timeout) return {Errc::kTimeout, site};
    if (failed == http::error::body_limit || failed == http::error::header_limit ||
        failed == http::error::buffer_overflow)
        return {Errc::kFetchTooLarge, site};
    return {Errc::kFetchFailed, site};
}

asio::ip::address to_asio(const IpAddress& address) {
    if (address.v6) return asio::ip::address_v6{address.bytes};
    asio::ip::address_v4::bytes_type quad{};
    std::copy_n(address.bytes.begin(), quad.size(), quad.begin());
    return asio::ip::address_v4{quad};
}

IpAddress from_asio(const asio::ip::address& address) {
    IpAddress out;
    out.v6 = address.is_v6();
    if (address.is_v6()) {
        out.bytes = address.to_v6().to_bytes();
    } else {
        const auto quad = address.to_v4().to_bytes();
        std::copy(quad.begin(), quad.end(), out.bytes.begin());
    }
    return out;
}

http::request<http::string_body> to_beast(const WireRequest& request) {
    http::request<http::string_body> out;
    out.version(11);
    out.method_string(request.method);
    out.target(request.target);
    out.set(http::field::host, request.authority);
    out.set(http::field::user_agent, kUserAgent);
    for (const HttpHeader& header : request.headers) out.set(header.name, header.value);
    out.body() = request.body;
    if (!request.body.empty() || request.method != "GET") out.prepare_payload();
    return out;
}

/// SHA-256 of the key in the certificate that the peer has shown.
std::optional<Hash32> peer_key_digest(SSL* handle) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate{SSL_get1_peer_certificate(handle),
                                                                  X509_free};
    if (!certificate) return std::nullopt;
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
    if (size <= 0) return std::nullopt;
    const Hash32 digest = sha256(ByteView{der, static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return digest;
}

using AnswerParser = http::response_parser<http::vector_body<std::uint8_t>>;

HttpResponse to_response(AnswerParser& parser) {
    HttpResponse out;
    out.status = parser.get().result_int();
    for (const auto& field : parser.get())
        out.headers.push_back({std::string{field.name_string()}, std::string{field.value()}});
    out.body = std::move(parser.get().body());
    return out;
}

/// A connection over `Stream`: beast::tcp_stream or TLS over it. Each step starts one asynchronous
/// operation and runs the private io_context until it has ended; the stream's timer ends it at the
/// deadline.
template <class Stream>
class StreamConnection final : public Connection {
  public:
    template <class... Args>
    explicit StreamConnection(std::shared_ptr<const TlsTrust> trust, Args&&... args)
        : trust_{std::move(trust)}, stream_{io_, std::forward<Args>(args)...} {
        buffer_.reserve(kReadAheadBytes);
    }

    Stream& stream() noexcept { return stream_; }
    beast::tcp_stream& tcp() noexcept { return beast::get_lowest_layer(stream_); }

    /// Runs what `start` begins; it gets a completion handler that takes (error_code, ...).
    template <class Start>
    error_code step(Deadline deadline, Start start) {
        error_code outcome = beast::error::timeout;
        if (std::chrono::steady_clock::now() >= deadline) return outcome;
        tcp().expires_at(deadline);
        start([&outcome](error_code failed, auto&&...) { outcome = failed; });
        io_.restart();
        io_.run();
        return outcome;
    }

    Result<HttpResponse> exchange(const WireRequest& request, const ExchangeLimits& limits,
                                  Deadline deadline) override {
        reusable_ = false;
        found_closed_ = false;
        http::request<http::string_body> message = to_beast(request);
        const error_code unsent = step(
            deadline, [&](auto done) { http::async_write(stream_, message, std::move(done)); });
        // A peer may answer and close without reading all: look for its answer all the same.
        for (unsigned interim = 0; interim <= kInterimAnswersMax; ++interim) {
            AnswerParser parser;
            parser.body_limit(
                boost::none);  // set in finish(): another status than 200 may have any body
            parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
            if (request.method == "HEAD") parser.skip(true);
            const error_code headless = step(deadline, [&](auto done) {
                http::async_read_header(stream_, buffer_, parser, std::move(done));
            });
            if (headless) {
                found_closed_ = interim == 0 && !parser.got_some() && buffer_.size() == 0 &&
                                headless != beast::error::timeout;
                return error_of(headless, unsent ? "net.http.write" : "net.http.header");
            }
            if (parser.get().result_int() / 100 == 1) continue;
            Result<HttpResponse> answer = finish(parser, limits, deadline, !unsent);
            if constexpr (requires { stream_.native_handle(); })
                if (answer) answer->peer_key_sha256 = peer_key_digest(stream_.native_handle());
            return answer;
        }
        return Error{Errc::kFetchFailed, "net.http.interim"};
    }

    Result<IpAddress> peer() const override {
        error_code failed;
        const auto endpoint = beast::get_lowest_layer(stream_).socket().remote_endpoint(failed);
        if (failed) return Error{Errc::kFetchFailed, "net.http.peer"};
        return from_asio(endpoint.address());
    }

  private:
    Result<HttpResponse> finish(AnswerParser& parser, const ExchangeLimits& limits,
                                Deadline deadline, bool sent) {
        if (limits.body_of_200_only && parser.get().result() != http::status::ok)
            return to_response(parser);
        if (parser.content_length().value_or(0) > limits.body_bytes_max)
            return Error{Errc::kFetchTooLarge, "net.http.length"};
        parser.body_limit(limits.body_bytes_max);
        if (!parser.is_done()) {
            const error_code cut = step(deadline, [&](auto done) {
                http::async_read(stream_, buffer_, parser, std::move(done));
            });
            if (cut) return error_of(cut, "net.http.body");
        }
        reusable_ = sent && parser.keep_alive() && buffer_.size() == 0;
        return to_response(parser);
    }

    std::shared_ptr<const TlsTrust> trust_;  // before the stream, which borrows its context
    asio::io_context io_{1};
    Stream stream_;
    beast::flat_buffer buffer_{kReadAheadBytes};
};

using PlainConnection = StreamConnection<beast::tcp_stream>;
using TlsConnection = StreamConnection<beast::ssl_stream<beast::tcp_stream>>;

template <class Any>
Status connect(Any& connection, const Endpoint& endpoint, Deadline deadline) {
    const error_code failed = connection.step(deadline, [&](auto done) {
        connection.tcp().async_connect(
            asio::ip::tcp::endpoint{to_asio(endpoint.address), endpoint.port}, std::move(done));
    });
    if (failed) return error_of(failed, "net.connect");
    error_code ignored;  // only latency
    connection.tcp().socket().set_option(asio::ip::tcp::no_delay{true}, ignored);
    return Done{};
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(std::shared_ptr<const TlsTrust> trust,
                                                     const Endpoint& endpoint, Deadline deadline) {
    if (!endpoint.tls) {
        auto plain = std::make_unique<PlainConnection>(std::move(trust));
        PRAMANA_TRY(connect(*plain, endpoint, deadline));
        return std::unique_ptr<Connection>{std::move(plain)};
    }
    ssl::context& context = trust->impl().context;
    auto secure = std::make_unique<TlsConnection>(std::move(trust), context);
    PRAMANA_TRY(connect(*secure, endpoint, deadline));
    PRAMANA_TRY(expect_host(secure->stream().native_handle(), endpoint.host, endpoint.ip_literal));
    const error_code failed = secure->step(deadline, [&](auto done) {
        secure->stream().async_handshake(ssl::stream_base::client, std::move(done));
    });
    if (failed) return error_of(failed, "net.tls.handshake");
    return std::unique_ptr<Connection>{std::move(secure)};
}

}  // namespace pramana::net
