#include "head.hpp"

#include <gtest/gtest.h>

namespace pramana::http {
namespace {

using namespace std::string_literals;

struct Row {
    const char* name;
    std::string head;
    Errc expected;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

std::string fields(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "X-" + std::to_string(i) + ": 1\r\n";
    return text;
}

// RFC 9112 sections 3 to 7 and RFC 9110 section 7.2; request smuggling lives in each of these.
const Row kRefused[] = {
    {"no_host", "GET / HTTP/1.1\r\n\r\n", Errc::kBadRequest},
    {"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", Errc::kBadRequest},
    {"length_and_chunked",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
     Errc::kBadRequest},
    {"chunked_and_length",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
     Errc::kBadRequest},
    {"two_lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\n",
     Errc::kBadRequest},
    {"gzip_coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
     Errc::kBadRequest},
    {"identity_coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
     Errc::kBadRequest},
    {"two_codings",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
     "chunked\r\n\r\n",
     Errc::kBadRequest},
    {"chunked_in_1_0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", Errc::kBadRequest},
    {"folded_line", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", Errc::kBadRequest},
    {"folded_by_tab", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz\r\n\r\n", Errc::kBadRequest},
    {"bare_line_feed", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", Errc::kBadRequest},
    {"bare_carriage_return", "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", Errc::kBadRequest},
    {"nul", "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n"s, Errc::kBadRequest},
    {"delete_in_target", "GET /\x7F HTTP/1.1\r\nHost: a\r\n\r\n", Errc::kBadRequest},
    {"no_colon", "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", Errc::kBadRequest},
    {"empty_name", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", Errc::kBadRequest},
    {"no_version", "GET /\r\n\r\n", Errc::kBadRequest},
    {"no_spaces", "GET\r\n\r\n", Errc::kBadRequest},
    {"fields_101", "GET / HTTP/1.1\r\nHost: a\r\n" + fields(100) + "\r\n", Errc::kHeadersTooLarge},
    {"target_4097", "GET /" + std::string(4096, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
     Errc::kUriTooLong},
};
class HeadRefused : public testing::TestWithParam<Row> {};
TEST_P(HeadRefused, with_its_code) {
    const Status checked = check_head(GetParam().head);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Table, HeadRefused, testing::ValuesIn(kRefused),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Head, accepts_what_clients_send) {
    EXPECT_TRUE(check_head("GET / HTTP/1.1\r\nHost: a\r\n" + fields(99) + "\r\n"));
    EXPECT_TRUE(check_head("GET /" + std::string(4095, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_TRUE(check_head("GET / HTTP/1.0\r\n\r\n"));
    EXPECT_TRUE(check_head("POST / HTTP/1.1\r\nhost:a\r\nTRANSFER-ENCODING: \tChunked \r\n\r\n"));
    EXPECT_TRUE(check_head("GET / HTTP/1.1\r\nHost: a\r\nX: \xC3\xA9\tb\r\nEmpty:\r\n\r\n"));
}

TEST(Head, finds_its_end) {
    EXPECT_EQ(head_length("GET / HTTP/1.1\r\n\r\nrest"), 18U);
    EXPECT_EQ(head_length("GET / HTTP/1.1\r\n\r"), 0U);
}

TEST(Target, is_split) {
    const struct {
        const char* target;
        const char* path;
        const char* query;
    } rows[] = {{"/", "/", ""},
                {"/a?b=c?d", "/a", "b=c?d"},
                {"http://h:1/a?b", "/a", "b"},
                {"https://h", "/", ""}};
    for (const auto& row : rows) {
        Request request;
        EXPECT_TRUE(read_target(row.target, request)) << row.target;
        EXPECT_EQ(request.path, row.path);
        EXPECT_EQ(request.query, row.query);
    }
    for (const char* target : {"*", "a", "/a#b", "h:80", ""}) {
        Request request;
        EXPECT_FALSE(read_target(target, request)) << target;
    }
}

TEST(MediaType, ignores_case_and_parameters) {
    EXPECT_EQ(media_type("Application/JSON ; charset=utf-8"), "application/json");
    EXPECT_EQ(media_type(""), "");
}

}  // namespace
}  // namespace pramana::http
