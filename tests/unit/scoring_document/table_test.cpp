// Which texts are tables, and what their rows are. Rules: docs/scoring.md "Tables"; quoting: RFC
// 4180.
#include "table.hpp"

#include "pramana/core/bytes.hpp"
#include "pramana/scoring_document/extract.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pramana::scoring {
namespace {

constexpr ExtractLimits kLimits{.table_rows_min = 3, .table_cell_words = 4};

/// A letter for the role before each text: r(ow), p(rose), o(ther).
std::vector<std::string> records_of(std::string_view text, const ExtractLimits& limits = kLimits) {
    const Result<Document> document = extract(as_bytes_view(text), limits);
    std::vector<std::string> out;
    if (!document) return {"refused"};
    for (const Record& record : document->records) {
        const char role = record.role == Role::kRow ? 'r' : record.role == Role::kProse ? 'p' : 'o';
        out.push_back(std::string{role, ' '} + std::string{record.text.expose()});
    }
    return out;
}

struct TableRow {
    const char* name;
    std::string_view input;
    std::vector<std::string> records;
};
const TableRow kTables[] = {
    {"commas", "a,b,c\nd,e,f\ng,h,i", {"r a\nb\nc", "r d\ne\nf", "r g\nh\ni"}},
    {"two_cells_between_commas_are_prose", "a,b\nc,d\ne,f", {"p a,b\nc,d\ne,f"}},
    {"tabs", "a\tb\nc\td\ne\tf\n", {"r a\nb", "r c\nd", "r e\nf"}},
    {"semicolons_hold_decimal_commas",
     "1,5;2,5;x\n3,5;4,5;y\n5,5;6,5;z",
     {"r 1,5\n2,5\nx", "r 3,5\n4,5\ny", "r 5,5\n6,5\nz"}},
    {"bars_and_a_rule",
     "| a | b |\n|---|---|\n| c | d |\n| e | f |",
     {"r a\nb", "r ---\n---", "r c\nd", "r e\nf"}},
    {"too_few_rows", "a,b,c\nd,e,f", {"p a,b,c\nd,e,f"}},
    {"carriage_returns", "a;b\r\nc;d\re;f", {"r a\nb", "r c\nd", "r e\nf"}},
    {"header_is_left_out",
     "name,city,year\nann,rome,1999\nbob,oslo,2001\ncid,bonn,2003",
     {"r ann\nrome\n1999", "r bob\noslo\n2001", "r cid\nbonn\n2003"}},
    {"words_alone_have_no_header", "x,y,z\na,b,c\nd,e,f", {"r x\ny\nz", "r a\nb\nc", "r d\ne\nf"}},
    {"quoted",
     "\"a, b\",c,d\n\"say \"\"e\"\"\",f,g\n\"two\nlines\",h,i",
     {"r a, b\nc\nd", "r say \"e\"\nf\ng", "r two lines\nh\ni"}},
    {"open_quote_is_a_character",
     "\"a,b,c\nd,e,f\ng,h,i",
     {"r \"a\nb\nc", "r d\ne\nf", "r g\nh\ni"}},
    {"empty_cells_are_left_out", "a,,c,d\n,e,f,g\nh,i,,j", {"r a\nc\nd", "r e\nf\ng", "r h\ni\nj"}},
    {"prose_between_rows_stays_prose",
     "a,b,c\nd,e,f\nhere is a line\nand one more\n\nanother\ng,h,i\nj,k,l\nm,n,o",
     {"r a\nb\nc", "r d\ne\nf", "p here is a line\nand one more", "p another", "r g\nh\ni",
      "r j\nk\nl", "r m\nn\no"}},
    {"mostly_prose",
     "one line\ntwo lines\nthree lines\nfour lines\na,b,c\nd,e,f\ng,h,i",
     {"p one line\ntwo lines\nthree lines\nfour lines\na,b,c\nd,e,f\ng,h,i"}},
    {"long_cells_are_prose_behind_the_rows",
     "1,ann,she said a great deal\n2,bob,he did not say anything\n3,cid,no",
     {"r 1\nann", "r 2\nbob", "r 3\ncid\nno", "o she said a great deal",
      "o he did not say anything"}},
    {"ragged_rows_are_rows",
     "a,b,c\nd,e,f\ng,h,i,j\nk,l,m",
     {"r a\nb\nc", "r d\ne\nf", "r g\nh\ni\nj", "r k\nl\nm"}},
    {"code_is_prose", "int a;\nint b;\nf();\ng();\n", {"p int a;\nint b;\nf();\ng();"}},
};
class Table : public ::testing::TestWithParam<TableRow> {};
TEST_P(Table, becomes_rows) { EXPECT_EQ(records_of(GetParam().input), GetParam().records); }
INSTANTIATE_TEST_SUITE_P(Rows, Table, ::testing::ValuesIn(kTables),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(TableLimits, bound_the_records) {
    ExtractLimits limits = kLimits;
    limits.records_max = 3;
    EXPECT_EQ(records_of("a,b,c\nd,e,f\ng,h,i", limits).size(), 3U);
    EXPECT_EQ(records_of("a,b,c\nd,e,f\ng,h,i\nj,k,l", limits).front(), "refused");
    EXPECT_EQ(records_of("a,b,c\nd,e,f\ng,h,four words of prose", limits).front(), "refused");
    limits.records_max = 4;
    EXPECT_EQ(records_of("a,b,c\nd,e,f\ng,h,four words of prose", limits).size(), 4U);
}

TEST(TableLimits, a_header_is_counted_as_skipped) {
    const Result<Document> document = extract(as_bytes_view("a,b,c\n1,2,3\n4,5,6\n7,8,9"), kLimits);
    ASSERT_TRUE(document);
    EXPECT_EQ(document->notes.parts_skipped, 1U);
    EXPECT_EQ(std::string{document->records[0].source.expose()}, "row 2");
}

// Each unclosed quote looks for its end once: time stays in proportion to the bytes.
TEST(TableLimits, quotes_without_an_end_cost_little) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += "\"a,\"b,\"c\n";
    EXPECT_FALSE(records_of(text).empty());
    text.assign(2'000'000, '"');
    EXPECT_FALSE(records_of(text).empty());
}

}  // namespace
}  // namespace pramana::scoring
