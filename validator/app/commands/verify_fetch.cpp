#include "verify_fetch.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/net/http_client.hpp"
#include "pramana/net/url.hpp"

#include <openssl/rand.h>
#include <sysexits.h>

namespace pramana::app {
namespace {

constexpr std::chrono::milliseconds kAskTimeMax{30'000};
constexpr std::size_t kAnswerBytesMax = std::size_t{1} << 20U;  // docs/formats.md "Attestation"

Failure no_answer(const std::string& url, const Error& error) {
    Failure failure = failure_of(error.code, "Nothing answers at " + printable(url) + ".",
                                 "Check the URL and your connection, then run this again.");
    failure.detail = name_of(error.code);
    failure.exit_code = EX_UNAVAILABLE;
    return failure;
}

/// The statement that a URL of an archive names, …/v1/statements/<64 hex>.
std::optional<Hash32> statement_named_in(std::string_view url) {
    constexpr std::string_view kRoute = "/v1/statements/";
    const std::size_t at = url.find(kRoute);
    if (at == url.npos) return std::nullopt;
    const Result<Hash32> hash = fixed_from_hex<Hash32>(url.substr(at + kRoute.size()));
    if (!hash) return std::nullopt;
    return *hash;
}

Result<net::HttpResponse> ask(const std::string& url, const std::string& ca_file, bool any) {
    net::HttpClientOptions options;
    options.body_bytes_max = kAnswerBytesMax;
    options.ca_file = ca_file;
    options.any_certificate = any;
    const Result<std::unique_ptr<net::HttpClient>> client =
        net::HttpClient::create(std::move(options));
    if (!client) return client.error();
    net::HttpRequest request;
    request.url = url;
    return (*client)->request(request, net::in(kAskTimeMax));
}

}  // namespace

bool is_url(std::string_view operand) noexcept {
    return operand.starts_with("https://") || operand.starts_with("http://");
}

Outcome<FetchedEvidence> fetch_evidence(const std::string& url, const std::string& ca_file) {
    FetchedEvidence out;
    std::string whole = url;
    // Whoever copies the route means the validator, not an answer that may be old.
    constexpr std::string_view kRoute = "/v1/attestation";
    if (whole.ends_with(kRoute)) whole.resize(whole.size() - kRoute.size());
    if (whole.find("/v1/") == std::string::npos) {
        while (whole.ends_with('/')) whole.pop_back();
        Hash32& challenge = out.asked.challenge.emplace();
        PRAMANA_CHECK(::RAND_bytes(challenge.bytes.data(), Hash32::kSize) == 1);
        whole += std::string{kRoute} + "?challenge=" + to_hex(challenge.view());
    }
    out.asked.statement = statement_named_in(whole);
    const Result<net::Url> parsed = net::parse_url(whole);
    if (!parsed)  // not echoed: it may hold a password
        return failure_of(parsed.error().code, "This is no URL that is asked.",
                          "Give https:// or http://, a host and, if need be, a port and a path; no "
                          "name and password.");
    out.asked.over_tls = parsed->https;
    Result<net::HttpResponse> reply = ask(whole, ca_file, false);
    out.asked.host_certified = parsed->https && reply.has_value();
    if (!reply && parsed->https && reply.error().code == Errc::kFetchFailed)
        reply = ask(whole, ca_file, true);
    if (!reply && reply.error().code == Errc::kConfigInvalid)
        return failure_of_certificates(reply.error(), ca_file);
    if (!reply) return no_answer(whole, reply.error());
    if (reply->status != 200) {
        Failure failure = failure_of(
            Errc::kFetchFailed,
            "It answers with HTTP " + std::to_string(reply->status) + " and no evidence.",
            "Check that the URL is the base URL of a Pramana validator; if it is busy, ask again.");
        failure.exit_code =
            reply->status >= 500 || reply->status == 429 ? EX_TEMPFAIL : EX_UNAVAILABLE;
        return failure;
    }
    out.asked.tls_key_sha256 = reply->peer_key_sha256;
    out.body = std::move(reply->body);
    out.source = std::move(whole);
    return out;
}

}  // namespace pramana::app
