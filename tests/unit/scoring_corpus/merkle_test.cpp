#include "pramana/scoring/merkle.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"

#include <gtest/gtest.h>

namespace pramana::scoring {
namespace {

// The leaves and heads that Certificate Transparency's reference implementation publishes for RFC
// 6962 (transparency-dev/merkle, testonly/constants.go): head[n] is of the first n leaves.
const char* const kLeaves[] = {"",
                               "00",
                               "10",
                               "2021",
                               "3031",
                               "40414243",
                               "5051525354555657",
                               "606162636465666768696a6b6c6d6e6f"};
const char* const kHeads[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};
// Nodes of the same tree: [level][index], from the same file.
constexpr std::string_view kNode00 =
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
constexpr std::string_view kNode01 =
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
constexpr std::string_view kNode02 =
    "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7";
constexpr std::string_view kNode04 =
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
constexpr std::string_view kNode10 =
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
constexpr std::string_view kNode11 =
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
constexpr std::string_view kNode12 =
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
constexpr std::string_view kNode13 =
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
constexpr std::string_view kNode20 =
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7";
constexpr std::string_view kNode21 =
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";

Hash32 hash(std::string_view hex) { return *fixed_from_hex<Hash32>(hex); }

MerkleLog published(std::size_t leaves) {
    MerkleLog log;
    for (std::size_t i = 0; i < leaves; ++i) log.append(merkle_leaf(*from_hex(kLeaves[i])));
    return log;
}

MerkleLog numbered(std::uint64_t leaves) {
    MerkleLog log;
    for (std::uint64_t i = 0; i < leaves; ++i) log.append(sha256(std::to_string(i)));
    return log;
}

TEST(MerkleLog, has_the_published_heads) {
    for (std::size_t n = 0; n <= 8; ++n) {
        EXPECT_EQ(to_hex(published(n).head().view()), kHeads[n]) << n;
        EXPECT_EQ(to_hex(published(8).head_at(n).view()), kHeads[n]) << n;
    }
}

struct PublishedProof {
    const char* name;
    std::uint64_t first;  // place, or smaller size
    std::uint64_t size;
    std::vector<std::string_view> partners;
};
std::vector<Hash32> hashes(const std::vector<std::string_view>& hex) {
    std::vector<Hash32> out;
    for (const std::string_view text : hex) out.push_back(hash(text));
    return out;
}

// RFC 9162 section 2.1.3.1 applied to the published nodes, by hand.
const PublishedProof kInclusions[] = {
    {"only_leaf", 0, 1, {}},
    {"first_of_two", 0, 2, {kNode01}},
    {"second_of_two", 1, 2, {kNode00}},
    {"third_of_three", 2, 3, {kNode10}},
    {"second_of_three", 1, 3, {kNode00, kNode02}},
    {"first_of_eight", 0, 8, {kNode01, kNode11, kNode21}},
    {"sixth_of_eight", 5, 8, {kNode04, kNode13, kNode20}},
    {"fifth_of_five", 4, 5, {kNode20}},
};
class PublishedInclusion : public ::testing::TestWithParam<PublishedProof> {};
TEST_P(PublishedInclusion, is_made_and_accepted) {
    const PublishedProof& row = GetParam();
    const MerkleLog log = published(8);
    const std::vector<Hash32> expected = hashes(row.partners);
    EXPECT_EQ(log.inclusion_proof(row.first, row.size), expected);
    const Hash32 leaf = log.leaves()[row.first];
    EXPECT_TRUE(verify_inclusion(leaf, row.first, row.size, expected, hash(kHeads[row.size])));
}
INSTANTIATE_TEST_SUITE_P(Rows, PublishedInclusion, ::testing::ValuesIn(kInclusions),
                         [](const auto& row) { return std::string{row.param.name}; });

// RFC 9162 section 2.1.4.1 on the published nodes.
const PublishedProof kConsistencies[] = {
    {"one_to_one", 1, 1, {}},
    {"one_to_eight", 1, 8, {kNode01, kNode11, kNode21}},
    {"six_to_eight", 6, 8, {kNode12, kNode13, kNode20}},
    {"two_to_five", 2, 5, {kNode11, kNode04}},
    {"four_to_eight", 4, 8, {kNode21}},
    {"three_to_eight",
     3,
     8,
     {kNode02, "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7", kNode10,
      kNode21}},
};
class PublishedConsistency : public ::testing::TestWithParam<PublishedProof> {};
TEST_P(PublishedConsistency, is_made_and_accepted) {
    const PublishedProof& row = GetParam();
    const std::vector<Hash32> expected = hashes(row.partners);
    EXPECT_EQ(published(8).consistency_proof(row.first, row.size), expected);
    EXPECT_TRUE(verify_consistency(row.first, row.size, hash(kHeads[row.first]),
                                   hash(kHeads[row.size]), expected));
}
INSTANTIATE_TEST_SUITE_P(Rows, PublishedConsistency, ::testing::ValuesIn(kConsistencies),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(MerkleLog, proves_every_leaf_of_every_size_and_nothing_else) {
    const MerkleLog log = numbered(40);
    for (std::uint64_t size = 1; size <= 40; ++size) {
        const Hash32 head = log.head_at(size);
        for (std::uint64_t place = 0; place < size; ++place) {
            std::vector<Hash32> proof = log.inclusion_proof(place, size);
            const Hash32 leaf = log.leaves()[place];
            ASSERT_TRUE(verify_inclusion(leaf, place, size, proof, head)) << place << '/' << size;
            EXPECT_FALSE(verify_inclusion(leaf, place + 1, size, proof, head));
            EXPECT_FALSE(verify_inclusion(leaf, size, size, proof, head));
            proof.push_back(head);
            EXPECT_FALSE(verify_inclusion(leaf, place, size, proof, head));
            proof.pop_back();
            if (proof.empty()) continue;
            proof[0].bytes[7] ^= 1U;
            EXPECT_FALSE(verify_inclusion(leaf, place, size, proof, head));
            proof.erase(proof.begin());
            EXPECT_FALSE(verify_inclusion(leaf, place, size, proof, head));
        }
    }
}

TEST(MerkleLog, proves_that_it_only_grew) {
    const MerkleLog log = numbered(40);
    for (std::uint64_t second = 1; second <= 40; ++second) {
        const Hash32 new_head = log.head_at(second);
        for (std::uint64_t first = 1; first <= second; ++first) {
            const Hash32 old_head = log.head_at(first);
            std::vector<Hash32> proof = log.consistency_proof(first, second);
            ASSERT_TRUE(verify_consistency(first, second, old_head, new_head, proof))
                << first << '/' << second;
            Hash32 other = old_head;
            other.bytes[0] ^= 1U;
            EXPECT_FALSE(verify_consistency(first, second, other, new_head, proof));
            EXPECT_FALSE(verify_consistency(first, second, old_head, other, proof));
            proof.push_back(old_head);
            EXPECT_FALSE(verify_consistency(first, second, old_head, new_head, proof));
            proof.pop_back();
            if (proof.empty()) continue;
            proof.back().bytes[3] ^= 1U;
            EXPECT_FALSE(verify_consistency(first, second, old_head, new_head, proof));
        }
    }
    EXPECT_FALSE(verify_consistency(0, 5, log.head_at(0), log.head_at(5), {}));
    EXPECT_FALSE(verify_consistency(6, 5, log.head_at(6), log.head_at(5), {}));
}

}  // namespace
}  // namespace pramana::scoring
