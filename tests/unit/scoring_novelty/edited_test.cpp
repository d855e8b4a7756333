// What finds edited wording: sentences in another order, other numbers, the same words in no order,
// and what is paid of the rest (docs/scoring.md "Against edits").
#include "lexical/edited.hpp"

#include "lexical/row_keys.hpp"
#include "pramana/core/hex.hpp"
#include "score.hpp"
#include "small_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace pramana::scoring {
namespace {

using testing::document_of;
using testing::small_model;

Ruleset rules(std::uint32_t version) {
    RulesetValues values;
    values.name = "test-1";
    values.novelty.version = version;
    values.pay.novel_mass_min = 1;
    return *Ruleset::make(values);
}

Prepared prepared_of(std::string_view text, std::uint32_t version) {
    Result<Prepared> prepared = prepare_with(small_model(), document_of(text), rules(version), {});
    EXPECT_TRUE(prepared);
    return *std::move(prepared);
}

/// What is known of `later` behind `earlier`.
double known_of(std::string_view earlier, std::string_view later, std::uint32_t version) {
    Corpus corpus{Hash32{}, 0};
    EXPECT_TRUE(corpus.append(prepared_of(earlier, version).corpus_entry()));
    const Score score = *corpus.score(prepared_of(later, version), rules(version));
    return 1.0 - static_cast<double>(score.novel_mass) / static_cast<double>(score.mass);
}

/// Words of one letter and a number: no two numbers give the same one.
std::string word(std::size_t number) {
    std::string out = "w";
    for (std::size_t rest = number + 1; rest > 0; rest /= 26)
        out += static_cast<char>('a' + rest % 26);
    return out + "xyz";
}

std::string sentence(std::size_t number, std::size_t words) {
    std::string out;
    for (std::size_t i = 0; i < words; ++i) out += (i == 0 ? "" : " ") + word(number * 1000 + i);
    return out + ". ";
}

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += part;
    return out;
}

struct Shuffled {
    const char* name;
    std::size_t words;  ///< of a sentence
    double before_most, after_least;
};
// Sentences of a text of one paragraph, backwards. Windows of eight words lose what is near the
// ends of a sentence, and all of one with fewer words.
const Shuffled kShuffled[] = {
    {"of_two_words", 2, 0.01, 0.0},  // below sentence_words_min: they say little
    {"of_three_words", 3, 0.01, 0.99},
    {"of_seven_words", 7, 0.01, 0.99},
    {"of_ten_words", 10, 0.95, 0.99},
};
class Sentences : public ::testing::TestWithParam<Shuffled> {};
TEST_P(Sentences, are_known_in_any_order) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < 60; ++i) parts.push_back(sentence(i, GetParam().words));
    const std::string text = joined(parts);
    std::reverse(parts.begin(), parts.end());
    EXPECT_LE(known_of(text, joined(parts), 1), GetParam().before_most);
    EXPECT_GE(known_of(text, joined(parts), 2), GetParam().after_least);
}
INSTANTIATE_TEST_SUITE_P(Rows, Sentences, ::testing::ValuesIn(kShuffled),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Sentences, of_few_characters_say_nothing) {
    std::string text, backwards;
    for (char c = 'a'; c < 'z'; ++c) {
        const std::string four = std::string{c} + " b " + c + std::string{c} + " d. ";
        text += four;
        backwards.insert(0, four);
    }
    NoveltyRules rules{.version = 2};
    const Chunk chunk = [&] {
        Chunker chunker{{}, testing::encode};
        chunker.add(text);
        return std::move(chunker).finish().front();
    }();
    Fingerprints prints = fingerprint(chunk.words, {});
    const std::size_t plain = prints.windows.size();
    add_edited(chunk, {}, rules, prints);
    EXPECT_EQ(prints.windows.size(), plain);
    rules.sentence_characters_min = 4;
    add_edited(chunk, {}, rules, prints);
    EXPECT_GT(prints.windows.size(), plain);
}

// A cell of a table and a sentence of prose have one hash.
TEST(Sentences, and_cells_of_a_table_know_each_other) {
    const std::string cell = "several words about a town";
    Chunker rows{{}, testing::encode};
    rows.add_row("first\n" + cell);
    Chunker prose{{}, testing::encode};
    prose.add(
        "Several words, about a town! And twelve other words so that windows of words are "
        "used here.");
    const auto kept_of = [](const Chunk& chunk) {
        Fingerprints prints = chunk.table.empty()
                                  ? fingerprint(chunk.words, {})
                                  : fingerprint_rows(chunk.words, chunk.table, {}, {});
        add_edited(chunk, {}, {.version = 2}, prints);
        return prints.kept();
    };
    const auto left = kept_of(std::move(rows).finish().front());
    const auto right = kept_of(std::move(prose).finish().front());
    std::vector<std::uint64_t> common;
    std::set_intersection(left.begin(), left.end(), right.begin(), right.end(),
                          std::back_inserter(common));
    EXPECT_EQ(common.size(), 1U);
}

std::string templates(std::size_t from, std::size_t count) {
    std::string out;
    for (std::size_t i = from; i < from + count; ++i)
        out += "The capital of the region with number " + std::to_string(i) +
               " lies on the river that has the number " + std::to_string(7 * i) + ".\n\n";
    return out;
}

TEST(Numbers, make_no_new_text) {
    EXPECT_LT(known_of(templates(0, 40), templates(1000, 40), 1), 0.2);
    EXPECT_GT(known_of(templates(0, 40), templates(1000, 40), 2), 0.95);
}

