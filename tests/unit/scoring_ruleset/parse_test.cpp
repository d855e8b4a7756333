// A ruleset from a file: its one text form and nothing else.
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pramana::scoring {
namespace {

std::string builtin_text() { return Ruleset::named("default-1")->canonical_text(); }

TEST(RulesetParse, reads_what_canonical_text_writes) {
    const std::string text = builtin_text();
    const Result<Ruleset> read = Ruleset::parse(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->values(), Ruleset::named("default-1")->values());
    EXPECT_EQ(read->digest(), sha256(text));
}

// Every number of the text stands for a field: a digit more gives another ruleset or none, and
// never the same one.
TEST(RulesetParse, keeps_every_number) {
    const std::string text = builtin_text();
    const std::size_t quality_begin = text.find("\"quality\":");
    const std::size_t quality_end = text.find("\"sample\":");
    std::size_t read_count = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
        const bool ends_a_number = text[i - 1] >= '0' && text[i - 1] <= '9' &&
                                   (text[i] == ',' || text[i] == '}') && text[i - 1] != '"';
        if (!ends_a_number || (i > quality_begin && i < quality_end)) continue;
        std::string changed = text;
        changed[i - 1] = changed[i - 1] == '0' ? '1' : static_cast<char>(changed[i - 1] - 1);
        const Result<Ruleset> ruleset = Ruleset::parse(changed);
        if (!ruleset) continue;
        ++read_count;
        EXPECT_EQ(ruleset->canonical_text(), changed);
    }
    EXPECT_GE(read_count, 20U);
}

TEST(RulesetParse, refuses_its_truncations) {
    const std::string text = builtin_text();
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_EQ(Ruleset::parse(std::string_view{text}.substr(0, size)).error().code,
                  Errc::kRulesetInvalid)
            << size;
}

// Version 1 is in no text: the digest of default-1 is what it was before there was a version 2.
TEST(RulesetParse, keeps_the_text_of_rulesets_before_formats) {
    EXPECT_EQ(builtin_text().find("formats"), std::string::npos);
    EXPECT_EQ(to_hex(sha256(builtin_text()).view()),
              "f21f86f3351fde9c5d906f56e06203e28eaca7a7760430c6ae8c464e93f1c054");
    const Result<Ruleset> second = Ruleset::named("default-2");
    ASSERT_TRUE(second);
    const std::string text = second->canonical_text();
    EXPECT_NE(text.find(R"("formats":{"archive_depth_max":3,"authenticity":1,"version":2})"),
              std::string::npos);
    const Result<Ruleset> read = Ruleset::parse(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->values(), second->values());
    EXPECT_NE(read->digest(), Ruleset::named("default-1")->digest());
    // Its fingerprints are others.
    EXPECT_NE(read->entry_digest(), Ruleset::named("default-1")->entry_digest());
}

TEST(RulesetParse, reads_what_makes_edited_text_known) {
    EXPECT_EQ(builtin_text().find("novelty"), std::string::npos);
    const std::string text = Ruleset::named("default-2")->canonical_text();
    const std::string_view part =
        R"("novelty":{"numbers_words_min":5,"sentence_characters_min":12,"sentence_words_min":3,)"
        R"("set_high_q16":39322,"set_low_q16":19661,"set_modulus":2,"set_words":12,)"
        R"("set_words_min":8,"uniqueness_min_q16":8192,"version":2},)";
    const std::size_t at = text.find(part);
    ASSERT_NE(at, std::string::npos) << text;
    std::string changed = text;
    changed.replace(changed.find("\"set_modulus\":2"), 15, "\"set_modulus\":5");
    const Result<Ruleset> read = Ruleset::parse(changed);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->values().novelty.set_modulus, 5U);
    changed = text;  // without it: another ruleset, of version 1
    const Result<Ruleset> without = Ruleset::parse(changed.erase(at, part.size()));
    ASSERT_TRUE(without);
    EXPECT_EQ(without->values().novelty, NoveltyRules{});
    changed = text;
    changed.replace(at + part.size() - 3, 1, "1");  // one form of version 1
    EXPECT_FALSE(Ruleset::parse(changed));
}

// One text form each: version 1 is not written, and what is not there cannot be asked for.
TEST(RulesetParse, refuses_formats_that_there_are_not) {
    const std::string text = Ruleset::named("default-2")->canonical_text();
    const std::string_view old = R"({"archive_depth_max":3,"authenticity":1,"version":2})";
    for (const std::string_view formats :
         {R"({"archive_depth_max":3,"authenticity":0,"version":1})",
          R"({"archive_depth_max":3,"authenticity":1,"version":3})",
          R"({"archive_depth_max":3,"authenticity":2,"version":2})",
          R"({"archive_depth_max":0,"authenticity":1,"version":2})",
          R"({"archive_depth_max":9,"authenticity":1,"version":2})", R"({"version":2})", "{}"}) {
        std::string changed = text;
        changed.replace(changed.find(old), old.size(), formats);
        EXPECT_EQ(Ruleset::parse(changed).error().code, Errc::kRulesetInvalid) << formats;
    }
}

