// Whatever the text, the encoder is never handed more tokens than the law allows, which it would
// answer by ending the process.
#include "canonical/canonical.hpp"
#include "chunk/chunker.hpp"
#include "model/parts.hpp"
#include "pramana/scoring/encoder.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "tiny_model.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pramana::scoring {
namespace {

std::string repeated(std::string_view part, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += part;
    return out;
}

struct Bomb {
    const char* name;
    std::string text;
};
// Each is beyond 512 tokens, in one paragraph. Words end before 100 letters, because a longer one
// is a single unknown piece, but for the first, which is long enough even so.
const Bomb kBombs[] = {
    {"one_word", repeated("a", 60'000)},
    {"one_word_of_rare_letters", repeated(repeated("qzxj", 24) + " ", 100)},
    {"punctuation", repeated("!", 20'000)},
    {"commas_and_digits", repeated("1,", 10'000)},
    {"one_letter_words", repeated("a ", 10'000)},
    {"literal_pieces", repeated("[CLS][SEP][MASK]", 2'000)},
    {"ideographs", repeated("\u597D", 10'000)},
    {"hangul_of_three_letters", repeated(repeated("\uD55C", 30) + " ", 100)},
    {"marks_on_marks", repeated("e\u0301\u0323", 10'000)},
    {"mathematical_letters", repeated(repeated("\U0001D400", 90) + " ", 100)},
    {"ligatures_that_unfold", repeated("\uFDFA", 2'000)},
    {"emoji", repeated("\U0001F600 \u200D", 10'000)},
    {"ill_formed", repeated("\xFFz", 10'000)},
};

class TokenBomb : public ::testing::TestWithParam<Bomb> {};
TEST_P(TokenBomb, is_cut_into_chunks_that_the_encoder_takes) {
    const Tokenizer tokenizer{testing::real_model()};
    const EncodeText encode = [&tokenizer](std::string_view text, Pieces& out) {
        tokenizer.encode_into(text, out);
    };
    const CanonicalText canonical = canonicalize(GetParam().text);
    const std::string_view text{canonical.utf8.data(), canonical.utf8.size()};
    const ChunkRules smallest{.pieces_min = 1, .boundary_pieces_min = 1, .pieces_max = 8};
    const ChunkRules largest{.pieces_max = 254};
    for (const ChunkRules& rules : {ChunkRules{}, largest, smallest})
        for (const bool as_row : {false, true}) {
            Chunker chunker{rules, encode};
            if (as_row)
                chunker.add_row(text);
            else
                chunker.add(text);
            std::size_t pieces = 0;
            for (const Chunk& chunk : std::move(chunker).finish()) {
                ASSERT_LE(chunk.pieces.size(), rules.pieces_max);
                pieces += chunk.pieces.size();
            }
            EXPECT_GT(pieces, kTextPiecesMax);
        }
}
INSTANTIATE_TEST_SUITE_P(Texts, TokenBomb, ::testing::ValuesIn(kBombs),
                         [](const auto& row) { return std::string{row.param.name}; });

// What the three numbers above rest on: rulesets of 8 to 254 pieces a chunk are valid, one
// character is at most 3 pieces, the pinned model has 512 positions.
TEST(TokenBombs, are_impossible_by_the_bounds_of_ruleset_and_model) {
    const auto valid = [](std::uint32_t pieces_max) {
        RulesetValues values = Ruleset::named("default-1")->values();
        values.chunk.pieces_min = values.chunk.boundary_pieces_min = 4;
        values.chunk.pieces_max = pieces_max;
        return Ruleset::make(values).has_value();
    };
    EXPECT_TRUE(valid(8) && valid(254));
    EXPECT_FALSE(valid(7) || valid(255));
    EXPECT_GE(testing::real_model()->parts().positions, 254U + 2U);
}

TEST(TokenBombs, no_character_is_more_than_three_pieces) {
    const Tokenizer tokenizer{testing::real_model()};
    SecretVector<std::uint16_t> pieces;
    std::size_t most = 0;
    for (std::uint32_t c = 0x80; c < 0x110000; ++c) {
        std::string text;
        if (c >= 0x10000) {
            text += static_cast<char>(0xF0U | c >> 18U);
            text += static_cast<char>(0x80U | (c >> 12U & 0x3FU));
        } else if (c >= 0x800) {
            text += static_cast<char>(0xE0U | c >> 12U);
        } else {
            text += static_cast<char>(0xC0U | c >> 6U);
        }
        if (c >= 0x800) text += static_cast<char>(0x80U | (c >> 6U & 0x3FU));
        text += static_cast<char>(0x80U | (c & 0x3FU));
        pieces.clear();
        tokenizer.encode_into(text, pieces);
        most = std::max(most, pieces.size());
    }
    EXPECT_EQ(most, 3U);
}

}  // namespace
}  // namespace pramana::scoring
