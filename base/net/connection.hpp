#pragma once

#include "pramana/net/http_client.hpp"
#include "pramana/net/ip_address.hpp"

namespace pramana::net {

/// What a TLS client trusts. Shared by connections; const use from any thread.
class TlsTrust {
  public:
    /// The system's CA store, and the PEM file unless empty. `any_certificate`: the chain and the
    /// name are not looked at (HttpClientOptions). Errors: kConfigInvalid.
    [[nodiscard]] static Result<std::shared_ptr<const TlsTrust>> create(
        const std::filesystem::path& ca_file, bool any_certificate = false);
    ~TlsTrust();
    TlsTrust(const TlsTrust&) = delete;
    TlsTrust& operator=(const TlsTrust&) = delete;
    struct Impl;
    [[nodiscard]] Impl& impl() const noexcept { return *impl_; }

  private:
    explicit TlsTrust(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Where a connection leads, already resolved.
struct Endpoint {
    IpAddress address;
    std::uint16_t port = 0;
    bool tls = true;
    std::string host;         ///< for SNI and for the certificate's name
    bool ip_literal = false;  ///< no SNI then (RFC 6066 section 3)
};

/// One request as it goes onto the wire.
struct WireRequest {
    std::string method;
    std::string target;
    std::string authority;
    std::vector<HttpHeader> headers;
    std::string body;
};

struct ExchangeLimits {
    std::size_t body_bytes_max = 0;
    std::size_t header_bytes_max = 0;
    bool body_of_200_only =
        false;  ///< another status returns at once, without a body; not reusable then
};

/// One TCP or TLS connection; blocking, one exchange at a time. Thread: one.
class Connection {
  public:
    virtual ~Connection() = default;
    /// Connects and, for TLS, verifies. Errors: kFetchFailed, kTimeout.
    [[nodiscard]] static Result<std::unique_ptr<Connection>> open(
        std::shared_ptr<const TlsTrust> trust, const Endpoint& endpoint, Deadline deadline);
    /// Errors: kFetchFailed, kFetchTooLarge, kTimeout. After an error the connection is spent.
    [[nodiscard]] virtual Result<HttpResponse> exchange(const WireRequest& request,
                                                        const ExchangeLimits& limits,
                                                        Deadline deadline) = 0;
    /// The address at the other end, as the socket says.
    [[nodiscard]] virtual Result<IpAddress> peer() const = 0;
    /// Whether another exchange may follow.
    [[nodiscard]] bool reusable() const noexcept { return reusable_; }
    /// Whether the last exchange failed before a byte of an answer came: the peer had closed an
    /// idle connection.
    [[nodiscard]] bool found_closed() const noexcept { return found_closed_; }

  protected:
    bool reusable_ = false;
    bool found_closed_ = false;
};

}  // namespace pramana::net
