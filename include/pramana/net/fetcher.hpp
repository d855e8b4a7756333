#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/net/http_client.hpp"
#include "pramana/net/ip_address.hpp"

namespace pramana::net {

/// Names to addresses. An interface, so that tests own the answers.
class NameResolver {
  public:
    virtual ~NameResolver() = default;
    /// The addresses of a host name, at most 16. Thread: any. Errors: kFetchFailed, kTimeout.
    [[nodiscard]] virtual Result<std::vector<IpAddress>> resolve(const std::string& host,
                                                                 Deadline deadline) = 0;
};

struct FetchPolicy {
    std::size_t bytes_max = 32U << 20U;
    std::chrono::milliseconds time_max{30'000};  ///< for the whole fetch, redirects included
    unsigned redirects_max = 3;
    /// `host:port` pairs that may be private and may speak plain http; for pramana-dev. `pramana`
    /// leaves it empty.
    std::vector<std::string> allowed_private;
    std::filesystem::path ca_file;  ///< PEM trusted in addition to the system's store; empty = none
};

/// Fetches files behind URLs that strangers wrote. https only; a name is resolved once, every
/// address of it must be public (is_public), the connection goes to a checked address and its peer
/// is compared again; each redirect passes the same checks. No credentials, no cookies, no proxy.
/// Size and time are bounded, whatever the server says. Thread: any.
class Fetcher {
  public:
    /// `resolver` = nullptr: the system's. Errors: kConfigInvalid (the CA file cannot be read).
    [[nodiscard]] static Result<std::unique_ptr<Fetcher>> create(
        FetchPolicy policy, std::shared_ptr<NameResolver> resolver = nullptr);
    ~Fetcher();
    Fetcher(const Fetcher&) = delete;
    Fetcher& operator=(const Fetcher&) = delete;

    /// GETs the URL; the body of the 200 answer, at most `bytes_max` and the policy's own limit.
    /// Blocks up to the policy's time. Errors: kFetchForbidden (URL form, scheme, address, redirect
    /// to such), kFetchFailed (no answer, other status, cut or encoded body, too many redirects),
    /// kFetchTooLarge, kTimeout.
    [[nodiscard]] Result<Bytes> fetch(std::string_view url, std::size_t bytes_max = SIZE_MAX);
    /// The same with the header of the 200 answer, which some services put a part into.
    [[nodiscard]] Result<HttpResponse> fetch_response(std::string_view url,
                                                      std::size_t bytes_max = SIZE_MAX);

  private:
    struct Impl;
    explicit Fetcher(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace pramana::net
