// Public texts that a configuration names, from their files to a score.
#include "../scoring_embed/tiny_model.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/os/file.hpp"
#include "pramana/scoring/document.hpp"
#include "rulesets.hpp"
#include "serve/scoring_adapter.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

namespace pramana::app {
namespace {

constexpr std::string_view kText =
    "the river moved along the garden every night and the singer under the window of the market "
    "had a letter from the winter of stone in it";

scoring::RulesetValues small_values() {
    scoring::RulesetValues values;
    values.name = "tiny-1";
    values.model_sha256 = scoring::testing::tiny_model()->digest();
    return values;
}

Bytes reference_file() {
    const scoring::Engine engine{scoring::testing::tiny_model()};
    scoring::Document document;
    document.records.push_back(
        {scoring::SecretText{"test"}, scoring::Role::kProse, 0, scoring::SecretText{kText}});
    const Bytes entries[] = {
        engine.prepare(document, *scoring::Ruleset::make(small_values()))->corpus_entry()};
    return scoring::ReferenceCorpus::join(entries);
}

class ReferencesTest : public testing::Test {
  protected:
    ReferencesTest()
        : file{std::filesystem::path{testing::TempDir()} /
               ("pramana_reference_" + std::to_string(::getpid()))} {
        EXPECT_TRUE(write_file_durably(file, bytes));
    }
    ~ReferencesTest() override { std::filesystem::remove(file); }
    [[nodiscard]] scoring::Ruleset ruleset_of(const Hash32& digest) const {
        scoring::RulesetValues values = small_values();
        values.public_texts = {{"poem", digest}};
        return *scoring::Ruleset::make(values);
    }
    const Bytes bytes = reference_file();
    const std::filesystem::path file;
};

TEST_F(ReferencesTest, are_opened_once_for_all_rulesets) {
    References open;
    const scoring::Ruleset ruleset = ruleset_of(sha256(bytes));
    EXPECT_TRUE(open_references(ruleset, {{"poem", file}}, open));
    EXPECT_TRUE(open_references(ruleset, {{"poem", file}}, open));
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0]->digest(), sha256(bytes));
}

TEST_F(ReferencesTest, of_another_digest_are_refused_with_both) {
    References open;
    const Hash32 expected = sha256("another");
    const Outcome<Done> refused = open_references(ruleset_of(expected), {{"poem", file}}, open);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.failure().code, "corpus_corrupt");
    EXPECT_EQ(refused.failure().detail,
              "expected " + to_hex(expected.view()) + ", found " + to_hex(sha256(bytes).view()));
    EXPECT_TRUE(open.empty());
}

TEST_F(ReferencesTest, without_a_file_are_refused) {
    References open;
    const scoring::Ruleset ruleset = ruleset_of(sha256(bytes));
    EXPECT_EQ(open_references(ruleset, {}, open).failure().code, "ruleset_invalid");
    EXPECT_EQ(open_references(ruleset, {{"poem", file.string() + ".not"}}, open).failure().code,
              "not_found");
}

// What everybody has is nobody's contribution.
TEST_F(ReferencesTest, count_in_the_scores_of_the_daemon) {
    References open;
    const scoring::Ruleset with = ruleset_of(sha256(bytes));
    const scoring::Ruleset without = *scoring::Ruleset::make(small_values());
    ASSERT_TRUE(open_references(with, {{"poem", file}}, open));
    ScoringAdapter adapter{
        scoring::testing::tiny_model(), {with, without}, scoring::ParallelFor{}, {}, open};
    const pipeline::CorpusName corpus{};
    const auto novel_mass = [&](const scoring::Ruleset& ruleset) {
        const auto prepared = adapter.prepare(
            ruleset.digest(), SecretBytes::copy_of(as_bytes_view(kText)), std::nullopt);
        return adapter.score(corpus, ruleset.digest(), **prepared, Address{})->novel_mass;
    };
    EXPECT_GT(novel_mass(without), 0U);
    EXPECT_EQ(novel_mass(with), 0U);
}

TEST(RulesetOfADlp, is_pinned_by_its_digest) {
    config::Dlp dlp;
    dlp.ruleset = "default-1";
    EXPECT_TRUE(open_ruleset(dlp));
    dlp.ruleset_sha256 = scoring::Ruleset::named("default-1")->digest();
    EXPECT_TRUE(open_ruleset(dlp));
    dlp.ruleset_sha256 = Hash32{};
    const Outcome<scoring::Ruleset> refused = open_ruleset(dlp);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.failure().code, "ruleset_invalid");
    EXPECT_TRUE(refused.failure().detail.starts_with("expected " + std::string(64, '0')));
}

TEST(RulesetOfADlp, shares_a_corpus_only_where_that_is_allowed) {
    config::Dlp dlp;
    dlp.ruleset = "default-1+shared:lab";
    EXPECT_FALSE(open_ruleset(dlp));
    dlp.shared_corpus_allowed = true;
    Outcome<scoring::Ruleset> ruleset = open_ruleset(dlp);
    ASSERT_TRUE(ruleset);
    EXPECT_EQ(shown_name(*ruleset), "default-1+shared:lab");
}

}  // namespace
}  // namespace pramana::app
