// The fuzzers of extraction start from every format and every reason to be an archive: what the
// seeds in tests/fuzz/corpus are read as.
#include "pramana/scoring_document/extract.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace pramana::scoring {
namespace {

struct Seed {
    const char* name;
    Format format;
    Role first;  ///< of the first record
};
// Formats: docs/data-formats.md "Exports". What is in a container counts, where it is an export.
const Seed kSeeds[] = {
    {"activity", Format::kGoogleActivity, Role::kRow},
    {"chatgpt", Format::kChatGptExport, Role::kUser},
    {"claude", Format::kClaudeExport, Role::kUser},
    {"csv", Format::kText, Role::kRow},
    {"gzip", Format::kBrowsingHistory, Role::kRow},
    {"history", Format::kBrowsingHistory, Role::kRow},
    {"history_csv", Format::kBrowsingHistory, Role::kRow},
    {"html", Format::kHtml, Role::kProse},
    {"json", Format::kJson, Role::kOther},
    {"json_lines", Format::kJsonLines, Role::kOther},
    {"mailbox", Format::kMailbox, Role::kProse},
    {"reddit", Format::kRedditExport, Role::kPost},
    {"reddit_messages", Format::kRedditExport, Role::kPost},
    {"tar", Format::kTar, Role::kProse},
    {"tar_gz", Format::kWhatsAppChat, Role::kUser},
    {"text", Format::kText, Role::kProse},
    {"whatsapp", Format::kWhatsAppChat, Role::kUser},
    {"whatsapp_ios", Format::kWhatsAppChat, Role::kUser},
    {"x_messages", Format::kXArchive, Role::kPost},
    {"x_tweets", Format::kXArchive, Role::kPost},
    {"zip", Format::kClaudeExport, Role::kUser},
    {"zip_in_zip", Format::kClaudeExport, Role::kUser},
    {"zip_text", Format::kZip, Role::kOther},
};

std::vector<std::uint8_t> seed(const std::string& name) {
    std::ifstream in{std::filesystem::path{PRAMANA_FUZZ_CORPUS} / "fuzz_exports" / name,
                     std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

class FuzzSeeds : public ::testing::TestWithParam<Seed> {};
TEST_P(FuzzSeeds, are_read_as_their_format) {
    ExtractLimits limits;
    limits.formats = {.version = 2, .archive_depth_max = 3, .authenticity = 1};
    const Result<Document> document = extract(seed(GetParam().name), limits);
    ASSERT_TRUE(document) << document.error().site;
    EXPECT_EQ(name_of(document->format), name_of(GetParam().format));
    EXPECT_EQ(document->records.front().role, GetParam().first);
}
INSTANTIATE_TEST_SUITE_P(Formats, FuzzSeeds, ::testing::ValuesIn(kSeeds),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(FuzzSeedTable, leaves_no_format_out) {
    std::map<Format, int> seen;
    for (const Seed& each : kSeeds) ++seen[each.format];
    ++seen[Format::kSeveralExports];  // an archive of the others: no reader of its own
    for (std::size_t format = 0; format < kFormats; ++format)
        EXPECT_GT(seen[static_cast<Format>(format)], 0) << name_of(static_cast<Format>(format));
}

}  // namespace
}  // namespace pramana::scoring
