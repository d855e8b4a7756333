#include "pramana/net/http_client.hpp"

#include "unit/net/local_server.hpp"

#include <gtest/gtest.h>

namespace pramana::net {
namespace {

using namespace std::chrono_literals;
using testing_net::LocalServer;
using testing_net::Script;
using testing_net::TestCertificate;

constexpr std::size_t kBodyMax = 1000;
constexpr std::size_t kHeaderMax = 2000;

std::unique_ptr<HttpClient> client_of(const std::filesystem::path& ca_file = {}) {
    HttpClientOptions options;
    options.body_bytes_max = kBodyMax;
    options.header_bytes_max = kHeaderMax;
    options.ca_file = ca_file;
    return std::move(*HttpClient::create(options));
}

Result<HttpResponse> get(HttpClient& client, const std::string& url,
                         std::chrono::milliseconds time = 2s) {
    HttpRequest request;
    request.url = url;
    return client.request(request, in(time));
}

TEST(HttpClient, sends_and_receives_whole_messages) {
    std::string seen;
    const LocalServer server{[&](const std::string& request) {
        seen = request;
        return Script::answer(404, "body", "X-One: 1\r\n");
    }};
    HttpRequest request{"POST", server.url("/a?b"), {{"Content-Type", "application/json"}}, "{}"};
    const Result<HttpResponse> answer = client_of()->request(request, in(2s));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 404U);
    EXPECT_EQ(as_text(answer->body), "body");
    EXPECT_EQ(answer->header("x-ONE"), "1");
    EXPECT_EQ(answer->header("absent"), "");
    EXPECT_TRUE(seen.starts_with("POST /a?b HTTP/1.1\r\n")) << seen;
    EXPECT_NE(seen.find("Host: " + server.host_port() + "\r\n"), std::string::npos) << seen;
    EXPECT_NE(seen.find("Content-Length: 2\r\n"), std::string::npos) << seen;
    EXPECT_TRUE(seen.ends_with("\r\n\r\n{}")) << seen;
}

struct AnswerRow {
    const char* name;
    Script script;
    std::optional<Errc> error;
    std::size_t body;
};
const std::string kHead = "HTTP/1.1 200 OK\r\n";
const AnswerRow kAnswers[] = {
    {"length", Script::raw(kHead + "Content-Length: 3\r\n\r\nabc"), {}, 3},
    {"chunked",
     Script::raw(kHead + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
     {},
     3},
    {"until_close", Script::raw(kHead + "\r\nabc"), {}, 3},
    {"after_continue",
     Script::raw("HTTP/1.1 100 Continue\r\n\r\n" + kHead + "Content-Length: 1\r\n\r\na"),
     {},
     1},
    {"largest", Script::answer(200, std::string(kBodyMax, 'x')), {}, kBodyMax},
    {"body_above_limit", Script::answer(200, std::string(kBodyMax + 1, 'x')), Errc::kFetchTooLarge,
     0},
    {"chunks_above_limit",
     Script::raw(kHead + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') +
                 "\r\n0\r\n\r\n"),
     Errc::kFetchTooLarge, 0},
    {"endless_above_limit", Script::raw(kHead + "\r\n" + std::string(kBodyMax + 1, 'x')),
     Errc::kFetchTooLarge, 0},
    {"announced_above_limit", Script::raw(kHead + "Content-Length: 99999999999\r\n\r\n"),
     Errc::kFetchTooLarge, 0},
    {"header_above_limit", Script::answer(200, "", "X: " + std::string(kHeaderMax, 'x') + "\r\n"),
     Errc::kFetchTooLarge, 0},
    {"cut_body", Script::raw(kHead + "Content-Length: 4\r\n\r\nabc"), Errc::kFetchFailed, 0},
    {"cut_chunk", Script::raw(kHead + "Transfer-Encoding: chunked\r\n\r\n5\r\nabc"),
     Errc::kFetchFailed, 0},
    {"no_last_chunk", Script::raw(kHead + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
     Errc::kFetchFailed, 0},
    {"cut_header", Script::raw("HTTP/1.1 200 OK\r\nContent-Le"), Errc::kFetchFailed, 0},
    {"nothing", Script::raw(""), Errc::kFetchFailed, 0},
    {"not_http", Script::raw("SSH-2.0-OpenSSH_9.2\r\n\r\n"), Errc::kFetchFailed, 0},
    {"two_lengths", Script::raw(kHead + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
     Errc::kFetchFailed, 0},
    {"length_not_a_number", Script::raw(kHead + "Content-Length: -1\r\n\r\na"), Errc::kFetchFailed,
     0},
    {"continues_without_end", Script::raw([] {
         std::string all;
         for (int i = 0; i < 9; ++i) all += "HTTP/1.1 100 Continue\r\n\r\n";
         return all;
     }()),
     Errc::kFetchFailed, 0},
    {"silent", Script{{{"x", 10s}}}, Errc::kTimeout, 0},
    {"stalls_in_header", Script{{{"HTTP/1.1 200 OK\r\n", 0ms}, {"\r\n", 10s}}}, Errc::kTimeout, 0},
    {"stalls_in_body", Script{{{kHead + "Content-Length: 4\r\n\r\nabc", 0ms}, {"d", 10s}}},
     Errc::kTimeout, 0},
};
class HttpClientAnswer : public testing::TestWithParam<AnswerRow> {};
TEST_P(HttpClientAnswer, is_whole_or_an_error) {
    const LocalServer server{[](const std::string&) { return GetParam().script; }};
    const auto started = std::chrono::steady_clock::now();
    const Result<HttpResponse> answer = get(*client_of(), server.url("/"), 300ms);
    EXPECT_LT(std::chrono::steady_clock::now() - started, 2s);
    EXPECT_EQ(answer ? std::nullopt : std::optional{answer.error().code}, GetParam().error);
    if (answer) {
        EXPECT_EQ(answer->body.size(), GetParam().body);
    }
}
INSTANTIATE_TEST_SUITE_P(Rows, HttpClientAnswer, testing::ValuesIn(kAnswers),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(HttpClient, reuses_a_connection_and_survives_that_the_server_closed_it) {
    std::atomic<int> requests{0};
    const LocalServer server{[&](const std::string&) {
        Script script = Script::raw("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
        script.keep_open =
            ++requests != 2;  // the second answer does not say that the connection ends
        return script;
    }};
    const auto client = client_of();
    EXPECT_TRUE(get(*client, server.url("/1")));
    EXPECT_TRUE(get(*client, server.url("/2")));
    EXPECT_EQ(server.connections(), 1);
    std::this_thread::sleep_for(50ms);
    EXPECT_TRUE(get(*client, server.url("/3")));
    EXPECT_EQ(server.connections(), 2);
    EXPECT_EQ(requests, 3);
}

TEST(HttpClient, sends_a_request_that_must_not_repeat_only_on_fresh_connections) {
    const LocalServer server{[](const std::string&) {
        Script script = Script::raw("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
        script.keep_open = true;
        return script;
    }};
    const auto client = client_of();
    HttpRequest request{"POST", server.url("/"), {}, "x", false};
    EXPECT_TRUE(client->request(request, in(2s)));
    EXPECT_TRUE(client->request(request, in(2s)));
    EXPECT_EQ(server.connections(), 2);
}

TEST(HttpClient, names_what_failed_before_an_answer) {
    const auto client = client_of();
    int closed_port = 0;
    {
        const LocalServer gone{[](const std::string&) { return Script{}; }};
        closed_port = gone.port();
    }
    EXPECT_EQ(get(*client, "http://127.0.0.1:" + std::to_string(closed_port)).error().code,
              Errc::kFetchFailed);
    EXPECT_EQ(get(*client, "http://user@127.0.0.1/").error().code, Errc::kBadRequest);
    EXPECT_EQ(get(*client, "http://127.0.0.1:1/", -1ms).error().code, Errc::kTimeout);
    EXPECT_EQ(HttpClient::create({.ca_file = "/nonexistent/ca.pem"}).error().code,
              Errc::kConfigInvalid);
}

TEST(HttpClientTls, verifies_the_chain_and_the_name) {
    const TestCertificate certificate{"IP:127.0.0.1"};
    const TestCertificate other{"DNS:files.test"};
    const auto answer = [](const std::string&) { return Script::answer(200, "secure"); };
    const LocalServer server{answer, &certificate};
    const LocalServer misnamed{answer, &other};
    EXPECT_EQ(as_text(get(*client_of(certificate.pem_file()), server.url("/"))->body), "secure");
    EXPECT_EQ(get(*client_of(), server.url("/")).error().code, Errc::kFetchFailed);
    EXPECT_EQ(get(*client_of(other.pem_file()), misnamed.url("/")).error().code,
              Errc::kFetchFailed);
}

// For peers whose key is compared with what their evidence binds.
TEST(HttpClientTls, tells_whose_key_it_met_and_takes_any_only_when_asked) {
    const TestCertificate certificate{"DNS:enclave.test"};
    const TestCertificate other{"DNS:enclave.test"};
    const auto answer = [](const std::string&) { return Script::answer(200, "secure"); };
    const LocalServer server{answer, &certificate};
    const LocalServer stranger{answer, &other};
    const LocalServer plain{answer};
    const auto any = HttpClient::create({.ca_file = {}, .any_certificate = true});
    ASSERT_TRUE(any);
    const Result<HttpResponse> first = get(**any, server.url("/"));
    const Result<HttpResponse> second = get(**any, server.url("/"));
    const Result<HttpResponse> third = get(**any, stranger.url("/"));
    ASSERT_TRUE(first && second && third);
    ASSERT_TRUE(first->peer_key_sha256.has_value());
    EXPECT_EQ(first->peer_key_sha256, second->peer_key_sha256);
    EXPECT_NE(first->peer_key_sha256, third->peer_key_sha256);
    EXPECT_FALSE(get(**any, plain.url("/"))->peer_key_sha256.has_value());
    EXPECT_EQ(get(*client_of(), server.url("/")).error().code, Errc::kFetchFailed);
}

TEST(HttpClientTls, sees_a_stream_that_ends_without_close_notify) {
    const TestCertificate certificate{"IP:127.0.0.1"};
    const LocalServer server{[](const std::string& request) {
                                 Script script =
                                     Script::raw("HTTP/1.1 200 OK\r\n\r\nabc");  // until close
                                 script.close_notify = request.starts_with("GET /whole");
                                 return script;
                             },
                             &certificate};
    const auto client = client_of(certificate.pem_file());
    EXPECT_TRUE(get(*client, server.url("/whole")));
    EXPECT_EQ(get(*client, server.url("/cut")).error().code, Errc::kFetchFailed);
}

TEST(HttpClientTls, does_not_wait_for_a_handshake_beyond_the_deadline) {
    const LocalServer silent{
        [](const std::string&) { return Script{{{"", 10s}}}; }};  // waits for a request head
    EXPECT_EQ(get(*client_of(), "https://" + silent.host_port(), 200ms).error().code,
              Errc::kTimeout);
}

}  // namespace
}  // namespace pramana::net
