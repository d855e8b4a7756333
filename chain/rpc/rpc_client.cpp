#include "pramana/chain_rpc/rpc_client.hpp"

#include "pramana/net/url.hpp"
#include "rpc_decode.hpp"
#include "rpc_failure.hpp"

#include <mutex>

namespace pramana::chain_rpc {
namespace {

constexpr std::size_t kDepthMax = 32;
constexpr std::chrono::hours kChainCheckEvery{1};

/// One endpoint over the blocking client, which keeps its connection.
class HttpTransport final : public RpcTransport {
  public:
    HttpTransport(std::string url, std::unique_ptr<net::HttpClient> client)
        : url_{std::move(url)}, client_{std::move(client)} {}
    Result<Reply> post(const std::string& body, net::Deadline deadline) override {
        // Repeating is harmless: every method that we call, eth_sendRawTransaction too, is
        // idempotent.
        const net::HttpRequest request{
            "POST", url_, {{"Content-Type", "application/json"}}, body, true};
        Result<net::HttpResponse> answer = client_->request(request, deadline);
        if (!answer) return answer.error();
        return Reply{answer->status, std::move(answer->body)};
    }

  private:
    std::string url_;
    std::unique_ptr<net::HttpClient> client_;
};

Error error_of_transport(Errc code) noexcept {
    switch (code) {
        case Errc::kTimeout: return {Errc::kTimeout, "chain_rpc.transport.time"};
        case Errc::kFetchTooLarge: return {Errc::kTooLarge, "chain_rpc.transport.size"};
        default: return {Errc::kRpcUnavailable, "chain_rpc.transport"};
    }
}

std::string body_of(const RpcCall& call, std::uint64_t id) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":)" +
           json_quoted(call.method) + R"(,"params":)" + call.params + "}";
}

std::optional<std::uint64_t> id_of(const JsonView& envelope) {
    const std::optional<JsonView> id = envelope.member("id");
    if (!id) return std::nullopt;
    const Result<std::uint64_t> number = id->whole_number();
    return number ? std::optional{*number} : std::nullopt;
}

/// An envelope whose id is already matched.
Result<RpcAnswer> open_envelope(const JsonView& envelope,
                                const std::shared_ptr<const std::string>& body) {
    const Result<std::string> version = read_text(envelope.member("jsonrpc"));
    const std::optional<JsonView> result = envelope.member("result");
    std::optional<JsonView> error = envelope.member("error");
    // Some proxies write both members, one of them null.
    if (error && result && is_null(*error)) error.reset();
    const bool has_result = result && !(error && is_null(*result));
    if (!version || *version != "2.0" || has_result == error.has_value())
        return Error{Errc::kMalformedChainData, "chain_rpc.envelope"};
    if (!error) return RpcAnswer{body, result, std::nullopt};
    Result<RpcFailure> failure = read_failure(*error);
    if (!failure) return failure.error();
    return RpcAnswer{body, std::nullopt, std::move(*failure)};
}

}  // namespace

struct RpcClient::Impl {
    RpcOptions options;
    std::shared_ptr<RpcTransport> transport;
    std::mutex mutex;
    std::uint64_t next_id = 1;
    std::optional<net::Deadline> chain_checked_at;

    std::uint64_t take_ids(std::size_t count) {
        const std::lock_guard lock{mutex};
        const std::uint64_t first = next_id;
        next_id += count;
        return first;
    }

    Result<std::vector<RpcAnswer>> exchange(const std::vector<RpcCall>& calls);
    Result<std::shared_ptr<const std::string>> carry(const std::string& request);
    Status check_chain();
    Status check_chain_when_due();
};

Result<std::shared_ptr<const std::string>> RpcClient::Impl::carry(const std::string& request) {
    Result<RpcTransport::Reply> reply = transport->post(request, net::in(options.call_time_max));
    if (!reply) return error_of_transport(reply.error().code);
    if (reply->status == 429 || reply->status >= 500)
        return Error{Errc::kRpcUnavailable, "chain_rpc.status"};
    if (reply->body.size() > options.body_bytes_max)
        return Error{Errc::kTooLarge, "chain_rpc.size"};
    return std::make_shared<const std::string>(as_text(reply->body));
}

