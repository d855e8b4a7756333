// A ruleset that asks for evidence of ownership: docs/ownership.md "In a ruleset".
#include "pramana/scoring/ruleset_file.hpp"

#include "pramana/core/hex.hpp"

#include <gtest/gtest.h>

namespace pramana::scoring {
namespace {

constexpr std::string_view kFirst = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";
constexpr std::string_view kSecond = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

RulesetReading read(std::string_view ownership) {
    return read_ruleset_file(R"({"version":1,"name":"lab-1","ownership":)" +
                             std::string{ownership} + '}');
}

std::string asked(std::string_view more = "", std::string_view witnesses = "") {
    return R"({"witnesses":[)" +
           (witnesses.empty() ? '"' + std::string{kSecond} + "\",\"" + std::string{kFirst} + '"'
                              : std::string{witnesses}) +
           R"(],"providers":["reddit","chatgpt"])" + std::string{more} + '}';
}

TEST(OwnershipRules, are_in_the_text_where_they_are_asked_for) {
    const RulesetReading reading = read(asked());
    ASSERT_TRUE(reading.ruleset);
    const OwnershipRules& rules = reading.ruleset->values().ownership;
    EXPECT_EQ(rules.version, kOwnershipVersion);
    EXPECT_EQ(rules.age_s_max, 30U * 86'400U);
    EXPECT_EQ(rules.providers, (std::vector<std::string>{"chatgpt", "reddit"}));
    const std::string text = reading.ruleset->canonical_text();
    EXPECT_NE(text.find(R"("ownership":{"age_s_max":2592000,"methods":["provider_api",)"
                        R"("export_mail"],"providers":["chatgpt","reddit"],"version":2,)"
                        R"("witnesses":[")" +
                        std::string{kFirst} + "\",\"" + std::string{kSecond} + "\"]},\"pay\":"),
              std::string::npos)
        << text;
    const Result<Ruleset> again = Ruleset::parse(text);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->values(), reading.ruleset->values());
}

TEST(OwnershipRules, ask_for_the_content_where_it_is_said) {
    const RulesetReading reading = read(asked(R"(,"content":true)"));
    ASSERT_TRUE(reading.ruleset);
    EXPECT_TRUE(reading.ruleset->values().ownership.content);
    const std::string text = reading.ruleset->canonical_text();
    EXPECT_NE(text.find(R"("age_s_max":2592000,"content":true,"methods")"), std::string::npos);
    const Result<Ruleset> again = Ruleset::parse(text);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->values(), reading.ruleset->values());
    const Hash32 without = read(asked()).ruleset->digest();
    EXPECT_EQ(read(asked(R"(,"content":false)")).ruleset->digest(), without);
    EXPECT_NE(reading.ruleset->digest(), without);
    std::string no = text;
    no.replace(no.find(R"("content":true)"), 14, R"("content":false)");
    EXPECT_FALSE(Ruleset::parse(no));
}

// No score depends on it: what corpus entries and scores are made of stays what it was.
TEST(OwnershipRules, change_the_digest_and_no_corpus) {
    const RulesetReading without = read_ruleset_file(R"({"version":1,"name":"lab-1"})");
    const RulesetReading with = read(asked());
    ASSERT_TRUE(without.ruleset && with.ruleset);
    EXPECT_NE(with.ruleset->digest(), without.ruleset->digest());
    EXPECT_EQ(with.ruleset->entry_digest(), without.ruleset->entry_digest());
    EXPECT_EQ(without.ruleset->canonical_text().find("ownership"), std::string::npos);
    for (const std::string_view name : Ruleset::names())
        EXPECT_EQ(Ruleset::named(name)->canonical_text().find("ownership"), std::string::npos);
}

TEST(OwnershipRules, of_one_meaning_have_one_digest) {
    const std::string capitals = R"("0xF39fd6e51aad88F6F4ce6aB8827279cffFb92266",)"
                                 R"("70997970C51812dc3A010C7d01b50e0d17dc79C8")";
    const std::string all = R"(,"methods":["export_mail","provider_api"],"days_max":30)";
    EXPECT_EQ(read(asked()).ruleset->digest(), read(asked(all, capitals)).ruleset->digest());
    EXPECT_NE(read(asked()).ruleset->digest(),
              read(asked(R"(,"methods":["provider_api"])")).ruleset->digest());
}

struct WrongOwnership {
    const char* name;
    std::string text;
    std::string path;
    std::string sentence;
};
const WrongOwnership kWrong[] = {
    {"nothing_named", "{}", "ownership.witnesses", "is missing"},
    {"no_providers", R"({"witnesses":["0x70997970c51812dc3a010c7d01b50e0d17dc79c8"]})",
     "ownership.providers", "is missing"},
    {"not_an_object", "true", "ownership", "must be an object"},
    {"a_short_address", asked("", R"("0x7099")"), "ownership.witnesses",
     "has something else in it"},
    {"the_zero_address", asked("", '"' + std::string(40, '0') + '"'), "ownership.witnesses",
     "has something else in it"},
    {"an_address_twice", asked("", '"' + std::string{kFirst} + "\",\"" + std::string{kFirst} + '"'),
     "ownership.witnesses", "names one twice"},
    {"a_number", asked("", "7"), "ownership.witnesses", "has something else in it"},
    {"an_unknown_method", asked(R"(,"methods":["hearsay"])"), "ownership.methods[0]", ""},
    {"too_old", asked(R"(,"days_max":367)"), "ownership.days_max", ""},
    {"content_as_a_number", asked(R"(,"content":1)"), "ownership.content", ""},
    {"an_unknown_member", asked(R"(,"subject":"x")"), "ownership.subject", ""},
};
class WrongOwnershipTest : public testing::TestWithParam<WrongOwnership> {};
TEST_P(WrongOwnershipTest, is_refused_at_its_place) {
    const RulesetReading reading = read(GetParam().text);
    EXPECT_FALSE(reading.ruleset);
    ASSERT_FALSE(reading.problems.empty());
    EXPECT_EQ(reading.problems[0].path, GetParam().path);
    if (!GetParam().sentence.empty()) {
        EXPECT_EQ(reading.problems[0].sentence, GetParam().sentence);
    }
}
INSTANTIATE_TEST_SUITE_P(Rows, WrongOwnershipTest, testing::ValuesIn(kWrong),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(OwnershipRules, in_another_text_are_refused) {
    const std::string text = read(asked()).ruleset->canonical_text();
    for (const auto& [from, to] :
         {std::pair{"\"version\":2,\"witnesses\"", "\"version\":1,\"witnesses\""},
          std::pair{"\"version\":2,\"witnesses\"", "\"version\":3,\"witnesses\""},
          std::pair{"\"chatgpt\",\"reddit\"", "\"reddit\",\"chatgpt\""},
          std::pair{"\"chatgpt\",\"reddit\"", ""}, std::pair{"2592000", "3"},
          std::pair{"[\"provider_api\",\"export_mail\"]", "[]"}, std::pair{"0x7099", "0x7A99"}}) {
        std::string changed = text;
        const std::size_t at = changed.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        changed.replace(at, std::string_view{from}.size(), to);
        EXPECT_FALSE(Ruleset::parse(changed)) << changed;
    }
}

}  // namespace
}  // namespace pramana::scoring
