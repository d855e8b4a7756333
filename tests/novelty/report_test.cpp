// novelty_report's parts on the first chapter of Ruth in two translations (both public domain) and
// on documents of this repository. Needs the model file of tools/setup.
#include "report.hpp"
#include "judged.hpp"
#include "near_words.hpp"
#include "novelty/semantic_scan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <set>

namespace pramana::bench {
namespace {

constexpr const char* kPairs = "tests/novelty/pairs/Ruth.tsv";

class NoveltyReport : public ::testing::Test {
  protected:
    NoveltyReport() {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_ / "pairs");
        std::filesystem::create_directories(folder_ / "texts");
        std::filesystem::copy_file(kPairs, folder_ / "pairs" / "Ruth.tsv");
    }
    ~NoveltyReport() override { std::filesystem::remove_all(folder_); }
    NoveltyReport(const NoveltyReport&) = delete;
    NoveltyReport& operator=(const NoveltyReport&) = delete;

    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() /
        (std::string{"pramana_novelty_report_"} +
         ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::shared_ptr<const scoring::Model> model_ =
        *scoring::Model::load(scoring::kModelPath, scoring::pinned_model_digest());
    scoring::Ruleset ruleset_ = *scoring::Ruleset::named("default-1");
    Preparer preparer_{model_, ruleset_};
};

TEST_F(NoveltyReport, joins_verses_to_passages) {
    const std::vector<Pair> verses = read_verses(folder_);
    ASSERT_EQ(verses.size(), 22U);
    EXPECT_EQ(verses[0].reference, "Ruth 1:1");
    const std::vector<Pair> joined = passages(verses, 50);
    ASSERT_GE(joined.size(), 6U);
    for (const Pair& passage : joined) EXPECT_GE(count_words(passage.original), 50U);
    EXPECT_TRUE(passages(verses, 100'000).empty());
}

TEST_F(NoveltyReport, finds_a_retold_chapter) {
    EntryCache cache{folder_ / "entries.bin", ruleset_};
    for (const Pair& pair : passages(read_verses(folder_), 50))
        for (const std::string& body : {pair.original, pair.retold})
            cache.add(text_of(body).id, preparer_.embed(body)->corpus_entry());
    Settings settings{.directory = folder_};
    settings.fitting_half = Pair{"Ruth", "", "", ""}.for_fitting();
    Report report;
    report_paraphrases({settings, ruleset_, preparer_, cache, report});
    ASSERT_GE(report.lines.size(), 2U);
    for (const Line& line : report.lines) EXPECT_TRUE(line.good) << line.what << line.reached;
}

TEST_F(NoveltyReport, replays_a_text_from_its_entry_and_keeps_a_cut_file) {
    std::ifstream in{"docs/glossary.md"};
    const std::string body{std::istreambuf_iterator<char>{in}, {}};
    const std::optional<scoring::Prepared> prepared = preparer_.embed(body);
    ASSERT_TRUE(prepared);
    const Bytes entry = prepared->corpus_entry();
    EXPECT_EQ(preparer_.replay(body, entry)->corpus_entry(), entry);
    const std::filesystem::path file = folder_ / "entries.bin";
    const Hash32 first = text_of("first").id, second = text_of("second").id;
    {
        EntryCache cache{file, ruleset_};
        cache.add(first, entry);
        cache.add(second, entry);
    }
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
    const EntryCache cut{file, ruleset_};
    EXPECT_EQ(cut.size(), 1U);
    ASSERT_NE(cut.find(first), nullptr);
    EXPECT_EQ(*cut.find(first), entry);
    EXPECT_EQ(cut.find(second), nullptr);
}

TEST_F(NoveltyReport, embeds_some_chunks_of_a_text) {
    std::ifstream in{"docs/glossary.md"};
    const std::string body{std::istreambuf_iterator<char>{in}, {}};
    const auto whole = preparer_.embed_some(body, [](auto) { return true; });
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->entry, preparer_.embed(body)->corpus_entry());
    std::size_t asked = 0;
    const auto some = preparer_.embed_some(body, [&](auto) { return ++asked == 2; });
    ASSERT_TRUE(some);
    EXPECT_EQ(whole->embedded, asked);
    EXPECT_EQ(some->embedded, 1U);
    EXPECT_EQ(some->chunks, whole->chunks);
    EXPECT_NE(some->entry, whole->entry);
}

TEST(NearWords, agrees_with_the_overlap_of_every_chunk) {
    std::mt19937 random{1};
    const auto words = [&random] {
        std::set<std::uint32_t> out;
        for (std::size_t i = 4 + random() % 20; i > 0; --i) out.insert(static_cast<std::uint32_t>(random() % 60));
        return std::vector<std::uint32_t>(out.begin(), out.end());
    };
    constexpr scoring::Q16 kLeast = scoring::kQ16One * 4 / 10;
    NearWords near{kLeast};
    std::vector<std::vector<std::uint32_t>> judged;
    for (int i = 0; i < 8; ++i) near.add(judged.emplace_back(words()));
    std::size_t found = 0;
    for (int i = 0; i < 500; ++i) {
        const std::vector<std::uint32_t> asked = words();
        const bool expected = std::any_of(judged.begin(), judged.end(), [&](const auto& one) {
            return scoring::content_overlap(asked, one).share >= kLeast;
        });
        EXPECT_EQ(near.near(asked), expected);
        found += expected ? 1U : 0U;
    }
    EXPECT_GT(found, 50U);
    EXPECT_LT(found, 450U);
}

TEST(Folds, keep_families_together_and_deal_every_text_once) {
    std::vector<Collection> collections;
    for (int i = 0; i < 40; ++i) {
        const std::string number = std::to_string(i);
        collections.push_back({i % 2 == 0 ? "java" : "manuals", "project" + number, {}});
        for (int text = 0; text < 3; ++text)
            collections.back().texts.push_back(text_of(number + " " + std::to_string(text)));
    }
    std::size_t dealt = 0, folds_with_java = 0, folds_with_manuals = 0;
    for (const Fold& fold : deal(collections)) {
        for (const auto& [topic, texts] : fold.topics) dealt += texts.size();
        folds_with_java += fold.topics.contains("java") ? 1U : 0U;
        folds_with_manuals += fold.topics.contains("manuals") ? 1U : 0U;
    }
    EXPECT_EQ(dealt, 120U);
    EXPECT_EQ(folds_with_java, 1U);
    EXPECT_GT(folds_with_manuals, 4U);
}

TEST_F(NoveltyReport, without_texts_fails_the_money_part) {
    const EntryCache cache{folder_ / "entries.bin", ruleset_};
    const Settings settings{.directory = folder_};
    Report report;
    report_money({settings, ruleset_, preparer_, cache, report});
    ASSERT_EQ(report.lines.size(), 1U);
    EXPECT_FALSE(report.lines[0].good);
}

}  // namespace
}  // namespace pramana::bench
