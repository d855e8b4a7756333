// Whole ASCII words are looked up at once (tokenize/ascii_words.hpp); everything else goes code
// point by code point. Both ways must give the same pieces.
#include "pramana/core/hex.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "tiny_model.hpp"
#include "tokenize/ascii_words.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace pramana::scoring {
namespace {

std::string text_of(testing::Sequence& chance, std::string_view alphabet, std::size_t size_max) {
    std::string out(chance.below(static_cast<std::uint32_t>(size_max)), '\0');
    for (char& c : out) c = alphabet[chance.below(static_cast<std::uint32_t>(alphabet.size()))];
    return out;
}

TEST(AsciiRun, every_implementation_gives_the_same) {
    testing::Sequence chance{3};
    for (int round = 0; round < 200'000; ++round) {
        char bytes[16];
        const bool mostly_letters = round % 2 == 0;
        for (char& c : bytes)
            c = static_cast<char>(mostly_letters && chance.below(12) != 0 ? 'a' + chance.below(26)
                                                                          : chance.below(256));
        const AsciiRun fast = ascii_run(bytes);
        const AsciiRun law = ascii_run_reference(bytes);
        ASSERT_EQ(fast.size, law.size);
        ASSERT_EQ(fast.word, law.word);
    }
}

TEST(AsciiRun, takes_letters_and_digits_only) {
    for (int c = 0; c < 256; ++c) {
        const char bytes[16] = {static_cast<char>(c)};
        const bool inside =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        EXPECT_EQ(ascii_run(bytes).size, inside ? 1U : 0U) << c;
    }
}

TEST(AsciiWords, finds_the_last_of_equal_words_and_no_other) {
    const std::string sixteen(16, 'z'), seventeen(17, 'z');
    const AsciiWords words{{"one", "##one", "two", "one", sixteen, seventeen, "t\xC3\xA9"}};
    const auto find = [&words](std::string_view text) {
        ShortWord word{};
        std::memcpy(word.data(), text.data(), text.size());
        return words.find(word);
    };
    EXPECT_EQ(find("one"), 3U);
    EXPECT_EQ(find("two"), 2U);
    EXPECT_EQ(find(sixteen), 4U);
    EXPECT_EQ(find("on"), AsciiWords::kNone);
    EXPECT_EQ(find(""), AsciiWords::kNone);
    EXPECT_EQ(find("##one"), AsciiWords::kNone);
}

/// The same text for the long way: a soft hyphen, which vanishes, in front of every word.
std::string by_the_long_way(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != '[' && c != ']') out += "\u00ad";
        out += c;
    }
    return out;
}

TEST(TokenizerAscii, gives_the_pieces_of_the_long_way) {
    const Tokenizer tokenizer{testing::tiny_model()};
    testing::Sequence chance{4};
    for (int round = 0; round < 20'000; ++round) {
        const std::string text =
            text_of(chance, "aaabcdefnuUNABLE  \n\t.,-x'\x01\x7F", round % 10 == 0 ? 150 : 40);
        const auto fast = tokenizer.encode(text);
        const auto slow = tokenizer.encode(by_the_long_way(text));
        ASSERT_TRUE(fast == slow) << to_hex(as_bytes_view(text));
    }
}

}  // namespace
}  // namespace pramana::scoring
