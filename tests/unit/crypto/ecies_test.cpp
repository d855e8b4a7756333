#include "pramana/crypto/ecies.hpp"

#include "pramana/core/hex.hpp"

#include <gtest/gtest.h>

namespace pramana {
namespace {

// The first key of the public mnemonic "test test … junk".
SigningKey recipient() {
    return std::move(*SigningKey::from_bytes(SecretBytes::copy_of(
        *from_hex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"))));
}

struct EciesVector {
    const char* name;
    const char* ephemeral;
    std::string_view plaintext;
    SharedXForm form;
    const char* sealed;
};
// Made with Node's crypto module by the layout in ecies.hpp, iv 00..0f. Rows stand on both sides of
// each branch: X with and without a leading zero byte, hashed whole and stripped; a compressed
// ephemeral key; an empty plaintext.
const EciesVector kVectors[] = {
    {"plain", "1111111111111111111111111111111111111111111111111111111111111111", "file key",
     SharedXForm::kPadded,
     "000102030405060708090a0b0c0d0e0f044f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704"
     "075871aa385b6b1b8ead809ca67454d9683fcf2ba03456d6fe2c4abe2b07f0fbdbb2f1c11a0cdef59d1db47810"
     "5d4b0a836b677acf58b086a3cc2e40a1b1d878408da0d6ff58285efdb57617b4615462de9dfd7b"},
    {"empty", "1111111111111111111111111111111111111111111111111111111111111111", "",
     SharedXForm::kPadded,
     "000102030405060708090a0b0c0d0e0f044f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704"
     "075871aa385b6b1b8ead809ca67454d9683fcf2ba03456d6fe2c4abe2b07f0fbdbb2f1c18ded8bfd86b3af15d0"
     "79b9a444b710767fca44c587e5e0cb50e9282a1f3d23aa2f059c3d44b9b5970ef7d099281b29ff"},
    {"compressed", "1111111111111111111111111111111111111111111111111111111111111111", "file key",
     SharedXForm::kPadded,
     "000102030405060708090a0b0c0d0e0f034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704"
     "075871aa1a0cdef59d1db478105d4b0a836b677a0cd6a445e842883da17fcc8c317dcd2c6ca7752341645cb150"
     "8783e562c0631f"},
    {"zero_padded", "00000000000000000000000000000000000000000000000000000000000000a3", "file key",
     SharedXForm::kPadded,
     "000102030405060708090a0b0c0d0e0f04c533e4f7ea8555aacd9777ac5cad29b97dd4defccc53ee7ea204119b"
     "2889b1976f0a256bc5efdf429a2fb6242f1a43a2d9b925bb4a4b3a26bb8e0f45eb5960962a86033e492b790d30"
     "b55ccf3849ed5da7cddccd0789a8a09ad0840d9faddebba4de28b3de453e719e61217bf4219435"},
    {"zero_stripped", "00000000000000000000000000000000000000000000000000000000000000a3",
     "file key", SharedXForm::kStripped,
     "000102030405060708090a0b0c0d0e0f04c533e4f7ea8555aacd9777ac5cad29b97dd4defccc53ee7ea204119b"
     "2889b1976f0a256bc5efdf429a2fb6242f1a43a2d9b925bb4a4b3a26bb8e0f45eb5960966c3b054b386f265b7a"
     "2dbc1ebdfb847ca6637f42f03f9650757ccdb0a5188f7ca82df01c8213ae7dc2a3e6f68ef2deda"},
};

class Ecies : public testing::TestWithParam<EciesVector> {};

TEST_P(Ecies, opens_what_other_clients_write) {
    const Result<SecretBytes> opened = ecies_decrypt(recipient(), *from_hex(GetParam().sealed));
    ASSERT_TRUE(opened);
    EXPECT_EQ(as_text(opened->expose()), GetParam().plaintext);
}

/// Altered and foreign ciphertexts look alike; a length or point that cannot be is named.
bool is_refusal(const Result<SecretBytes>& opened) {
    return !opened && (opened.error().code == Errc::kAuthTagMismatch ||
                       opened.error().code == Errc::kMalformedKey);
}

TEST_P(Ecies, refuses_every_truncation_and_every_flipped_bit) {
    const Bytes sealed = *from_hex(GetParam().sealed);
    const SigningKey key = recipient();
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        EXPECT_TRUE(is_refusal(ecies_decrypt(key, ByteView{sealed}.first(i)))) << i;
        Bytes altered = sealed;
        altered[i] = static_cast<std::uint8_t>(altered[i] ^ (1U << (i % 8)));
        EXPECT_TRUE(is_refusal(ecies_decrypt(key, altered))) << i;
    }
    Bytes flipped_mac = sealed;
    flipped_mac.back() ^= 1U;
    EXPECT_EQ(ecies_decrypt(key, flipped_mac).error().code, Errc::kAuthTagMismatch);
}

INSTANTIATE_TEST_SUITE_P(Vectors, Ecies, testing::ValuesIn(kVectors),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(EciesFixed, reproduces_the_uncompressed_rows_bit_for_bit) {
    std::array<std::uint8_t, kEciesIvSize> iv{};
    for (std::size_t i = 0; i < iv.size(); ++i) iv[i] = static_cast<std::uint8_t>(i);
    for (const EciesVector& row : kVectors) {
        if (row.name == std::string_view{"compressed"}) continue;  // we write 65 bytes only
        const SigningKey ephemeral =
            std::move(*SigningKey::from_bytes(SecretBytes::copy_of(*from_hex(row.ephemeral))));
        EXPECT_EQ(to_hex(ecies_encrypt_fixed(recipient().public_key(), as_bytes_view(row.plaintext),
                                             iv, ephemeral, row.form)),
                  row.sealed)
            << row.name;
    }
}

TEST(EciesEncrypt, is_opened_by_its_recipient_and_by_nobody_else) {
    const SigningKey other = SigningKey::generate();
    for (const std::size_t length : {0U, 1U, 15U, 16U, 17U, 132U, 5000U}) {
        const Bytes plain(length, 0x5A);
        const Bytes sealed = ecies_encrypt(recipient().public_key(), plain);
        EXPECT_EQ(sealed.size(), 16 + 65 + (length / 16 + 1) * 16 + 32);
        EXPECT_TRUE(equal_secret(ecies_decrypt(recipient(), sealed)->expose(), plain));
        EXPECT_EQ(ecies_decrypt(other, sealed).error().code, Errc::kAuthTagMismatch);
    }
}

// The two branches meet once in 256 keys; 2,000 draws miss a broken loop with probability 4e-4.
TEST(EciesEncrypt, never_uses_a_shared_x_with_a_leading_zero) {
    const SigningKey key = recipient();
    for (int i = 0; i < 2000; ++i) {
        const Bytes sealed = ecies_encrypt(key.public_key(), {});
        const PublicKey ephemeral = *parse_public_key(ByteView{sealed}.subspan(16, 65));
        ASSERT_NE(key.shared_x(ephemeral).expose().front(), 0);
    }
}

TEST(EciesDecrypt, refuses_wrong_lengths_before_any_work) {
    for (const std::size_t length : {std::size_t{0}, std::size_t{96}, kEciesBytesMax + 1})
        EXPECT_EQ(ecies_decrypt(recipient(), Bytes(length, 4)).error().code, Errc::kMalformedKey);
}

}  // namespace
}  // namespace pramana
