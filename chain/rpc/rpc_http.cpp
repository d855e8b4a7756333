#include "pramana/chain_rpc/rpc_client.hpp"
#include "pramana/net/url.hpp"

#include <charconv>

namespace pramana::chain_rpc {
namespace {

/// One endpoint over the blocking client, which keeps its connections.
class HttpTransport final : public RpcTransport {
  public:
    HttpTransport(std::string url, std::shared_ptr<net::HttpClient> client)
        : url_{std::move(url)}, client_{std::move(client)} {}
    Result<Reply> post(const std::string& body, net::Deadline deadline) override {
        // Repeating is harmless: every method that we call, eth_sendRawTransaction too, is
        // idempotent.
        const net::HttpRequest request{
            "POST", url_, {{"Content-Type", "application/json"}}, body, true};
        Result<net::HttpResponse> answer = client_->request(request, deadline);
        if (!answer) return answer.error();
        return Reply{answer->status, std::move(answer->body), seconds_of(*answer)};
    }

  private:
    static std::optional<std::chrono::seconds> seconds_of(const net::HttpResponse& answer) {
        const std::string_view text = answer.header("Retry-After");
        std::uint32_t seconds = 0;
        const auto [end, problem] =
            std::from_chars(text.data(), text.data() + text.size(), seconds);
        if (text.empty() || problem != std::errc{} || end != text.data() + text.size())
            return std::nullopt;
        return std::chrono::seconds{seconds};
    }
    std::string url_;
    std::shared_ptr<net::HttpClient> client_;
};

}  // namespace

Result<std::unique_ptr<RpcClient>> RpcClient::create(RpcOptions options) {
    if (options.endpoints.empty()) return Error{Errc::kConfigInvalid, "chain_rpc.endpoints"};
    if (options.quorum > options.endpoints.size())
        return Error{Errc::kConfigInvalid, "chain_rpc.quorum"};
    net::HttpClientOptions http;
    http.body_bytes_max = options.body_bytes_max;
    http.idle_connections_max = 4 * options.endpoints.size();
    http.ca_file = options.ca_file;
    Result<std::unique_ptr<net::HttpClient>> made = net::HttpClient::create(std::move(http));
    if (!made) return made.error();
    const std::shared_ptr<net::HttpClient> client = std::move(*made);
    std::vector<std::shared_ptr<RpcTransport>> transports;
    for (const std::string& url : options.endpoints) {
        if (!net::parse_url(url)) return Error{Errc::kConfigInvalid, "chain_rpc.url"};
        transports.push_back(std::make_shared<HttpTransport>(url, client));
    }
    return std::make_unique<RpcClient>(std::move(options), std::move(transports));
}

}  // namespace pramana::chain_rpc
