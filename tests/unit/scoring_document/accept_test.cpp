// What a ruleset takes: formats, parts, authenticity. Exports of tests/exports_support.
#include "exports_support/samples.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/scoring_document/extract.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace pramana::scoring {
namespace {

using namespace exports;  // NOLINT: the samples of this test
using F = AcceptedFormat;

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }
const std::string kProse = "A paragraph that somebody wrote about nothing in particular.\n";
std::string table() {
    std::string out = "city,river,height\n";
    for (int row = 0; row < 12; ++row)
        out += "place " + std::to_string(row) + ",water " + std::to_string(row * 7) + ',' +
               std::to_string(row * 13) + '\n';
    return out;
}

std::string_view code_of(const Error& error) { return name_of(error.code); }

ExtractLimits accepting(std::initializer_list<F> formats, bool authentic = false) {
    ExtractLimits limits;
    limits.formats = {.version = 2, .archive_depth_max = 3, .authenticity = 1};
    limits.accept.version = 2;
    limits.accept.authentic = authentic ? 1 : 0;
    limits.accept.formats = 0;
    for (const F format : formats) limits.accept.formats |= bit_of(format);
    return limits;
}

Bytes takeout() {
    return zip_of({{"history.json", BrowsingHistory::make(1).json()},
                   {"mail.mbox", Mailbox::make(1).mbox()},
                   {"notes.txt", kProse}});
}
Bytes mixed() { return zip_of({{"a.txt", kProse}, {"b.csv", table()}, {"c.html", "<p>x y</p>"}}); }

struct Accepted {
    const char* name;
    Bytes (*make)();
    std::initializer_list<F> formats;
    std::string_view refused;  ///< empty: it is not
    Format read;               ///< of what is read
    std::uint64_t out;         ///< files that are left out for their format
};
const Accepted kAccepted[] = {
    {"an_export",
     [] { return zip_of(ChatGptExport::make(1).files()); },
     {F::kChatGptExport},
     "",
     Format::kChatGptExport,
     0},
    {"another_export",
     [] { return zip_of(ChatGptExport::make(1).files()); },
     {F::kClaudeExport},
     "format_not_accepted",
     {},
     0},
    {"an_export_as_text",
     [] { return bytes_of(WhatsAppChat::make(1).text()); },
     {F::kText},
     "format_not_accepted",
     {},
     0},
    {"an_export_as_json",
     [] { return bytes_of(GoogleActivity::make(1).json()); },
     {F::kJson},
     "format_not_accepted",
     {},
     0},
    {"one_of_several", takeout, {F::kBrowsingHistory}, "", Format::kBrowsingHistory, 1},
    {"beside_exports_nothing_else", takeout, {F::kText}, "format_not_accepted", {}, 0},
    {"text", [] { return bytes_of(kProse); }, {F::kText}, "", Format::kText, 0},
    {"no_text", [] { return bytes_of(kProse); }, {F::kTable}, "format_not_accepted", {}, 0},
    {"table", [] { return bytes_of(table()); }, {F::kTable}, "", Format::kText, 0},
    {"no_table", [] { return bytes_of(table()); }, {F::kText}, "format_not_accepted", {}, 0},
    {"json", [] { return bytes_of(R"({"a":"two words"})"); }, {F::kJson}, "", Format::kJson, 0},
    {"json_is_not_lines",
     [] { return bytes_of(R"({"a":"two words"})"); },
     {F::kJsonLines},
     "format_not_accepted",
     {},
     0},
    {"json_lines",
     [] { return bytes_of("{\"a\":\"two words\"}\n{\"a\":\"and more\"}\n"); },
     {F::kJsonLines},
     "",
     Format::kJsonLines,
     0},
    {"html",
     [] { return bytes_of("<!doctype html><p>two words</p>"); },
     {F::kHtml},
     "",
     Format::kHtml,
     0},
    {"members_of_an_archive", mixed, {F::kTable}, "", Format::kZip, 2},
    {"no_member_of_an_archive", mixed, {F::kJson}, "format_not_accepted", {}, 0},
    {"binary_is_no_format",
     [] { return bytes_of(std::string(64, '\x01')); },
     {F::kText},
     "unknown_format",
     {},
     0},
};
class Accept : public ::testing::TestWithParam<Accepted> {};
TEST_P(Accept, takes_what_is_named_and_nothing_else) {
    const Accepted& row = GetParam();
    const Result<Document> document = extract(row.make(), accepting(row.formats));
    if (!row.refused.empty()) {
        ASSERT_FALSE(document);
        EXPECT_EQ(code_of(document.error()), row.refused) << document.error().site;
        return;
    }
    ASSERT_TRUE(document) << document.error().site;
    EXPECT_EQ(document->format, row.read);
    EXPECT_FALSE(document->records.empty());
    EXPECT_EQ(document->notes.not_read[static_cast<std::size_t>(NotRead::kNotAccepted)], row.out);
}
INSTANTIATE_TEST_SUITE_P(Files, Accept, ::testing::ValuesIn(kAccepted),
                         [](const auto& row) { return std::string{row.param.name}; });

