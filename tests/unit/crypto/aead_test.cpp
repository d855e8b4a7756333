#include "pramana/crypto/aead.hpp"

#include "pramana/core/hex.hpp"

#include <gtest/gtest.h>

namespace pramana {
namespace {

SealingKey key_of(std::uint8_t fill) { return SealingKey{SecretBytes::copy_of(Bytes(32, fill))}; }

TEST(SealingKey, opens_what_it_sealed_at_the_same_place) {
    const SealingKey key = key_of(1);
    for (std::size_t length : {0U, 1U, 15U, 16U, 17U, 4096U}) {
        const Bytes plain(length, 0xAB);
        const Bytes sealed = key.seal(plain, as_bytes_view("place 1"));
        EXPECT_TRUE(equal_secret(key.open(sealed, as_bytes_view("place 1"))->expose(), plain));
    }
}

TEST(SealingKey, refuses_moved_cut_altered_and_foreign_records) {
    const SealingKey key = key_of(1);
    const Bytes sealed = key.seal(as_bytes_view("text"), as_bytes_view("place 1"));
    EXPECT_EQ(key.open(sealed, as_bytes_view("place 2")).error().code, Errc::kAuthTagMismatch);
    EXPECT_EQ(key_of(2).open(sealed, as_bytes_view("place 1")).error().code,
              Errc::kAuthTagMismatch);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        Bytes altered = sealed;
        altered[i] = static_cast<std::uint8_t>(altered[i] ^ 1U);
        EXPECT_EQ(key.open(altered, as_bytes_view("place 1")).error().code, Errc::kAuthTagMismatch)
            << i;
        EXPECT_EQ(key.open(ByteView{sealed}.first(i), as_bytes_view("place 1")).error().code,
                  Errc::kAuthTagMismatch);
    }
}

TEST(Hkdf, matches_rfc_5869_case_1) {
    const Bytes ikm(22, 0x0b);
    const Bytes salt = *from_hex("000102030405060708090a0b0c");
    const Bytes info = *from_hex("f0f1f2f3f4f5f6f7f8f9");
    EXPECT_EQ(
        to_hex(hkdf_sha256(ikm, salt, info, 42).expose()),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

TEST(Hmac, matches_rfc_4231_case_2) {
    EXPECT_EQ(
        to_hex(hmac_sha256(as_bytes_view("Jefe"), as_bytes_view("what do ya want for nothing?"))
                   .view()),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace pramana
