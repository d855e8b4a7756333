// `score` without its command line: what is printed, and what ends the run. The rest is in
// tests/app_commands/score.test.mjs, with the real model.
#include "score/score_files.hpp"
#include "../app_recompute/replayed.hpp"
#include "pramana/core/json.hpp"

#include <algorithm>
#include <sstream>

namespace pramana::app {
namespace {

using testing::Bench;

struct Printed {
    int code = 0;
    std::string out;
    std::string err;
};

Printed printed(const Bench& bench, OfflineCorpus& corpus, ScoreRequest request) {
    std::ostringstream out, err;
    const int code = score_files(request, bench.scorer(), corpus, out, err);
    return {code, out.str(), err.str()};
}

std::size_t lines_in(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(ScoreFiles, goes_on_after_a_file_that_cannot_be_scored) {
    const Bench bench;
    OfflineCorpus corpus{store::CorpusKey{}, {}};
    const std::string good = bench.put("good", Bench::prose(1, 60));
    const std::string bad = bench.put("bad", std::string_view{"\x7f\x45LF\0", 5});
    const Printed result = printed(bench, corpus, {.files = {bad, good, bad + "-none"}});
    EXPECT_EQ(result.code, 65);
    EXPECT_EQ(lines_in(result.out), 3U);  // head, the good one, the corpus
    EXPECT_NE(result.err.find(bad + ": unknown_format: "), std::string::npos);
    EXPECT_NE(result.err.find(bad + "-none: not_found: There is no such file."), std::string::npos);
    EXPECT_EQ(corpus.corpus().size(), 1U);
}

TEST(ScoreFiles, ends_where_the_corpus_takes_no_more) {
    const Bench bench;
    const std::filesystem::path directory = bench.put("x", "x") + ".corpus";
    Result<std::unique_ptr<CorpusDirectory>> opened =
        CorpusDirectory::open({.directory = directory,
                               .corpus = std::nullopt,
                               .may_create = true,
                               .places_max = std::nullopt},
                              SecretBytes{32});
    ASSERT_TRUE(opened);
    const Bytes empty{'P', 'C', 'E', '1', 0, 0, 0, 0};  // an entry of no chunks
    ASSERT_TRUE((*opened)->append_unsaved(empty));
    OfflineCorpus corpus{*std::move(opened), true};  // what it would append durably is refused
    const std::string file = bench.put("file", Bench::prose(1, 60));
    const Printed result = printed(bench, corpus, {.files = {file, file}, .json = true});
    EXPECT_NE(result.code, 0);
    EXPECT_NE(result.code, 65);
    EXPECT_EQ(lines_in(result.out), 1U) << "the second file is not begun";
    EXPECT_NE(result.out.find(R"("error":{"code":"conflict")"), std::string::npos);
}

// A ruleset with formats says what was not read and what the export's structure tells.
TEST(ScoreFiles, reports_the_reading_where_the_ruleset_has_formats) {
    const Bench bench;
    scoring::RulesetValues values = bench.ruleset().values();
    values.extract.formats = {.version = 2, .archive_depth_max = 3, .authenticity = 1};
    const scoring::Ruleset with_formats = *scoring::Ruleset::make(values);
    const scoring::Engine engine{scoring::testing::tiny_model()};
    const std::string file = bench.put(
        "chat.txt", "31/12/2020, 22:15 - Messages are encrypted.\n31/12/2020, 22:16 - Ann: " +
                        Bench::prose(1, 60) + "\n30/12/2020, 22:17 - Ben: " + Bench::prose(2, 60));
    const auto line_of = [&](const Scorer& scorer) {
        OfflineCorpus corpus{store::CorpusKey{}, {}};
        std::ostringstream out, err;
        EXPECT_EQ(score_files({.files = {file}, .json = true}, scorer, corpus, out, err), 0);
        return out.str();
    };
    EXPECT_EQ(line_of(bench.scorer()).find("\"reading\""), std::string::npos);
    const std::string line =
        line_of({engine, with_formats, "tiny", scoring::testing::tiny_model()->digest()});
    EXPECT_NE(line.find(R"("content":"whatsapp_chat")"), std::string::npos) << line;
    const Result<JsonView> json = read_json(std::string_view{line}.substr(0, line.size() - 1), 8);
    ASSERT_TRUE(json);
    const JsonView reading = *json->member("reading");
    EXPECT_EQ(*reading.member("formats_version")->whole_number(), 2U);
    ASSERT_EQ(reading.member("not_read")->items().size(), 1U);
    EXPECT_EQ(*reading.member("not_read")->items()[0].member("code")->text(), "notice");
    bool order_failed = false;
    for (const JsonView& check : reading.member("authenticity")->member("checks")->items())
        order_failed |= *check.member("code")->text() == "time_order" &&
                        *check.member("failed")->whole_number() == 1;
    EXPECT_TRUE(order_failed) << line;
    EXPECT_NE(line.find(R"("authentic":false)"), std::string::npos);
}

TEST(ScoreFiles, writes_names_so_that_a_terminal_and_json_can_bear_them) {
    const Bench bench;
    OfflineCorpus corpus{store::CorpusKey{}, {}};
    const std::string name = bench.put("a \"b\"\x1b[31m", Bench::prose(1, 60));
    const Printed table = printed(bench, corpus, {.files = {name}});
    EXPECT_EQ(table.out.find('\x1b'), std::string::npos);
    const Printed json = printed(bench, corpus, {.files = {name}, .json = true});
    ASSERT_TRUE(read_json(std::string_view{json.out}.substr(0, json.out.size() - 1), 8));
    EXPECT_NE(json.out.find(R"(a \"b\"\u001b[31m)"), std::string::npos);
}

}  // namespace
}  // namespace pramana::app
