#include "embed_lines.hpp"

#include "unit/scoring_embed/tiny_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace pramana::app {
namespace {

struct Answer {
    int exit_code;
    std::string out;
    std::string err;
};

Answer embed(const std::string& input) {
    const auto model = scoring::testing::tiny_model();
    std::istringstream in{input};
    std::ostringstream out;
    std::ostringstream err;
    const int exit_code =
        embed_lines(scoring::Tokenizer{model}, scoring::Encoder{model}, in, out, err);
    return {exit_code, out.str(), err.str()};
}

TEST(EmbedLines, gives_an_array_of_384_codes_a_line) {
    const Answer answer = embed("unable\n");
    EXPECT_EQ(answer.exit_code, 0);
    EXPECT_EQ(answer.err, "");
    EXPECT_TRUE(answer.out.starts_with('['));
    EXPECT_TRUE(answer.out.ends_with("]\n"));
    EXPECT_EQ(std::count(answer.out.begin(), answer.out.end(), ','), 383);
    std::istringstream numbers{answer.out.substr(1)};
    std::int32_t code = 0;
    int counted = 0;
    for (char separator = ','; separator == ',' && numbers >> code; numbers >> separator) {
        EXPECT_GE(code, -127);
        EXPECT_LE(code, 127);
        ++counted;
    }
    EXPECT_EQ(counted, 384);
}

struct SameCodes {
    const char* name;
    std::string input;
    std::string like;
};
// The issue: carriage returns are stripped, nothing else is canonicalised; no input, no output.
const SameCodes kSameCodes[] = {
    {"carriage_return", "a b\r\n", "a b\n"},
    {"no_last_line_feed", "a\nb", "a\nb\n"},
    {"ill_formed_utf8_is_replaced", "a\xff\xc3 b\n", "a\xEF\xBF\xBD b\n"},
    {"empty_line_is_a_text_without_pieces", "\n", "\t\n"},
    {"only_a_carriage_return", "\r\n", "\n"},
    {"no_lines", "", ""},
};
class EmbedLinesSame : public ::testing::TestWithParam<SameCodes> {};
TEST_P(EmbedLinesSame, as_its_equivalent) {
    const Answer found = embed(GetParam().input);
    EXPECT_EQ(found.out, embed(GetParam().like).out);
    EXPECT_EQ(found.exit_code, 0);
}
INSTANTIATE_TEST_SUITE_P(Inputs, EmbedLinesSame, ::testing::ValuesIn(kSameCodes),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(EmbedLines, answers_null_and_names_the_line_that_is_too_long) {
    std::string pieces;
    for (std::size_t i = 0; i <= kLinePiecesMax; ++i) pieces += "a ";
    const Answer answer = embed("a\n" + pieces + "\nb\n");
    EXPECT_EQ(answer.exit_code, kExitTooLong);
    EXPECT_EQ(answer.err, "pramana: line 2 has more than 254 word-pieces\n");
    EXPECT_EQ(answer.out, embed("a\n").out + "null\n" + embed("b\n").out);
}

TEST(EmbedLines, refuses_a_line_of_too_many_bytes_whatever_it_holds) {
    const Answer answer = embed(std::string(kLineBytesMax + 1, ' ') + "\n");
    EXPECT_EQ(answer.exit_code, kExitTooLong);
    EXPECT_EQ(answer.out, "null\n");
    EXPECT_EQ(embed(std::string(kLineBytesMax, ' ') + "\n").exit_code, 0);
}

TEST(EmbedLines, reports_an_output_that_fails) {
    const auto model = scoring::testing::tiny_model();
    std::istringstream in{"a\n"};
    std::ostringstream out;
    out.setstate(std::ios::badbit);
    std::ostringstream err;
    EXPECT_EQ(embed_lines(scoring::Tokenizer{model}, scoring::Encoder{model}, in, out, err), 74);
}

}  // namespace
}  // namespace pramana::app
