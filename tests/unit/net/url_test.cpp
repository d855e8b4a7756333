#include "pramana/net/url.hpp"

#include <gtest/gtest.h>

namespace pramana::net {
namespace {

struct GoodUrl {
    const char* name;
    std::string_view text;
    std::string_view host;
    int port;
    std::string_view target;
    std::string_view again;
};
// RFC 3986 section 3; hosts and ports as WHATWG URL section 3.5 reads them.
const GoodUrl kGoodUrls[] = {
    {"plain", "https://example.org/a/b?c=d", "example.org", 443, "/a/b?c=d",
     "https://example.org/a/b?c=d"},
    {"no_path", "https://example.org", "example.org", 443, "/", "https://example.org/"},
    {"query_without_path", "https://example.org?x", "example.org", 443, "/?x",
     "https://example.org/?x"},
    {"fragment_dropped", "https://example.org/a#b", "example.org", 443, "/a",
     "https://example.org/a"},
    {"upper_case_host", "HTTPS://Example.ORG/A", "example.org", 443, "/A", "https://example.org/A"},
    {"port", "https://example.org:8443/", "example.org", 8443, "/", "https://example.org:8443/"},
    {"own_port_left_out", "https://example.org:443/", "example.org", 443, "/",
     "https://example.org/"},
    {"http", "http://example.org", "example.org", 80, "/", "http://example.org/"},
    {"http_on_443", "http://example.org:443/", "example.org", 443, "/", "http://example.org:443/"},
    {"ipv4", "https://8.8.8.8/x", "8.8.8.8", 443, "/x", "https://8.8.8.8/x"},
    {"ipv6", "https://[2606:4700:0:0::1111]:1/x", "2606:4700::1111", 1, "/x",
     "https://[2606:4700::1111]:1/x"},
    {"punycode", "https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443, "/",
     "https://xn--bcher-kva.example/"},
    {"at_in_path", "https://example.org/@me", "example.org", 443, "/@me",
     "https://example.org/@me"},
    {"slashes_in_query", "https://example.org/?u=http://x@y", "example.org", 443, "/?u=http://x@y",
     "https://example.org/?u=http://x@y"},
    {"escape", "https://example.org/%2f%C3%A4", "example.org", 443, "/%2f%C3%A4",
     "https://example.org/%2f%C3%A4"},
    {"digits_inside_name", "https://1.2.example/", "1.2.example", 443, "/", "https://1.2.example/"},
};
class ParseUrl : public testing::TestWithParam<GoodUrl> {};
TEST_P(ParseUrl, reads_what_rfc_3986_allows) {
    const Result<Url> url = parse_url(GetParam().text);
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, GetParam().host);
    EXPECT_EQ(url->port, GetParam().port);
    EXPECT_EQ(url->target, GetParam().target);
    EXPECT_EQ(url->text(), GetParam().again);
}
INSTANTIATE_TEST_SUITE_P(Good, ParseUrl, testing::ValuesIn(kGoodUrls),
                         [](const auto& row) { return std::string{row.param.name}; });

struct BadUrl {
    const char* name;
    std::string_view text;
};
const BadUrl kBadUrls[] = {
    {"empty", ""},
    {"no_scheme", "example.org/a"},
    {"ftp", "ftp://example.org/"},
    {"file", "file:///etc/passwd"},
    {"one_slash", "https:/example.org/"},
    {"scheme_only", "https://"},
    {"no_host", "https:///a"},
    {"userinfo", "https://user@example.org/"},
    {"userinfo_with_password", "https://a:b@example.org/"},
    {"userinfo_that_looks_like_a_host", "https://example.org:443@10.0.0.1/"},
    {"empty_userinfo", "https://@example.org/"},
    {"backslash", "https://example.org\\@10.0.0.1/"},
    {"blank", "https://example.org/a b"},
    {"line_feed", "https://example.org/\nHost: x"},
    {"nul", std::string_view{"https://example.org\0.evil/", 26}},
    {"tab_in_host", "https://exam\tple.org/"},
    {"idn",
     "https://b\xc3\xbc"
     "cher.example/"},
    {"fullwidth_dot",
     "https://127\xe3\x80\x82"
     "0.0.1/"},
    {"percent_in_host", "https://%31%32%37.0.0.1/"},
    {"short_escape", "https://example.org/%2"},
    {"wrong_escape", "https://example.org/%zz"},
    {"port_zero", "https://example.org:0/"},
    {"port_too_large", "https://example.org:65536/"},
    {"port_leading_zero", "https://example.org:0443/"},
    {"port_sign", "https://example.org:+443/"},
    {"port_empty", "https://example.org:/"},
    {"two_ports", "https://example.org:1:2/"},
    {"decimal_address", "https://2130706433/"},
    {"hex_address", "https://0x7f000001/"},
    {"hex_quad", "https://0x7f.0.0.1/"},
    {"hex_last", "https://127.0.0.0x1/"},
    {"octal_quad", "https://0177.0.0.1/"},
    {"short_quad", "https://127.1/"},
    {"five_numbers", "https://1.2.3.4.5/"},
    {"number_above_255", "https://1.2.3.256/"},
    {"trailing_dot", "https://example.org./"},
    {"trailing_dot_on_address", "https://127.0.0.1./"},
    {"two_dots", "https://example..org/"},
    {"hyphen_first", "https://-example.org/"},
    {"underscore", "https://exa_mple.org/"},
    {"label_of_64",
     "https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.org/"},
    {"ipv6_without_brackets", "https://::1/"},
    {"ipv6_open_bracket", "https://[::1/"},
    {"ipv6_zone", "https://[fe80::1%25eth0]/"},
    {"ipv6_trailing", "https://[::1]x/"},
    {"ipv4_in_brackets", "https://[127.0.0.1]/"},
    {"ipv_future", "https://[v1.a]/"},
};
class ParseUrlRefuses : public testing::TestWithParam<BadUrl> {};
TEST_P(ParseUrlRefuses, what_two_parsers_could_read_differently) {
    const Result<Url> url = parse_url(GetParam().text);
    ASSERT_FALSE(url) << url->text();
    EXPECT_EQ(url.error().code, Errc::kBadRequest);
}
INSTANTIATE_TEST_SUITE_P(Bad, ParseUrlRefuses, testing::ValuesIn(kBadUrls),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(ParseUrlLength, is_bounded_on_both_sides) {
    const std::string head = "https://example.org/";
    EXPECT_TRUE(parse_url(head + std::string(kUrlBytesMax - head.size(), 'a')));
    EXPECT_FALSE(parse_url(head + std::string(kUrlBytesMax - head.size() + 1, 'a')));
    const std::string bare = "https://example.org?";
    EXPECT_FALSE(parse_url(bare + std::string(kUrlBytesMax - bare.size(), 'a')))
        << "as text it has a slash more";
}

struct LocationRow {
    const char* name;
    std::string_view location;
    std::string_view expected;
};
// RFC 3986 section 5.2, base https://example.org:8443/a/b?q
const LocationRow kLocations[] = {
    {"absolute", "https://other.example/x", "https://other.example/x"},
    {"downgrade_is_the_callers_check", "http://other.example/x", "http://other.example/x"},
    {"authority", "//other.example/x", "https://other.example/x"},
    {"path", "/x?y", "https://example.org:8443/x?y"},
    {"sibling", "c", "https://example.org:8443/a/c"},
    {"query", "?z", "https://example.org:8443/a/b?z"},
    {"colon_behind_slash", "/x:y", "https://example.org:8443/x:y"},
    {"other_scheme", "ftp://other.example/x", ""},
    {"script", "javascript:alert(1)", ""},
    {"userinfo", "//user@other.example/", ""},
    {"empty", "", ""},
};
class ResolveLocation : public testing::TestWithParam<LocationRow> {};
TEST_P(ResolveLocation, follows_rfc_3986) {
    const Result<Url> base = parse_url("https://example.org:8443/a/b?q");
    ASSERT_TRUE(base);
    const Result<Url> url = resolve_location(*base, GetParam().location);
    EXPECT_EQ(url ? url->text() : "", GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Rows, ResolveLocation, testing::ValuesIn(kLocations),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::net
