// Tables: what the novelty of rows is, and what disguises a copied table does not make new.
// Rules: docs/scoring.md "Tables".
#include "index/dot.hpp"
#include "lexical/row_keys.hpp"
#include "prepare.hpp"
#include "score.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace pramana::scoring {
namespace {

using Cells = std::vector<std::string>;
using Rows = std::vector<Cells>;

void pieces_by_four(std::string_view text, Pieces& out) {
    out.resize(out.size() + std::max<std::size_t>(1, text.size() / 4), std::uint16_t{2000});
}

Ruleset rules() {
    RulesetValues values;
    values.name = "test-1";
    return *Ruleset::make(values);
}

Prepared prepared_of(const Rows& rows, Role role = Role::kRow) {
    Document document;
    for (const Cells& cells : rows) {
        std::string text;
        for (const std::string& cell : cells) text += (text.empty() ? "" : "\n") + cell;
        document.records.push_back({SecretText{"row"}, role, 0, SecretText{text}});
    }
    const TextModel model{Hash32{}, pieces_by_four, [](const TokenBatch&, auto codes) {
                              std::fill(codes.begin(), codes.end(), std::int8_t{1});
                          }};
    Result<Prepared> prepared = prepare_with(model, document, rules(), {});
    EXPECT_TRUE(prepared);
    return *std::move(prepared);
}

std::string word(std::mt19937& random, std::size_t letters) {
    std::string out;
    for (std::size_t i = 0; i < letters; ++i) out += static_cast<char>('a' + random() % 26);
    return out;
}

/// Orders of a shop: number, customer, city (of few), day, price.
Rows orders(std::uint32_t seed, std::size_t count) {
    std::mt19937 random{seed};
    const char* kCities[] = {"amsterdam", "bratislava", "copenhagen", "dublin", "edinburgh",
                             "florence",  "gothenburg", "helsinki",   "iasi",   "jena"};
    Rows out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(
            {std::to_string(100'000 + random() % 900'000), word(random, 5) + " " + word(random, 7),
             kCities[random() % 10],
             "2024-0" + std::to_string(1 + random() % 9) + "-1" + std::to_string(random() % 10),
             std::to_string(random() % 500) + "." + std::to_string(10 + random() % 90)});
    return out;
}

/// Small rows: a number, two measured values, a kind.
Rows readings(std::uint32_t seed, std::size_t count) {
    std::mt19937 random{seed};
    Rows out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back({std::to_string(random() % 100'000), std::to_string(random() % 1000),
                       std::to_string(random() % 1000), i % 3 == 0 ? "dry" : "wet"});
    return out;
}

double new_share(const Rows& known, const Rows& asked) {
    Corpus corpus{Hash32{}, 0};
    EXPECT_TRUE(corpus.append(prepared_of(known).corpus_entry()));
    const Score score = *corpus.score(prepared_of(asked), rules());
    return static_cast<double>(score.novel_mass) / static_cast<double>(score.mass);
}

using Disguise = std::function<void(Rows&)>;
void shuffle_rows(Rows& rows) { std::shuffle(rows.begin(), rows.end(), std::mt19937{7}); }
void turn_columns(Rows& rows) {
    for (Cells& cells : rows) std::rotate(cells.begin(), cells.begin() + 2, cells.end());
}
void add_constant(Rows& rows) {
    for (Cells& cells : rows) cells.insert(cells.begin() + 1, "verified by the team");
}
struct DisguiseRow {
    const char* name;
    Disguise apply;
    double orders_max, readings_max;  ///< the share that may count as new
};
const DisguiseRow kDisguises[] = {
    {"none", [](Rows&) {}, 0, 0},
    {"shuffled_rows", shuffle_rows, 0, 0},
    {"reordered_columns", turn_columns, 0, 0},
    {"added_constant_column", add_constant, 0, 0},
    {"added_constant_columns",
     [](Rows& rows) {
         for (Cells& cells : rows)
             for (const char* value : {"a", "checked twice", "source seven"})
                 cells.push_back(value);
     },
     0, 0},
    {"added_alternating_column",
     [](Rows& rows) {
         for (std::size_t i = 0; i < rows.size(); ++i)
             rows[i].push_back(i % 2 == 0 ? "first half" : "second half");
     },
     0, 0},
    {"all_of_these",
     [](Rows& rows) {
         add_constant(rows);
         turn_columns(rows);
         shuffle_rows(rows);
     },
     0, 0},
    {"other_case_and_punctuation",
     [](Rows& rows) {
         for (Cells& cells : rows)
             for (std::string& cell : cells) {
                 for (char& c : cell) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
                 cell = "'" + cell + "'!";
             }
     },
     0, 0},
    {"rows_twice",
     [](Rows& rows) {
         const Rows once = rows;
         rows.insert(rows.end(), once.begin(), once.end());
     },
     0, 0},
    // A small row does not say enough to be found by a part of it, and some larger ones do not.
    {"left_out_column",
     [](Rows& rows) {
         for (Cells& cells : rows) cells.pop_back();
     },
     0, 1},
    {"changed_column",
     [](Rows& rows) {
         for (std::size_t i = 0; i < rows.size(); ++i) rows[i][0] = std::to_string(i * 7919);
     },
     0.1, 1},
    {"column_of_new_values",
     [](Rows& rows) {
         std::mt19937 random{9};
         for (Cells& cells : rows) cells.push_back(word(random, 6));
     },
     0.1, 1},
};
class TableDisguise : public ::testing::TestWithParam<DisguiseRow> {};
TEST_P(TableDisguise, of_a_known_table_is_not_new) {
    Rows rows = orders(1, 300);
    GetParam().apply(rows);
    EXPECT_LE(new_share(orders(1, 300), rows), GetParam().orders_max);
    rows = readings(1, 300);
    GetParam().apply(rows);
    EXPECT_LE(new_share(readings(1, 300), rows), GetParam().readings_max);
}
INSTANTIATE_TEST_SUITE_P(Rows, TableDisguise, ::testing::ValuesIn(kDisguises),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(TableNovelty, another_table_of_the_same_kind_is_new) {
    EXPECT_GE(new_share(orders(1, 2000), orders(2, 300)), 0.99);
    EXPECT_GE(new_share(readings(1, 2000), readings(2, 300)), 0.97);
}

TEST(TableNovelty, counts_by_rows) {
    Rows mixed = orders(1, 100), more = orders(2, 300);
    mixed.insert(mixed.end(), more.begin(), more.end());
    shuffle_rows(mixed);
    EXPECT_NEAR(new_share(orders(1, 100), mixed), 0.75, 0.02);
}

TEST(TableNovelty, a_table_is_found_in_what_poses_as_prose_and_back) {
    Rows joined;
    for (const Cells& cells : orders(1, 300)) {
        std::string line;
        for (const std::string& cell : cells) line += (line.empty() ? "" : ",") + cell;
        joined.push_back({line});
    }
    Corpus corpus{Hash32{}, 0};
    ASSERT_TRUE(corpus.append(prepared_of(orders(1, 300)).corpus_entry()));
    const Score posing = *corpus.score(prepared_of(joined, Role::kProse), rules());
    EXPECT_LE(posing.novel_mass * 10, posing.mass);
    EXPECT_LE(new_share(joined, orders(1, 300)), 0.1);
}

TEST(TableChunk, a_value_weighs_once_and_meaning_is_off) {
    const Prepared plain = prepared_of(readings(1, 8));
    Rows padded = readings(1, 8);
    for (Cells& cells : padded) cells.push_back("padding");
    const Prepared wide = prepared_of(padded);
    std::uint64_t weight = 0, padded_weight = 0;
    for (const PreparedChunk& chunk : plain.state().chunks) weight += chunk.weight;
    for (const PreparedChunk& chunk : wide.state().chunks) padded_weight += chunk.weight;
    EXPECT_LE(padded_weight, weight + 7 * wide.chunks());
    for (const std::int8_t code : plain.state().codes) ASSERT_EQ(code, 0);
}

TEST(TableChunk, cutting_between_chunks_gives_the_same_chunks) {
    const Rows rows = orders(3, 200);
    const Prepared whole = prepared_of(rows);
    Chunker chunker{rules().values().chunk, pieces_by_four};
    for (const Cells& cells : rows) {
        std::string text;
        for (const std::string& cell : cells) text += (text.empty() ? "" : "\n") + cell;
        chunker.add_row(text);
    }
    const std::vector<Chunk> chunks = std::move(chunker).finish();
    ASSERT_EQ(chunks.size(), whole.chunks());
    const auto border = static_cast<std::ptrdiff_t>(chunks[0].table.row_ends.size() +
                                                    chunks[1].table.row_ends.size());
    const Prepared first = prepared_of(Rows(rows.begin(), rows.begin() + border));
    const Prepared rest = prepared_of(Rows(rows.begin() + border, rows.end()));
    ASSERT_EQ(first.chunks(), 2U);
    ASSERT_EQ(first.chunks() + rest.chunks(), whole.chunks());
    for (std::size_t i = 0; i < whole.chunks(); ++i) {
        const PreparedChunk& part = i < 2 ? first.state().chunks[i] : rest.state().chunks[i - 2];
        EXPECT_EQ(part.exact, whole.state().chunks[i].exact);
        EXPECT_EQ(part.weight, whole.state().chunks[i].weight);
        EXPECT_EQ(part.prints.kept(), whole.state().chunks[i].prints.kept());
    }
}

TEST(TableChunk, rows_and_prose_never_share_a_chunk) {
    Chunker chunker{rules().values().chunk, pieces_by_four};
    chunker.add("short");
    chunker.add_row("a\nb");
    chunker.add_row("c\n\n \nd");
    chunker.add("prose again");
    chunker.add_row(std::string(3000, 'x'));  // too long for a chunk: cut as prose is
    chunker.add_row("e\nf");
    const std::vector<Chunk> chunks = std::move(chunker).finish();
    ASSERT_GE(chunks.size(), 5U);
    EXPECT_TRUE(chunks[0].table.empty());
    EXPECT_EQ(chunks[1].table.row_ends, (SecretVector<std::uint32_t>{2, 4}));
    EXPECT_EQ(chunks[1].table.value_ends, (SecretVector<std::uint32_t>{1, 2, 3, 4}));
    EXPECT_TRUE(chunks[2].table.empty());
    EXPECT_EQ(chunks.back().table.row_ends.size(), 1U);
}

TEST(TableChunk, holds_rows_max_rows) {
    Chunker chunker{rules().values().chunk,
                    [](std::string_view, Pieces& out) { out.push_back(2000); }, 5};
    for (int i = 0; i < 12; ++i) chunker.add_row("a\nb");
    const std::vector<Chunk> chunks = std::move(chunker).finish();
    ASSERT_EQ(chunks.size(), 3U);
    EXPECT_EQ(chunks[2].table.row_ends.size(), 2U);
}

}  // namespace
}  // namespace pramana::scoring
