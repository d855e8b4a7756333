#include "pramana/core/hex.hpp"
#include "pramana/core/endian.hpp"

#include <gtest/gtest.h>

namespace pramana {
namespace {

TEST(Hex, round_trips_every_byte) {
    Bytes all(256);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
    EXPECT_EQ(*from_hex(to_hex(all)), all);
    EXPECT_EQ(*from_hex(to_hex0x(all)), all);
}

TEST(Hex, refuses_what_is_not_hex) {
    for (const char* text : {"0", "0x0", "zz", "0xzz", "00 ", "0x0x00", "\xff\xff"})
        EXPECT_EQ(from_hex(text).error().code, Errc::kBadRequest) << text;
}

TEST(Hex, refuses_a_fixed_size_of_another_length) {
    EXPECT_EQ(fixed_from_hex<Address>("00").error().code, Errc::kBadRequest);
    EXPECT_EQ(fixed_from_hex<Address>(std::string(42, '0')).error().code, Errc::kBadRequest);
    EXPECT_TRUE(fixed_from_hex<Address>(std::string(40, '0'))->is_zero());
}

TEST(Endian, writes_the_most_significant_byte_first) {
    std::uint8_t raw[8];
    store_be(std::uint64_t{0x0102030405060708}, raw);
    EXPECT_EQ(to_hex({raw, 8}), "0102030405060708");
    EXPECT_EQ(load_be<std::uint64_t>(raw), 0x0102030405060708U);
    store_le(std::uint32_t{0x01020304}, raw);
    EXPECT_EQ(to_hex({raw, 4}), "04030201");
    EXPECT_EQ(load_le<std::uint32_t>(raw), 0x01020304U);
}

}  // namespace
}  // namespace pramana
