// docs/formats.md "Binding document": the form of our own documents. Whole documents are compared
// with what other programs write in binding_document_test.cpp and statement_test.cpp.

#include "pramana/core/canonical_json.hpp"

#include <gtest/gtest.h>

namespace pramana {
namespace {

struct WrittenRow {
    const char* name;
    CanonicalObject object;
    const char* text;
};
using Object = CanonicalObject;
const WrittenRow kWritten[] = {
    {"nothing", Object{}, "{}"},
    {"sorted_by_bytes", Object{}.number("b", 1).number("a_b", 2).number("a", 3).number("B", 4),
     R"({"B":4,"a":3,"a_b":2,"b":1})"},
    // RFC 7493 section 2.2: integers beyond 2^53-1 are not exact in every reader.
    {"largest_number", Object{}.number("n", 9007199254740991U), R"({"n":9007199254740991})"},
    {"above_it", Object{}.number("n", 9007199254740992U), R"({"n":"9007199254740992"})"},
    {"largest_u64", Object{}.number("n", UINT64_MAX), R"({"n":"18446744073709551615"})"},
    {"flags", Object{}.flag("t", true).flag("f", false), R"({"f":false,"t":true})"},
    {"absent",
     Object{}
         .number("a", std::nullopt)
         .flag("b", std::nullopt)
         .hex("c", std::optional<Hash32>{})
         .hex0x("d", std::optional<Address>{})
         .object("e", std::nullopt)
         .null("f"),
     R"({"a":null,"b":null,"c":null,"d":null,"e":null,"f":null})"},
    {"escapes", Object{}.text("t", "\"\\/\n\x01\xc3\xa9"),
     "{\"t\":\"\\\"\\\\/\\u000a\\u0001\xc3\xa9\"}"},
    {"hex",
     Object{}
         .hex("h", FixedBytes<struct Two, 2>{{0xab, 1}})
         .hex0x("x", FixedBytes<struct Two, 2>{{0xab, 1}}),
     R"({"h":"ab01","x":"0xab01"})"},
    {"lists",
     Object{}.texts("t", {}).texts("u", {"b", "a"}).objects("o", {Object{}, Object{}.null("n")}),
     R"({"o":[{},{"n":null}],"t":[],"u":["b","a"]})"},
    {"nested", Object{}.object("o", Object{}.number("n", 0)), R"({"o":{"n":0}})"},
};
class CanonicalJson : public testing::TestWithParam<WrittenRow> {};
TEST_P(CanonicalJson, is_written_in_one_form) {
    EXPECT_EQ(GetParam().object.str(), GetParam().text);
}
INSTANTIATE_TEST_SUITE_P(Rows, CanonicalJson, testing::ValuesIn(kWritten),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(CanonicalJsonDeathTest, a_member_twice_is_a_bug) {
    EXPECT_DEATH(static_cast<void>(Object{}.null("a").null("a")), "invariant broken");
}

TEST(CanonicalMembersOf, an_object_are_read_as_they_were_written) {
    const Hash32 hash{{7}};
    const std::string text = Object{}
                                 .number("small", 5)
                                 .number("large", UINT64_MAX)
                                 .flag("flag", true)
                                 .text("text", "a\"b")
                                 .texts("texts", {"x", ""})
                                 .hex0x("hash", hash)
                                 .null("none")
                                 .object("object", Object{}.number("n", 1))
                                 .objects("objects", {Object{}.number("n", 2)})
                                 .str();
    const CanonicalMembers members{*read_json(text)};
    EXPECT_EQ(members.u64("small"), 5U);
    EXPECT_EQ(members.u64("large"), UINT64_MAX);
    EXPECT_EQ(members.u32("small"), 5U);
    EXPECT_TRUE(members.flag("flag"));
    EXPECT_EQ(members.text("text"), "a\"b");
    EXPECT_EQ(members.texts("texts"), (std::vector<std::string>{"x", ""}));
    EXPECT_EQ(members.fixed<Hash32>("hash"), hash);
    EXPECT_EQ(members.fixed_or_null<Hash32>("hash"), hash);
    EXPECT_FALSE(members.fixed_or_null<Hash32>("none"));
    EXPECT_FALSE(members.u64_or_null("none"));
    EXPECT_EQ(members.u64_or_null("small"), 5U);
    EXPECT_TRUE(members.is_object("object"));
    EXPECT_EQ(members.object("object").u64("n"), 1U);
    ASSERT_EQ(members.objects("objects").size(), 1U);
    EXPECT_EQ(members.objects("objects")[0].u64("n"), 2U);
}

// What is missing or of another kind gives defaults, which the comparison with the text refuses.
TEST(CanonicalMembersOf, another_kind_are_defaults) {
    const CanonicalMembers members{*read_json(R"({"a":[],"b":"x","c":1.5})")};
    for (const char* name : {"a", "b", "c", "absent"}) {
        EXPECT_EQ(members.u64(name), 0U);
        EXPECT_FALSE(members.flag(name));
        EXPECT_TRUE(members.objects(name).empty());
        EXPECT_FALSE(members.is_object(name));
        EXPECT_EQ(members.fixed<Hash32>(name), Hash32{});
    }
    EXPECT_TRUE(members.is_null("absent"));
    EXPECT_FALSE(members.is_null("a"));
    EXPECT_EQ(members.text("a"), "");
}

TEST(IsUtf8, refuses_what_has_no_canonical_form) {
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8("\xc3\xa9\xf0\x9f\x8e\x89"));
    for (const char* text : {"\xff", "\xc3", "\xed\xa0\x80", "\xc0\xaf"})
        EXPECT_FALSE(is_utf8(text));
}

}  // namespace
}  // namespace pramana
