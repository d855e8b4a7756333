// Whom a server answers: origins, the operator with a token; and why one cannot start.
#include "fake_service.hpp"

#include <filesystem>
#include <fstream>

namespace pramana::http::test {
namespace {

TEST(Cors, lets_only_the_listed_origins_read) {
    FakeService service;
    Settings settings = quick_settings();
    settings.cors_origins = {"https://a.example"};
    const std::unique_ptr<Server> server = *Server::start(settings, service);
    const std::string preflight =
        "OPTIONS /RunProof HTTP/1.1\r\nHost: x\r\nAccess-Control-Request-Method: POST\r\nOrigin: ";
    const auto allowed = Client{server->port()}.ask(preflight + "https://a.example\r\n\r\n");
    EXPECT_EQ(allowed.status, 204U);
    EXPECT_EQ(allowed.field("Access-Control-Allow-Origin"), "https://a.example");
    EXPECT_EQ(allowed.field("Access-Control-Allow-Methods"), "POST, OPTIONS");
    EXPECT_EQ(allowed.field("Access-Control-Allow-Headers"), "Content-Type, If-None-Match");
    EXPECT_EQ(allowed.field("Access-Control-Max-Age"), "600");
    const auto refused = Client{server->port()}.ask(preflight + "https://b.example\r\n\r\n");
    EXPECT_EQ(refused.field("Access-Control-Allow-Origin"), "(absent)");
    const auto simple = Client{server->port()}.ask(get("/livez", "Origin: https://a.example\r\n"));
    EXPECT_EQ(simple.field("Access-Control-Allow-Origin"), "https://a.example");
    EXPECT_EQ(simple.field("Access-Control-Expose-Headers"), "Location, Retry-After, X-Request-Id");
    EXPECT_EQ(simple.field("Vary"), "Origin");
    const auto failing = Client{server->port()}.ask(get("/none", "Origin: https://a.example\r\n"));
    EXPECT_EQ(failing.field("Access-Control-Allow-Origin"), "https://a.example")
        << "errors are readable too";
}

TEST(Cors, any_origin_and_none) {
    FakeService service;
    Settings settings = quick_settings();
    settings.cors_origins = {"*"};
    const std::unique_ptr<Server> any = *Server::start(settings, service);
    EXPECT_EQ(Client{any->port()}
                  .ask(get("/livez", "Origin: null\r\n"))
                  .field("Access-Control-Allow-Origin"),
              "*");
    const std::unique_ptr<Server> none = *Server::start(quick_settings(), service);
    EXPECT_EQ(Client{none->port()}
                  .ask(get("/livez", "Origin: https://a\r\n"))
                  .field("Access-Control-Allow-Origin"),
              "(absent)");
}

TEST(Connections, leave_the_rest_of_the_process_its_files) {
    EXPECT_EQ(connections_within(1'000'000, 1'024), 1'024U);
    EXPECT_EQ(connections_within(1'536, 1'024), 1'024U);
    EXPECT_EQ(connections_within(1'535, 1'024), 1'023U);
    EXPECT_EQ(connections_within(1'024, 1'024), 512U);
    EXPECT_EQ(connections_within(256, 1'024), 16U);
    EXPECT_EQ(connections_within(256, 1), 1U);
}

TEST(OperatorServer, serves_metrics_and_nothing_of_the_public_api) {
    FakeService service;
    service.ready.alarms = {"balance_low"};
    Settings settings = quick_settings();
    settings.for_operator = true;
    const auto server = *Server::start(settings, service, [] { return "pramana_jobs 1\n"; });
    const auto answer = Client{server->port()}.ask(get("/metrics"));
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.body, "pramana_jobs 1\n");
    EXPECT_EQ(answer.field("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_EQ(Client{server->port()}.ask(get("/readyz?verbose")).body,
              R"({"ready":true,"reasons":[],"alarms":["balance_low"]})");
    EXPECT_EQ(Client{server->port()}.ask(get("/livez")).status, 200U);
    for (const char* path : {"/v1/attestation", "/v1/jobs/1", "/RunProof"})
        EXPECT_EQ(Client{server->port()}.ask(get(path)).status, 404U) << path;
    const auto front = *Server::start(quick_settings(), service, [] { return "x"; });
    EXPECT_EQ(Client{front->port()}.ask(get("/metrics")).status, 404U) << "not in public";
}

TEST(OperatorServer, asks_for_its_token) {
    FakeService service;
    Settings settings = quick_settings();
    settings.for_operator = true;
    settings.bearer_token = "0123456789abcdef";
    const auto server = *Server::start(settings, service, [] { return "secret 1\n"; });
    const auto ask = [&](const std::string& field) {
        return Client{server->port()}.ask(get("/metrics", field)).status;
    };
    EXPECT_EQ(ask("Authorization: Bearer 0123456789abcdef\r\n"), 200U);
    for (const char* wrong :
         {"", "Authorization: Bearer 0123456789abcdeF\r\n", "Authorization: Bearer \r\n",
          "Authorization: Basic 0123456789abcdef\r\n", "Authorization: 0123456789abcdef\r\n",
          "Authorization: Bearer 0123456789abcdef0\r\n"})
        EXPECT_EQ(ask(wrong), 401U) << wrong;
}

TEST(OperatorServer, reads_its_token_from_a_file) {
    const std::filesystem::path file =
        std::filesystem::path{testing::TempDir()} / ("token_" + std::to_string(::getpid()));
    const auto token = [&](const std::string& text) {
        std::ofstream{file, std::ios::trunc} << text;
        config::Metrics metrics;
        metrics.token_file = file;
        const Result<Settings> settings = operator_settings_from(metrics);
        return settings ? settings->bearer_token : std::string{name_of(settings.error().code)};
    };
    EXPECT_EQ(token("0123456789abcdef\n"), "0123456789abcdef");
    EXPECT_EQ(token("short\n"), "config_invalid");
    EXPECT_EQ(token("with a space in it\n"), "config_invalid");
    EXPECT_EQ(token(std::string(257, 'x')), "config_invalid");
    std::filesystem::remove(file);
    config::Metrics metrics;
    metrics.token_file = file;
    EXPECT_EQ(operator_settings_from(metrics).error().code, Errc::kNotFound);
}

TEST(Start, names_why_it_cannot) {
    FakeService service;
    Settings settings = quick_settings();
    settings.address = "localhost";
    EXPECT_EQ(Server::start(settings, service).error().code, Errc::kConfigInvalid);
    settings.address = "203.0.113.7";  // not an address of this machine
    EXPECT_EQ(Server::start(settings, service).error().code, Errc::kIo);
}

}  // namespace
}  // namespace pramana::http::test
