// novelty_report's parts on the first chapter of Ruth in two translations (both public domain) and
// on documents of this repository. Needs the model file of tools/setup.
#include "report.hpp"
#include "judged.hpp"
#include "near_words.hpp"
#include "novelty/semantic_scan.hpp"
#include "quotes.hpp"

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

// German passes the gates of letters and of unknown pieces, but two pieces of five go on with a
// word.
TEST_F(NoveltyReport, compares_no_meaning_in_a_language_that_the_model_does_not_know) {
    const std::string german =
        "Dieses Verzeichnis enthält die Einstellungen der Anwendung und wird beim ersten Start "
        "angelegt. Änderungen werden erst nach einem Neustart wirksam, weil die Dateien nur "
        "einmal gelesen werden. Fehlerhafte Einträge überspringt das Programm und schreibt eine "
        "Warnung in die Protokolldatei.";
    const std::string english =
        "This directory holds the settings of the application and is created when it is started "
        "for the first time. Changes take effect after a restart, because the files are read "
        "only once. The program skips wrong entries and writes a warning to its log.";
    const auto has_codes = [](const scoring::Prepared& prepared) {
        const auto& codes = prepared.state().codes;
        return std::any_of(codes.begin(), codes.end(), [](auto code) { return code != 0; });
    };
    EXPECT_FALSE(has_codes(*preparer_.embed(german)));
    EXPECT_TRUE(has_codes(*preparer_.embed(english)));
    // The cache has codes of every text; what has none by the rules is taken out as it is read.
    const auto cached = preparer_.embed_some(german, [](auto) { return true; });
    EXPECT_GT(cached->embedded, 0U);
    EXPECT_FALSE(has_codes(*preparer_.replay(german, cached->entry)));
    EXPECT_EQ(preparer_.gated(german, cached->entry).entry,
              preparer_.embed(german)->corpus_entry());
    const Bytes kept = preparer_.embed(english)->corpus_entry();
    EXPECT_EQ(preparer_.gated(english, kept).entry, kept);
}

TEST(NearWords, agrees_with_the_overlap_of_every_chunk) {
    std::mt19937 random{1};
    const auto words = [&random] {
        std::set<std::uint32_t> out;
        for (std::size_t i = 4 + random() % 20; i > 0; --i)
            out.insert(static_cast<std::uint32_t>(random() % 60));
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
            const scoring::Overlap overlap = scoring::content_overlap(asked, one);
            return 2ULL * overlap.shared * scoring::kQ16One >= std::uint64_t{kLeast} * overlap.all;
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

TEST(Quotes, are_runs_of_twelve_words_in_other_folds) {
    const auto words = [](std::size_t from, std::size_t count) {
        std::string out;
        for (std::size_t i = from; i < from + count; ++i) out += "word" + std::to_string(i) + ' ';
        return out;
    };
    std::vector<Collection> collections{{"manuals", "source", {text_of(words(0, 100))}},
                                        {"manuals", "quoting", {}},
                                        {"manuals", "innocent", {}},
                                        {"manuals", "short", {}}};
    collections[1].texts = {text_of(words(1000, 40) + "Word40, WORD41 " + words(42, 18))};
    collections[2].texts = {text_of(words(2000, 400) + words(60, 12))};
    collections[3].texts = {text_of(words(3000, 40) + words(30, 11))};
    std::vector<Fold> folds(4);
    Judged judged;
    for (std::size_t i = 0; i < collections.size(); ++i) {
        folds[i].topics["manuals"] = {&collections[i].texts[0]};
        judged.insert(collections[i].texts[0].id);
    }
    const auto found = find_quotes(collections, folds, judged);
    const Quoted& quoting = found.at(collections[1].texts[0].id);
    EXPECT_EQ(quoting.words, 60U);
    EXPECT_EQ(quoting.in_runs, 20U);
    EXPECT_EQ(quoting.source, &collections[0]);
    EXPECT_TRUE(quoting.quotes());
    const Quoted& innocent = found.at(collections[2].texts[0].id);
    EXPECT_EQ(innocent.in_runs, 12U);
    EXPECT_FALSE(innocent.quotes());  // 12 of 412 words
    EXPECT_FALSE(found.contains(collections[3].texts[0].id));
    // The same texts in one fold take nothing from each other.
    std::vector<Fold> one(4);
    for (const Collection& collection : collections)
        one[0].topics["manuals"].push_back(&collection.texts[0]);
    EXPECT_TRUE(find_quotes(collections, one, judged).empty());
}

TEST(Folds, deal_a_project_once_under_its_name_and_its_domain) {
    std::vector<Collection> collections;
    for (int i = 0; i < 20; ++i)
        for (const char* end : {"", "-org"})
            collections.push_back({"manuals",
                                   "project" + std::to_string(i) + end,
                                   {text_of(std::to_string(i) + end)}});
    const std::vector<Fold> folds = deal(collections);
    const auto fold_of = [&](const Text& text) {
        std::size_t fold = 0;
        while (std::none_of(folds[fold].topics.begin(), folds[fold].topics.end(),
                            [&](const auto& topic) {
                                return std::count(topic.second.begin(), topic.second.end(), &text);
                            }))
            ++fold;
        return fold;
    };
    for (std::size_t i = 0; i < collections.size(); i += 2)
        EXPECT_EQ(fold_of(collections[i].texts[0]), fold_of(collections[i + 1].texts[0]));
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
