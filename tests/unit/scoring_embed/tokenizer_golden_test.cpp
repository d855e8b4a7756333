#include "pramana/core/hex.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "tiny_model.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace pramana::scoring {
namespace {

// golden/tokens.tsv: text in hex, tab, pieces; made by Hugging Face `tokenizers` (tools/model
// --reference).
TEST(TokenizerGolden, agrees_with_hugging_face_on_every_text) {
    const Tokenizer tokenizer{testing::real_model()};
    std::ifstream golden{"tests/unit/scoring_embed/golden/tokens.tsv"};
    std::size_t texts = 0;
    for (std::string line; std::getline(golden, line); ++texts) {
        const std::size_t tab = line.find('\t');
        ASSERT_NE(tab, std::string::npos);
        const Bytes text = from_hex(std::string_view{line}.substr(0, tab)).value();
        std::istringstream numbers{line.substr(tab + 1)};
        std::vector<std::uint16_t> wanted;
        for (std::uint16_t piece = 0; numbers >> piece;) wanted.push_back(piece);
        const auto found = tokenizer.encode(as_text(text));
        EXPECT_EQ(std::vector<std::uint16_t>(found.begin(), found.end()), wanted) << as_text(text);
    }
    EXPECT_GE(texts, 200U);
}

// The way is chosen word by word: what stands behind a word may still belong to it.
TEST(TokenizerAscii, sees_what_follows_a_word) {
    const Tokenizer tokenizer{testing::real_model()};
    const auto same = [&tokenizer](std::string_view a, std::string_view b) {
        return tokenizer.encode(a) == tokenizer.encode(b);
    };
    EXPECT_TRUE(same("cafe\u0301 au lait", "cafe au lait"));
    EXPECT_TRUE(
        same("un\x01"
             "able",
             "unable"));
    EXPECT_TRUE(same("read\u200bable", "readable"));
    EXPECT_TRUE(same("internationalization", "INTERNATIONALIZATION"));
    EXPECT_TRUE(same("word[SEP]", "word [SEP]"));
    EXPECT_FALSE(same("word\u00e9", "word \u00e9"));
    EXPECT_FALSE(same("sixteenletterson", "sixteenletterso n"));
}

}  // namespace
}  // namespace pramana::scoring
