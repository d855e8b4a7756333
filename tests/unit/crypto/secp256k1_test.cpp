#include "pramana/crypto/secp256k1.hpp"

#include "pramana/core/hex.hpp"

#include <gtest/gtest.h>

namespace pramana {
namespace {

// The first account of the public test mnemonic "test test ... junk" that every Ethereum
// development node knows.
constexpr const char* kTestKey = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
constexpr const char* kTestAddress = "f39fd6e51aad88f6f4ce6ab8827279cfffb92266";

SigningKey test_key() {
    return std::move(*SigningKey::from_bytes(SecretBytes::copy_of(*from_hex(kTestKey))));
}

TEST(SigningKey, has_the_address_that_every_node_derives) {
    EXPECT_EQ(to_hex(test_key().address().view()), kTestAddress);
}

TEST(SigningKey, refuses_keys_outside_the_group) {
    const char* kOrder = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    for (const std::string& raw :
         {std::string(64, '0'), std::string{kOrder}, std::string(62, '1'), std::string(64, 'f')})
        EXPECT_EQ(SigningKey::from_bytes(SecretBytes::copy_of(*from_hex(raw))).error().code,
                  Errc::kMalformedKey);
}

TEST(SigningKey, signs_what_recovers_to_it_with_low_s) {
    const SigningKey key = test_key();
    for (std::uint8_t i = 0; i < 32; ++i) {
        Hash32 digest;
        digest.bytes.fill(i);
        const Signature65 signature = key.sign(digest);
        EXPECT_TRUE(has_low_s(signature));
        EXPECT_EQ(*recover_address(digest, signature), key.address());
        digest.bytes[0] = static_cast<std::uint8_t>(~digest.bytes[0]);
        EXPECT_NE(recover_address(digest, signature).value_or(Address{}), key.address());
    }
}

TEST(RecoverAddress, refuses_high_s_and_unknown_v) {
    const SigningKey key = test_key();
    const Hash32 digest = personal_message_digest(as_bytes_view("hello"));
    Signature65 high = key.sign(digest);
    std::fill(high.bytes.begin() + 32, high.bytes.begin() + 48, std::uint8_t{0xff});
    EXPECT_EQ(recover_address(digest, high).error().code, Errc::kMalformedKey);
    Signature65 odd = key.sign(digest);
    for (const int v : {2, 26, 29, 255}) {
        odd.bytes[64] = static_cast<std::uint8_t>(v);
        EXPECT_EQ(recover_address(digest, odd).error().code, Errc::kMalformedKey) << v;
    }
}

TEST(PublicKey, reads_33_64_and_65_bytes_and_nothing_else) {
    const PublicKey key = test_key().public_key();
    Bytes compressed(key.bytes.begin(), key.bytes.begin() + 33);
    compressed[0] = static_cast<std::uint8_t>(0x02 + (key.bytes[64] & 1));
    EXPECT_EQ(*parse_public_key(compressed), key);
    EXPECT_EQ(*parse_public_key(key.view().subspan(1)), key);
    EXPECT_EQ(*parse_public_key(key.view()), key);
    Bytes hybrid(key.bytes.begin(), key.bytes.end());
    hybrid[0] = 0x06;
    Bytes off_curve(key.bytes.begin(), key.bytes.end());
    off_curve[64] = static_cast<std::uint8_t>(off_curve[64] ^ 1U);
    for (const Bytes& raw : {hybrid, off_curve, Bytes{}, Bytes(32, 1), Bytes(66, 4)})
        EXPECT_EQ(parse_public_key(raw).error().code, Errc::kMalformedKey);
}

TEST(SharedX, is_the_same_from_both_sides) {
    const SigningKey a = SigningKey::generate();
    const SigningKey b = SigningKey::generate();
    EXPECT_TRUE(
        equal_secret(a.shared_x(b.public_key()).expose(), b.shared_x(a.public_key()).expose()));
}

}  // namespace
}  // namespace pramana
