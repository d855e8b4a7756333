#include "fake_service.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"

namespace pramana::http::test {
namespace {

constexpr std::string_view kUploadType = "application/vnd.pramana.contribution.v1";

std::string framed(std::string_view envelope, std::string_view sealed) {
    Bytes frame;
    append_be(frame, static_cast<std::uint32_t>(envelope.size()));
    append(frame, envelope);
    append(frame, sealed);
    return std::string{as_text(frame)};
}

pipeline::ContributionStatus final_status() {
    pipeline::ContributionStatus status;
    status.id.bytes[31] = 0xAB;
    status.stage = pipeline::Stage::kFinal;
    status.received_unix_s = 100;
    status.changed_unix_s = 200;
    status.job = JobId{17};
    status.file = FileId{99};
    status.tx_hash = Hash32{};
    status.proof_index = 3;
    status.proof_document = Hash32{};
    status.result.emplace();
    status.result->pay_1024 = 512;
    status.result->reasons = {"near_copy"};
    return status;
}

class Api : public HttpTest {
    void SetUp() override { start(); }
};

TEST_F(Api, admits_an_upload_with_202_and_where_to_look) {
    std::string envelope_seen;
    service_.on_admit = [&](const pipeline::Upload& upload) -> Result<ContributionId> {
        envelope_seen = as_text(upload.envelope);
        EXPECT_EQ(as_text(upload.sealed), "sealed bytes");
        ContributionId id;
        id.bytes[0] = 0x12;
        return id;
    };
    const auto answer =
        ask(post("/v1/contributions", kUploadType, framed(R"({"v":1})", "sealed bytes")));
    EXPECT_EQ(answer.status, 202U);
    const std::string id = "12" + std::string(62, '0');
    EXPECT_EQ(answer.field("Location"), "/v1/contributions/" + id);
    const JsonView json = *read_json(answer.body);
    EXPECT_EQ(*json.member("id")->text(), id);
    Sha256 hash;
    hash.update("sealed bytes");
    EXPECT_EQ(*json.member("blob_url")->text(),
              "https://validator.example/v1/blobs/" + to_hex(hash.finish().view()));
    EXPECT_EQ(*json.member("status_url")->text(),
              "https://validator.example/v1/contributions/" + id);
    EXPECT_EQ(envelope_seen, R"({"v":1})");
}

TEST_F(Api, refuses_broken_upload_frames) {
    service_.on_admit = [](const pipeline::Upload&) -> Result<ContributionId> {
        return ContributionId{};
    };
    const std::string huge_length{"\xFF\xFF\xFF\xFF{}x", 7};
    for (const std::string& body :
         {std::string{}, std::string{"\0\0", 2}, framed("", "x"), framed("{}", ""), huge_length,
          framed(std::string(65'537, 'a'), "x")}) {
        const auto answer = ask(post("/v1/contributions", kUploadType, body));
        EXPECT_EQ(answer.status, 400U);
        EXPECT_EQ(code_of(answer), "malformed_envelope");
    }
    EXPECT_EQ(service_.calls, 0);
}

struct ErrorRow {
    Errc code;
    unsigned status;
};
const ErrorRow kErrors[] = {
    {Errc::kIntentSignature, 400},  {Errc::kDlpNotServed, 400},
    {Errc::kHashMismatch, 400},     {Errc::kTermsNotAgreed, 400},
    {Errc::kQuotaExceeded, 429},    {Errc::kBodyTooLarge, 413},
    {Errc::kStorageFull, 507},      {Errc::kBusy, 503},
    {Errc::kUnauthorized, 401},     {Errc::kRpcUnavailable, 503},
    {Errc::kStoreUnavailable, 503}, {Errc::kInternal, 500},
    {Errc::kConflict, 409},
};
TEST_F(Api, turns_each_error_of_the_service_into_a_problem_document) {
    for (const ErrorRow& row : kErrors) {
        service_.on_admit = [&row](const pipeline::Upload&) -> Result<ContributionId> {
            return Error{row.code, "test"};
        };
        const auto answer = ask(post("/v1/contributions", kUploadType, framed("{}", "x")));
        EXPECT_EQ(answer.status, row.status) << name_of(row.code);
        EXPECT_EQ(code_of(answer), name_of(row.code));
        EXPECT_EQ(answer.field("Retry-After") != "(absent)",
                  row.status == 503 || row.status == 507 || row.status == 429);
        EXPECT_EQ(read_json(answer.body)->member("detail")->text().value_or(""),
                  sentence_of(row.code));
    }
}

TEST_F(Api, what_an_exception_says_goes_nowhere) {
    service_.on_status = [](const ContributionId&) -> Result<pipeline::ContributionStatus> {
        throw std::runtime_error{"a person's text"};
    };
    testing::internal::CaptureStderr();
    const auto answer = ask(get("/v1/contributions/" + std::string(64, 'a')));
    const std::string logged = testing::internal::GetCapturedStderr();
    EXPECT_EQ(answer.status, 500U);
    EXPECT_EQ(code_of(answer), "internal");
    EXPECT_EQ(answer.body.find("person"), std::string::npos);
    EXPECT_EQ(logged.find("person"), std::string::npos) << logged;
    EXPECT_NE(logged.find("std::runtime_error"), std::string::npos) << logged;
}

TEST_F(Api, shows_a_contribution) {
    service_.on_status = [](const ContributionId&) -> Result<pipeline::ContributionStatus> {
        return final_status();
    };
    const auto answer = ask(get("/v1/contributions/" + std::string(64, 'a')));
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.field("Cache-Control"), "no-store");
    const JsonView json = *read_json(answer.body);
    EXPECT_EQ(*json.member("stage")->text(), "final");
    EXPECT_TRUE(*json.member("terminal")->boolean());
    EXPECT_EQ(*json.member("job_id")->whole_number(), 17U);
    EXPECT_EQ(*json.member("proof_index")->whole_number(), 3U);
    EXPECT_EQ(*json.member("tx_hash")->text(), "0x" + std::string(64, '0'));
    EXPECT_EQ(*json.member("proof_url")->text(),
              "https://validator.example/v1/proofs/" + std::string(64, '0'));
    EXPECT_EQ(*json.member("result")->member("pay_1024")->whole_number(), 512U);
    EXPECT_EQ(json.member("result")->member("reasons")->raw(), R"(["near_copy"])");
    EXPECT_FALSE(json.member("cause"));
}

TEST_F(Api, shows_a_job) {
    service_.on_job_status = [](JobId job) -> Result<pipeline::ContributionStatus> {
        if (job != JobId{17}) return Error{Errc::kNotFound, "test"};
        return final_status();
    };
    const auto answer = ask(get("/v1/jobs/17"));
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(*read_json(answer.body)->member("status_url")->text(),
              "https://validator.example/v1/jobs/17");
    for (const char* id : {"18", "017", "+17", "17x", "0x11", "18446744073709551616"})
        EXPECT_EQ(code_of(ask(get(std::string{"/v1/jobs/"} + id))), "not_found") << id;
}

TEST_F(Api, shows_what_a_registry_has_recorded) {
    service_.on_result = [](JobId job) -> Result<std::string> {
        if (job == JobId{18}) return Error{Errc::kProofNotFinal, "test"};
        if (job != JobId{17}) return Error{Errc::kNotFound, "test"};
        return std::string{R"({"mode":"batch"})"};
    };
    EXPECT_EQ(ask(get("/v1/results/17")).body, R"({"mode":"batch"})");
    EXPECT_EQ(code_of(ask(get("/v1/results/18"))), "proof_not_final");
    for (const char* id : {"19", "017", "x"})
        EXPECT_EQ(code_of(ask(get(std::string{"/v1/results/"} + id))), "not_found") << id;
}

TEST_F(Api, shows_why_a_contribution_waits) {
    service_.on_status = [](const ContributionId& id) -> Result<pipeline::ContributionStatus> {
        pipeline::ContributionStatus status;
        status.id = id;
        status.stage = pipeline::Stage::kWaitingFile;
        status.cause = Error{Errc::kFetchFailed, "test"};
        return status;
    };
    const auto answer = ask(get("/v1/contributions/" + std::string(64, 'a')));
    const JsonView json = *read_json(answer.body);
    EXPECT_EQ(*json.member("cause")->member("code")->text(), "fetch_failed");
    EXPECT_TRUE(json.member("cause")->member("sentence"));
    EXPECT_TRUE(json.member("cause")->member("next_step"));
    EXPECT_FALSE(json.member("job_id"));
    EXPECT_FALSE(json.member("result"));
}

TEST_F(Api, serves_blobs_and_documents_for_ever) {
    service_.on_bytes = [](const Hash32&) -> Result<Bytes> { return Bytes(300'000, 0x5A); };
    const std::string hash(64, 'c');
    const auto blob = ask(get("/v1/blobs/" + hash));
    EXPECT_EQ(blob.status, 200U);
    EXPECT_EQ(blob.body, std::string(300'000, 0x5A));
    EXPECT_EQ(blob.field("Content-Type"), "application/octet-stream");
    EXPECT_EQ(blob.field("Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(blob.field("ETag"), '"' + hash + '"');
    const auto document = ask(get("/v1/proofs/" + hash));
    EXPECT_EQ(document.field("Content-Type"), "application/json");
    const auto unchanged = ask(get("/v1/blobs/" + hash, "If-None-Match: \"" + hash + "\"\r\n"));
    EXPECT_EQ(unchanged.status, 304U);
    EXPECT_EQ(unchanged.field("Content-Length"), "(absent)");
}

TEST_F(Api, says_when_to_come_back_for_a_document_whose_proof_is_not_final) {
    service_.on_bytes = [](const Hash32&) -> Result<Bytes> {
        return Error{Errc::kProofNotFinal, "test"};
    };
    const auto answer = ask(get("/v1/proofs/" + std::string(64, 'c')));
    EXPECT_EQ(answer.status, 404U);
    EXPECT_EQ(code_of(answer), "proof_not_final");
    EXPECT_EQ(answer.field("Retry-After"), "2");
    EXPECT_EQ(answer.field("Cache-Control"), "no-store");
}

TEST_F(Api, knows_only_lower_case_hashes) {
    service_.on_bytes = [](const Hash32&) -> Result<Bytes> { return Bytes{1}; };
    for (const std::string& name :
         {std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'A'),
          "0x" + std::string(64, 'a'), std::string(64, 'g'), std::string{"..%2f"}})
        EXPECT_EQ(code_of(ask(get("/v1/blobs/" + name))), "not_found") << name;
    EXPECT_EQ(service_.calls, 0);
}

TEST_F(Api, attests_with_and_without_a_challenge) {
    service_.on_attestation = [](ByteView challenge) -> Result<std::string> {
        return JsonObject{}.number("challenge_bytes", challenge.size()).str();
    };
    EXPECT_EQ(ask(get("/v1/attestation")).body, R"({"challenge_bytes":0})");
    EXPECT_EQ(ask(get("/v1/attestation?challenge=" + std::string(64, '1'))).body,
              R"({"challenge_bytes":32})");
    for (const char* query : {"?challenge=12", "?x=1", "?challenge="})
        EXPECT_EQ(code_of(ask(get(std::string{"/v1/attestation"} + query))), "bad_request")
            << query;
}

TEST_F(Api, shows_a_statement_by_its_hash) {
    service_.on_statement = [](const Hash32& hash) -> Result<std::string> {
        if (hash.bytes[0] != 0xaa) return Error{Errc::kNotFound, "test"};
        return std::string{R"({"format":"x"})"};
    };
    EXPECT_EQ(ask(get("/v1/statements/" + std::string(64, 'a'))).body, R"({"format":"x"})");
    EXPECT_EQ(code_of(ask(get("/v1/statements/" + std::string(64, 'b')))), "not_found");
    EXPECT_EQ(code_of(ask(get("/v1/statements/" + std::string(64, 'A')))), "not_found");
}

TEST_F(Api, shows_a_ruleset_by_its_digest) {
    service_.on_ruleset = [](const Hash32& hash) -> Result<Bytes> {
        if (hash.bytes[0] != 0xaa) return Error{Errc::kNotFound, "test"};
        return Bytes{'{', '}'};
    };
    const std::string path = "/v1/rulesets/" + std::string(64, 'a');
    const auto answer = ask(get(path));
    EXPECT_EQ(answer.body, "{}");
    EXPECT_EQ(answer.field("Content-Type"), "application/json");
    EXPECT_EQ(answer.field("ETag"), '"' + std::string(64, 'a') + '"');
    EXPECT_EQ(code_of(ask(get("/v1/rulesets/" + std::string(64, 'b')))), "not_found");
    EXPECT_EQ(code_of(ask(get("/v1/rulesets/" + std::string(64, 'A')))), "not_found");
    EXPECT_EQ(code_of(ask(get("/v1/rulesets/default-2"))), "not_found");
}

TEST_F(Api, tells_health) {
    EXPECT_EQ(ask(get("/livez")).body, "ok\n");
    EXPECT_EQ(ask(get("/readyz")).body, "ready\n");
    service_.ready = {false, {"chain_unreachable"}};
    const auto plain = ask(get("/readyz"));
    EXPECT_EQ(plain.status, 503U);
    EXPECT_EQ(plain.body, "not ready\n");
    EXPECT_EQ(ask(get("/readyz?verbose")).body,
              R"({"ready":false,"reasons":["chain_unreachable"],"alarms":[]})");
}

TEST_F(Api, knows_its_routes_and_methods) {
    EXPECT_EQ(code_of(ask(get("/"))), "not_found");
    EXPECT_EQ(code_of(ask(get("/v1/blobs/"))), "not_found");
    EXPECT_EQ(code_of(ask(get("/v1/blobs/a/b"))), "not_found");
    const auto wrong = ask("DELETE /v1/contributions HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(wrong.status, 405U);
    EXPECT_EQ(wrong.field("Allow"), "POST, OPTIONS");
    EXPECT_EQ(code_of(wrong), "method_not_allowed");
    EXPECT_EQ(ask("BREW /livez HTTP/1.1\r\nHost: x\r\n\r\n").field("Allow"), "GET, HEAD, OPTIONS");
    const auto type = ask(post("/v1/contributions", "text/plain", "x"));
    EXPECT_EQ(type.status, 415U);
    EXPECT_EQ(code_of(type), "unsupported_media_type");
}

TEST_F(Api, answers_head_without_a_body_and_keeps_the_connection) {
    Client client{port()};
    client.send("HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto head = client.receive(true);
    EXPECT_EQ(head.status, 200U);
    EXPECT_EQ(head.field("Content-Length"), "3");
    EXPECT_EQ(client.ask(get("/livez")).body, "ok\n");
}

TEST_F(Api, answers_pipelined_requests_in_order) {
    Client client{port()};
    client.send(get("/livez") + get("/readyz") + "\r\n" + get("/none") +
                get("/livez", "Connection: close\r\n"));
    EXPECT_EQ(client.receive().body, "ok\n");
    EXPECT_EQ(client.receive().body, "ready\n");
    EXPECT_EQ(client.receive().status, 404U);
    EXPECT_EQ(client.receive().field("Connection"), "close");
    EXPECT_TRUE(client.closed_by_server());
}

TEST_F(Api, speaks_http_1_0) {
    Client client{port()};
    const auto answer = client.ask("GET /livez HTTP/1.0\r\n\r\n");
    EXPECT_EQ(answer.head.substr(0, 12), "HTTP/1.0 200");
    EXPECT_TRUE(client.closed_by_server());
}

TEST_F(Api, gives_each_request_an_id_and_echoes_nothing) {
    const auto first = ask(get("/canary-7731"));
    const auto second = ask(get("/canary-7731"));
    EXPECT_EQ(first.field("X-Request-Id").size(), 16U);
    EXPECT_NE(first.field("X-Request-Id"), second.field("X-Request-Id"));
    EXPECT_EQ(*read_json(first.body)->member("instance")->text(),
              "urn:pramana:request:" + first.field("X-Request-Id"));
    EXPECT_EQ((first.head + first.body).find("7731"), std::string::npos);
}

TEST_F(Api, refuses_malformed_requests_and_closes) {
    for (const char* request :
         {"GET / HTTP/1.1\r\n\r\n",
          "POST /RunProof HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
          "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "GET / HTTP/9.9\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n",
          "\x16\x03\x01\r\n\r\n",
          "POST /RunProof HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
          "POST /RunProof HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n"}) {
        Client client{port()};
        const auto answer = client.ask(request);
        EXPECT_EQ(answer.status, 400U) << request;
        EXPECT_EQ(code_of(answer), "bad_request");
        EXPECT_TRUE(client.closed_by_server());
    }
}

}  // namespace
}  // namespace pramana::http::test
