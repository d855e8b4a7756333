#include "pramana/net/fetcher.hpp"

#include "connection.hpp"
#include "pramana/net/url.hpp"
#include "resolver.hpp"

#include <algorithm>

namespace pramana::net {
namespace {

constexpr std::size_t kHeaderBytesMax = std::size_t{16} * 1024;
constexpr std::size_t kConnectTriesMax = 4;

Error forbidden(std::string_view site) noexcept { return {Errc::kFetchForbidden, site}; }

bool is_redirect(unsigned status) noexcept {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

struct Fetcher::Impl {
    FetchPolicy policy;
    std::shared_ptr<const TlsTrust> trust;
    std::shared_ptr<NameResolver> resolver;

    [[nodiscard]] bool may_be_private(const Url& url) const {
        return std::find(policy.allowed_private.begin(), policy.allowed_private.end(),
                         url.host_port()) != policy.allowed_private.end();
    }

    /// The addresses of the host, every one of them allowed: one name that also leads inside is an
    /// attack.
    [[nodiscard]] Result<std::vector<IpAddress>> checked_addresses(const Url& url,
                                                                   Deadline deadline) {
        std::vector<IpAddress> addresses;
        if (url.ip_literal) {
            const Result<IpAddress> literal = parse_ip_address(url.host);
            if (!literal) return forbidden("net.fetch.literal");
            addresses.push_back(*literal);
        } else {
            Result<std::vector<IpAddress>> found = resolver->resolve(url.host, deadline);
            if (!found) return found.error();
            addresses = std::move(*found);
        }
        if (addresses.empty()) return Error{Errc::kFetchFailed, "net.fetch.no_address"};
        if (!may_be_private(url) && !std::all_of(addresses.begin(), addresses.end(), is_public))
            return forbidden("net.fetch.address");
        return addresses;
    }

    [[nodiscard]] Result<std::unique_ptr<Connection>> connect(const Url& url, Deadline deadline) {
        Result<std::vector<IpAddress>> addresses = checked_addresses(url, deadline);
        if (!addresses) return addresses.error();
        const std::size_t tries = std::min(addresses->size(), kConnectTriesMax);
        Error last{Errc::kFetchFailed, "net.fetch.connect"};
        for (std::size_t i = 0; i < tries; ++i) {
            // An address that swallows packets must not use up the time of the next.
            const Deadline now = std::chrono::steady_clock::now();
            const Deadline until = now + (deadline - now) / static_cast<int>(tries - i);
            const IpAddress& address = (*addresses)[i];
            Result<std::unique_ptr<Connection>> made = Connection::open(
                trust, Endpoint{address, url.port, url.https, url.host, url.ip_literal}, until);
            if (!made) {
                last = made.error();
                continue;
            }
            const Result<IpAddress> peer = (*made)->peer();
            if (!peer) return peer.error();
            if (*peer != address || !(is_public(*peer) || may_be_private(url)))
                return forbidden("net.fetch.peer");
            return made;
        }
        return last;
    }

    [[nodiscard]] Result<HttpResponse> get(const Url& url, std::size_t bytes_max,
                                           Deadline deadline) {
        if (!url.https && !may_be_private(url)) return forbidden("net.fetch.plain_http");
        Result<std::unique_ptr<Connection>> connection = connect(url, deadline);
        if (!connection) return connection.error();
        const WireRequest request{
            "GET",
            url.target,
            url.authority(),
            {{"Accept", "*/*"}, {"Accept-Encoding", "identity"}, {"Connection", "close"}},
            ""};
        return (*connection)
            ->exchange(request, ExchangeLimits{bytes_max, kHeaderBytesMax, true}, deadline);
    }
};

Fetcher::Fetcher(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Fetcher::~Fetcher() = default;

Result<std::unique_ptr<Fetcher>> Fetcher::create(FetchPolicy policy,
                                                 std::shared_ptr<NameResolver> resolver) {
    Result<std::shared_ptr<const TlsTrust>> trust = TlsTrust::create(policy.ca_file);
    if (!trust) return trust.error();
    auto impl = std::make_unique<Impl>();
    impl->policy = std::move(policy);
    impl->trust = std::move(*trust);
    impl->resolver = resolver ? std::move(resolver) : std::make_shared<SystemResolver>();
    return std::unique_ptr<Fetcher>{new Fetcher{std::move(impl)}};
}

Result<Bytes> Fetcher::fetch(std::string_view text, std::size_t bytes_max) {
    Result<HttpResponse> answer = fetch_response(text, bytes_max);
    if (!answer) return answer.error();
    return std::move(answer->body);
}

Result<HttpResponse> Fetcher::fetch_response(std::string_view text, std::size_t bytes_max) {
    const Deadline deadline = in(impl_->policy.time_max);
    bytes_max = std::min(bytes_max, impl_->policy.bytes_max);
    Result<Url> url = parse_url(text);
    if (!url) return forbidden("net.fetch.url");
    for (unsigned redirects = 0; redirects <= impl_->policy.redirects_max; ++redirects) {
        Result<HttpResponse> answer = impl_->get(*url, bytes_max, deadline);
        if (!answer) return answer.error();
        if (answer->status == 200) {
            const std::string_view coding = answer->header("Content-Encoding");
            if (!coding.empty() && coding != "identity")
                return Error{Errc::kFetchFailed, "net.fetch.coding"};
            return answer;
        }
        if (!is_redirect(answer->status)) return Error{Errc::kFetchFailed, "net.fetch.status"};
        url = resolve_location(*url, answer->header("Location"));
        if (!url) return forbidden("net.fetch.location");
    }
    return Error{Errc::kFetchFailed, "net.fetch.redirects"};
}

}  // namespace pramana::net
