#include "pramana/chain/proof_digest.hpp"

#include "pramana/chain/uint256.hpp"

#include "chain_test.hpp"

#include <limits>

namespace pramana::chain {
namespace {

constexpr std::string_view kUrl = "https://validator.example/v1/blobs/ab";

ProofData sample() {
    return {.score = to_word(std::uint64_t{700'000'000'000'000'000}),
            .dlp_id = 7,
            .metadata = "6d657461",
            .proof_url = "https://validator.example/v1/proofs/6d657461",
            .instruction = "pramana:1:31337:0x00:11"};
}

// Computed with ethers 6.17.0: solidityPackedKeccak256, hashMessage, SigningKey.sign.
TEST(ProofDigest, is_what_the_dlp_contract_recovers_from) {
    const ProofDigest digest = proof_digest(kUrl, sample());
    EXPECT_EQ(to_hex(digest.inner.view()),
              "79260d4e8beee9d444fe6db8f3ae75a99bc7455ca82df38e71ea5c47bf4b2aa1");
    EXPECT_EQ(to_hex(digest.digest.view()),
              "737940eb82a16e5a9673b27058a489847d749694ea35bbd7d92aef548357ec78");
    const SigningKey key = key_of(kKeyHex);
    const Proof proof = sign_proof(kUrl, sample(), key);
    EXPECT_EQ(to_hex(proof.signature),
              "41c6da37e76d807f063b437f0080d3e9e3a14071568c6574acdc1079d8b1843f"
              "6567655de62fe9654af1795518357d1f9c238ea87806044bdcbecb9848d7c9b01b");
    EXPECT_EQ(*recover_attestator(kUrl, proof), key.address());
}

// vana-protocol.md 1.8: packed without lengths, so that moved boundaries give the same digest. Why
// everything that matters is bound in the metadata.
TEST(ProofDigest, does_not_bind_the_boundaries_of_its_texts) {
    ProofData moved = sample();
    moved.metadata += moved.proof_url.front();
    moved.proof_url.erase(0, 1);
    EXPECT_EQ(proof_digest(kUrl, moved).digest, proof_digest(kUrl, sample()).digest);
}

TEST(ProofDigest, changes_with_every_field) {
    const SigningKey key = key_of(kKeyHex);
    const Proof proof = sign_proof(kUrl, sample(), key);
    std::vector<Proof> others(5, proof);
    others[0].content.score.bytes[31] ^= 1U;
    others[1].content.dlp_id = 8;
    others[2].content.metadata = "6d657462";
    others[3].content.proof_url += "?";
    others[4].content.instruction = "";
    for (const Proof& other : others)
        EXPECT_NE(recover_attestator(kUrl, other).value_or(Address{}), key.address());
    EXPECT_NE(recover_attestator("https://elsewhere", proof).value_or(Address{}), key.address());
}

TEST(ProofDigest, refuses_signatures_that_the_contract_refuses) {
    const Proof proof = sign_proof(kUrl, sample(), key_of(kKeyHex));
    std::vector<std::pair<const char*, Proof>> wrong(5, {"", proof});
    wrong[0].first = "64 bytes";
    wrong[0].second.signature.pop_back();
    wrong[1].first = "66 bytes";
    wrong[1].second.signature.push_back(0);
    wrong[2].first = "v of 0";
    wrong[2].second.signature[64] = 0;
    wrong[3].first = "v of 29";
    wrong[3].second.signature[64] = 29;
    wrong[4].first = "high s";
    std::fill_n(wrong[4].second.signature.begin() + 32, 16, std::uint8_t{0xff});
    for (const auto& [name, other] : wrong)
        EXPECT_EQ(recover_attestator(kUrl, other).error().code, Errc::kMalformedKey) << name;
}

TEST(Score, is_whole_for_every_pay) {
    EXPECT_EQ(score_wad_of_pay(0), 0U);
    EXPECT_EQ(score_wad_of_pay(1), 976'562'500'000'000U);
    EXPECT_EQ(score_wad_of_pay(1024), kScoreWadOne);
    EXPECT_DEATH(static_cast<void>(score_wad_of_pay(1025)), "pay_1024");
}

// Python's int(x * 1e18), which the reference signers compute.
TEST(Score, truncates_doubles_as_python_does) {
    const std::pair<double, std::uint64_t> kRows[] = {
        {0.0, 0},
        {-0.0, 0},
        {1.0, kScoreWadOne},
        {0.7, 700'000'000'000'000'000},
        {1.0 / 3.0, 333'333'333'333'333'312},
        {0.57, 569'999'999'999'999'936},
        {1.1, 1'100'000'000'000'000'128},
        {1e-18, 1},
        {9.9e-19, 0},
        {5e-324, 0},
        {0.9999999999999999, 999'999'999'999'999'872},
    };
    for (const auto& [score, wad] : kRows) EXPECT_EQ(*score_wad_of_double(score), wad) << score;
}

TEST(Score, refuses_doubles_that_are_no_score) {
    for (const double score :
         {-1e-18, -1.0, 18.5, 1e300, std::numeric_limits<double>::infinity(),
          -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
        EXPECT_EQ(score_wad_of_double(score).error().code, Errc::kBadRequest) << score;
}

}  // namespace
}  // namespace pramana::chain