Result<std::vector<RpcAnswer>> RpcClient::Impl::exchange(const std::vector<RpcCall>& calls) {
    PRAMANA_CHECK(!calls.empty() && calls.size() <= options.batch_calls_max);
    const std::uint64_t first = take_ids(calls.size());
    std::string request;
    for (std::size_t i = 0; i < calls.size(); ++i)
        request += (i == 0 ? "" : ",") + body_of(calls[i], first + i);
    if (calls.size() > 1) request = "[" + request + "]";
    const Result<std::shared_ptr<const std::string>> body = carry(request);
    if (!body) return body.error();
    const bool looks_like_json = (*body)->starts_with('{') || (*body)->starts_with('[');
    const Result<JsonView> document = read_json(**body, kDepthMax);
    if (!document && !looks_like_json) return Error{Errc::kRpcUnavailable, "chain_rpc.not_json"};
    if (!document) return Error{Errc::kMalformedChainData, "chain_rpc.json"};

    std::vector<JsonView> envelopes{*document};
    if (calls.size() > 1) envelopes = document->items();
    if (calls.size() > 1 && document->kind() == JsonKind::kObject)
        return Error{Errc::kRpcRejected, "chain_rpc.batch_refused"};
    if (envelopes.size() != calls.size())
        return Error{Errc::kNodeInconsistent, "chain_rpc.batch_size"};
    std::vector<RpcAnswer> answers(calls.size());
    for (const JsonView& envelope : envelopes) {
        const std::optional<std::uint64_t> id = id_of(envelope);
        if (!id || *id < first || *id - first >= calls.size())
            return Error{Errc::kNodeInconsistent, "chain_rpc.id"};
        RpcAnswer& answer = answers[*id - first];
        if (answer.body) return Error{Errc::kNodeInconsistent, "chain_rpc.id_twice"};
        Result<RpcAnswer> opened = open_envelope(envelope, *body);
        if (!opened) return opened.error();
        answer = std::move(*opened);
    }
    return answers;
}

Status RpcClient::Impl::check_chain() {
    Result<std::vector<RpcAnswer>> answers = exchange({{"eth_chainId", "[]"}});
    if (!answers) return answers.error();
    if (answers->front().failure) return Error{Errc::kRpcRejected, "chain_rpc.chain_id"};
    const Result<std::uint64_t> id = read_u64(answers->front().result);
    if (!id) return id.error();
    if (*id != options.chain_id) return Error{Errc::kWrongChain, "chain_rpc.chain_id"};
    const std::lock_guard lock{mutex};
    chain_checked_at = std::chrono::steady_clock::now();
    return Done{};
}

Status RpcClient::Impl::check_chain_when_due() {
    {
        const std::lock_guard lock{mutex};
        if (chain_checked_at &&
            std::chrono::steady_clock::now() - *chain_checked_at < kChainCheckEvery)
            return Done{};
    }
    return check_chain();
}

Result<std::unique_ptr<RpcClient>> RpcClient::create(RpcOptions options) {
    if (options.endpoints.empty()) return Error{Errc::kConfigInvalid, "chain_rpc.endpoints"};
    net::HttpClientOptions http;
    http.body_bytes_max = options.body_bytes_max;
    http.ca_file = options.ca_file;
    Result<std::unique_ptr<net::HttpClient>> client = net::HttpClient::create(std::move(http));
    if (!client) return client.error();
    if (!net::parse_url(options.endpoints.front()))
        return Error{Errc::kConfigInvalid, "chain_rpc.url"};
    auto transport = std::make_shared<HttpTransport>(options.endpoints.front(), std::move(*client));
    return std::make_unique<RpcClient>(std::move(options), std::move(transport));
}

RpcClient::RpcClient(RpcOptions options, std::shared_ptr<RpcTransport> transport)
    : impl_{std::make_unique<Impl>()} {
    impl_->options = std::move(options);
    impl_->transport = std::move(transport);
}
RpcClient::~RpcClient() = default;

Result<RpcAnswer> RpcClient::call(const RpcCall& call) {
    Result<std::vector<RpcAnswer>> answers = batch({call});
    if (!answers) return answers.error();
    return std::move(answers->front());
}

Result<std::vector<RpcAnswer>> RpcClient::batch(const std::vector<RpcCall>& calls) {
    PRAMANA_TRY(impl_->check_chain_when_due());
    return impl_->exchange(calls);
}

std::uint64_t RpcClient::chain_id() const noexcept { return impl_->options.chain_id; }
std::size_t RpcClient::batch_calls_max() const noexcept { return impl_->options.batch_calls_max; }
Status RpcClient::check_chain() { return impl_->check_chain(); }

}  // namespace pramana::chain_rpc
