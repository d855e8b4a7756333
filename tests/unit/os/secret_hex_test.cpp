#include "pramana/os/secret_hex.hpp"

#include "pramana/core/bytes.hpp"

#include <gtest/gtest.h>

namespace pramana {
namespace {

TEST(SecretHex, knows_every_digit_and_no_other_character) {
    for (unsigned c = 0; c < 256; ++c) {
        const Bytes text = {'7', static_cast<std::uint8_t>(c)};
        const Result<SecretBytes> read = secret_from_hex(text);
        const std::string_view digits = "0123456789abcdef0123456789ABCDEF";
        const std::size_t at = digits.find(static_cast<char>(c));
        const bool digit = c != 0 && at != std::string_view::npos;
        ASSERT_EQ(read.has_value(), digit) << c;
        const std::size_t expected = digit ? 0x70 + at % 16 : 0;
        EXPECT_EQ(read ? read->expose()[0] : std::size_t{0}, expected) << c;
        EXPECT_EQ(secret_from_hex(Bytes{text[1], text[0]}).has_value(), digit) << c;
    }
}

TEST(SecretHex, reads_back_what_it_writes) {
    Bytes all(256);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
    const SecretBytes text = secret_to_hex(all);
    EXPECT_EQ(as_text(text.expose()).substr(0, 8), "00010203");
    EXPECT_EQ(as_text(text.expose()).substr(504), "fcfdfeff");
    EXPECT_TRUE(equal_secret(secret_from_hex(text.expose())->expose(), all));
}

TEST(SecretHex, refuses_half_a_byte) {
    EXPECT_FALSE(secret_from_hex(as_bytes_view("abc")));
    EXPECT_TRUE(secret_from_hex({})->empty());
}

}  // namespace
}  // namespace pramana
