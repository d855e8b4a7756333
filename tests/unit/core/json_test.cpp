#include "pramana/core/json.hpp"

#include <gtest/gtest.h>

namespace pramana {
namespace {

using namespace std::string_literals;

struct Row {
    const char* name;
    std::string text;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

// RFC 8259; names follow the parsing test suite of N. Seriot ("Parsing JSON is a Minefield").
const Row kAccepted[] = {
    {"empty_object", "{}"},
    {"spaces", " \t\r\n[ 1 , 2 ] \n"},
    {"numbers", "[0,-0,1.5,1e5,1E-2,-1.5e+10,123456789012345678901234567890]"},
    {"escapes", R"(["\"\\\/\b\f\n\r\t\u0041\ud83d\ude00"])"},
    {"utf8", "[\"\xC2\x80\xE2\x82\xAC\xF0\x9F\x98\x80\"]"},
    {"lonely_value", "null"},
    {"del_and_nul_escape", "[\"\x7F\\u0000\"]"},
    {"same_name_in_two_objects", R"([{"a":1},{"a":{"a":2}}])"},
    {"depth_16", std::string(16, '[') + std::string(16, ']')},
};
const Row kRefused[] = {
    {"nothing", ""},
    {"only_spaces", "  "},
    {"two_values", "1 2"},
    {"trailing_comma_array", "[1,]"},
    {"trailing_comma_object", R"({"a":1,})"},
    {"missing_colon", R"({"a" 1})"},
    {"comment", "[1/**/]"},
    {"line_comment", "[1]//x"},
    {"single_quotes", "['a']"},
    {"unquoted_name", "{a:1}"},
    {"duplicate_name", R"({"a":1,"b":2,"a":3})"},
    {"duplicate_name_by_escape", R"({"a":1,"\u0061":2})"},
    {"leading_zero", "[01]"},
    {"plus", "[+1]"},
    {"bare_point", "[1.]"},
    {"bare_exponent", "[1e]"},
    {"point_first", "[.5]"},
    {"minus_alone", "[-]"},
    {"nan", "[NaN]"},
    {"hex_number", "[0x1]"},
    {"literal_cut", "[tru]"},
    {"literal_upper", "[True]"},
    {"newline_in_string", "[\"a\nb\"]"},
    {"nul_in_string", "[\"a\0b\"]"s},
    {"unknown_escape", R"(["\x41"])"},
    {"short_unicode_escape", R"(["\u004"])"},
    {"signed_unicode_escape", R"(["\u-041"])"},
    {"lone_high_surrogate", R"(["\ud83d"])"},
    {"lone_low_surrogate", R"(["\ude00"])"},
    {"high_then_high", R"(["\ud83d\ud83d"])"},
    {"overlong_utf8", "[\"\xC0\xAF\"]"},
    {"surrogate_utf8", "[\"\xED\xA0\x80\"]"},
    {"above_unicode", "[\"\xF4\x90\x80\x80\"]"},
    {"cut_utf8", "[\"\xE2\x82\"]"},
    {"byte_order_mark", "\xEF\xBB\xBF{}"},
    {"unclosed_array", "[1"},
    {"unclosed_string", "[\"a"},
    {"unclosed_escape", "\"\\"},
    {"mismatched", "[1}"},
    {"depth_17", std::string(17, '[') + std::string(17, ']')},
    {"depth_million", std::string(1'000'000, '[')},
    {"form_feed_is_no_space", "[\f1]"},
};

class JsonAccepted : public testing::TestWithParam<Row> {};
TEST_P(JsonAccepted, is_read) { EXPECT_TRUE(read_json(GetParam().text)); }
INSTANTIATE_TEST_SUITE_P(Table, JsonAccepted, testing::ValuesIn(kAccepted),
                         [](const auto& row) { return std::string{row.param.name}; });

class JsonRefused : public testing::TestWithParam<Row> {};
TEST_P(JsonRefused, is_a_bad_request) {
    const Result<JsonView> read = read_json(GetParam().text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::kBadRequest);
}
INSTANTIATE_TEST_SUITE_P(Table, JsonRefused, testing::ValuesIn(kRefused),
                         [](const auto& row) { return std::string{row.param.name}; });

constexpr std::string_view kDocument =
    R"({"a": {"n": 18446744073709551615, "t": true}, "list": [1, "two", null], "es\u0063": "\ud83d\ude00\n\u00e9"})";

TEST(Json, refuses_every_truncation_of_itself) {
    ASSERT_TRUE(read_json(kDocument));
    for (std::size_t cut = 0; cut < kDocument.size(); ++cut)
        EXPECT_FALSE(read_json(kDocument.substr(0, cut))) << cut;
}

TEST(Json, finds_members_and_items) {
    const JsonView root = *read_json(kDocument);
    EXPECT_EQ(root.kind(), JsonKind::kObject);
    EXPECT_EQ(*root.member("a")->member("n")->whole_number(), UINT64_MAX);
    EXPECT_TRUE(*root.member("a")->member("t")->boolean());
    EXPECT_EQ(*root.member("esc")->text(), "\U0001F600\n\u00e9");
    EXPECT_EQ(root.member("none"), std::nullopt);
    EXPECT_EQ(root.member("n"), std::nullopt) << "not looked for further down";
    const std::vector<JsonView> items = root.member("list")->items();
    ASSERT_EQ(items.size(), 3U);
    EXPECT_EQ(items[0].raw(), "1");
    EXPECT_EQ(items[2].kind(), JsonKind::kNull);
    EXPECT_EQ(root.members()[2].name, "esc");
    EXPECT_TRUE(items[0].members().empty());
    EXPECT_TRUE(items[0].items().empty());
    EXPECT_EQ(items[0].member("a"), std::nullopt);
}

TEST(Json, writes_a_secret_into_the_callers_memory) {
    const JsonView value = *read_json(R"("a\u00e9b")");
    std::vector<std::uint8_t> memory(value.raw().size());
    const std::size_t size = *value.text_into(memory);
    EXPECT_EQ(as_text(ByteView{memory}.first(size)), "a\u00e9b");
}

TEST(Json, refuses_another_kind) {
    for (const char* text : {"-1", "1.0", "1e3", "18446744073709551616", "\"1\"", "null"})
        EXPECT_EQ(read_json(text)->whole_number().error().code, Errc::kBadRequest) << text;
    EXPECT_EQ(read_json("1")->text().error().code, Errc::kBadRequest);
    EXPECT_EQ(read_json("0")->boolean().error().code, Errc::kBadRequest);
}

TEST(JsonQuoted, round_trips_through_the_reader) {
    const std::string text = "a\"b\\c\n\x01\x7F\u00e9\U0001F600"s + '\0';
    EXPECT_EQ(*read_json(json_quoted(text))->text(), text);
    EXPECT_EQ(json_quoted("\xFFx\xE2\x82"), R"("\ufffdx\ufffd\ufffd")");
}

TEST(JsonObject, writes_members_in_order) {
    JsonObject object;
    EXPECT_EQ(object.str(), "{}");
    object.text("z\"", "a\n").number("n", UINT64_MAX).flag("f", true).raw("o", JsonObject{}.str());
    object.texts("l", {}).texts("m", {"a", "b"});
    EXPECT_EQ(object.str(),
              R"({"z\"":"a\u000a","n":18446744073709551615,"f":true,"o":{},"l":[],"m":["a","b"]})");
    EXPECT_TRUE(read_json(object.str()));
}

}  // namespace
}  // namespace pramana
