// Exports of each format, as made by tests/exports_support, read under formats version 2.
#include "exports_support/samples.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/scoring_document/extract.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pramana::scoring {
namespace {

using namespace exports;  // NOLINT: the samples of this test

ExtractLimits limits_2() {
    ExtractLimits limits;
    limits.formats = {.version = 2, .archive_depth_max = 3, .authenticity = 1};
    return limits;
}

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

struct ExportRow {
    const char* name;
    Bytes (*make)(std::uint64_t seed);
    Format format;
    Role role;
    std::size_t records_min;
    NotRead also;  ///< something that is reported as not read
};
const ExportRow kExports[] = {
    {"chatgpt_zip", [](std::uint64_t s) { return zip_of(ChatGptExport::make(s).files()); },
     Format::kChatGptExport, Role::kUser, 20, NotRead::kHiddenTurn},
    {"chatgpt_json", [](std::uint64_t s) { return bytes_of(ChatGptExport::make(s).json()); },
     Format::kChatGptExport, Role::kUser, 20, NotRead::kHiddenTurn},
    {"claude_zip", [](std::uint64_t s) { return zip_of(ClaudeExport::make(s).files()); },
     Format::kClaudeExport, Role::kUser, 20, NotRead::kOtherMember},
    {"x_zip", [](std::uint64_t s) { return zip_of(XArchive::make(s).files()); }, Format::kXArchive,
     Role::kPost, 60, NotRead::kRepost},
    {"reddit_tar_gz",
     [](std::uint64_t s) {
         return gzip_of(as_text(ByteView{tar_of(RedditExport::make(s).files())}));
     },
     Format::kRedditExport, Role::kPost, 60, NotRead::kOtherMember},
    {"activity_json", [](std::uint64_t s) { return bytes_of(GoogleActivity::make(s).json()); },
     Format::kGoogleActivity, Role::kRow, 80, NotRead::kEmptyPart},
    {"mailbox_gz", [](std::uint64_t s) { return gzip_of(Mailbox::make(s).mbox()); },
     Format::kMailbox, Role::kProse, 24, NotRead::kAttachment},
    {"whatsapp", [](std::uint64_t s) { return bytes_of(WhatsAppChat::make(s).text()); },
     Format::kWhatsAppChat, Role::kUser, 60, NotRead::kMedia},
    {"history_json", [](std::uint64_t s) { return bytes_of(BrowsingHistory::make(s).json()); },
     Format::kBrowsingHistory, Role::kRow, 80, NotRead::kEmptyPart},
    {"history_csv", [](std::uint64_t s) { return bytes_of(BrowsingHistory::make(s).csv()); },
     Format::kBrowsingHistory, Role::kRow, 80, NotRead::kTableHeader},
};
class Exports : public ::testing::TestWithParam<ExportRow> {};

TEST_P(Exports, are_told_read_and_judged_authentic) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const Result<Document> document = extract(GetParam().make(seed), limits_2());
        ASSERT_TRUE(document) << document.error().site;
        EXPECT_EQ(document->format, GetParam().format);
        EXPECT_GE(document->records.size(), GetParam().records_min);
        EXPECT_EQ(document->records.front().role, GetParam().role);
        EXPECT_TRUE(std::is_sorted(document->records.begin(), document->records.end(),
                                   [](const Record& a, const Record& b) {
                                       return a.unix_s / 86'400 < b.unix_s / 86'400;
                                   }) ||
                    GetParam().format == Format::kRedditExport);
        if (GetParam().also != NotRead::kEmptyPart) {
            EXPECT_GT(document->notes.not_read[static_cast<std::size_t>(GetParam().also)], 0U);
        }
        for (const CheckResult& check : document->authenticity.checks)
            EXPECT_TRUE(check.passed()) << rule_of(check.check).code << " " << check.failed << "/"
                                        << check.examined << " seed " << seed;
        EXPECT_TRUE(document->authenticity.authentic());
        EXPECT_EQ(document->authenticity.value_q16(), 65'536U);
    }
}
TEST_P(Exports, are_the_same_for_the_same_seed) {
    EXPECT_EQ(GetParam().make(7), GetParam().make(7));
    EXPECT_NE(GetParam().make(7), GetParam().make(8));
}
INSTANTIATE_TEST_SUITE_P(Rows, Exports, ::testing::ValuesIn(kExports),
                         [](const auto& row) { return std::string{row.param.name}; });