// One text form each: what takes everything is not written, no part of a format that is not taken,
// names in their order.
TEST(RulesetParse, refuses_what_is_accepted_in_another_form) {
    RulesetValues values = Ruleset::named("default-2")->values();
    values.extract.accept.version = kAcceptVersion;
    EXPECT_EQ(Ruleset::make(values).error().code, Errc::kRulesetInvalid);
    values.extract.accept.formats =
        bit_of(AcceptedFormat::kXArchive) | bit_of(AcceptedFormat::kRedditExport);
    values.extract.accept.parts[static_cast<std::size_t>(AcceptedFormat::kXArchive)] =
        bit_of(Part::kPosts) | bit_of(Part::kManifest);
    const Result<Ruleset> made = Ruleset::make(values);
    ASSERT_TRUE(made);
    const std::string text = made->canonical_text();
    const std::string_view own =
        R"({"authentic":0,"formats":["reddit_export","x_archive"],"parts":{"x_archive":["manifest","posts"]},"version":2})";
    ASSERT_NE(text.find(own), std::string::npos) << text;
    EXPECT_EQ(Ruleset::parse(text)->values(), values);
    EXPECT_EQ(made->entry_digest(), Ruleset::named("default-2")->entry_digest());
    for (
        const std::string_view other :
        {R"({"authentic":0,"formats":["x_archive","reddit_export"],"parts":{},"version":2})",
         R"({"authentic":0,"formats":[],"parts":{},"version":2})",
         R"({"authentic":2,"formats":["x_archive"],"parts":{},"version":2})",
         R"({"authentic":0,"formats":["x_archive"],"parts":{},"version":1})",
         R"({"authentic":0,"formats":["x_archive"],"parts":{"reddit_export":["posts"]},"version":2})",
         R"({"authentic":0,"formats":["x_archive"],"parts":{"x_archive":["comments"]},"version":2})",
         R"({"authentic":1,"formats":["text"],"parts":{},"version":2})",
         R"({"authentic":0,"formats":["zip"],"parts":{},"version":2})"}) {
        std::string changed = text;
        changed.replace(changed.find(own), own.size(), other);
        EXPECT_EQ(Ruleset::parse(changed).error().code, Errc::kRulesetInvalid) << other;
    }
}

struct Change {
    const char* name;
    std::string_view from;
    std::string_view to;
};
const Change kChanges[] = {
    {"a_space", "{\"chunk\":", "{ \"chunk\":"},
    {"a_member_less", "\"name\":\"default-1\",", ""},
    {"a_member_more", "\"name\":", "\"mine\":1,\"name\":"},
    {"another_order", "{\"chunk\":", "{\"spec\":1,\"chunk\":"},
    {"a_number_as_text", "\"spec\":1", "\"spec\":\"1\""},
    {"a_number_too_large", "\"pieces_max\":192", "\"pieces_max\":4294967488"},
    {"a_leading_zero", "\"pieces_max\":192", "\"pieces_max\":0192"},
    {"a_fraction", "\"pieces_max\":192", "\"pieces_max\":192.0"},
    {"a_bound_broken", "\"pieces_max\":192", "\"pieces_max\":255"},
    {"no_such_corpus", "\"corpus\":\"own\"", "\"corpus\":\"mine\""},
    {"another_spec", "\"spec\":1", "\"spec\":2"},
    {"other_tables", "\"unicode_sha256\":\"", "\"unicode_sha256\":\"00"},
    {"other_knots", "\"common_words\":[", "\"common_words\":[1"},
    {"capitals_in_hex", "\"model_sha256\":\"cc0c", "\"model_sha256\":\"CC0C"},
};
class RulesetParseChange : public ::testing::TestWithParam<Change> {};
TEST_P(RulesetParseChange, is_refused) {
    std::string text = builtin_text();
    const std::size_t at = text.find(GetParam().from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, GetParam().from.size(), GetParam().to);
    EXPECT_EQ(Ruleset::parse(text).error().code, Errc::kRulesetInvalid);
}
INSTANTIATE_TEST_SUITE_P(Texts, RulesetParseChange, ::testing::ValuesIn(kChanges),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::scoring
