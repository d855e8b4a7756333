#include "pramana/chain/uint256.hpp"

#include "chain_test.hpp"

namespace pramana::chain {
namespace {

// 2^256 - 1 and 2^255, the edges of both readings.
constexpr std::string_view kMax =
    "115792089237316195423570985008687907853269984665640564039457584007913129639935";
constexpr std::string_view kHalf =
    "57896044618658097711785492504343953926634992332820282019728792003956564819968";

Word256 decimal(std::string_view text) { return *parse_decimal(text); }

struct Row {
    std::string_view decimal;
    std::string_view quantity;
    std::string_view as_signed;
};
// Computed with Python's integers.
const Row kRows[] = {
    {"0", "0x0", "0"},
    {"1", "0x1", "1"},
    {"255", "0xff", "255"},
    {"256", "0x100", "256"},
    {"18446744073709551615", "0xffffffffffffffff", "18446744073709551615"},
    {"18446744073709551616", "0x10000000000000000", "18446744073709551616"},
    {kHalf, "0x8000000000000000000000000000000000000000000000000000000000000000",
     "-57896044618658097711785492504343953926634992332820282019728792003956564819968"},
    {kMax, "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "-1"},
};

TEST(Uint256, reads_and_prints_every_form) {
    for (const Row& row : kRows) {
        const Word256 word = decimal(row.decimal);
        EXPECT_EQ(to_decimal(word), row.decimal);
        EXPECT_EQ(to_quantity(word), row.quantity);
        EXPECT_EQ(to_signed_decimal(word), row.as_signed);
        EXPECT_EQ(*parse_quantity(row.quantity), word);
        EXPECT_EQ(*parse_integer(row.decimal), word);
        EXPECT_EQ(*parse_integer(row.quantity), word);
        EXPECT_EQ(*parse_integer(row.as_signed), word);
    }
}

TEST(Uint256, refuses_decimal_text_that_is_not_one_number) {
    const std::string above = std::string{kMax.substr(0, kMax.size() - 1)} + "6";
    for (const std::string& text :
         {std::string{}, std::string{"00"}, std::string{"01"}, std::string{"-1"}, std::string{"+1"},
          std::string{" 1"}, std::string{"1 "}, std::string{"0x1"}, std::string{"1e3"},
          std::string{"1.0"}, above, std::string(79, '9')})
        EXPECT_EQ(parse_decimal(text).error().code, Errc::kMalformedChainData) << text;
}

TEST(Uint256, refuses_quantities_that_are_not_in_the_shortest_form) {
    for (const std::string& text :
         {std::string{}, std::string{"0x"}, std::string{"0x00"}, std::string{"0x01"},
          std::string{"1"}, std::string{"0X1"}, std::string{"0xg"}, std::string{"-0x1"},
          "0x1" + std::string(64, '0')})
        EXPECT_EQ(parse_quantity(text).error().code, Errc::kMalformedChainData) << text;
}

TEST(Uint256, reads_negative_integers_down_to_the_edge) {
    EXPECT_EQ(*parse_integer("-1"), decimal(kMax));
    EXPECT_EQ(*parse_integer("-0x1"), decimal(kMax));
    EXPECT_EQ(*parse_integer("-0"), Word256{});
    EXPECT_EQ(*parse_integer("-" + std::string{kHalf}), decimal(kHalf));
    const std::string below = std::string{kHalf.substr(0, kHalf.size() - 1)} + "9";
    for (const std::string& text : {"-" + below, "-" + std::string{kMax}, std::string{"--1"},
                                    std::string{"-"}, std::string{"-0x"}})
        EXPECT_EQ(parse_integer(text).error().code, Errc::kMalformedChainData) << text;
}

TEST(Uint256, adds_and_subtracts_up_to_the_edge) {
    const Word256 one = to_word(std::uint64_t{1});
    EXPECT_EQ(*add(decimal(kHalf), *subtract(decimal(kHalf), one)), decimal(kMax));
    EXPECT_EQ(add(decimal(kMax), one).error().code, Errc::kMalformedChainData);
    EXPECT_EQ(subtract(Word256{}, one).error().code, Errc::kMalformedChainData);
    EXPECT_EQ(*subtract(one, one), Word256{});
}

TEST(Uint256, multiplies_up_to_the_edge) {
    const Word256 two_128 = decimal("340282366920938463463374607431768211456");
    const Word256 below = *subtract(two_128, to_word(std::uint64_t{1}));
    EXPECT_EQ(to_decimal(*multiply(below, below)),
              "115792089237316195423570985008687907852589419931798687112530834793049593217025");
    EXPECT_EQ(multiply(two_128, two_128).error().code, Errc::kMalformedChainData);
}

TEST(Uint256, bumps_a_fee_by_ten_percent_without_falling_short) {
    const auto bump = [](std::uint64_t fee) {
        return *to_u64(
            *mul_div_up(to_word(fee), to_word(std::uint64_t{110}), to_word(std::uint64_t{100})));
    };
    EXPECT_EQ(bump(1), 2U);  // 1.1 rounded up
    EXPECT_EQ(bump(9), 10U);
    EXPECT_EQ(bump(10), 11U);
    EXPECT_EQ(bump(1'000'000'000), 1'100'000'000U);
    EXPECT_EQ(*to_u64(*mul_div(to_word(std::uint64_t{9}), to_word(std::uint64_t{110}),
                               to_word(std::uint64_t{100}))),
              9U);
}

TEST(Uint256, divides_a_product_that_needs_more_than_256_bits) {
    EXPECT_EQ(*mul_div(decimal(kMax), decimal(kMax), decimal(kMax)), decimal(kMax));
    const Word256 one = to_word(std::uint64_t{1});
    EXPECT_EQ(mul_div(decimal(kMax), to_word(std::uint64_t{2}), one).error().code,
              Errc::kMalformedChainData);
    EXPECT_EQ(mul_div(one, one, Word256{}).error().code, Errc::kMalformedChainData);
    EXPECT_EQ(mul_div_up(one, one, Word256{}).error().code, Errc::kMalformedChainData);
}

TEST(Uint256, narrows_only_what_fits) {
    EXPECT_EQ(*to_u64(decimal("18446744073709551615")), UINT64_MAX);
    EXPECT_EQ(to_u64(decimal("18446744073709551616")).error().code, Errc::kMalformedChainData);
    EXPECT_EQ(number(*to_id<JobId>(to_word(std::uint64_t{7}))), 7U);
    EXPECT_EQ(to_id<FileId>(decimal(kMax)).error().code, Errc::kMalformedChainData);
    const Address address = fixed<Address>(kFirst);
    EXPECT_EQ(*to_address(to_word(address)), address);
    Word256 dirty = to_word(address);
    dirty.bytes[11] = 1;
    EXPECT_EQ(to_address(dirty).error().code, Errc::kMalformedChainData);
}

TEST(Uint256, orders_words_as_numbers) {
    EXPECT_LT(to_word(std::uint64_t{255}), to_word(std::uint64_t{256}));
    EXPECT_GT(decimal(kHalf), to_word(UINT64_MAX));
}

}  // namespace
}  // namespace pramana::chain