// What is left out changes nothing of what is read.
TEST(Accept, reads_an_accepted_export_as_if_it_stood_alone) {
    const Result<Document> one = extract(takeout(), accepting({F::kBrowsingHistory}));
    const Result<Document> alone =
        extract(bytes_of(BrowsingHistory::make(1).json()), accepting({F::kBrowsingHistory}));
    ASSERT_TRUE(one);
    ASSERT_TRUE(alone);
    ASSERT_EQ(one->records.size(), alone->records.size());
    for (std::size_t i = 0; i < one->records.size(); ++i)
        EXPECT_EQ(one->records[i].text.expose(), alone->records[i].text.expose());
}

Files without(Files files, std::string_view name) {
    std::erase_if(files,
                  [name](const auto& file) { return file.first.find(name) != std::string::npos; });
    return files;
}

struct Parts {
    const char* name;
    Bytes (*make)();
    F format;
    std::initializer_list<Part> has, lacks;
};
const Parts kPartRows[] = {
    {"chatgpt",
     [] { return zip_of(ChatGptExport::make(1).files()); },
     F::kChatGptExport,
     {Part::kFeedback, Part::kModelTurns, Part::kTimes, Part::kUserTurns},
     {}},
    {"chatgpt_json_alone",
     [] { return bytes_of(ChatGptExport::make(1).json()); },
     F::kChatGptExport,
     {Part::kModelTurns, Part::kUserTurns},
     {Part::kFeedback}},
    {"claude",
     [] { return zip_of(ClaudeExport::make(1).files()); },
     F::kClaudeExport,
     {Part::kAccount, Part::kModelTurns, Part::kTimes, Part::kUserTurns},
     {}},
    {"claude_without_users",
     [] { return bytes_of(ClaudeExport::make(1).json()); },
     F::kClaudeExport,
     {Part::kUserTurns},
     {Part::kAccount}},
    {"x",
     [] { return zip_of(XArchive::make(1).files()); },
     F::kXArchive,
     {Part::kAccount, Part::kManifest, Part::kMessages, Part::kPosts, Part::kTimes},
     {}},
    {"x_without_manifest",
     [] { return zip_of(without(XArchive::make(1).files(), "manifest")); },
     F::kXArchive,
     {Part::kAccount, Part::kPosts},
     {Part::kManifest}},
    {"x_without_messages",
     [] { return zip_of(without(XArchive::make(1).files(), "direct-messages")); },
     F::kXArchive,
     {Part::kPosts},
     {Part::kMessages}},
    {"reddit",
     [] { return zip_of(RedditExport::make(1).files()); },
     F::kRedditExport,
     {Part::kComments, Part::kHeaders, Part::kPosts, Part::kTimes},
     {Part::kMessages}},
    {"reddit_comments_alone",
     [] { return bytes_of(RedditExport::make(1).comments_csv()); },
     F::kRedditExport,
     {Part::kComments},
     {Part::kPosts, Part::kHeaders}},
    {"history",
     [] { return bytes_of(BrowsingHistory::make(1).csv()); },
     F::kBrowsingHistory,
     {Part::kTimes},
     {}},
};
class AcceptParts : public ::testing::TestWithParam<Parts> {};
TEST_P(AcceptParts, are_asked_for_one_by_one) {
    const Bytes file = GetParam().make();
    const auto asked = [&](Part part) {
        ExtractLimits limits = accepting({GetParam().format});
        limits.accept.parts[static_cast<std::size_t>(GetParam().format)] = bit_of(part);
        return extract(file, limits);
    };
    for (const Part part : GetParam().has) EXPECT_TRUE(asked(part)) << name_of(part);
    for (const Part part : GetParam().lacks) {
        const Result<Document> document = asked(part);
        ASSERT_FALSE(document) << name_of(part);
        EXPECT_EQ(code_of(document.error()), "part_missing");
        EXPECT_EQ(missing_part_of(document.error()), name_of(part));
    }
}
INSTANTIATE_TEST_SUITE_P(Files, AcceptParts, ::testing::ValuesIn(kPartRows),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Accept, asks_parts_of_an_export_only_where_there_is_one) {
    ExtractLimits limits = accepting({F::kXArchive, F::kRedditExport});
    limits.accept.parts[static_cast<std::size_t>(F::kXArchive)] = bit_of(Part::kManifest);
    EXPECT_TRUE(extract(zip_of(RedditExport::make(1).files()), limits));
}

TEST(Accept, refuses_an_export_that_fails_a_check_where_all_are_asked_for) {
    BrowsingHistory history = BrowsingHistory::make(1);
    const ExtractLimits strict = accepting({F::kBrowsingHistory}, true);
    EXPECT_TRUE(extract(bytes_of(history.json()), strict));
    for (auto& visit : history.visits) visit.time_us = 1;
    const Result<Document> forged = extract(bytes_of(history.json()), strict);
    ASSERT_FALSE(forged);
    EXPECT_EQ(code_of(forged.error()), "not_authentic");
    EXPECT_TRUE(extract(bytes_of(history.json()), accepting({F::kBrowsingHistory})));
}

}  // namespace
}  // namespace pramana::scoring
