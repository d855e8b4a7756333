#pragma once

#include "pramana/config/config.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"
#include "pramana/pipeline/service.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pramana::http {

/// Every read and write has an end. A connection that misses one is closed.
struct Deadlines {
    std::chrono::milliseconds idle{60'000};  ///< between two requests of a connection
    /// After so much of it, a connection makes room for a new one where there is none left.
    std::chrono::milliseconds idle_contended{5'000};
    std::chrono::milliseconds header{
        10'000};  ///< from the first byte of a request to the end of its header
    std::chrono::milliseconds grace{10'000};  ///< for a body or a reply, before its rate counts
    std::uint32_t upload_bytes_per_s_min = 1'024;
    /// A body that has come more slowly for so long makes room for one that found no memory.
    std::uint32_t contended_bytes_per_s_min = 65'536;
    std::chrono::milliseconds contended_after{2'000};
    std::uint32_t reply_bytes_per_s_min = 65'536;
    std::chrono::milliseconds drain{25'000};  ///< at shutdown, for requests that are being answered
};

/// The key that TLS ends with, and its certificate.
struct TlsCredentials {
    SecretBytes private_key_der;  ///< PKCS #8
    Bytes certificate_der;
};

struct Settings {
    /// Nothing: plain HTTP, for a proxy on the same machine.
    std::shared_ptr<const TlsCredentials> tls{};
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    std::string public_base_url;
    std::size_t upload_bytes_max = 32U << 20U;  ///< sealed bytes of one contribution
    /// Request bodies of all connections together, and as much for sealed files that are sent.
    std::size_t bytes_in_flight_max = 256U << 20U;
    std::size_t connections_max = 1'024;
    std::vector<std::string> cors_origins;
    std::chrono::milliseconds run_proof_wait{120'000};
    std::chrono::milliseconds run_proof_poll{500};
    std::size_t worker_threads = 8;  ///< for RunProof's reads of the chain as many again
    /// The operator's routes instead of the public ones: /metrics, /livez, /readyz.
    bool for_operator = false;
    std::string bearer_token{};  ///< that /metrics asks for; empty = none
    Deadlines deadlines;
};
[[nodiscard]] Settings settings_from(const config::Config& config);
/// Of `wanted` connections those that leave a process of so many open files what it needs for its
/// store and for the chain; 16 at least. With `kDescriptorsOwn` more than `wanted` it is all.
[[nodiscard]] std::size_t connections_within(std::uint64_t open_files, std::size_t wanted) noexcept;
inline constexpr std::uint64_t kDescriptorsOwn = 512;
/// Of the operator's own listener. Errors: kConfigInvalid (the token file holds no token of 16 to
/// 256 printable characters), those of read_file().
[[nodiscard]] Result<Settings> operator_settings_from(const config::Metrics& metrics);
/// The text of /metrics. Thread: any, at any time while the server lives.
using MetricsText = std::function<std::string()>;

/// The HTTP/1.1 front: one reactor thread for connections, a worker pool for the service's blocking
/// calls. Routes, bodies and replies are described in docs/formats.md "HTTP". Bodies are never
/// logged.
class Server {
  public:
    /// Binds and serves at once. The service outlives the server.
    /// Errors: kConfigInvalid (address), kIo (the port is taken or not allowed), kMalformedKey (TLS
    /// key or certificate).
    [[nodiscard]] static Result<std::unique_ptr<Server>> start(
        Settings settings, pipeline::ContributionService& service, MetricsText metrics = {});
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    /// stop()
    ~Server();

    [[nodiscard]] std::uint16_t port() const noexcept;
    /// Accepts no more, lets requests finish within `drain`, closes the rest, returns when all is
    /// quiet. Thread: any but the reactor's; again is a no-op.
    void stop();

  private:
    struct Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace pramana::http
