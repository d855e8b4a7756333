#include "validator_api.hpp"

#include "attestation.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"

#include <openssl/rand.h>
#include <sysexits.h>
#include <algorithm>

namespace pramana::app {
namespace {

constexpr std::chrono::milliseconds kAskTimeMax{20'000};
constexpr std::chrono::milliseconds kUploadTimeMax{300'000};
constexpr std::size_t kTextLengthMax = 400;
constexpr std::string_view kUploadType = "application/vnd.pramana.contribution.v1";

std::optional<std::uint64_t> number_in(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> value = object.member(name);
    const Result<std::uint64_t> read =
        value ? value->whole_number() : Error{Errc::kBadRequest, "app.status"};
    if (!read) return std::nullopt;
    return *read;
}

std::string text_in(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> value = object.member(name);
    const Result<std::string> read = value ? value->text() : Error{Errc::kBadRequest, "app.status"};
    return read ? printable(*read, kTextLengthMax) : std::string{};
}

Failure failure_in(const JsonView& object, std::string_view sentence_member, int exit_code) {
    return {text_in(object, "code"),
            text_in(object, sentence_member),
            text_in(object, "next_step"),
            {},
            exit_code};
}

}  // namespace

Result<StatusView> parse_status(std::string_view json) {
    const Result<JsonView> root = read_json(json);
    if (!root) return root.error();
    StatusView view;
    view.stage = text_in(*root, "stage");
    const std::optional<JsonView> terminal = root->member("terminal");
    const Result<bool> ended =
        terminal ? terminal->boolean() : Error{Errc::kBadRequest, "app.status.terminal"};
    if (view.stage.empty() || !ended) return Error{Errc::kBadRequest, "app.status"};
    view.terminal = *ended;
    view.file_id = number_in(*root, "file_id");
    view.job_id = number_in(*root, "job_id");
    view.proof_index = number_in(*root, "proof_index");
    if (const std::optional<JsonView> result = root->member("result"))
        view.pay_1024 = number_in(*result, "pay_1024");
    if (const std::optional<JsonView> cause = root->member("cause"))
        view.cause = failure_in(*cause, "sentence", EX_DATAERR);
    view.json = json;
    return view;
}

Failure failure_of_reply(unsigned status, std::string_view body) {
    const int exit_code = status == 429 || status == 503 || status == 507 ? EX_TEMPFAIL
                          : status >= 500                                 ? EX_UNAVAILABLE
                                                                          : EX_DATAERR;
    if (const Result<JsonView> problem = read_json(body)) {
        Failure failure = failure_in(*problem, "detail", exit_code);
        if (!failure.code.empty() && !failure.sentence.empty()) return failure;
    }
    return {std::string{name_of(Errc::kFetchFailed)},
            "The validator answered HTTP " + std::to_string(status) + " without a reason.",
            "Check that --validator is the base URL of a Pramana validator.",
            {},
            exit_code};
}

Outcome<ValidatorApi> ValidatorApi::create(std::string base_url, const std::string& ca_file) {
    net::HttpClientOptions options;
    options.body_bytes_max = evidence::kAttestationBytesMax;
    options.ca_file = ca_file;
    Result<std::unique_ptr<net::HttpClient>> client = net::HttpClient::create(std::move(options));
    if (!client) return failure_of_certificates(client.error(), ca_file);
    return ValidatorApi{std::move(base_url), *std::move(client)};
}

Failure ValidatorApi::unreachable(const Error& error) const {
    Failure failure = failure_of(error.code, "The validator at " + base_url_ + " does not answer.",
                                 "Check --validator and your connection, then run this again.");
    failure.detail = name_of(error.code);
    failure.exit_code = EX_UNAVAILABLE;
    return failure;
}

Outcome<net::HttpResponse> ValidatorApi::get(const std::string& path) {
    net::HttpRequest request;
    request.url = base_url_ + path;
    Result<net::HttpResponse> reply = client_->request(request, net::in(kAskTimeMax));
    if (!reply) return unreachable(reply.error());
    return *std::move(reply);
}

Outcome<Introduction> ValidatorApi::introduction() {
    Hash32 challenge;
    PRAMANA_CHECK(::RAND_bytes(challenge.bytes.data(), Hash32::kSize) == 1);
    Outcome<net::HttpResponse> reply = get("/v1/attestation?challenge=" + to_hex(challenge.view()));
    if (!reply) return reply.failure();
    if (reply->status != 200) return failure_of_reply(reply->status, as_text(reply->body));
    Outcome<evidence::AttestationAnswer> answer = attestation_in(as_text(reply->body), base_url_);
    if (!answer) return answer.failure();
    if (!answer->check_hashes() || !std::ranges::equal(answer->parts.challenge, challenge.view()))
        return failure_of(Errc::kHashMismatch,
                          "The validator's evidence is over another statement or another question.",
                          "Do not upload: ask the operator why, or use another validator.");
    // This client takes no certificate that no authority has signed.
    const bool over_tls = base_url_.starts_with("https:");
    return Introduction{.statement = std::move(answer->statement),
                        .answer = {.body = std::move(reply->body),
                                   .asked = {.challenge = challenge,
                                             .over_tls = over_tls,
                                             .tls_key_sha256 = reply->peer_key_sha256,
                                             .host_certified = over_tls},
                                   .source = base_url_}};
}

Outcome<std::optional<std::string>> ValidatorApi::ruleset(const Hash32& digest) {
    Outcome<net::HttpResponse> reply = get("/v1/rulesets/" + to_hex(digest.view()));
    if (!reply) return reply.failure();
    if (reply->status == 404) return std::optional<std::string>{};
    if (reply->status != 200) return failure_of_reply(reply->status, as_text(reply->body));
    if (sha256(reply->body) != digest)
        return failure_of(Errc::kHashMismatch,
                          "The validator shows another ruleset than the one it proves under.",
                          "Do not upload: ask the operator why, or use another validator.");
    return std::optional{std::string{as_text(reply->body)}};
}

Outcome<std::string> ValidatorApi::submit(ByteView envelope, ByteView sealed) {
    net::HttpRequest request;
    request.method = "POST";
    request.url = base_url_ + "/v1/contributions";
    request.headers = {{"Content-Type", std::string{kUploadType}}};
    std::array<std::uint8_t, 4> length{};
    store_be(static_cast<std::uint32_t>(envelope.size()), length.data());
    request.body.append(as_text(length)).append(as_text(envelope)).append(as_text(sealed));
    const Result<net::HttpResponse> reply = client_->request(request, net::in(kUploadTimeMax));
    if (!reply) return unreachable(reply.error());
    if (reply->status != 202) return failure_of_reply(reply->status, as_text(reply->body));
    const Result<JsonView> json = read_json(as_text(reply->body));
    std::string blob_url = json ? text_in(*json, "blob_url") : std::string{};
    if (blob_url.empty()) return failure_of_reply(reply->status, {});
    return blob_url;
}

Outcome<std::optional<StatusView>> ValidatorApi::status(const ContributionId& id) {
    Outcome<net::HttpResponse> reply = get("/v1/contributions/" + to_hex(id.view()));
    if (!reply) return reply.failure();
    if (reply->status == 404) return std::optional<StatusView>{};
    if (reply->status != 200) return failure_of_reply(reply->status, as_text(reply->body));
    Result<StatusView> view = parse_status(as_text(reply->body));
    if (!view) return failure_of_reply(reply->status, {});
    return std::optional<StatusView>{*std::move(view)};
}

}  // namespace pramana::app
