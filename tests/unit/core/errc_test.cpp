#include "pramana/core/errc.hpp"
#include "pramana/core/result.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace pramana {
namespace {

TEST(Errc, has_a_name_a_sentence_and_a_next_step) {
    for (const Errc code : {Errc::kMalformedMessage, Errc::kDeviceLost, Errc::kNonceGap,
                            Errc::kStoreCorrupt, Errc::kBadRequest, Errc::kFetchForbidden,
                            Errc::kInternal, Errc::kTermsNotAgreed, Errc::kOwnershipNotShown,
                            Errc::kFormatNotAccepted, Errc::kPartMissing, Errc::kNotAuthentic}) {
        EXPECT_FALSE(name_of(code).empty());
        EXPECT_TRUE(sentence_of(code).ends_with('.')) << name_of(code);
        EXPECT_TRUE(next_step_of(code).ends_with('.')) << name_of(code);
    }
}

TEST(Errc, names_are_stable) {
    EXPECT_EQ(name_of(Errc::kAuthTagMismatch), "auth_tag_mismatch");
    EXPECT_EQ(static_cast<int>(Errc::kAuthTagMismatch), 102);
    EXPECT_EQ(blame_of(Errc::kAuthTagMismatch), Blame::kSender);
    EXPECT_EQ(blame_of(Errc::kStoreCorrupt), Blame::kBug);
}

// Names of docs/rulesets.md "What is refused"; numbers stand in stored jobs.
TEST(Errc, refusals_of_a_ruleset_have_their_own_codes) {
    const std::pair<std::uint16_t, std::string_view> rows[] = {{114, "terms_not_agreed"},
                                                               {115, "ownership_not_shown"},
                                                               {211, "format_not_accepted"},
                                                               {212, "part_missing"},
                                                               {213, "not_authentic"}};
    for (const auto& [number, name] : rows) {
        const std::optional<Errc> code = errc_of_number(number);
        ASSERT_TRUE(code) << name;
        EXPECT_EQ(name_of(*code), name);
        EXPECT_EQ(blame_of(*code), Blame::kSender) << name;
    }
}

TEST(Errc, numbers_of_stored_records_are_read_back_or_refused) {
    EXPECT_EQ(errc_of_number(102), Errc::kAuthTagMismatch);
    EXPECT_EQ(errc_of_number(799), Errc::kInternal);
    EXPECT_EQ(errc_of_number(800), Errc::kEvidenceMalformed);
    for (const unsigned none : {0U, 99U, 116U, 199U, 214U, 798U, 804U, 65535U})
        EXPECT_FALSE(errc_of_number(static_cast<std::uint16_t>(none))) << none;
}

TEST(ResultDeathTest, reading_the_value_of_an_error_aborts) {
    const Result<int> failed{Error{Errc::kInternal, "test"}};
    EXPECT_DEATH(static_cast<void>(failed.value()), "invariant broken");
}

TEST(Result, moves_its_value_out) {
    Result<std::string> made{std::string{"text"}};
    const std::string taken = std::move(made).value();
    EXPECT_EQ(taken, "text");
}

}  // namespace
}  // namespace pramana
