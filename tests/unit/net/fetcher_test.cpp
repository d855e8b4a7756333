#include "pramana/net/fetcher.hpp"

#include "unit/net/local_server.hpp"

#include <gtest/gtest.h>

#include <map>

namespace pramana::net {
namespace {

using namespace std::chrono_literals;
using testing_net::LocalServer;
using testing_net::Script;
using testing_net::TestCertificate;

/// Answers from a table and counts; another name fails.
class TableResolver final : public NameResolver {
  public:
    explicit TableResolver(std::map<std::string, std::vector<std::string>> table)
        : table_{std::move(table)} {}
    Result<std::vector<IpAddress>> resolve(const std::string& host,
                                           Deadline /*deadline*/) override {
        ++asked_;
        const auto row = table_.find(host);
        if (row == table_.end()) return Error{Errc::kFetchFailed, "test.resolve"};
        std::vector<IpAddress> addresses;
        for (const std::string& text : row->second) addresses.push_back(*parse_ip_address(text));
        return addresses;
    }
    [[nodiscard]] int asked() const { return asked_; }

  private:
    std::map<std::string, std::vector<std::string>> table_;
    int asked_ = 0;
};

FetchPolicy policy_for(std::vector<std::string> allowed) {
    FetchPolicy policy;
    policy.bytes_max = 1000;
    policy.time_max = 500ms;
    policy.allowed_private = std::move(allowed);
    return policy;
}

Result<Bytes> fetch(FetchPolicy policy, std::string_view url,
                    std::shared_ptr<NameResolver> resolver = nullptr) {
    return (*Fetcher::create(std::move(policy), std::move(resolver)))->fetch(url);
}

struct ForbiddenRow {
    const char* name;
    std::string_view url;
};
const ForbiddenRow kForbidden[] = {
    {"plain_http", "http://example.org/"},
    {"userinfo", "https://user@example.org/"},
    {"ftp", "ftp://example.org/"},
    {"loopback", "https://127.0.0.1/"},
    {"loopback_v6", "https://[::1]/"},
    {"mapped", "https://[::ffff:127.0.0.1]/"},
    {"private", "https://192.168.1.1/"},
    {"metadata", "https://169.254.169.254/latest/meta-data/"},
    {"decimal", "https://2852039166/"},
    {"name_to_private", "https://inside.test/"},
    {"name_to_both", "https://both.test/"},
    {"name_to_ula", "https://ula.test/"},
    {"name_to_zero", "https://zero.test/"},
};
class FetcherForbids : public testing::TestWithParam<ForbiddenRow> {};
TEST_P(FetcherForbids, what_leads_inside) {
    const auto resolver = std::make_shared<TableResolver>(
        std::map<std::string, std::vector<std::string>>{{"inside.test", {"10.0.0.7"}},
                                                        {"both.test", {"8.8.8.8", "127.0.0.1"}},
                                                        {"ula.test", {"fd00::1"}},
                                                        {"zero.test", {"0.0.0.0"}},
                                                        {"example.org", {"8.8.8.8"}}});
    EXPECT_EQ(fetch(policy_for({}), GetParam().url, resolver).error().code, Errc::kFetchForbidden);
}
INSTANTIATE_TEST_SUITE_P(Rows, FetcherForbids, testing::ValuesIn(kForbidden),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Fetcher, reads_from_an_allowed_private_server_and_from_no_other_port) {
    const LocalServer server{[](const std::string& request) {
        EXPECT_NE(request.find("Accept-Encoding: identity\r\n"), std::string::npos);
        return Script::answer(200, "sealed");
    }};
    EXPECT_EQ(as_text(*fetch(policy_for({server.host_port()}), server.url("/f"))), "sealed");
    EXPECT_EQ(server.connections(), 1);
    EXPECT_EQ(fetch(policy_for({"127.0.0.1:1"}), server.url("/f")).error().code,
              Errc::kFetchForbidden);
    EXPECT_EQ(fetch(policy_for({}), server.url("/f")).error().code, Errc::kFetchForbidden);
    EXPECT_EQ(server.connections(), 1) << "a forbidden fetch must not touch the server";
}

TEST(Fetcher, takes_the_smaller_of_two_size_limits) {
    const LocalServer server{
        [](const std::string&) { return Script::answer(200, std::string(500, 'x')); }};
    const auto fetcher = std::move(*Fetcher::create(policy_for({server.host_port()})));
    EXPECT_TRUE(fetcher->fetch(server.url("/"), 500));
    EXPECT_EQ(fetcher->fetch(server.url("/"), 499).error().code, Errc::kFetchTooLarge);
}

struct BodyRow {
    const char* name;
    Script script;
    std::optional<Errc> error;
};
const BodyRow kBodies[] = {
    {"largest", Script::answer(200, std::string(1000, 'x')), {}},
    {"oversized", Script::answer(200, std::string(1001, 'x')), Errc::kFetchTooLarge},
    {"oversized_without_length", Script::raw("HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x')),
     Errc::kFetchTooLarge},
    {"endless_chunk_extension",
     Script::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=" +
                 std::string(1U << 20U, 'x')),
     Errc::kFetchTooLarge},
    {"endless_trailer",
     Script::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " +
                 std::string(1U << 20U, 'x')),
     Errc::kFetchTooLarge},
    {"length_too_long", Script::raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
     Errc::kFetchFailed},
    {"length_too_short", Script::raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc"), {}},
    {"slow",
     Script{{{"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na", 0ms}, {"b", 300ms}, {"c", 300ms}}},
     Errc::kTimeout},
    {"silent", Script{{{"", 5s}}}, Errc::kTimeout},
    {"encoded", Script::answer(200, "abc", "Content-Encoding: gzip\r\n"), Errc::kFetchFailed},
    {"identity", Script::answer(200, "abc", "Content-Encoding: identity\r\n"), {}},
    {"not_found", Script::answer(404, std::string(5000, 'x')), Errc::kFetchFailed},
    {"partial", Script::answer(206, "abc"), Errc::kFetchFailed},
    {"no_content", Script::answer(204, ""), Errc::kFetchFailed},
    {"redirect_without_location", Script::answer(302, ""), Errc::kFetchForbidden},
    {"redirect_to_plain_http_elsewhere",
     Script::answer(302, "", "Location: http://example.org/\r\n"), Errc::kFetchForbidden},
    {"redirect_to_loopback", Script::answer(301, "", "Location: https://127.0.0.1:1/\r\n"),
     Errc::kFetchForbidden},
    {"redirect_to_metadata", Script::answer(307, "", "Location: https://169.254.169.254/\r\n"),
     Errc::kFetchForbidden},
    {"redirect_to_name_inside", Script::answer(308, "", "Location: //inside.test/\r\n"),
     Errc::kFetchForbidden},
    {"redirect_to_file", Script::answer(302, "", "Location: file:///etc/passwd\r\n"),
     Errc::kFetchForbidden},
    {"redirect_with_userinfo", Script::answer(302, "", "Location: https://a@example.org/\r\n"),
     Errc::kFetchForbidden},
    {"endless_redirects", Script::answer(302, "", "Location: /again\r\n"), Errc::kFetchFailed},
    {"not_modified", Script::answer(304, ""), Errc::kFetchFailed},
};
class FetcherBody : public testing::TestWithParam<BodyRow> {};
TEST_P(FetcherBody, is_whole_or_an_error) {
    const LocalServer server{[](const std::string&) { return GetParam().script; }};
    const auto resolver = std::make_shared<TableResolver>(
        std::map<std::string, std::vector<std::string>>{{"inside.test", {"10.0.0.7"}}});
    const Result<Bytes> body = fetch(policy_for({server.host_port()}), server.url("/f"), resolver);
    EXPECT_EQ(body ? std::nullopt : std::optional{body.error().code}, GetParam().error);
}
INSTANTIATE_TEST_SUITE_P(Rows, FetcherBody, testing::ValuesIn(kBodies),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(FetcherRedirect, is_followed_up_to_the_limit) {
    const LocalServer server{[](const std::string& request) {
        const char hop = request[5];  // GET /N
        if (hop == '0') return Script::answer(200, "end");
        return Script::answer(302, "",
                              "Location: /" + std::string(1, static_cast<char>(hop - 1)) + "\r\n");
    }};
    EXPECT_TRUE(fetch(policy_for({server.host_port()}), server.url("/3")));
    EXPECT_EQ(fetch(policy_for({server.host_port()}), server.url("/4")).error().code,
              Errc::kFetchFailed);
}

TEST(FetcherTls, verifies_the_name_that_was_asked_for_at_the_checked_address) {
    const TestCertificate certificate{"DNS:files.test"};
    const LocalServer server{[](const std::string&) { return Script::answer(200, "secure"); },
                             &certificate};
    const std::string port = ":" + std::to_string(server.port());
    const auto resolver =
        std::make_shared<TableResolver>(std::map<std::string, std::vector<std::string>>{
            {"files.test", {"127.0.0.1"}}, {"other.test", {"127.0.0.1"}}});
    FetchPolicy policy = policy_for({"files.test" + port, "other.test" + port});
    policy.time_max = 2s;
    EXPECT_EQ(fetch(policy, "https://files.test" + port, resolver).error().code, Errc::kFetchFailed)
        << "not trusted";
    policy.ca_file = certificate.pem_file();
    EXPECT_EQ(as_text(*fetch(policy, "https://files.test" + port, resolver)), "secure");
    EXPECT_EQ(resolver->asked(), 2) << "a name is resolved once for each fetch";
    EXPECT_EQ(fetch(policy, "https://other.test" + port, resolver).error().code, Errc::kFetchFailed)
        << "wrong name";
}

TEST(FetcherConnect, goes_on_to_the_next_address) {
    const LocalServer server{[](const std::string&) { return Script::answer(200, "second"); }};
    const std::string host_port = "two.test:" + std::to_string(server.port());
    const auto resolver =
        std::make_shared<TableResolver>(std::map<std::string, std::vector<std::string>>{
            {"two.test", {"127.0.0.2", "127.0.0.1"}}, {"none.test", {}}});
    EXPECT_EQ(as_text(*fetch(policy_for({host_port}), "http://" + host_port, resolver)), "second");
    EXPECT_EQ(fetch(policy_for({}), "https://none.test/", resolver).error().code,
              Errc::kFetchFailed);
    EXPECT_EQ(fetch(policy_for({}), "https://unknown.test/", resolver).error().code,
              Errc::kFetchFailed);
}

TEST(SystemResolver, finds_localhost_inside_and_therefore_forbids_it) {
    EXPECT_EQ(fetch(policy_for({}), "https://localhost/").error().code, Errc::kFetchForbidden);
}

}  // namespace
}  // namespace pramana::net
