#include "api.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <charconv>

namespace pramana::http {
namespace {

using pipeline::ContributionStatus;

constexpr std::size_t kEnvelopeBytesMax = 64U << 10U;
constexpr std::size_t kRunProofBytesMax = 256U << 10U;
constexpr std::string_view kImmutable = "public, max-age=31536000, immutable";
constexpr std::string_view kUploadType = "application/vnd.pramana.contribution.v1";

constexpr std::string_view kExposition = "text/plain; version=0.0.4; charset=utf-8";

/// Whether they are equal, in a time that tells only their lengths.
bool same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

/// 64 lower-case hex characters; anything else names nothing here.
template <class Id>
Result<Id> read_id(std::string_view text) {
    const Result<Id> id = fixed_from_hex<Id>(text);
    if (!id || to_hex(id->view()) != text) return Error{Errc::kNotFound, "http.id"};
    return id;
}

/// u32 big-endian envelope length || envelope || sealed bytes (docs/formats.md "Upload").
Result<pipeline::Upload> split_upload(ByteView body) {
    constexpr Error kMalformed{Errc::kMalformedEnvelope, "http.upload.frame"};
    if (body.size() < 4) return kMalformed;
    const std::size_t envelope_bytes = load_be<std::uint32_t>(body.data());
    const ByteView rest = body.subspan(4);
    if (envelope_bytes == 0 || envelope_bytes > kEnvelopeBytesMax || envelope_bytes >= rest.size())
        return kMalformed;
    pipeline::Upload upload;
    append(upload.envelope, rest.first(envelope_bytes));
    append(upload.sealed, rest.subspan(envelope_bytes));
    return upload;
}

struct Admitted {
    ContributionId id;
    Hash32 sealed_sha256;
};

Result<Admitted> admit(pipeline::ContributionService& service, pipeline::Upload upload) {
    Admitted admitted;
    ::SHA256(upload.sealed.data(), upload.sealed.size(), admitted.sealed_sha256.bytes.data());
    const Result<ContributionId> id = service.admit(std::move(upload));
    if (!id) return id.error();
    admitted.id = *id;
    return admitted;
}

/// A reply whose bytes never change under its address.
Reply immutable_reply(const Request& request, Result<Bytes> content,
                      std::string_view content_type) {
    if (!content) return problem(content.error(), request.id);
    const std::string tag = '"' + request.parameter + '"';
    Reply reply;
    reply.content_type = content_type;
    reply.headers.emplace_back("ETag", tag);
    reply.headers.emplace_back("Cache-Control", kImmutable);
    if (request.if_none_match == tag) {
        reply.status = 304;
        return reply;
    }
    reply.body = *std::move(content);
    return reply;
}

/// A decimal number in its one form. Errors: kNotFound.
Result<JobId> read_job(const std::string& text) {
    std::uint64_t id = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (failed != std::errc{} || end != text.data() + text.size() || std::to_string(id) != text)
        return Error{Errc::kNotFound, "http.job"};
    return JobId{id};
}

}  // namespace

std::vector<Route> Api::operator_routes() {
    const auto route = [](std::string_view pattern, auto handle) {
        return Route{
            .method = Method::kGet, .pattern = pattern, .concurrent_max = 8, .handle = handle};
    };
    return {route("/metrics", [this](Request request) { return metrics(std::move(request)); }),
            route("/livez", [this](Request request) { return live(std::move(request)); }),
            route("/readyz", [this](Request request) { return ready(std::move(request)); })};
}

std::vector<Route> Api::routes() {
    if (context_.settings.for_operator) return operator_routes();
    const auto route = [](Method method, std::string_view pattern, std::size_t concurrent_max,
                          auto handle) {
        return Route{.method = method,
                     .pattern = pattern,
                     .concurrent_max = concurrent_max,
                     .handle = handle};
    };
    std::vector<Route> routes;
    routes.push_back(route(Method::kPost, "/v1/contributions", 64,
                           [this](Request request) { return submit(std::move(request)); }));
    routes.back().content_type = kUploadType;
    routes.back().body_bytes_max = 4 + kEnvelopeBytesMax + context_.settings.upload_bytes_max;
    routes.push_back(route(Method::kGet, "/v1/contributions/{}", 256,
                           [this](Request request) { return contribution(std::move(request)); }));
    routes.push_back(route(Method::kGet, "/v1/jobs/{}", 256,
                           [this](Request request) { return job(std::move(request)); }));
    routes.push_back(route(Method::kGet, "/v1/blobs/{}", 32,
                           [this](Request request) { return blob(std::move(request)); }));
    routes.back().reply_bytes_max = context_.settings.bytes_in_flight_max;
    routes.push_back(route(Method::kGet, "/v1/proofs/{}", 256,
                           [this](Request request) { return proof_document(std::move(request)); }));
    routes.push_back(route(Method::kGet, "/v1/results/{}", 64, [this](Request request) {
        return recorded_result(std::move(request));
    }));
    routes.push_back(route(Method::kPost, "/RunProof", 256,
                           [this](Request request) { return run_proof(std::move(request)); }));
    routes.back().content_type = "application/json";
    routes.back().body_bytes_max = kRunProofBytesMax;
    routes.push_back(route(Method::kGet, "/v1/rulesets/{}", 64,
                           [this](Request request) { return ruleset(std::move(request)); }));
    routes.push_back(route(Method::kGet, "/v1/attestation", 16,
                           [this](Request request) { return attestation(std::move(request)); }));
    routes.push_back(route(Method::kGet, "/v1/statements/{}", 64, [this](Request request) {
        return archived_statement(std::move(request));
    }));
    routes.push_back(route(Method::kGet, "/livez", 64,
                           [this](Request request) { return live(std::move(request)); }));
    routes.push_back(route(Method::kGet, "/readyz", 64,
                           [this](Request request) { return ready(std::move(request)); }));
    return routes;
}

// POST /v1/contributions. Durable before 202; never waits for the score.
Task<Reply> Api::submit(Request request) {
    Result<pipeline::Upload> upload = split_upload(request.body.expose());
    request.body = SecretBytes{};
    if (!upload) co_return problem(upload.error(), request.id);
    auto work = [&service = context_.service, upload = *std::move(upload)]() mutable {
        return admit(service, std::move(upload));
    };
    const Result<Admitted> admitted = co_await context_.workers.run(std::move(work));
    if (!admitted) co_return problem(admitted.error(), request.id);
    const std::string id = to_hex(admitted->id.view());
    const std::string& base = context_.settings.public_base_url;
    JsonObject json;
    json.text("id", id)
        .text("blob_url", base + "/v1/blobs/" + to_hex(admitted->sealed_sha256.view()))
        .text("status_url", base + "/v1/contributions/" + id);
    co_return Reply::json(202, json.str()).with("Location", "/v1/contributions/" + id);
}

// GET /v1/contributions/{id}
Task<Reply> Api::contribution(Request request) {
    const Result<ContributionId> id = read_id<ContributionId>(request.parameter);
    if (!id) co_return problem(id.error(), request.id);
    auto work = [&service = context_.service, id = *id] { return service.status(id); };
    const Result<ContributionStatus> status = co_await context_.workers.run(std::move(work));
    if (!status) co_return problem(status.error(), request.id);
    co_return Reply::json(200, status_json(*status, context_.settings.public_base_url));
}

// GET /v1/jobs/{job id}: also for files that were not uploaded here
Task<Reply> Api::job(Request request) {
    const Result<JobId> id = read_job(request.parameter);
    if (!id) co_return problem(id.error(), request.id);
    auto work = [&service = context_.service, id = *id] { return service.job_status(id); };
    const Result<ContributionStatus> status = co_await context_.workers.run(std::move(work));
    if (!status) co_return problem(status.error(), request.id);
    co_return Reply::json(200, status_json(*status, context_.settings.public_base_url));
}

// GET /v1/results/{job id}
Task<Reply> Api::recorded_result(Request request) {
    const Result<JobId> id = read_job(request.parameter);
    if (!id) co_return problem(id.error(), request.id);
    auto work = [&service = context_.service, id = *id] { return service.recorded_result(id); };
    const Result<std::string> result = co_await context_.workers.run(std::move(work));
    if (!result) co_return problem(result.error(), request.id);
    co_return Reply::json(200, *result);
}

// GET /v1/blobs/{sha256}
Task<Reply> Api::blob(Request request) {
    const Result<Hash32> hash = read_id<Hash32>(request.parameter);
    if (!hash) co_return problem(hash.error(), request.id);
    auto work = [&service = context_.service, hash = *hash] { return service.blob(hash); };
    Result<Bytes> content = co_await context_.workers.run(std::move(work));
    co_return immutable_reply(request, std::move(content), "application/octet-stream");
}

// GET /v1/proofs/{hash}
Task<Reply> Api::proof_document(Request request) {
    const Result<Hash32> hash = read_id<Hash32>(request.parameter);
    if (!hash) co_return problem(hash.error(), request.id);
    auto work = [&service = context_.service, hash = *hash] {
        return service.proof_document(hash);
    };
    Result<Bytes> content = co_await context_.workers.run(std::move(work));
    co_return immutable_reply(request, std::move(content), "application/json");
}

// GET /v1/rulesets/{digest}
Task<Reply> Api::ruleset(Request request) {
    const Result<Hash32> hash = read_id<Hash32>(request.parameter);
    if (!hash) co_return problem(hash.error(), request.id);
    auto work = [&service = context_.service, hash = *hash] { return service.ruleset(hash); };
    Result<Bytes> content = co_await context_.workers.run(std::move(work));
    co_return immutable_reply(request, std::move(content), "application/json");
}

// GET /v1/attestation?challenge=<64 hex>
Task<Reply> Api::attestation(Request request) {
    Bytes challenge;
    constexpr std::string_view kName = "challenge=";
    if (!request.query.empty()) {
        const std::string_view query = request.query;
        const Result<Hash32> value = query.starts_with(kName)
                                         ? fixed_from_hex<Hash32>(query.substr(kName.size()))
                                         : Error{Errc::kBadRequest, "http.attestation.query"};
        if (!value) co_return problem(value.error(), request.id);
        append(challenge, value->view());
    }
    auto work = [&service = context_.service, challenge] { return service.attestation(challenge); };
    const Result<std::string> statement = co_await context_.workers.run(std::move(work));
    if (!statement) co_return problem(statement.error(), request.id);
    co_return Reply::json(200, *statement);
}

// GET /v1/statements/{hash}
Task<Reply> Api::archived_statement(Request request) {
    const Result<Hash32> hash = read_id<Hash32>(request.parameter);
    if (!hash) co_return problem(hash.error(), request.id);
    auto work = [&service = context_.service, hash = *hash] {
        return service.archived_statement(hash);
    };
    const Result<std::string> answer = co_await context_.workers.run(std::move(work));
    if (!answer) co_return problem(answer.error(), request.id);
    co_return Reply::json(200, *answer);
}

// GET /livez: the reactor answers.
Task<Reply> Api::live(Request) { co_return Reply::plain(200, "ok\n"); }

// GET /metrics, for who has the token where one is asked for.
Task<Reply> Api::metrics(Request request) {
    const std::string& token = context_.settings.bearer_token;
    if (!token.empty() && !same_secret(request.authorization, "Bearer " + token))
        co_return problem(Error{Errc::kUnauthorized, "http.metrics"}, request.id)
            .with("WWW-Authenticate", "Bearer");
    Reply reply = Reply::plain(200, context_.metrics ? context_.metrics() : std::string{});
    reply.content_type = kExposition;
    co_return reply;
}

// GET /readyz[?verbose]
Task<Reply> Api::ready(Request request) {
    auto work = [&service = context_.service]() -> Result<pipeline::Readiness> {
        return service.readiness();
    };
    Result<pipeline::Readiness> readiness = co_await context_.workers.run(std::move(work));
    if (!readiness) co_return problem(readiness.error(), request.id);
    const bool ready = readiness->ready && !context_.draining;
    if (context_.draining) readiness->reasons.emplace_back("draining");
    const unsigned status = ready ? 200 : 503;
    if (request.query != "verbose")
        co_return Reply::plain(status, ready ? "ready\n" : "not ready\n");
    JsonObject json;
    json.flag("ready", ready)
        .texts("reasons", readiness->reasons)
        .texts("alarms", readiness->alarms);
    co_return Reply::json(status, json.str());
}

}  // namespace pramana::http
