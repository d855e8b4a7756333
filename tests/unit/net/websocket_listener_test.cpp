#include "pramana/net/websocket_listener.hpp"

#include "unit/net/local_server.hpp"

#include <gtest/gtest.h>

// Source: RFC 6455; what counts is that nothing but a server that we trust, under its own name, is
// listened to.
namespace pramana::net {
namespace {

using namespace std::chrono_literals;
using testing_net::LocalServer;
using testing_net::Script;
using testing_net::TestCertificate;

WebsocketListenerOptions options_of(std::string url) {
    WebsocketListenerOptions options;
    options.urls = {std::move(url)};
    options.first_message = "hello";
    options.message_bytes_max = 1'000;
    options.handshake_time_max = 1s;
    options.backoff_min = 20ms;
    options.backoff_max = 40ms;
    return options;
}

template <class Holds>
bool comes_true(const Holds& holds) {
    for (int i = 0; i < 2'000 && !holds(); ++i) std::this_thread::sleep_for(10ms);
    return holds();
}

struct ListenRow {
    const char* name;
    const char* scheme;
    const char* certificate_names;  ///< nullptr = no TLS
    bool trusted;
    std::vector<std::string> texts;
    bool heard;
};
const ListenRow kListens[] = {
    {"plain", "ws://", nullptr, false, {"a", "b"}, true},
    {"tls", "wss://", "IP:127.0.0.1", true, {"a", std::string(1'000, 'b')}, true},
    {"tls_of_a_stranger", "wss://", "IP:127.0.0.1", false, {"a", "b"}, false},
    {"tls_under_another_name", "wss://", "DNS:node.test,IP:127.0.0.2", true, {"a", "b"}, false},
    {"tls_where_plain_was_asked", "ws://", "IP:127.0.0.1", true, {"a", "b"}, false},
    {"plain_where_tls_was_asked", "wss://", nullptr, false, {"a", "b"}, false},
};
class WebsocketListens : public testing::TestWithParam<ListenRow> {};
TEST_P(WebsocketListens, to_whom_it_trusts) {
    const ListenRow& row = GetParam();
    const bool tls = row.certificate_names != nullptr;
    const TestCertificate certificate{tls ? row.certificate_names : "DNS:unused.test"};
    const LocalServer server{
        [&](const std::string& request) { return Script::websocket(request, row.texts); },
        tls ? &certificate : nullptr};
    WebsocketListenerOptions options = options_of(row.scheme + server.host_port() + "/heads");
    if (row.trusted) options.ca_file = certificate.pem_file();
    std::atomic<int> told{0};
    const auto listener = WebsocketListener::start(options, [&told] { ++told; });
    ASSERT_TRUE(listener);
    // It comes back after each end, and is told the same again.
    EXPECT_TRUE(comes_true([&] { return (*listener)->failures() >= 3; }));
    EXPECT_GE(server.connections(), 3);
    EXPECT_EQ((*listener)->connections() >= 2, row.heard);
    EXPECT_EQ(told >= 4, row.heard);
    EXPECT_EQ((*listener)->messages() == 0, !row.heard);
}
INSTANTIATE_TEST_SUITE_P(Rows, WebsocketListens, testing::ValuesIn(kListens),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(WebsocketListener, gives_up_who_sends_too_much_or_no_websocket) {
    std::atomic<int> asked{0};
    const LocalServer server{[&asked](const std::string& request) {
        ++asked;
        if (asked == 1) return Script::websocket(request, {std::string(1'001, 'x')});
        if (asked == 2) return Script::websocket("Sec-WebSocket-Key: another\r\n", {"lie"});
        if (asked == 3) return Script::answer(200, "no");
        return Script::websocket(request, {"truth"});
    }};
    std::atomic<int> told{0};
    const auto listener =
        WebsocketListener::start(options_of("ws://" + server.host_port()), [&told] { ++told; });
    ASSERT_TRUE(listener);
    EXPECT_TRUE(comes_true([&] { return told >= 1; }));
    EXPECT_GE(asked, 4);
    EXPECT_GE((*listener)->failures(), 3U);
}

struct StartRow {
    const char* name;
    const char* url;
    const char* ca_file;
};
const StartRow kBadStarts[] = {
    {"http", "http://node.test", ""},
    {"no_scheme", "node.test:8546", ""},
    {"userinfo", "wss://a:b@node.test", ""},
    {"no_such_ca", "wss://node.test", "/nonexistent/ca.pem"},
};
class WebsocketRefuses : public testing::TestWithParam<StartRow> {};
TEST_P(WebsocketRefuses, a_configuration_that_cannot_work) {
    WebsocketListenerOptions options = options_of(GetParam().url);
    options.ca_file = GetParam().ca_file;
    EXPECT_EQ(WebsocketListener::start(options, [] {}).error().code, Errc::kConfigInvalid);
}
INSTANTIATE_TEST_SUITE_P(Rows, WebsocketRefuses, testing::ValuesIn(kBadStarts),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::net
