#include "pramana/sealing/openpgp.hpp"

#include "armor.hpp"
#include "foreign_messages.hpp"
#include "handmade.hpp"

#include <gtest/gtest.h>

namespace pramana::sealing {
namespace {

Bytes decoded(std::string_view base64) {
    const SecretBytes raw = std::move(*from_base64(as_bytes_view(base64)));
    return Bytes(raw.expose().begin(), raw.expose().end());
}

Result<SecretBytes> open(ByteView sealed, std::string_view password) {
    return open_message(sealed, as_bytes_view(password), OpenLimits{});
}

class Readable : public testing::TestWithParam<ReadableMessage> {};

TEST_P(Readable, opens_to_its_text) {
    const Bytes sealed = decoded(GetParam().base64);
    EXPECT_TRUE(inspect_message(sealed, OpenLimits{}));
    EXPECT_EQ(handmade::text_of(open(sealed, kForeignPassword)), kForeignText);
}

TEST_P(Readable, says_wrong_password_to_any_other) {
    for (const std::string_view password : {"pass worD", "pass word ", " pass word", "p"})
        EXPECT_EQ(handmade::text_of(open(decoded(GetParam().base64), password)), "wrong_password");
}

TEST_P(Readable, is_refused_when_cut_anywhere) {
    const Bytes sealed = decoded(GetParam().base64);
    for (std::size_t i = 0; i < sealed.size(); ++i)
        EXPECT_EQ(handmade::text_of(open(ByteView{sealed}.first(i), kForeignPassword)),
                  "malformed_message")
            << i;
}

TEST_P(Readable, is_refused_when_any_byte_is_changed) {
    const Bytes sealed = decoded(GetParam().base64);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        Bytes altered = sealed;
        altered[i] = static_cast<std::uint8_t>(altered[i] ^ (1U << (i % 8)));
        const Result<SecretBytes> opened = open(altered, kForeignPassword);
        // The other password's packet is not ours to authenticate; the rest is.
        if (!opened)
            EXPECT_EQ(blame_of(opened.error().code), Blame::kSender) << i;
        else
            EXPECT_TRUE(GetParam().name == std::string_view{"js6_two_passwords"} && i < 48) << i;
    }
}

INSTANTIATE_TEST_SUITE_P(Foreign, Readable, testing::ValuesIn(kReadable),
                         [](const auto& row) { return std::string{row.param.name}; });

class Refused : public testing::TestWithParam<RefusedMessage> {};

TEST_P(Refused, is_named) {
    const Bytes sealed = decoded(GetParam().base64);
    const Result<SecretBytes> opened = open(sealed, kForeignPassword);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, GetParam().code);
    EXPECT_EQ(opened.error().site, GetParam().site);
}

INSTANTIATE_TEST_SUITE_P(Foreign, Refused, testing::ValuesIn(kRefused),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Armor, is_read_with_comment_line_ends_and_space_around) {
    std::string windows;
    for (const char c : kArmored) windows += c == '\n' ? std::string{"\r\n"} : std::string{c};
    for (const std::string& text :
         {std::string{kArmored}, windows, " \n" + std::string{kArmored} + "\n\n"})
        EXPECT_EQ(handmade::text_of(open(as_bytes_view(text), kForeignPassword)), kForeignText);
}

TEST(Armor, is_refused_when_cut_before_its_last_dash) {
    const std::string_view text = kArmored.substr(0, kArmored.rfind('-') + 1);
    EXPECT_EQ(handmade::text_of(open(as_bytes_view(text), kForeignPassword)), kForeignText);
    for (std::size_t i = 0; i < text.size(); ++i)
        EXPECT_EQ(handmade::text_of(open(as_bytes_view(text.substr(0, i)), kForeignPassword)),
                  "malformed_message")
            << i;
}

