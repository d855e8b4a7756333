#include "collateral_get.hpp"

#include "pramana/net/fetcher.hpp"
#include "pramana/net/http_client.hpp"
#include "pramana/net/url.hpp"

#include <algorithm>

namespace pramana::app {
namespace {

constexpr std::size_t kFetchBytesMax = std::size_t{4} << 20U;
constexpr std::size_t kPostBytesMax = std::size_t{1} << 20U;

std::string lower_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

/// A service that the operator named himself may be a cache inside his network; what it answers is
/// judged as any other's.
void allow_if_named(net::FetchPolicy& policy, const std::string& url, const std::string& usual) {
    if (url == usual) return;
    if (const Result<net::Url> parsed = net::parse_url(url))
        policy.allowed_private.push_back(parsed->host_port());
}

}  // namespace

Result<evidence::CollateralGet> collateral_get(const config::Attestation& config,
                                               std::chrono::milliseconds time_max) {
    const config::Attestation usual;
    net::FetchPolicy policy;
    policy.bytes_max = kFetchBytesMax;
    policy.time_max = time_max;
    policy.ca_file = config.ca_file;
    allow_if_named(policy, config.intel_pcs_url, usual.intel_pcs_url);
    allow_if_named(policy, config.intel_root_crl_url, usual.intel_root_crl_url);
    allow_if_named(policy, config.amd_kds_url, usual.amd_kds_url);
    allow_if_named(policy, config.nvidia_rim_url, usual.nvidia_rim_url);
    allow_if_named(policy, config.nvidia_crl_url, usual.nvidia_crl_url);
    Result<std::unique_ptr<net::Fetcher>> made = net::Fetcher::create(std::move(policy));
    if (!made) return made.error();
    return evidence::CollateralGet{
        [fetcher = std::shared_ptr<net::Fetcher>{*std::move(made)}](
            const std::string& url, std::size_t bytes_max) -> Result<evidence::CollateralReply> {
            Result<net::HttpResponse> answer = fetcher->fetch_response(url, bytes_max);
            if (!answer) return answer.error();
            evidence::CollateralReply reply{.body = std::move(answer->body), .headers = {}};
            for (const net::HttpHeader& header : answer->headers)
                reply.headers.emplace(lower_case(header.name), header.value);
            return reply;
        }};
}

Result<evidence::CollateralPost> collateral_post(const config::Attestation& config,
                                                 std::chrono::milliseconds time_max) {
    net::HttpClientOptions options;
    options.body_bytes_max = kPostBytesMax;
    options.ca_file = config.ca_file;
    Result<std::unique_ptr<net::HttpClient>> made = net::HttpClient::create(std::move(options));
    if (!made) return made.error();
    return evidence::CollateralPost{
        [client = std::shared_ptr<net::HttpClient>{*std::move(made)}, time_max](
            const std::string& url, std::string_view type, ByteView body,
            std::size_t bytes_max) -> Result<evidence::CollateralReply> {
            net::HttpRequest request;
            request.method = "POST";
            request.url = url;
            request.headers = {{"Content-Type", std::string{type}}};
            request.body = as_text(body);
            Result<net::HttpResponse> answer = client->request(request, net::in(time_max));
            if (!answer) return answer.error();
            if (answer->status != 200) return Error{Errc::kFetchFailed, "app.collateral.status"};
            if (answer->body.size() > bytes_max)
                return Error{Errc::kFetchTooLarge, "app.collateral.body"};
            return evidence::CollateralReply{.body = std::move(answer->body), .headers = {}};
        }};
}

evidence::CollateralServices collateral_services(const config::Attestation& config) {
    return {.intel_pcs = config.intel_pcs_url,
            .intel_root_crl = config.intel_root_crl_url,
            .amd_kds = config.amd_kds_url,
            .nvidia_rim = config.nvidia_rim_url,
            .nvidia_crl = config.nvidia_crl_url,
            .nvidia_ocsp = config.nvidia_ocsp_url};
}

Result<evidence::SnpEndorsing> snp_endorsing(const config::Config& config) {
    evidence::SnpEndorsing endorsing;
    endorsing.services = collateral_services(config.attestation);
    endorsing.file = config.data_dir / "endorsement.snp";
    if (config.attestation.collateral_every.count() == 0) return endorsing;  // nothing is fetched
    Result<evidence::CollateralGet> get = collateral_get(config.attestation);
    if (!get) return get.error();
    endorsing.get = *std::move(get);
    return endorsing;
}

}  // namespace pramana::app
