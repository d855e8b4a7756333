#include "chain_access.hpp"

#include "pramana/chain/address.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/json.hpp"
#include "pramana/net/url.hpp"

namespace pramana::app {
namespace {

constexpr std::chrono::milliseconds kAskTimeMax{10'000};
constexpr std::size_t kAnswerBytesMax = std::size_t{64} * 1024;
constexpr std::size_t kWeiDigits = 18;

/// RpcClient insists on a chain id; this asks which one it is.
Result<std::uint64_t> ask_chain_id(const std::string& url, const std::string& ca_file) {
    net::HttpClientOptions options;
    options.body_bytes_max = kAnswerBytesMax;
    options.ca_file = ca_file;
    const Result<std::unique_ptr<net::HttpClient>> client = net::HttpClient::create(options);
    if (!client) return client.error();
    net::HttpRequest request;
    request.method = "POST";
    request.url = url;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]})";
    const Result<net::HttpResponse> answer = (*client)->request(request, net::in(kAskTimeMax));
    if (!answer) {
        const Errc code = answer.error().code;
        return Error{code == Errc::kFetchFailed ? Errc::kRpcUnavailable : code, "app.chain_id"};
    }
    const Result<JsonView> json = read_json(as_text(answer->body));
    if (!json) return Error{Errc::kRpcUnavailable, "app.chain_id.json"};
    const std::optional<JsonView> result = json->member("result");
    if (!result) return Error{Errc::kRpcRejected, "app.chain_id.result"};
    const Result<std::string> text = result->text();
    if (!text) return Error{Errc::kMalformedChainData, "app.chain_id.text"};
    const Result<Word256> id = chain::parse_quantity(*text);
    if (!id) return id.error();
    return chain::to_u64(*id);
}

/// Whom a URL names. Not more of it: a path may hold a key.
std::string host_in(const std::string& url) {
    const Result<net::Url> parsed = net::parse_url(url);
    return parsed ? parsed->host_port() : std::string{"--rpc"};
}

}  // namespace

Outcome<ChainAccess> connect_chain(const std::string& rpc_url,
                                   const chain_rpc::Contracts& contracts,
                                   std::optional<std::uint64_t> expected,
                                   const std::string& ca_file) {
    const Result<std::uint64_t> id = ask_chain_id(rpc_url, ca_file);
    const std::string host = host_in(rpc_url);
    if (!id && id.error().code == Errc::kConfigInvalid)
        return failure_of_certificates(id.error(), ca_file);
    if (!id) return failure_of(id.error(), host);
    if (expected && *id != *expected)
        return failure_of(Error{Errc::kWrongChain, "app.chain_id"},
                          host + " is chain " + std::to_string(*id) + ", the validator works on " +
                              std::to_string(*expected));
    chain_rpc::RpcOptions options;
    options.endpoints = {rpc_url};
    options.chain_id = *id;
    options.ca_file = ca_file;
    Result<std::unique_ptr<chain_rpc::RpcClient>> rpc =
        chain_rpc::RpcClient::create(std::move(options));
    if (!rpc) return failure_of(rpc.error(), host);
    ChainAccess access;
    access.rpc = *std::move(rpc);
    access.reader = std::make_unique<chain_rpc::ChainReader>(*access.rpc, contracts);
    return access;
}

Result<Bytes> call_view(const chain_rpc::ChainReader& reader, const Address& contract,
                        Bytes input) {
    Result<chain_rpc::CallOutcome<Bytes>> outcome =
        reader.call({.from = {}, .to = contract, .input = std::move(input)});
    if (!outcome) return outcome.error();
    if (!outcome->value) return Error{Errc::kReverted, "app.view"};
    return *std::move(outcome->value);
}

Failure chain_failure(const Error& error, std::string_view contract, const Address& address) {
    const std::string name = std::string{contract} + ' ' + chain::to_checksum(address);
    if (error.code != Errc::kMalformedChainData && error.code != Errc::kReverted)
        return failure_of(error, name);
    Failure failure = failure_of(error.code, "There is no such contract: " + name + '.',
                                 "Compare the address with the DLP's page, and check that --rpc "
                                 "leads to the right chain.");
    failure.exit_code = exit_code_of(Errc::kMalformedChainData);
    return failure;
}

std::string coins_of(const Word256& wei) {
    std::string digits = chain::to_decimal(wei);
    if (digits.size() <= kWeiDigits) digits.insert(0, kWeiDigits + 1 - digits.size(), '0');
    std::string fraction = digits.substr(digits.size() - kWeiDigits);
    digits.resize(digits.size() - kWeiDigits);
    fraction.resize(fraction.find_last_not_of('0') + 1);  // npos + 1 == 0: nothing is left
    return fraction.empty() ? digits : digits + '.' + fraction;
}

}  // namespace pramana::app
