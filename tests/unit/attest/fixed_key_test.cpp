// The verification with a table beside OpenSSL's own: the same verdict on everything.

#include "fixed_key.hpp"
#include "attest_support/certificates.hpp"

#include "pramana/core/hex.hpp"

#include <gtest/gtest.h>

#include <random>

namespace pramana::attest {
namespace {

PublicKey public_of(const made::Key& key, KeyKind curve = KeyKind::kP256) {
    return std::move(*PublicKey::from_point(curve, key.point()));
}

// The order of P-256 (SEC 2 section 2.4.2), and numbers beside it.
const Bytes kOrder = *from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

TEST(FixedKey, says_what_the_key_says) {
    std::mt19937_64 random{5};
    for (int round = 0; round < 4; ++round) {
        const made::Key key = made::Key::p256();
        const PublicKey plain = public_of(key);
        const std::shared_ptr<const FixedKey> fixed = FixedKey::of(plain);
        ASSERT_NE(fixed, nullptr);
        for (int i = 0; i < 60; ++i) {
            Bytes message(random() % 300);
            for (std::uint8_t& byte : message) byte = static_cast<std::uint8_t>(random());
            Bytes signature = key.sign(message);
            ASSERT_TRUE(fixed->verify(message, signature));
            signature[random() % signature.size()] ^= static_cast<std::uint8_t>(1U << random() % 8);
            ASSERT_FALSE(plain.verify(SignatureScheme::kEcdsaSha256, message, signature));
            ASSERT_FALSE(fixed->verify(message, signature)) << to_hex(signature);
        }
    }
}

TEST(FixedKey, refuses_numbers_outside_of_the_order_and_other_lengths) {
    const made::Key key = made::Key::p256();
    const std::shared_ptr<const FixedKey> fixed = FixedKey::of(public_of(key));
    const Bytes message = {1, 2, 3};
    const Bytes good = key.sign(message);
    Bytes over = kOrder;
    ++over.back();
    for (const Bytes& part : {Bytes(32), kOrder, over, Bytes(32, 0xff)})
        for (const std::ptrdiff_t at : {0, 32}) {
            Bytes signature = good;
            std::ranges::copy(part, signature.begin() + at);
            EXPECT_FALSE(fixed->verify(message, signature)) << to_hex(signature);
        }
    for (const std::size_t size : {std::size_t{0}, std::size_t{63}})
        EXPECT_FALSE(fixed->verify(message, ByteView{good}.first(size)));
    EXPECT_FALSE(fixed->verify(Bytes{1, 2, 4}, good));
    EXPECT_FALSE(FixedKey::of(public_of(made::Key::p256()))->verify(message, good));
    EXPECT_EQ(FixedKey::of(public_of(made::Key::p384(), KeyKind::kP384)), nullptr);
}

// Both s and n - s verify, as they do without the table.
TEST(FixedKey, takes_both_forms_of_s) {
    const made::Key key = made::Key::p256();
    const Bytes message = {9};
    Bytes signature = key.sign(message);
    unsigned borrow = 0;
    for (std::size_t i = 32; i-- > 0;) {
        const unsigned taken = signature[32 + i] + borrow;
        borrow = kOrder[i] < taken ? 1 : 0;
        signature[32 + i] = static_cast<std::uint8_t>(kOrder[i] + 256U * borrow - taken);
    }
    const PublicKey plain = public_of(key);
    EXPECT_TRUE(plain.verify(SignatureScheme::kEcdsaSha256, message, signature));
    EXPECT_TRUE(FixedKey::of(plain)->verify(message, signature));
}

}  // namespace
}  // namespace pramana::attest
