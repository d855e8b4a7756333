// A builder's page in the daemon: opened and pinned as any ruleset, and obeyed.
#include "../scoring_embed/tiny_model.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/os/file.hpp"
#include "pramana/pipeline/public_result.hpp"
#include "rulesets.hpp"
#include "serve/scoring_adapter.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

namespace pramana::app {
namespace {

constexpr std::string_view kPage = R"({
    "version": 1, "name": "pages-1",
    "accept": {"formats": ["json", "browsing_history"], "parts": {"browsing_history": ["times"]}}
})";
constexpr std::string_view kText =
    "the river moved along the garden every night and the singer under the window of the market";

class BuilderRulesetTest : public testing::Test {
  protected:
    ~BuilderRulesetTest() override { std::filesystem::remove(file); }
    [[nodiscard]] config::Dlp dlp_with(std::string_view page) const {
        EXPECT_TRUE(write_file_durably(file, as_bytes_view(page)));
        config::Dlp dlp;
        dlp.ruleset = "./page.json";
        dlp.ruleset_file = file;
        return dlp;
    }
    const std::filesystem::path file =
        std::filesystem::path{testing::TempDir()} / ("pramana_page_" + std::to_string(::getpid()));
};

TEST_F(BuilderRulesetTest, is_opened_by_its_meaning_and_pinned_by_its_digest) {
    const scoring::RulesetReading reading = scoring::read_ruleset_file(kPage);
    ASSERT_TRUE(reading.ruleset);
    config::Dlp dlp = dlp_with(kPage);
    dlp.ruleset_sha256 = reading.ruleset->digest();
    EXPECT_TRUE(open_ruleset(dlp));
    // The full text stands for the same ruleset, in a file with and without a line end.
    for (const std::string& end : {std::string{}, std::string{"\n"}}) {
        dlp = dlp_with(reading.ruleset->canonical_text() + end);
        dlp.ruleset_sha256 = reading.ruleset->digest();
        EXPECT_TRUE(open_ruleset(dlp));
    }
}

// A name is one of this version's. A file that lies where the validator was started is not asked:
// no digest would pin it.
TEST_F(BuilderRulesetTest, a_name_is_never_a_file) {
    config::Dlp dlp = dlp_with(kPage);
    dlp.ruleset_file.clear();
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(file.parent_path());
    dlp.ruleset = file.filename();
    const Outcome<scoring::Ruleset> refused = open_ruleset(dlp);
    std::filesystem::current_path(before);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.failure().code, "ruleset_invalid");
    EXPECT_NE(refused.failure().next_step.find("ruleset_sha256"), std::string::npos);
}

TEST_F(BuilderRulesetTest, with_a_mistake_is_refused_with_its_place) {
    const Outcome<scoring::Ruleset> refused =
        open_ruleset(dlp_with("{\"version\": 1,\n \"name\": \"pages-1\", \"pai\": {}}"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.failure().code, "ruleset_invalid");
    EXPECT_EQ(refused.failure().detail, "2:21: pai is no member that a ruleset has here");
    EXPECT_NE(refused.failure().next_step.find("ruleset check"), std::string::npos);
}

struct Sent {
    std::string text;
    std::string_view code;  ///< "ok": it is scored
};

TEST_F(BuilderRulesetTest, is_obeyed_where_contributions_are_opened) {
    scoring::RulesetValues values = scoring::read_ruleset_file(kPage).ruleset->values();
    values.model_sha256 = scoring::testing::tiny_model()->digest();
    const scoring::Ruleset ruleset = *scoring::Ruleset::make(std::move(values));
    ScoringAdapter adapter{scoring::testing::tiny_model(), {ruleset}, scoring::ParallelFor{}};
    const std::string history = "url,title,time\nhttps://a.example/,the river,";
    const Sent sent[] = {
        {"{\"text\":\"" + std::string{kText} + "\"}", "ok"},
        {std::string{kText}, "format_not_accepted"},
        {history + "2024-03-12T15:04:05Z\n", "ok"},
        {history + "some day\n", "part_missing"},
    };
    for (const Sent& row : sent) {
        const auto prepared = adapter.prepare(
            ruleset.digest(), SecretBytes::copy_of(as_bytes_view(row.text)), std::nullopt);
        EXPECT_EQ(prepared ? "ok" : name_of(prepared.error().code), row.code) << row.text;
        if (prepared) continue;
        EXPECT_TRUE(pipeline::is_invalid_content(prepared.error().code)) << row.code;
    }
}

}  // namespace
}  // namespace pramana::app
