#include "pramana/scoring_document/extract.hpp"

#include "archive.hpp"
#include "pramana/core/bytes.hpp"
#include "zip_builder.hpp"

#include <gtest/gtest.h>

#include <clocale>
#include <string>
#include <vector>

namespace pramana::scoring {
namespace {

using testing::ZipBuilder;

Result<Document> extract_text(std::string_view text, const ExtractLimits& limits = {}) {
    return extract(as_bytes_view(text), limits);
}

std::vector<std::string> texts_of(const Document& document) {
    std::vector<std::string> out;
    for (const Record& record : document.records) out.emplace_back(record.text.expose());
    return out;
}
std::vector<std::string> sources_of(const Document& document) {
    std::vector<std::string> out;
    for (const Record& record : document.records) out.emplace_back(record.source.expose());
    return out;
}
using Texts = std::vector<std::string>;

struct FormatRow {
    const char* name;
    std::string_view input;
    Format format;
    Texts texts;
};
const FormatRow kFormatRows[] = {
    {"one_paragraph", "hello world", Format::kText, {"hello world"}},
    {"paragraphs", "a b\nc\n\n \nd", Format::kText, {"a b\nc", "d"}},
    {"paragraphs_crlf", "a\r\n\r\nb\r\rc", Format::kText, {"a", "b", "c"}},
    {"byte_order_mark", "\xEF\xBB\xBFtext", Format::kText, {"text"}},
    {"brackets_are_not_json", "[Verse 1]\nla la", Format::kText, {"[Verse 1]\nla la"}},
    {"braces_are_not_json", "{curly} start", Format::kText, {"{curly} start"}},
    {"json_object",
     R"({"a":"one two","b":["three four",5,null,true,{"c":"five six"}]})",
     Format::kJson,
     {"one two", "three four", "five six"}},
    {"json_escapes",
     R"(["tab\there","\u00e9t\u00e9"])",
     Format::kJson,
     {"tab\there", "\xC3\xA9t\xC3\xA9"}},
    {"json_with_mark", "\xEF\xBB\xBF[\"a b\"]", Format::kJson, {"a b"}},
    {"json_lines", "{\"t\":\"a b\"}\n{\"t\":\"c d\"}\n", Format::kJsonLines, {"a b", "c d"}},
};
class ExtractFormat : public ::testing::TestWithParam<FormatRow> {};
TEST_P(ExtractFormat, is_told_by_content) {
    const Result<Document> document = extract_text(GetParam().input);
    ASSERT_TRUE(document) << name_of(document.error().code);
    EXPECT_EQ(document->format, GetParam().format);
    EXPECT_EQ(texts_of(*document), GetParam().texts);
}
INSTANTIATE_TEST_SUITE_P(Rows, ExtractFormat, ::testing::ValuesIn(kFormatRows),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(ExtractJson, names_each_string_by_its_pointer_and_skips_identifiers) {
    const Result<Document> document = extract_text(
        R"({"id":"2f1c9a","a/b":{"~":"two words"},"list":["https://example.org/x","three more words"]})");
    ASSERT_TRUE(document);
    EXPECT_EQ(sources_of(*document), (Texts{"/a~1b/~0", "/list/1"}));
    EXPECT_EQ(document->notes.parts_skipped, 2U);
}

struct RefusalRow {
    const char* name;
    std::string input;
    Errc code;
};
std::string nested(std::size_t depth) {
    return std::string(depth, '[') + "\"a b\"" + std::string(depth, ']');
}
const RefusalRow kRefusals[] = {
    {"empty", "", Errc::kTooFewTokens},
    {"white_space", " \r\n\t\n", Errc::kTooFewTokens},
    {"json_without_text", "{\"a\":1}", Errc::kTooFewTokens},
    {"nul_bytes", std::string("text\0text", 9), Errc::kUnknownFormat},
    {"png", "\x89PNG\r\n\x1a\n\x01\x02", Errc::kUnknownFormat},
    {"utf_16", std::string("\xFF\xFEh\0i\0", 6), Errc::kUnknownFormat},
    {"html", "<!DOCTYPE html><html><body>text of a page</body></html>", Errc::kUnknownFormat},
    {"xml", "<?xml version=\"1.0\"?><a>text of it</a>", Errc::kUnknownFormat},
    {"json_truncated", "{\"a\":\"one two", Errc::kUnknownFormat},
    {"json_trailing", "{\"a\":\"one two\"} x", Errc::kUnknownFormat},
    {"json_duplicate_key", R"({"a":"one two","a":"three four"})", Errc::kUnknownFormat},
    {"json_duplicate_key_deep", R"([{"x":{"a":"one two","b":1,"a":2}}])", Errc::kUnknownFormat},
    {"json_duplicate_key_escaped", R"({"a":"one two","\u0061":"three"})", Errc::kUnknownFormat},
    {"json_ill_formed_utf8", "[\"one \xFF two\"]", Errc::kUnknownFormat},
    {"json_lone_surrogate", R"(["one \ud800 two"])", Errc::kUnknownFormat},
    {"json_65_deep", nested(65), Errc::kTooLarge},
    {"json_million_deep", nested(1'000'000), Errc::kTooLarge},
    {"json_lines_second_is_damaged", "{\"t\":\"a b\"}\n{\"t\":\"c", Errc::kUnknownFormat},
    {"zip_header_only", "PK\x03\x04", Errc::kUnknownFormat},
};
class ExtractRefusal : public ::testing::TestWithParam<RefusalRow> {};
TEST_P(ExtractRefusal, says_why) {
    const Result<Document> document = extract_text(GetParam().input);
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code, GetParam().code) << document.error().site;
}
INSTANTIATE_TEST_SUITE_P(Rows, ExtractRefusal, ::testing::ValuesIn(kRefusals),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(ExtractJson, of_depth_64_is_read) { EXPECT_TRUE(extract_text(nested(64))); }

TEST(ExtractLimits, bound_size_and_records) {
    ExtractLimits limits;
    limits.expanded_bytes_max = 10;
    EXPECT_EQ(extract_text("hello world", limits).error().code, Errc::kTooLarge);
    limits = {};
    limits.records_max = 2;
    EXPECT_TRUE(extract_text("a\n\nb", limits));
    EXPECT_EQ(extract_text("a\n\nb\n\nc", limits).error().code, Errc::kTooLarge);
    EXPECT_EQ(extract_text(R"(["a b","c d","e f"])", limits).error().code, Errc::kTooLarge);
}

TEST(ExtractZip, does_not_depend_on_order_names_or_compression) {
    ZipBuilder first, second;
    first.add("a.txt", "alpha beta");
    first.add("b/c.txt", "gamma delta");
    second.add("z/renamed.md", "gamma delta", {.deflate = true});
    second.add("y.txt", "alpha beta", {.deflate = true});
    const Result<Document> one = extract(first.finish(), {}), two = extract(second.finish(), {});
    ASSERT_TRUE(one && two);
    EXPECT_EQ(one->format, Format::kZip);
    EXPECT_EQ(texts_of(*one).size(), 2U);
    EXPECT_EQ(texts_of(*one), texts_of(*two));
}

/// A chat with José: the names of half the world are not ASCII.
Bytes zip_with_other_names() {
    ZipBuilder zip;
    zip.add("Chat with Jos\xC3\xA9.txt", "what was said to him");
    zip.add("\xD0\xBF\xD0\xB0\xD0\xBF\xD0\xBA\xD0\xB0/\xE6\x97\xA5.txt", "and in a folder");
    zip.add("old\x82.txt", "a name of DOS", {.flags = 0});
    return zip.finish();
}

TEST(ExtractZip, reads_members_whatever_the_letters_of_their_names) {
    ExtractLimits second;
    second.formats = {.version = 2, .archive_depth_max = 3, .authenticity = 1};
    for (const ExtractLimits& limits : {ExtractLimits{}, second}) {
        const Result<Document> document = extract(zip_with_other_names(), limits);
        ASSERT_TRUE(document) << document.error().site;
        EXPECT_EQ(texts_of(*document).size(), 3U);
        EXPECT_EQ(document->notes.members_hostile, 0U);
    }
}

TEST(ExtractZip, gives_the_same_under_every_locale_of_the_process) {
    ZipBuilder zip;
    zip.add("../Jos\xC3\xA9.txt", "up, and not ASCII");
    zip.add("../up.txt", "climbs out");
    zip.add("Jos\xC3\xA9/conversations.json", R"(["a text of it"])");
    const Bytes files = zip.finish();
    const Result<Document> plain = extract(files, {});
    ASSERT_TRUE(plain);
    ASSERT_NE(std::setlocale(LC_ALL, "C.UTF-8"), nullptr) << "Debian's libc-bin has it";
    const Result<Document> other = extract(files, {});
    EXPECT_STREQ(std::setlocale(LC_ALL, nullptr), "C.UTF-8") << "and it is left as it was";
    std::setlocale(LC_ALL, "C");
    ASSERT_TRUE(other);
    EXPECT_EQ(texts_of(*other), texts_of(*plain));
    EXPECT_EQ(other->notes.members_hostile, plain->notes.members_hostile);
    EXPECT_EQ(plain->notes.members_hostile, 1U);
}

TEST(ExtractZip, counts_members_before_the_library_reads_their_directory) {
    ZipBuilder zip;
    for (int i = 0; i < 5; ++i) zip.add(std::to_string(i), "text of a member");
    const Bytes files = zip.finish();
    EXPECT_FALSE(has_more_members(files, 5));
    EXPECT_TRUE(has_more_members(files, 4));
    EXPECT_FALSE(has_more_members({}, 0));
}

TEST(ExtractZip, counts_what_it_does_not_read) {
    ZipBuilder zip;
    zip.add("../../etc/passwd", "climbs out");
    zip.add("/absolute.txt", "absolute");
    zip.add("c:\\windows.txt", "drive");
    zip.add("link.txt", "target of it", {.unix_mode = 0120777});
    zip.add("image.png", std::string("\x89PNG\0\0", 6));
    zip.add("page.html", "<html>markup</html>");
    zip.add("damaged.json", "{\"a\": ");
    zip.add("empty.txt", "");
    zip.add("kept.txt", "the only text here");
    zip.add("fine...name.txt", "dots in a name are no climb");
    const Result<Document> document = extract(zip.finish(), {});
    ASSERT_TRUE(document);
    EXPECT_EQ(texts_of(*document).size(), 2U) << ::testing::PrintToString(texts_of(*document));
    EXPECT_EQ(document->notes.members_hostile, 4U);
    EXPECT_EQ(document->notes.members_skipped, 3U);
}

TEST(ExtractZip, refuses_what_expands_beyond_the_ratio) {
    ZipBuilder zip;
    zip.add("bomb.txt", std::string(64U << 20U, 'a'), {.deflate = true});
    EXPECT_EQ(extract(zip.finish(), {}).error().code, Errc::kDecompressionLimit);
}

TEST(ExtractZip, refuses_what_expands_beyond_the_size) {
    ExtractLimits limits;
    limits.expanded_bytes_max = 2U << 20U;
    ZipBuilder zip;
    for (int i = 0; i < 3; ++i) zip.add("part", std::string(1U << 20U, 'a'));
    EXPECT_EQ(extract(zip.finish(), limits).error().code, Errc::kTooLarge);
}

TEST(ExtractZip, refuses_more_members_than_allowed) {
    ExtractLimits limits;
    limits.members_max = 100;
    ZipBuilder zip, more;
    for (int i = 0; i < 100; ++i) zip.add("m", "some text");
    for (int i = 0; i < 101; ++i) more.add("m", "some text");
    EXPECT_TRUE(extract(zip.finish(), limits));
    EXPECT_EQ(extract(more.finish(), limits).error().code, Errc::kTooLarge);
}

TEST(ExtractZip, refuses_a_member_whose_checksum_lies) {
    ZipBuilder zip;
    zip.add("a.txt", "some text", {.crc_error = 1});
    EXPECT_EQ(extract(zip.finish(), {}).error().code, Errc::kUnknownFormat);
}

TEST(ExtractZip, skips_encrypted_members) {
    ZipBuilder zip;
    zip.add("secret.txt", "ciphertext bytes", {.flags = 0x0801});
    zip.add("open.txt", "some text");
    const Result<Document> document = extract(zip.finish(), {});
    ASSERT_TRUE(document);
    EXPECT_EQ(document->notes.members_skipped, 1U);
}

TEST(ExtractZip, survives_each_of_its_truncations) {
    ZipBuilder zip;
    zip.add("a.txt", "alpha beta gamma", {.deflate = true});
    zip.add("conversations.json", R"([{"mapping":{}}])");
    const Bytes whole = zip.finish();
    for (std::size_t size = 4; size < whole.size(); ++size)
        EXPECT_FALSE(extract(ByteView{whole}.first(size), {})) << size;
}

TEST(ExtractZip, survives_every_flipped_byte) {
    ZipBuilder zip;
    zip.add("a.txt", "alpha beta gamma alpha beta gamma", {.deflate = true});
    zip.add("b.txt", "delta epsilon");
    const Bytes whole = zip.finish();
    for (std::size_t at = 0; at < whole.size(); ++at) {
        Bytes damaged = whole;
        damaged[at] ^= 0xFFU;
        const Result<Document> document = extract(damaged, {});
        if (document) {
            EXPECT_LE(document->records.size(), 2U) << at;
        }
    }
}

}  // namespace
}  // namespace pramana::scoring
