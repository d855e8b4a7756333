// Lines are counted 64 bytes at a time as they are one by one.
#include "rows.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace pramana::scoring {
namespace {

void expect_same(std::string_view text, char delimiter) {
    const RowCount fast = count_rows(text, delimiter);
    const RowCount slow = count_rows_reference(text, delimiter);
    ASSERT_EQ(fast.lines, slow.lines) << text;
    ASSERT_EQ(fast.rows, slow.rows) << text;
    ASSERT_EQ(fast.with_digits, slow.with_digits) << text;
    ASSERT_EQ(fast.first_has_digit, slow.first_has_digit) << text;
}

struct Text {
    const char* name;
    std::string text;
};
const Text kTexts[] = {
    {"nothing", ""},
    {"one_cell", "a"},
    {"rows", "a,b,c\n1,2,3\n4,5,6\n"},
    {"no_line_end_at_the_end", "a,b,c\n1,2,3\n4,5,6"},
    {"blank_cells", "a, ,\t,\f,b\n,,,\n , , \nx,,y,z\n"},
    {"blank_lines", "\n \n\t\n\f\r\n\r\r\na;b\r\n;\r;;x;y"},
    {"quoted_line_ends", "a,\"b\nc\",d\ne,f,g\n\"x,y\",\"\n\n\",\"1\"\nz,z,z\n"},
    {"quotes_inside", "a\"b,c\"d,e\n\"a\"b,c,d\n,\"\",x,y\n\"\n"},
    {"open_quote", "a,b,c\n\"never closed, 1\n2, 3, 4\n"},
    {"many_cells", std::string(200, ',') + "\n" + std::string(130, ';') + "a;b\nx,1,2\nx,1,2\n"},
    {"digit_in_the_first", "1;2\na;b\na;b\n"},
};
class CountRowsTexts : public ::testing::TestWithParam<Text> {};
TEST_P(CountRowsTexts, give_what_line_by_line_gives) {
    // Behind stretches of each length around a block's.
    for (std::size_t before = 0; before < 130; ++before)
        for (const std::string_view start : {"x", " ", "\n"})
            for (const char delimiter : {'\t', ';', '|', ','}) {
                std::string text;
                for (std::size_t i = 0; i < before; ++i) text += start;
                text += GetParam().text;
                expect_same(text, delimiter);
                if (HasFatalFailure()) return;
            }
}
INSTANTIATE_TEST_SUITE_P(Texts, CountRowsTexts, ::testing::ValuesIn(kTexts),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(CountRows, says_what_lines_are) {
    const RowCount counted = count_rows("name,town,year\nAda,London,1815\n\nKurt,Brno, \nx\n", ',');
    EXPECT_EQ(counted.lines, 4U);
    EXPECT_EQ(counted.rows, 2U);
    EXPECT_EQ(counted.with_digits, 1U);
    EXPECT_FALSE(counted.first_has_digit);
}

TEST(CountRows, gives_the_same_for_random_texts) {
    const std::string_view kAlphabets[] = {"ab1,,;\n", "a \t\f\r\n,;|", "a,\"\n",
                                           "abcdefgh ,\"\"\r\n",
                                           "word and more of them, 7;\n\xC3\xA9"};
    std::mt19937 random{47};
    for (int round = 0; round < 20'000; ++round) {
        const std::string_view alphabet = kAlphabets[round % 5];
        std::string text(random() % (round % 20 == 0 ? 3'000 : 150), ' ');
        for (char& c : text) c = alphabet[random() % alphabet.size()];
        for (const char delimiter : {'\t', ';', '|', ','}) expect_same(text, delimiter);
        if (HasFatalFailure()) return;
    }
}

}  // namespace
}  // namespace pramana::scoring
