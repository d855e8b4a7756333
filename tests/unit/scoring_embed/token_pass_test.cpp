// Words and word-pieces found together are those found one after the other: chunks made both ways
// from the same canonical text, with the tokenizer of the real model.
#include "chunk/token_pass.hpp"
#include "canonical/canonical.hpp"
#include "chunk/chunker.hpp"
#include "tiny_model.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace pramana::scoring {
namespace {

std::vector<Chunk> chunks_of(const Tokenizer& tokenizer, std::string_view text, EncodeWords words) {
    Chunker chunker{{},
                    [&](std::string_view part, Pieces& out) { tokenizer.encode_into(part, out); },
                    64,
                    std::move(words)};
    chunker.add(text);
    return std::move(chunker).finish();
}

bool same_words(const Words& a, const Words& b) {
    return a.folded == b.folded &&
           std::equal(a.words.begin(), a.words.end(), b.words.begin(), b.words.end(),
                      [](const Word& x, const Word& y) {
                          return x.hash == y.hash && x.text_end == y.text_end &&
                                 x.folded_characters == y.folded_characters &&
                                 x.characters == y.characters && x.scripts == y.scripts &&
                                 x.unspaced == y.unspaced;
                      });
}

void expect_same(const Tokenizer& tokenizer, std::string_view raw) {
    const CanonicalText canonical = canonicalize(raw);
    const std::string_view text{canonical.utf8.data(), canonical.utf8.size()};
    const std::vector<Chunk> slow = chunks_of(tokenizer, text, {});
    const std::vector<Chunk> fast = chunks_of(tokenizer, text, words_of(tokenizer));
    ASSERT_EQ(slow.size(), fast.size()) << text;
    for (std::size_t i = 0; i < slow.size(); ++i) {
        ASSERT_EQ(slow[i].pieces, fast[i].pieces) << text;
        ASSERT_TRUE(same_words(slow[i].words, fast[i].words)) << text;
        ASSERT_EQ(slow[i].characters, fast[i].characters) << text;
        ASSERT_EQ(slow[i].weight, fast[i].weight) << text;
        ASSERT_TRUE(std::equal(slow[i].sentences.begin(), slow[i].sentences.end(),
                               fast[i].sentences.begin(), fast[i].sentences.end(),
                               [](const Stretch& x, const Stretch& y) {
                                   return x.begin == y.begin && x.end == y.end;
                               }))
            << text;
    }
}

struct Text {
    const char* name;
    std::string text;
};
const Text kTexts[] = {
    {"apostrophes", "Don't say 'tis rock'n'roll; the dogs' tails, 'quoted' and o'clock''s end'"},
    {"apostrophe_before_other_letters", "l'\u00E9t\u00E9 d'accord aujourd'hui l\u2019\u0430"},
    {"words_of_fifteen_and_sixteen", "abcdefghijklmno abcdefghijklmnop abcdefgh'ijklmnop x'y"},
    {"special_texts", "a [CLS] b[SEP]c [UNK 'tis [MASK]s [ x ] don't[PAD]"},
    {"words_of_many_pieces", "Nebuchadnezzar xqzjvk's antidisestablish qqqqqqqqqqqqqqq 12345678"},
    {"marks_on_marks", "-\u0301abc d'\u0301e x\u0301y na\u00EFve caf\u00E9's"},
    {"other_scripts", "one \u0438 two \u4F60\u597D three \u0939\u093F don't \u0430'b"},
    {"nothing", ""},
};
class TokenPassTexts : public ::testing::TestWithParam<Text> {};
TEST_P(TokenPassTexts, give_the_same_words_and_pieces) {
    if (token_kernel() == nullptr) GTEST_SKIP() << "this processor goes one after the other";
    const Tokenizer tokenizer{testing::real_model()};
    // Behind stretches of each length around a register's.
    for (std::size_t before = 0; before < 70; ++before)
        expect_same(tokenizer, std::string(before, '-') + GetParam().text);
    expect_same(tokenizer, std::string(70, ' ') + "x " + GetParam().text);
}
INSTANTIATE_TEST_SUITE_P(Texts, TokenPassTexts, ::testing::ValuesIn(kTexts),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(TokenPass, gives_the_same_for_random_texts) {
    if (token_kernel() == nullptr) GTEST_SKIP() << "this processor goes one after the other";
    const Tokenizer tokenizer{testing::real_model()};
    const std::string_view kAlphabets[] = {
        "abcdeXYZ019    ''.,", "aaaaaaaaaaaaaaaa '", "abc [CLS] '?!\n- the of and ",
        "ab \xC3\xA9\xC2\xA0'-. in to", "etaoin shrdlu\xD0\xB0\xD0\xB1 \n\n."};
    std::mt19937 random{31};
    for (int round = 0; round < 4'000; ++round) {
        const std::string_view alphabet = kAlphabets[round % 5];
        std::string text(random() % (round % 10 == 0 ? 3'000 : 200), ' ');
        for (char& c : text) c = alphabet[random() % alphabet.size()];
        expect_same(tokenizer, text);
        if (HasFatalFailure()) return;
    }
}

/// More different words than the table begins with, and more of many pieces than have a place, each
/// word twice.
TEST(TokenPass, gives_the_same_for_more_words_than_it_keeps) {
    if (token_kernel() == nullptr) GTEST_SKIP() << "this processor goes one after the other";
    const Tokenizer tokenizer{testing::real_model()};
    std::string text;
    for (int word = 0; word < 28'000; ++word) {
        std::string letters = "xqzjvkqxjz";
        for (int digits = word % 14'000, at = 0; at < 5; digits /= 10, ++at)
            letters += static_cast<char>('a' + digits % 10);
        text += letters + (word % 7 == 6 ? ".\n" : " ");
    }
    expect_same(tokenizer, text);
}

}  // namespace
}  // namespace pramana::scoring
