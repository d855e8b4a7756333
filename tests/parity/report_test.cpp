#include "parity/report.hpp"
#include "parity/chance.hpp"
#include "parity/options.hpp"
#include "pramana/core/json.hpp"

#include <gtest/gtest.h>

#include <array>

namespace pramana::parity {
namespace {

using scoring::Backend;

CodeRow row(std::uint32_t batch, std::size_t mismatches) {
    return {.backend = Backend::kReference,
            .batch = batch,
            .threads = 2,
            .documents = 5,
            .tokens = 100,
            .mismatches = mismatches,
            .first = {3, 17, -5, 6},
            .seconds = 0.5};
}

Report report_with(std::size_t code_mismatches, std::uint64_t operation_mismatches,
                   std::uint64_t dot_mismatches) {
    Report report{};
    report.model_name = "tiny";
    report.documents = 5;
    report.codes.rows = {row(1, 0), row(8, code_mismatches)};
    report.operations.rows = {
        {"reference", "pool", 384, operation_mismatches, "2 tokens, number 7"}};
    report.dots.rows = {{"reference", 10, dot_mismatches, "1 queries x 3 rows"}};
    return report;
}

TEST(ParityReport, counts_every_kind_of_difference) {
    EXPECT_EQ(report_with(0, 0, 0).mismatches(), 0U);
    EXPECT_EQ(report_with(1, 0, 0).mismatches(), 1U);
    EXPECT_EQ(report_with(0, 2, 0).mismatches(), 2U);
    EXPECT_EQ(report_with(0, 0, 4).mismatches(), 4U);
}

TEST(ParityReport, names_the_first_difference_for_people_and_programs) {
    const Report report = report_with(1, 2, 4);
    const std::string table = table_of(report);
    EXPECT_NE(
        table.find("DIFFERS: batch 8, threads 2, first at document 3, component 17: -5, found 6"),
        std::string::npos)
        << table;
    EXPECT_NE(table.find("2 tokens, number 7"), std::string::npos);
    EXPECT_NE(table.find("1 queries x 3 rows"), std::string::npos);
    EXPECT_NE(table.find("7 mismatches\n"), std::string::npos);
    const std::string text = json_of(report);
    const auto json = read_json(text);
    ASSERT_TRUE(json);
    EXPECT_EQ(json->member("mismatches")->whole_number().value(), 7U);
    const auto rows = json->member("codes")->items();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_FALSE(rows[0].member("first"));
    EXPECT_EQ(rows[1].member("first")->member("component")->whole_number().value(), 17U);
}

TEST(ParityReport, says_nothing_of_differences_where_there_are_none) {
    EXPECT_EQ(table_of(report_with(0, 0, 0)).find("DIFFERS"), std::string::npos);
}

TEST(ParityExpectation, finds_each_digest_that_differs) {
    const Report ours = report_with(0, 0, 0);
    EXPECT_TRUE(differences(ours, json_of(ours)).value().empty());
    Report theirs = ours;
    theirs.codes.digest.bytes[0] = 1;
    theirs.dots.digest.bytes[0] = 1;
    theirs.operations.digest.bytes[0] = 1;
    theirs.pieces_digest.bytes[0] = 1;
    theirs.model_digest.bytes[0] = 1;
    theirs.seed = 9;
    EXPECT_EQ(differences(ours, json_of(theirs)).value().size(), 6U);
}

TEST(ParityExpectation, refuses_what_is_no_report) {
    EXPECT_EQ(differences(report_with(0, 0, 0), "{}").error().code, Errc::kBadRequest);
    EXPECT_EQ(differences(report_with(0, 0, 0), "not json").error().code, Errc::kBadRequest);
}

// Sebastiano Vigna's splitmix64.c with the state 1234567, as published with Rosetta Code.
TEST(ParityChance, is_splitmix64) {
    Chance chance{1234567};
    for (const std::uint64_t wanted :
         {6457827717110365317U, 3203168211198807973U, 9817491932198370423U, 4593380528125082431U})
        EXPECT_EQ(chance.next(), wanted);
}

struct BadCommandLine {
    const char* name;
    std::vector<const char*> words;
};
const BadCommandLine kBad[] = {
    {"unknown_option", {"--fast", "1"}},      {"no_value", {"--json"}},
    {"zero_documents", {"--documents", "0"}}, {"too_many", {"--documents", "1000001"}},
    {"not_a_number", {"--seed", "1x"}},       {"negative", {"--reference", "-1"}},
};
class ParityOptions : public ::testing::TestWithParam<BadCommandLine> {};
TEST_P(ParityOptions, are_refused) {
    std::vector<char*> arguments{const_cast<char*>("parity_report")};
    for (const char* word : GetParam().words) arguments.push_back(const_cast<char*>(word));
    EXPECT_FALSE(read_options(static_cast<int>(arguments.size()), arguments.data()));
}
INSTANTIATE_TEST_SUITE_P(Lines, ParityOptions, ::testing::ValuesIn(kBad),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::parity
