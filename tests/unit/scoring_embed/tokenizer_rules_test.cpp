#include "pramana/scoring/tokenizer.hpp"
#include "tiny_model.hpp"
#include "tokenize/trie.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pramana::scoring {
namespace {

using testing::tiny_model;

std::string words_of(const SecretVector<std::uint16_t>& pieces) {
    std::string out;
    for (const std::uint16_t piece : pieces) {
        if (!out.empty()) out += ' ';
        if (piece < 100)
            out += '?' + std::to_string(piece);
        else if (piece < 104)
            out += std::array{"[UNK]", "[CLS]", "[SEP]", "[MASK]"}[piece - 100U];
        else
            out += testing::tiny_words()[piece - 104U];
    }
    return out;
}

struct Rule {
    const char* name;
    std::string text;
    const char* pieces;
};
// docs/scoring.md "Tokenizer", one row for each rule, on the small vocabulary of tiny_model.cpp.
const Rule kRules[] = {
    {"nothing", "", ""},
    {"white_space_only", " \t\r\n\u3000", ""},
    {"longest_piece_first", "unable unab", "unable un ##a ##b"},
    {"whole_word_is_unknown_if_a_part_is", "unablez", "[UNK]"},
    {"lower_case_and_accents", "CAF\u00c9", "cafe"},
    {"decomposed_accent", "cafe\u0301", "cafe"},
    {"no_context_for_final_sigma", "\u03a3\u03a3", "\u03c3 ##\u03c3"},
    {"sharp_s_is_not_folded", "\u00df", "[UNK]"},
    {"punctuation_is_a_word", "a,b.-the!", "a , b . - the !"},
    {"ideographs_are_words", "a\u4e2d\u4e2db", "a \u4e2d \u4e2d b"},
    {"compatibility_ideograph", "\uf900", "[UNK]"},
    {"control_characters_vanish",
     "un\x01"
     "able",
     "unable"},
    {"soft_hyphen_and_zero_width_vanish",
     "un\u00ad\u200b"
     "able",
     "unable"},
    {"nul_and_replacement_vanish", std::string("un\0able\xEF\xBF\xBD", 10), "unable"},
    {"ill_formed_utf8_vanishes",
     "un\xff\xc3"
     "able\xe4\xb8",
     "unable"},
    {"surrogate_in_utf8_vanishes",
     "un\xed\xa0\x80"
     "able",
     "unable"},
    {"special_text_is_a_piece", "a[SEP]b [CLS][MASK]", "a [SEP] b [CLS] [MASK]"},
    {"special_text_minds_its_case", "[sep]", "[ [UNK] ]"},
    {"special_text_inside_brackets", "[[CLS]]", "[ [CLS] ]"},
    {"double_hash_is_no_continuation", "##a", "# # a"},
    {"hundred_characters_are_looked_up", "x" + std::string(3, 'x'), "x ##x ##x ##x"},
    {"a_word_of_101_is_unknown", std::string(101, 'x') + " a", "[UNK] a"},
};
class TokenizerRule : public ::testing::TestWithParam<Rule> {};
TEST_P(TokenizerRule, gives_these_pieces) {
    const Tokenizer tokenizer{tiny_model()};
    EXPECT_EQ(words_of(tokenizer.encode(GetParam().text)), GetParam().pieces);
}
INSTANTIATE_TEST_SUITE_P(Rules, TokenizerRule, ::testing::ValuesIn(kRules),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(TokenizerLimit, a_word_of_100_characters_has_pieces) {
    const Tokenizer tokenizer{tiny_model()};
    EXPECT_EQ(tokenizer.encode(std::string(100, 'x')).size(), 100U);
    EXPECT_EQ(tokenizer.encode(std::string(101, 'x')).size(), 1U);
}

TEST(TokenizerContinues, knows_the_pieces_that_go_on_with_a_word) {
    const Tokenizer tokenizer{tiny_model()};
    std::string continuing;
    for (const std::uint16_t piece : tokenizer.encode("unab a, \u03a3\u03a3 #a ##a [SEP] unablez"))
        continuing += tokenizer.continues(piece) ? '+' : '.';
    EXPECT_EQ(continuing, ".++...+.......");  // un ##a ##b a , σ ##σ # a # # a [SEP] [UNK]
    EXPECT_FALSE(tokenizer.continues(0xFFFF));
}

TEST(TokenizerInto, appends_to_what_is_there) {
    const Tokenizer tokenizer{tiny_model()};
    SecretVector<std::uint16_t> out;
    tokenizer.encode_into("a", out);
    tokenizer.encode_into("unablez b", out);
    EXPECT_EQ(words_of(out), "a [UNK] b");
}

TEST(TokenizerHostile, any_bytes_give_pieces_of_the_vocabulary) {
    const Tokenizer tokenizer{tiny_model()};
    testing::Sequence chance{99};
    for (int round = 0; round < 2000; ++round) {
        std::string text(chance.below(60), '\0');
        for (char& c : text) c = static_cast<char>(chance.below(256));
        const auto pieces = tokenizer.encode(text);
        EXPECT_TRUE(std::all_of(pieces.begin(), pieces.end(), [](std::uint16_t p) {
            return p < 104 + testing::tiny_words().size();
        }));
    }
}

TEST(TokenizerHostile, a_long_run_of_marks_is_one_word) {
    const Tokenizer tokenizer{tiny_model()};
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += i % 2 == 0 ? "\u302e" : "\U0001d165";
    EXPECT_EQ(words_of(tokenizer.encode(text)), "[UNK]");
}

TEST(WordTrieLongest, takes_the_longest_word_that_begins_the_text) {
    const std::vector<std::string_view> words{"a", "abc", "abcdef", "b", "\xff\x01"};
    const WordTrie trie{words};
    struct Row {
        std::string_view text;
        std::uint32_t word;
        std::size_t size;
    };
    for (const Row& row : {Row{"abcde", 1, 3}, Row{"abcdefg", 2, 6}, Row{"ab", 0, 1},
                           Row{"b", 3, 1}, Row{"\xff\x01", 4, 2}, Row{"\xff", WordTrie::kNoWord, 0},
                           Row{"", WordTrie::kNoWord, 0}, Row{"c", WordTrie::kNoWord, 0}}) {
        const WordTrie::Match match = trie.longest(WordTrie::kRoot, row.text);
        EXPECT_EQ(match.word, row.word) << row.text;
        EXPECT_EQ(match.size, row.size) << row.text;
    }
}

TEST(WordTrieWalk, knows_beginnings) {
    const std::vector<std::string_view> words{"##s"};
    const WordTrie trie{words};
    WordTrie::State state = 0;
    EXPECT_TRUE(trie.walk("##", state));
    EXPECT_EQ(trie.longest(state, "s").word, 0U);
    EXPECT_FALSE(trie.walk("#s", state));
}

}  // namespace
}  // namespace pramana::scoring
