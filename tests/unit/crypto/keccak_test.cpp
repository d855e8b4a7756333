#include "pramana/crypto/keccak.hpp"

#include "pramana/core/hex.hpp"

#include <gtest/gtest.h>

namespace pramana {
namespace {

struct KeccakVector {
    const char* name;
    std::string message;
    const char* digest;
};

// Keccak team's KAT "ShortMsgKAT_256.txt" (empty, one byte), and values that Ethereum pins: the
// hash of the empty account code and the topic of ERC-20 Transfer.
const KeccakVector kVectors[] = {
    {"empty", "", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"},
    {"one_byte", "\xcc", "eead6dbfc7340a56caedc044696a168870549a6a7f6f56961e84a54bd9970b8a"},
    {"transfer_topic", "Transfer(address,address,uint256)",
     "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"},
};

class Keccak256 : public testing::TestWithParam<KeccakVector> {};
TEST_P(Keccak256, matches_the_known_answers) {
    EXPECT_EQ(to_hex(keccak256(GetParam().message).view()), GetParam().digest);
}
INSTANTIATE_TEST_SUITE_P(Vectors, Keccak256, testing::ValuesIn(kVectors),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Keccak256Parts, equal_the_concatenation_at_every_rate_border) {
    for (std::size_t length : {0U, 1U, 135U, 136U, 137U, 271U, 272U, 273U}) {
        const std::string message(length, 'k');
        const std::string_view text = message;
        const std::size_t cut = length / 3;
        EXPECT_EQ(keccak256({as_bytes_view(text.substr(0, cut)), as_bytes_view(text.substr(cut))}),
                  keccak256(text));
    }
}

}  // namespace
}  // namespace pramana
