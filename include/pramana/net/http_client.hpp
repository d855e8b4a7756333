#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pramana::net {

/// When a call must have ended, whatever the peer does.
using Deadline = std::chrono::steady_clock::time_point;
[[nodiscard]] inline Deadline in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

struct HttpHeader {
    std::string name;
    std::string value;
};

struct HttpRequest {
    std::string method = "GET";
    std::string url;                  ///< absolute, http or https
    std::vector<HttpHeader> headers;  ///< Host, User-Agent, Content-Length are set by the client
    std::string body;
    /// Repeating it is harmless. Only then is it sent again on a fresh connection, when a reused
    /// connection turns out to be closed before the first byte of an answer (RFC 9112
    /// section 9.3.1).
    bool idempotent = true;
};

struct HttpResponse {
    unsigned status = 0;
    std::vector<HttpHeader> headers;
    Bytes body;
    /// SHA-256 of the SubjectPublicKeyInfo (DER) that the peer has shown; nothing over plain http.
    std::optional<Hash32> peer_key_sha256{};
    /// The first value of the header, compared without case; empty = absent.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

struct HttpClientOptions {
    std::size_t body_bytes_max = 8U << 20U;
    std::size_t header_bytes_max = 16U << 10U;
    std::size_t idle_connections_max = 4;
    std::filesystem::path ca_file;  ///< PEM trusted in addition to the system's store; empty = none
    /// Take any certificate: only for a peer whose key is compared with one that its evidence binds
    /// (HttpResponse::peer_key_sha256), and to whom nothing secret is sent.
    bool any_certificate = false;
};

/// A blocking HTTP/1.1 client over TCP and TLS (1.2 or later; system CA store, SNI, host name
/// verification) that keeps a few idle connections. Follows no redirect, decodes no content coding,
/// asks for none. For endpoints that the operator configured; URLs from strangers go through
/// Fetcher. Thread: any; each call uses a connection of its own.
class HttpClient {
  public:
    /// Errors: kConfigInvalid (the CA file cannot be read).
    [[nodiscard]] static Result<std::unique_ptr<HttpClient>> create(HttpClientOptions options);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// One exchange; blocks until the whole body is here or the deadline.
    /// Errors: kBadRequest (the URL), kFetchFailed (name, connection, TLS, malformed or cut
    /// answer), kFetchTooLarge (body or header limit), kTimeout.
    [[nodiscard]] Result<HttpResponse> request(const HttpRequest& request, Deadline deadline);

  private:
    struct Impl;
    explicit HttpClient(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace pramana::net