TEST(Numbers, alone_are_as_new_as_they_were) {
    std::string first, second;
    for (int i = 0; i < 400; ++i) {
        first += std::to_string(i * 7919 % 10'007) + " ";
        second += std::to_string(i * 104'729 % 10'009) + " ";
    }
    EXPECT_EQ(known_of(first, second, 2), known_of(first, second, 1));
}

/// Words in an order that chance gives, from few.
std::string salad(std::uint32_t seed, std::size_t vocabulary, std::size_t paragraphs) {
    std::mt19937 random{seed};
    std::string out;
    for (std::size_t p = 0; p < paragraphs; ++p) {
        for (int w = 0; w < 40; ++w) out += word(random() % vocabulary) + "? ";
        out += "\n\n";
    }
    return out;
}

// The small model knows no piece that ends in a question mark: meaning is off.
TEST(WordSets, know_few_words_in_any_order) {
    const std::string first = salad(1, 30, 60), second = salad(2, 30, 60);
    EXPECT_LT(known_of(first, second, 1), 0.1);
    EXPECT_GT(known_of(first, second, 2), 0.9);
    // Many words in the same way: a language.
    EXPECT_LT(known_of(salad(3, 3000, 60), salad(4, 3000, 60), 2), 0.1);
}

TEST(WordSets, are_made_of_the_first_words_by_hash) {
    const NoveltyRules rules{.version = 2, .set_words = 10, .set_modulus = 1};
    SecretVector<std::uint32_t> content;
    for (std::uint32_t i = 1; i <= 40; ++i) content.push_back(i * 1'000'003);
    const auto all = word_sets(content, rules);
    EXPECT_EQ(all.size(), 120U);  // ten over three
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
    content.resize(10);
    EXPECT_EQ(word_sets(content, rules), all);
    content.resize(8);
    EXPECT_EQ(word_sets(content, rules).size(), 56U);
    content.resize(7);
    EXPECT_TRUE(word_sets(content, rules).empty());
}

TEST(WordSets, have_a_share_on_a_line) {
    const NoveltyRules rules{.version = 2, .set_low_q16 = 32'768, .set_high_q16 = 49'152};
    EXPECT_EQ(set_share(0, 0, rules), 0U);
    EXPECT_EQ(set_share(4, 8, rules), 0U);
    EXPECT_EQ(set_share(5, 8, rules), kQ16One / 2);
    EXPECT_EQ(set_share(6, 8, rules), kQ16One);
    EXPECT_EQ(set_share(8, 8, rules), kQ16One);
}

struct Rest {
    const char* name;
    std::uint32_t weight_new, weight_known, weight_copied;
    bool mostly;
};
// uniqueness_min_q16 is an eighth.
const Rest kRests[] = {
    {"all_new", 100, 0, 0, false},
    {"an_eighth", 100, 700, 0, false},
    {"less", 99, 700, 0, true},
    {"beside_copies_alone", 1, 0, 100'000, false},
    {"copies_do_not_count", 99, 700, 5000, true},
    {"a_copy", 0, 0, 5000, false},
};
class MostlyKnown : public ::testing::TestWithParam<Rest> {};
TEST_P(MostlyKnown, is_what_has_less_than_an_eighth_that_is_new_beside_copies) {
    const Rest& row = GetParam();
    std::vector<PreparedChunk> chunks(3);
    chunks[0].weight = row.weight_new;
    chunks[1].weight = row.weight_known;
    chunks[2].weight = row.weight_copied;
    std::vector<Known> known(3);
    known[1].total = known[1].corpus = kQ16One;
    known[2] = {.corpus = kQ16One, .total = kQ16One, .copied = true};
    EXPECT_EQ(mostly_known(chunks, known, row.weight_new, {.version = 2}), row.mostly);
    EXPECT_FALSE(mostly_known(chunks, known, row.weight_new, {}));
}
INSTANTIATE_TEST_SUITE_P(Rows, MostlyKnown, ::testing::ValuesIn(kRests),
                         [](const auto& row) { return std::string{row.param.name}; });

/// Sentences of a text in the opposite order.
std::string backwards(std::string_view text) {
    std::string out;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(". ", begin), text.size() - 2) + 2;
        out.insert(0, text.substr(begin, end - begin));
        begin = end;
    }
    return out;
}

bool says(const Score& score, std::string_view code) {
    return std::any_of(score.reasons.begin(), score.reasons.end(),
                       [code](const Reason& reason) { return reason.code == code; });
}

/// What `later` is paid behind `earlier`.
Score score_of(std::string_view earlier, std::string_view later, std::uint32_t version) {
    Corpus corpus{Hash32{}, 0};
    EXPECT_TRUE(corpus.append(prepared_of(earlier, version).corpus_entry()));
    return *corpus.score(prepared_of(later, version), rules(version));
}

// What was exported before and stands word for word in the new export takes nothing from it.
TEST(MostlyKnown, leaves_an_export_with_a_little_more_what_is_new) {
    const std::string before = testing::prose(1, 60), more = testing::prose(2, 3);
    const Score score = score_of(before, before + more, 2);
    EXPECT_LT(score.uniqueness, kQ16One / 10);
    EXPECT_GT(score.pay_1024, 0U);
    EXPECT_FALSE(says(score, "mostly_known"));
}

TEST(MostlyKnown, pays_nothing_and_says_why) {
    const std::string before = testing::prose(1, 60);
    const std::string changed = backwards(before) + testing::prose(2, 3);
    EXPECT_GT(score_of(before, changed, 1).pay_1024, 0U);
    const Score score = score_of(before, changed, 2);
    EXPECT_GT(score.novel_mass, 0U);
    EXPECT_EQ(score.pay_1024, 0U);
    EXPECT_TRUE(says(score, "mostly_known"));
}

}  // namespace
}  // namespace pramana::scoring
