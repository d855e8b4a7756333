#include "pramana/chain/address.hpp"
#include "pramana/chain/merkle.hpp"
#include "pramana/crypto/keccak.hpp"

#include "chain_test.hpp"

namespace pramana::chain {
namespace {

// EIP-55, "Test Cases".
const char* kChecksums[] = {
    "0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"};

std::string recased(std::string text, int (*to_case)(int)) {
    for (std::size_t i = 2; i < text.size(); ++i) text[i] = static_cast<char>(to_case(text[i]));
    return text;
}

TEST(AddressText, carries_the_checksum_of_eip55) {
    for (const std::string text : kChecksums) {
        const Result<Address> address = parse_address(text);
        ASSERT_TRUE(address.has_value()) << text;
        EXPECT_EQ(to_checksum(*address), text);
        EXPECT_EQ(*parse_address(recased(text, std::tolower)), *address);
        EXPECT_EQ(*parse_address(recased(text, std::toupper)), *address);
    }
}

TEST(AddressText, refuses_a_wrong_checksum_and_other_forms) {
    for (const char* text :
         {"0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
          "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "", "0x",
          "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
          "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed0",
          "0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
          "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg",
          "0x0x5aaeb6053f3e94c9b9a09f33669435e7ef1bea"})
        EXPECT_EQ(parse_address(text).error().code, Errc::kBadRequest) << text;
}

TEST(CreateAddress, follows_the_deployers_nonce) {
    // A widely published row of contracts of one account (nonces 0 to 3), and 128, where RLP
    // changes its form; the last one computed with ethers 6.17 getCreateAddress.
    const Address deployer = fixed<Address>("6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0");
    const std::pair<std::uint64_t, std::string_view> kRows[] = {
        {0, "cd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"},
        {1, "343c43a37d37dff08ae8c4a11544c718abb4fcf8"},
        {2, "f778b86fa74e846c4f0a1fbd1335fe81c00a0c91"},
        {3, "fffd933a0bc612844eaf0c6fe3e5b8e9b6c1d19c"},
        {128, "08e190dcb7b73f5fcdabb43e102215c83659a76d"},
    };
    for (const auto& [nonce, expected] : kRows)
        EXPECT_EQ(to_hex(create_address(deployer, nonce).view()), expected) << nonce;
}

struct Create2Row {
    std::string_view deployer;
    std::string_view salt;
    std::string_view init_code;
    std::string_view expected;
};
// EIP-1014, "Examples".
const Create2Row kCreate2Rows[] = {
    {"0000000000000000000000000000000000000000", "", "00",
     "0x4D1A2e2bB4F88F0250f26Ffff098B0b30B26BF38"},
    {"deadbeef00000000000000000000000000000000", "", "00",
     "0xB928f69Bb1D91Cd65274e3c79d8986362984fDA3"},
    {"deadbeef00000000000000000000000000000000",
     "000000000000000000000000feed000000000000000000000000000000000000", "00",
     "0xD04116cDd17beBE565EB2422F2497E06cC1C9833"},
    {"00000000000000000000000000000000deadbeef", "cafebabe", "deadbeef",
     "0x60f3f640a8508fC6a86d45DF051962668E1e8AC7"},
    {"0000000000000000000000000000000000000000", "", "",
     "0xE33C0C7F7df4809055C3ebA6c09CFe4BaF1BD9e0"},
};

TEST(Create2Address, matches_the_examples_of_eip1014) {
    for (const Create2Row& row : kCreate2Rows) {
        const Hash32 salt =
            fixed<Hash32>(std::string(64 - row.salt.size(), '0') + std::string{row.salt});
        const Address made =
            create2_address(fixed<Address>(row.deployer), salt, keccak256(raw(row.init_code)));
        EXPECT_EQ(to_checksum(made), row.expected);
    }
}

// Rules of OpenZeppelin's MerkleProof: sorted pairs, and an odd node goes up unhashed.
TEST(Merkle, hashes_sorted_pairs_and_carries_the_odd_node) {
    const Hash32 a = merkle_leaf(as_bytes_view("a"));
    const Hash32 b = merkle_leaf(as_bytes_view("b"));
    const Hash32 c = merkle_leaf(as_bytes_view("c"));
    EXPECT_EQ(a, keccak256(keccak256("a").view()));
    const Hash32 ab = keccak256({std::min(a, b).view(), std::max(a, b).view()});
    const std::vector<Hash32> two = {a, b};
    const std::vector<Hash32> swapped = {b, a};
    EXPECT_EQ(merkle_root(two), ab);
    EXPECT_EQ(merkle_root(swapped), ab);
    const std::vector<Hash32> three = {a, b, c};
    EXPECT_EQ(merkle_root(three), keccak256({std::min(ab, c).view(), std::max(ab, c).view()}));
    EXPECT_EQ(merkle_proof(three, 2), std::vector<Hash32>{ab});
    EXPECT_EQ(merkle_root(std::vector<Hash32>{a}), a);
    EXPECT_TRUE(merkle_proof(std::vector<Hash32>{a}, 0).empty());
}

TEST(Merkle, proves_every_leaf_of_every_small_tree_and_no_other) {
    std::vector<Hash32> leaves;
    for (std::uint8_t count = 1; count <= 33; ++count) {
        leaves.push_back(merkle_leaf({&count, 1}));
        const Hash32 root = merkle_root(leaves);
        for (std::size_t i = 0; i < leaves.size(); ++i) {
            const std::vector<Hash32> proof = merkle_proof(leaves, i);
            EXPECT_TRUE(merkle_verify(leaves[i], proof, root));
            EXPECT_FALSE(merkle_verify(merkle_leaf(as_bytes_view("x")), proof, root));
        }
    }
}

}  // namespace
}  // namespace pramana::chain