struct ArmorChange {
    const char* name;
    std::string_view from;
    std::string_view to;
};
const ArmorChange kArmorChanges[] = {
    {"other_kind", "MESSAGE", "SIGNATURE"},
    {"header_without_colon", "Comment: ", "Comment "},
    {"blank_line_missing", "\n\n", "\n"},
    {"not_base64", "\n=", "!\n="},
    {"data_after_padding", "\n=", "=A==\n="},
    {"text_after_it", "-----END PGP MESSAGE-----", "-----END PGP MESSAGE-----\nx"},
    {"text_before_it", "-----BEGIN", "x\n-----BEGIN"},
};
class ArmorRefusal : public testing::TestWithParam<ArmorChange> {};
TEST_P(ArmorRefusal, is_malformed) {
    std::string text{kArmored};
    const std::size_t at = text.find(GetParam().from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, GetParam().from.size(), GetParam().to);
    EXPECT_EQ(handmade::text_of(open(as_bytes_view(text), kForeignPassword)), "malformed_message");
}
INSTANTIATE_TEST_SUITE_P(Changes, ArmorRefusal, testing::ValuesIn(kArmorChanges),
                         [](const auto& row) { return std::string{row.param.name}; });

// RFC 9580 section 6.1: a message must not be refused for its CRC24.
TEST(Armor, is_read_without_and_with_a_wrong_checksum) {
    const std::size_t at = kArmored.find("\n=");
    std::string without{kArmored};
    without.erase(at, 6);
    std::string wrong{kArmored};
    wrong.replace(at, 6, "\n=AAAA");
    EXPECT_EQ(handmade::text_of(open(as_bytes_view(without), kForeignPassword)), kForeignText);
    EXPECT_EQ(handmade::text_of(open(as_bytes_view(wrong), kForeignPassword)), kForeignText);
}

// Sizes on both sides of every change of a length field: literal 191|192, 8383|8384; SEIPD body
// likewise.
TEST(SealMessage, is_opened_at_every_size) {
    for (const std::size_t size : {0U, 1U, 141U, 142U, 143U, 185U, 186U, 8333U, 8334U, 8335U, 8377U,
                                   8378U, 16383U, 16384U, 16385U, 70000U}) {
        Bytes plain(size);
        for (std::size_t i = 0; i < size; ++i)
            plain[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
        const Bytes sealed =
            *seal_message(plain, as_bytes_view(kForeignPassword), {kFastS2kCountByte, 0});
        const Result<SecretBytes> opened = open(sealed, kForeignPassword);
        ASSERT_TRUE(opened) << size;
        EXPECT_TRUE(equal_secret(opened->expose(), plain)) << size;
    }
}

// vana-protocol: packet 3 of 46 bytes (SKESK v4, AES-256, S2K 3, SHA-256, count byte 224), packet
// 18 version 1; an empty file makes 99 bytes, 1 MiB makes 107 more than itself.
TEST(SealMessage, has_the_shape_of_the_sdk) {
    const Bytes sealed = *seal_message({}, as_bytes_view(kForeignPassword), SealOptions{});
    ASSERT_EQ(sealed.size(), 99);
    EXPECT_EQ(to_hex(ByteView{sealed}.first(6)), "c32e04090308");
    EXPECT_EQ(sealed[14], 224);
    EXPECT_EQ(to_hex(ByteView{sealed}.subspan(48, 3)), "d23101");
    EXPECT_EQ(inspect_message(sealed, OpenLimits{})->s2k_bytes, 16'777'216U);
    EXPECT_EQ(inspect_message(sealed, OpenLimits{})->password_packets, 1U);
    const Bytes mib(std::size_t{1} << 20U);
    EXPECT_EQ(seal_message(mib, as_bytes_view("p"), {0, 0})->size(), mib.size() + 107);
}

TEST(SealMessage, is_different_each_time) {
    const auto seal = [] { return *seal_message({}, as_bytes_view("p"), {0, 0}); };
    EXPECT_NE(seal(), seal());
}

TEST(Password, has_1_to_1024_bytes) {
    for (const std::string& password : {std::string{}, std::string(1025, 'p')}) {
        EXPECT_EQ(seal_message({}, as_bytes_view(password), {0, 0}).error().code,
                  Errc::kMalformedKey);
        EXPECT_EQ(open(handmade::message(handmade::literal("x")), password).error().code,
                  Errc::kMalformedKey);
    }
    const std::string longest(1024, 'p');
    EXPECT_TRUE(open(*seal_message({}, as_bytes_view(longest), {0, 0}), longest));
}

}  // namespace
}  // namespace pramana::sealing