std::vector<std::string> texts_of(const Document& document) {
    std::vector<std::string> out;
    for (const Record& record : document.records) out.emplace_back(record.text.expose());
    return out;
}

// Names, packing and nesting are no part of what was written.
TEST(Exports, do_not_depend_on_how_they_are_packed) {
    const Files files = XArchive::make(3).files();
    Files renamed{files.rbegin(), files.rend()};
    for (auto& [name, content] : renamed) name = "x/" + std::to_string(content.size()) + ".bin";
    const Bytes inner = zip_of(files);
    const Bytes packings[] = {zip_of(renamed), tar_of(files), gzip_of(as_text(ByteView{inner})),
                              zip_of({{"inner.zip", std::string{as_text(ByteView{inner})}}})};
    const Result<Document> whole = extract(inner, limits_2());
    ASSERT_TRUE(whole);
    for (const Bytes& packing : packings) {
        const Result<Document> other = extract(packing, limits_2());
        ASSERT_TRUE(other) << other.error().site;
        EXPECT_EQ(texts_of(*whole), texts_of(*other));
        EXPECT_EQ(other->format, Format::kXArchive);
    }
}

TEST(Exports, of_several_kinds_stand_one_behind_the_other) {
    Files files = ChatGptExport::make(1).files();
    files.emplace_back("mail.mbox", Mailbox::make(1).mbox());
    const Result<Document> document = extract(zip_of(files), limits_2());
    ASSERT_TRUE(document);
    EXPECT_EQ(document->format, Format::kSeveralExports);
    EXPECT_EQ(document->records.front().role, Role::kUser);
    EXPECT_EQ(document->records.back().role, Role::kProse);
}

TEST(Exports, of_mail_are_decoded) {
    const Mailbox box = Mailbox::make(1, 4);
    const Result<Document> document = extract(as_bytes_view(box.mbox()), limits_2());
    ASSERT_TRUE(document);
    ASSERT_EQ(document->records.size(), 4U);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(texts_of(*document)[i], box.mails[i].subject + "\n\n" + box.mails[i].body) << i;
}

TEST(Exports, are_not_told_under_version_1) {
    const std::string text = Mailbox::make(1).mbox();
    const Result<Document> document = extract(as_bytes_view(text), {});
    ASSERT_TRUE(document);
    EXPECT_EQ(document->format, Format::kText);
    EXPECT_EQ(document->authenticity.version, 0U);
}

/// The clock of a phone that counts to twelve, in the languages that write AM and PM with dots.
TEST(WhatsAppChats, are_told_by_every_way_to_write_the_half_of_a_day) {
    for (const std::string half :
         {" PM", " pm", "\u202FPM", " p.m.", " p. m.", "\u00A0p.\u00A0m."}) {
        const Bytes chat = bytes_of("31/12/20, 10:15" + half + " - Ana: the first of them\n" +
                                    "31/12/20, 10:16" + half + " - Luis: and the second\n");
        const Result<Document> document = extract(chat, limits_2());
        ASSERT_TRUE(document) << half;
        EXPECT_EQ(document->format, Format::kWhatsAppChat) << half;
        ASSERT_EQ(document->records.size(), 2U) << half;
        EXPECT_EQ(document->records[0].unix_s, 1'609'452'900) << half;  // 22:15
    }
    const Result<Document> none =
        extract(bytes_of("31/12/20, 10:15 q.m. - Ana: no clock at all\n"), limits_2());
    ASSERT_TRUE(none);
    EXPECT_EQ(none->format, Format::kText);
}

}  // namespace
}  // namespace pramana::scoring
