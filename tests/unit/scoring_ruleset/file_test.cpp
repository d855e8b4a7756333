// A builder's page of JSON: one meaning, one digest; every mistake with its place.
#include "pramana/scoring/ruleset_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pramana::scoring {
namespace {

std::string page(std::string_view members) {
    return "{\"version\":1,\"name\":\"lab-1\"" +
           (members.empty() ? std::string{} : ',' + std::string{members}) + '}';
}

Hash32 digest_of(std::string_view text) {
    const RulesetReading reading = read_ruleset_file(text);
    EXPECT_TRUE(reading.ruleset) << text << ": "
                                 << (reading.problems.empty() ? ""
                                                              : reading.problems[0].path + ' ' +
                                                                    reading.problems[0].sentence);
    return reading.ruleset ? reading.ruleset->digest() : Hash32{};
}

TEST(RulesetFile, without_anything_said_is_the_built_in_one_under_its_own_name) {
    const RulesetReading reading = read_ruleset_file(page(""));
    ASSERT_TRUE(reading.ruleset);
    RulesetValues values = Ruleset::named("default-2")->values();
    values.name = "lab-1";
    EXPECT_EQ(reading.ruleset->values(), values);
}

// Both texts mean the same: the digest is one.
struct SameMeaning {
    const char* name;
    std::string one, other;
};
const SameMeaning kSame[] = {
    {"order_and_spaces", page(R"("corpus":"own","pay":{"quality_min":0.2,"characters_min":9})"),
     "\n{ \"pay\" : {\"characters_min\":9 ,\r\n\t\"quality_min\":0.2}, \"name\":\"lab-1\", "
     "\"version\":1}\n"},
    {"defaults_said", page(""),
     page(R"("corpus":"own","public_texts":{},"accept":{},"novelty":{"same_meaning_from":0.88},
     "limits":{"archive_depth_max":3},"pay":{"mode":"by_amount","characters_full":65536,
     "characters_min":1024,"quality_min":0.3,"quality_full":0.7})")},
    {"every_format_named", page(""),
     page(R"("accept":{"formats":["text","html","json","json_lines","table","browsing_history",
     "chatgpt_export","claude_export","google_activity","mailbox","reddit_export","whatsapp_chat",
     "x_archive"],"authentic":false,"parts":{}})")},
    {"numbers", page(R"("pay":{"characters_full":65000,"quality_min":0.3})"),
     page(R"("pay":{"characters_full":6.5e4,"quality_min":3.00E-1})")},
    {"whole_with_point", page(R"("pay":{"characters_min":100})"),
     page(R"("pay":{"characters_min":100.0})")},
    {"order_of_a_list", page(R"("accept":{"formats":["text","html"]})"),
     page(R"("accept":{"formats":["html","text"]})")},
    {"languages", page(R"("quality":{"languages":["en","de"]})"),
     page(R"("quality":{"other_languages":"unpaid","languages":["de","en"],"profile":"auto"})")},
    {"escapes", page(R"("corpus":"shared:news")"), page(R"("corpus":"shared\u003anews")")},
    {"words_to_people", page(""), page(R"("$schema":"ruleset-1.schema.json","description":"x")")},
    {"hex",
     page(R"("terms_sha256":"ABCDEF0000000000000000000000000000000000000000000000000000000000")"),
     page(
         R"("terms_sha256":"0xabcdef0000000000000000000000000000000000000000000000000000000000")")},
};
class RulesetFileSame : public ::testing::TestWithParam<SameMeaning> {};
TEST_P(RulesetFileSame, has_one_digest) {
    EXPECT_EQ(digest_of(GetParam().one), digest_of(GetParam().other));
}
INSTANTIATE_TEST_SUITE_P(Texts, RulesetFileSame, ::testing::ValuesIn(kSame),
                         [](const auto& row) { return std::string{row.param.name}; });

// Each says something else than the page without it.
constexpr std::string_view kMeanings[] = {
    R"("corpus":"shared:news")",
    R"("accept":{"formats":["text"]})",
    R"("accept":{"parts":{"x_archive":["posts"]}})",
    R"("accept":{"formats":["x_archive"]})",
    R"("accept":{"formats":["x_archive"],"authentic":true})",
    R"("accept":{"formats":["x_archive"],"parts":{"x_archive":["account","posts"]}})",
    R"("terms_sha256":"abcdef0000000000000000000000000000000000000000000000000000000000")",
    R"("public_texts":{"b":"abcdef0000000000000000000000000000000000000000000000000000000000"})",
    R"("quality":{"profile":"chat"})",
    R"("quality":{"languages":["en"]})",
    R"("quality":{"languages":["en"],"other_languages":"refused"})",
    R"("quality":{"languages":["en"],"other_languages":"refused","language_share_min":0.75})",
    R"("quality":{"unknown_languages":"counts"})",
    R"("quality":{"personal_data_per_1000":0})",
    R"("novelty":{"same_meaning_from":0.87})",
    R"("novelty":{"same_meaning_full":0.95})",
    R"("novelty":{"new_share_min":0.2})",
    R"("pay":{"characters_full":65537})",
    R"("pay":{"mode":"by_share"})",
    R"("pay":{"mode":"by_share","characters_min":65537})",
    R"("quality":{"profile":"posts"},"accept":{"formats":["chatgpt_export","json"]})",
    R"("quality":{"profile":"chat"},"accept":{"formats":["mailbox","whatsapp_chat"]})",
    R"("pay":{"characters_min":1025})",
    R"("pay":{"quality_min":0.301})",
    R"("pay":{"quality_full":0.701})",
    R"("limits":{"expanded_bytes_max":1000000})",
    R"("limits":{"expansion_ratio_max":100})",
    R"("limits":{"members_max":10})",
    R"("limits":{"records_max":10})",
    R"("limits":{"archive_depth_max":2})",
    R"("limits":{"json_depth_max":32})",
    R"("limits":{"scored_characters_max":100000})",
};
TEST(RulesetFile, says_in_the_digest_whatever_is_meant) {
    std::vector<Hash32> seen{digest_of(page(""))};
    for (const std::string_view members : kMeanings) {
        const RulesetReading reading = read_ruleset_file(page(members));
        ASSERT_TRUE(reading.ruleset) << members;
        const Result<Ruleset> parsed = Ruleset::parse(reading.ruleset->canonical_text());
        ASSERT_TRUE(parsed) << members;
        EXPECT_EQ(parsed->values(), reading.ruleset->values());
        EXPECT_EQ(std::count(seen.begin(), seen.end(), parsed->digest()), 0) << members;
        seen.push_back(parsed->digest());
    }
}

TEST(RulesetFile, rounds_shares_to_the_nearest_of_65536_parts) {
    const auto quality_min = [](std::string_view number) {
        return read_ruleset_file(page("\"pay\":{\"quality_min\":" + std::string{number} + '}'))
            .ruleset->values()
            .pay.quality_min_q16;
    };
    EXPECT_EQ(quality_min("0.3"), 19'661U);   // 19660.8
    EXPECT_EQ(quality_min("0.2"), 13'107U);   // 13107.2
    EXPECT_EQ(quality_min("0.25"), 16'384U);  // exactly
    EXPECT_EQ(quality_min("0.000030517578125e-5"), 0U);
    EXPECT_EQ(quality_min("0"), 0U);
    EXPECT_EQ(quality_min("-0.0"), 0U);
}

struct Mistake {
    const char* name;
    std::string text;
    std::size_t line, column;
    std::string_view path, sentence, hint;  ///< the latter two in part
};
const Mistake kMistakes[] = {
    {"nothing", "", 1, 1, "", "ends in the middle", ""},
    {"a_list", "[]", 1, 1, "", "must be an object", "a list"},
    {"cut_off", "{\"version\":1,", 1, 14, "", "ends in the middle", "bracket"},
    {"comma_at_the_end", "{\"version\":1,\n \"name\":\"a\",\n}", 2, 12, "", "comma stands before }",
     "Remove"},
    {"comma_missing", "{\"version\":1\n \"name\":\"a\"}", 2, 2, "", "a comma or }", ""},
    {"comment", "{\n// mine\n\"version\":1}", 2, 1, "", "no comments", "description"},
    {"single_quotes", "{\"name\":'a'}", 1, 9, "", "single quotes", "double"},
    {"no_quotes", "{version:1}", 1, 2, "", "name of a member", "double quotes"},
    {"leading_zero", "{\"version\":01}", 1, 12, "", "no number", "zeros"},
    {"behind_the_end", "{\"version\":1,\"name\":\"a\"} x", 1, 26, "", "behind the closing", ""},
    {"byte_order_mark", "\xEF\xBB\xBF{}", 1, 1, "", "byte order mark", ""},
    {"broken_utf8", "{\"name\":\"\xFF\"}", 1, 9, "", "no UTF-8", ""},
    {"open_text", "{\"name\":\"a\n\"}", 1, 9, "", "no closing quote", ""},
    {"twice", "{\"version\":1,\"name\":\"a\",\"name\":\"b\"}", 1, 25, "name", "twice", ""},
    {"characters_are_columns",
     "{\"description\":\"\xC3\xA4\xC3\xB6\",\"x\":1,\"version\":1,\"name\":\"a\"}", 1, 21, "x",
     "no member", ""},
    {"deep", page("\"x\":[[[[[[[[[[]]]]]]]]]]"), 1, 40, "", "too deep", ""},
    {"no_version", "{\"name\":\"a\"}", 1, 1, "version", "is missing", "1"},
    {"next_version", "{\"version\":2,\"name\":\"a\"}", 1, 12, "version", "from 1 to 1", "2"},
    {"no_name", "{\"version\":1}", 1, 1, "name", "is missing", ""},
    {"name_with_space", "{\"version\":1,\"name\":\"a b\"}", 1, 21, "name", "hyphens", ""},
    {"name_of_ours", "{\"version\":1,\"name\":\"default-9\"}", 1, 21, "name", "default-", ""},
    {"misspelt_member", page("\"acept\":{}"), 1, 29, "acept", "no member", "\"accept\""},
    {"known_elsewhere", page("\"pay\":{\"N_ref\":1}"), 1, 36, "pay.N_ref", "no member",
     "\"characters_full\""},
    {"misspelt_format", page("\"accept\":{\"formats\":[\"text\",\"chatgpt_exprt\"]}"), 1, 57,
     "accept.formats[1]", "chatgpt_export", "\"chatgpt_export\""},
    {"format_twice", page("\"accept\":{\"formats\":[\"text\",\"text\"]}"), 1, 57,
     "accept.formats[1]", "twice", ""},
    {"no_format", page("\"accept\":{\"formats\":[]}"), 1, 49, "accept.formats", "at least one",
     "nothing"},
    {"format_as_text", page("\"accept\":{\"formats\":\"text\"}"), 1, 49, "accept.formats", "a list",
     "a text"},
    {"part_of_another", page("\"accept\":{\"parts\":{\"reddit_export\":[\"manifest\"]}}"), 1, 65,
     "accept.parts.reddit_export[0]", "comments, headers", ""},
    {"part_of_text", page("\"accept\":{\"parts\":{\"text\":[\"times\"]}}"), 1, 55,
     "accept.parts.text", "no parts", ""},
    {"part_not_accepted",
     page("\"accept\":{\"formats\":[\"text\"],\"parts\":{\"x_archive\":[\"posts\"]}}"), 1, 79,
     "accept.parts.x_archive", "not accepted", "accept.formats"},
    {"never_authentic",
     page("\"accept\":{\"formats\":[\"text\",\"x_archive\"],\"authentic\":true}"), 1, 82,
     "accept.authentic", "never hold for text", "exports"},
    {"other_corpus", page("\"corpus\":\"everybodys\""), 1, 38, "corpus", "shared:", ""},
    {"public_text_digest", page("\"public_texts\":{\"bible\":\"12\"}"), 1, 53, "public_texts.bible",
     "64 hex", "sha256sum"},
    {"full_below_min", page("\"pay\":{\"quality_min\":0.8}"), 1, 50, "pay.quality_min",
     "must be below quality_full", "0.7"},
    {"min_above_full", page("\"pay\":{\"characters_min\":70000}"), 1, 53, "pay.characters_min",
     "not be above characters_full", "65536"},
    {"never_paid",
     page("\"limits\":{\"expanded_bytes_max\":2048},\"pay\":{\"characters_min\":4096}"), 1, 90,
     "pay.characters_min", "could ever be paid", "2048"},
    {"never_full", page("\"limits\":{\"scored_characters_max\":5000}"), 1, 1, "pay.characters_full",
     "full pay", "5000"},
    {"share_above_one", page("\"pay\":{\"quality_full\":1.0000001}"), 1, 51, "pay.quality_full",
     "from 0.001 to 1", "1.0000001"},
    {"share_as_text", page("\"pay\":{\"quality_min\":\"0.3\"}"), 1, 50, "pay.quality_min",
     "a number", "a text"},
    {"negative", page("\"pay\":{\"characters_min\":-5}"), 1, 53, "pay.characters_min",
     "from 1 to 68719476736", "-5"},
    {"fraction", page("\"pay\":{\"characters_min\":10.5}"), 1, 53, "pay.characters_min",
     "whole number", "10.5"},
    {"huge", page("\"pay\":{\"characters_min\":1e400}"), 1, 53, "pay.characters_min", "whole", ""},
    {"digits", page("\"pay\":{\"quality_min\":0.3000000000001}"), 1, 50, "pay.quality_min",
     "more than 12 digits", ""},
    {"profile_of_nothing_taken",
     page("\"accept\":{\"formats\":[\"chatgpt_export\"]},\"quality\":{\"profile\":\"history\"}"), 1,
     90, "quality.profile", "nothing that accept.formats takes", "hold chat"},
    {"profile_of_none_of_several",
     page("\"quality\":{\"profile\":\"chat\"},"
          "\"accept\":{\"formats\":[\"mailbox\",\"x_archive\",\"reddit_export\"]}"),
     1, 50, "quality.profile", "nothing that accept.formats takes", "prose or posts"},
    {"by_share_of_an_amount", page("\"pay\":{\"mode\":\"by_share\",\"characters_full\":9000}"), 1,
     72, "pay.characters_full", "says nothing by_share", "by_amount"},
    {"mode", page("\"pay\":{\"mode\":\"by_amnt\"}"), 1, 43, "pay.mode", "by_amount", "by_amount"},
};
class RulesetFileMistake : public ::testing::TestWithParam<Mistake> {};
TEST_P(RulesetFileMistake, is_named_with_its_place) {
    const Mistake& row = GetParam();
    const RulesetReading reading = read_ruleset_file(row.text);
    EXPECT_FALSE(reading.ruleset);
    const auto fits = [&row](const RulesetProblem& problem) {
        return problem.path == row.path &&
               problem.sentence.find(row.sentence) != std::string::npos &&
               problem.hint.find(row.hint) != std::string::npos && problem.line == row.line &&
               problem.column == row.column;
    };
    std::string all;
    bool any = false;
    for (const RulesetProblem& p : reading.problems) {
        any |= fits(p);
        all += std::to_string(p.line) + ':' + std::to_string(p.column) + " [" + p.path + "] " +
               p.sentence + " | " + p.hint + '\n';
    }
    EXPECT_TRUE(any) << row.text << '\n' << all;
    EXPECT_LE(reading.problems.size(), 3U) << all;
}
INSTANTIATE_TEST_SUITE_P(Texts, RulesetFileMistake, ::testing::ValuesIn(kMistakes),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(RulesetFile, names_all_mistakes_at_once_in_their_order) {
    const RulesetReading reading = read_ruleset_file(page(
        "\"pay\":{\"characters_min\":0,\n\"qualty_min\":2},\n\"corpus\":1,\"colour\":\"red\""));
    ASSERT_EQ(reading.problems.size(), 4U);
    EXPECT_EQ(reading.problems[0].path, "pay.characters_min");
    EXPECT_EQ(reading.problems[1].path, "pay.qualty_min");
    EXPECT_EQ(reading.problems[1].line, 2U);
    EXPECT_EQ(reading.problems[1].hint, "Did you mean \"quality_min\"?");
    EXPECT_EQ(reading.problems[2].path, "corpus");
    EXPECT_EQ(reading.problems[3].path, "colour");
}

TEST(RulesetFile, refuses_its_truncations) {
    const std::string text =
        page(R"("accept":{"formats":["text"],"parts":{}},"pay":{"quality_min":0.25})");
    for (std::size_t size = 0; size < text.size(); ++size) {
        const RulesetReading reading = read_ruleset_file(std::string_view{text}.substr(0, size));
        EXPECT_FALSE(reading.ruleset) << size;
        EXPECT_EQ(reading.problems.size(), 1U) << size;
    }
}

TEST(RulesetFile, is_bounded) {
    const std::string large =
        page("\"description\":\"" + std::string(kRulesetFileBytesMax, 'x') + '"');
    EXPECT_FALSE(read_ruleset_file(large).ruleset);
    EXPECT_FALSE(is_canonical_ruleset(page("")));
    EXPECT_TRUE(is_canonical_ruleset(Ruleset::named("default-1")->canonical_text()));
    const RulesetReading text_only = read_ruleset_file(page(R"("accept":{"formats":["text"]})"));
    EXPECT_TRUE(is_canonical_ruleset(text_only.ruleset->canonical_text()));
}

}  // namespace
}  // namespace pramana::scoring
