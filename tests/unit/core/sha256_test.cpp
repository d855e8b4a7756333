#include "pramana/core/sha256.hpp"

#include "pramana/core/hex.hpp"
#include "sha256_blocks.hpp"

#include <gtest/gtest.h>

namespace pramana {
namespace {

struct Sha256Vector {
    const char* name;
    std::string message;
    const char* digest;
};

// FIPS 180-4 examples (NIST CSRC "SHA256.pdf"), and lengths on both sides of the padding's block
// border.
const Sha256Vector kVectors[] = {
    {"empty", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"two_blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"million_a", std::string(1'000'000, 'a'),
     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

class Sha256Digest : public testing::TestWithParam<Sha256Vector> {};

TEST_P(Sha256Digest, matches_fips_180_4) {
    EXPECT_EQ(to_hex(sha256(GetParam().message).view()), GetParam().digest);
}
INSTANTIATE_TEST_SUITE_P(Vectors, Sha256Digest, testing::ValuesIn(kVectors),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Sha256Stream, is_independent_of_how_the_message_is_cut) {
    const std::string message(300, 'x');
    for (std::size_t length : {55U, 56U, 63U, 64U, 65U, 119U, 120U, 127U, 128U, 300U}) {
        const Hash32 whole = sha256(std::string_view{message}.substr(0, length));
        for (std::size_t cut = 0; cut <= length; cut += 7) {
            Sha256 hash;
            hash.update(std::string_view{message}.substr(0, cut));
            hash.update(std::string_view{message}.substr(cut, length - cut));
            EXPECT_EQ(hash.finish(), whole) << length << " cut at " << cut;
        }
    }
}

TEST(Sha256Blocks, of_this_processor_equal_the_reference) {
    if (best_sha256_blocks() == sha256_blocks_reference)
        GTEST_SKIP() << "this processor has no SHA instructions: there is one implementation";
    std::uint32_t chance = 1;
    std::array<std::uint8_t, 7 * 64 + 1> data{};
    std::array<std::uint32_t, 8> law{}, found{};
    for (int round = 0; round < 500; ++round) {
        for (std::uint8_t& byte : data)
            byte = static_cast<std::uint8_t>((chance = chance * 1664525U + 1013904223U) >> 24U);
        for (std::size_t i = 0; i < 8; ++i)
            law[i] = found[i] = chance * static_cast<std::uint32_t>(i + 1);
        const std::size_t blocks = static_cast<std::size_t>(round) % 8;
        sha256_blocks_reference(law, data.data() + 1, blocks);  // the data need no alignment
        best_sha256_blocks()(found, data.data() + 1, blocks);
        ASSERT_EQ(found, law) << blocks << " blocks";
    }
}

}  // namespace
}  // namespace pramana
