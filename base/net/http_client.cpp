#include "pramana/net/http_client.hpp"

#include "connection.hpp"
#include "pramana/net/url.hpp"
#include "resolver.hpp"

#include <algorithm>
#include <map>

namespace pramana::net {
namespace {

bool equal_without_case(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? x + 32 : x) == (y >= 'A' && y <= 'Z' ? y + 32 : y);
    });
}

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const noexcept {
    for (const HttpHeader& each : headers)
        if (equal_without_case(each.name, name)) return each.value;
    return {};
}

struct HttpClient::Impl {
    HttpClientOptions options;
    std::shared_ptr<const TlsTrust> trust;
    SystemResolver resolver;
    std::mutex mutex;
    std::multimap<std::string, std::unique_ptr<Connection>> idle;

    std::unique_ptr<Connection> take_idle(const std::string& origin) {
        const std::lock_guard lock{mutex};
        const auto found = idle.find(origin);
        if (found == idle.end()) return nullptr;
        std::unique_ptr<Connection> connection = std::move(found->second);
        idle.erase(found);
        return connection;
    }

    void keep(const std::string& origin, std::unique_ptr<Connection> connection) {
        if (!connection->reusable()) return;
        const std::lock_guard lock{mutex};
        if (idle.size() < options.idle_connections_max) idle.emplace(origin, std::move(connection));
    }

    Result<std::unique_ptr<Connection>> connect(const Url& url, Deadline deadline) {
        std::vector<IpAddress> addresses;
        if (url.ip_literal) {
            const Result<IpAddress> literal = parse_ip_address(url.host);
            if (!literal) return literal.error();
            addresses.push_back(*literal);
        } else {
            Result<std::vector<IpAddress>> found = resolver.resolve(url.host, deadline);
            if (!found) return found.error();
            addresses = std::move(*found);
        }
        Error last{Errc::kFetchFailed, "net.http.no_address"};
        for (const IpAddress& address : addresses) {
            Result<std::unique_ptr<Connection>> made = Connection::open(
                trust, Endpoint{address, url.port, url.https, url.host, url.ip_literal}, deadline);
            if (made || made.error().code == Errc::kTimeout) return made;
            last = made.error();
        }
        return last;
    }
};

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::create(HttpClientOptions options) {
    Result<std::shared_ptr<const TlsTrust>> trust =
        TlsTrust::create(options.ca_file, options.any_certificate);
    if (!trust) return trust.error();
    auto impl = std::make_unique<Impl>();
    impl->options = std::move(options);
    impl->trust = std::move(*trust);
    return std::unique_ptr<HttpClient>{new HttpClient{std::move(impl)}};
}

Result<HttpResponse> HttpClient::request(const HttpRequest& request, Deadline deadline) {
    const Result<Url> url = parse_url(request.url);
    if (!url) return url.error();
    const WireRequest wire{request.method, url->target, url->authority(), request.headers,
                           request.body};
    const ExchangeLimits limits{impl_->options.body_bytes_max, impl_->options.header_bytes_max,
                                false};
    const std::string origin = (url->https ? "https " : "http ") + url->host_port();
    if (request.idempotent) {
        while (std::unique_ptr<Connection> kept = impl_->take_idle(origin)) {
            Result<HttpResponse> answer = kept->exchange(wire, limits, deadline);
            if (!answer && kept->found_closed()) continue;
            if (answer) impl_->keep(origin, std::move(kept));
            return answer;
        }
    }
    Result<std::unique_ptr<Connection>> fresh = impl_->connect(*url, deadline);
    if (!fresh) return fresh.error();
    Result<HttpResponse> answer = (*fresh)->exchange(wire, limits, deadline);
    if (answer) impl_->keep(origin, std::move(*fresh));
    return answer;
}

}  // namespace pramana::net
