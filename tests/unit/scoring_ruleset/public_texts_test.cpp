// Public texts in the text form of a ruleset.
#include "pramana/scoring/ruleset.hpp"

#include <gtest/gtest.h>

namespace pramana::scoring {
namespace {

TEST(RulesetPublicTexts, are_read_back) {
    RulesetValues values = Ruleset::named("default-1")->values();
    Hash32 digest;
    digest.bytes.fill(0xAB);
    values.public_texts = {{"bible", digest}, {"encyclopedia", Hash32{}}};
    const Result<Ruleset> made = Ruleset::make(values);
    ASSERT_TRUE(made);
    const Result<Ruleset> read = Ruleset::parse(made->canonical_text());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->values(), values);
    EXPECT_EQ(read->digest(), made->digest());
}

TEST(RulesetPublicTexts, with_a_short_digest_are_refused) {
    std::string text = Ruleset::named("default-1")->canonical_text();
    const std::string none = "\"public_texts\":{}";
    const std::size_t at = text.find(none);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, none.size(), "\"public_texts\":{\"bible\":\"abcd\"}");
    EXPECT_EQ(Ruleset::parse(text).error().code, Errc::kRulesetInvalid);
}

}  // namespace
}  // namespace pramana::scoring
