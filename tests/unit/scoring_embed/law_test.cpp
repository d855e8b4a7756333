#include "cpu/law.hpp"
#include "cpu/kernels.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <vector>

namespace pramana::scoring {
namespace {

// The mathematical functions are the yardstick; the bounds are docs/scoring.md's.
TEST(LawExp2, is_within_3e_7_of_two_to_the_power) {
    for (int i = 0; i <= 300'000; ++i) {
        const float t = -static_cast<float>(i) * 0x1p-12F;
        EXPECT_NEAR(law::exp2(t) / std::exp2(static_cast<double>(t)), 1.0, 3e-7) << t;
    }
}
TEST(LawExp2, is_exact_at_whole_numbers_and_flat_below_its_least) {
    for (int n = 0; n <= 100; ++n)
        EXPECT_EQ(law::exp2(static_cast<float>(-n)), std::ldexp(1.0F, -n));
    EXPECT_EQ(law::exp2(-1e30F), std::ldexp(1.0F, -100));
}
TEST(LawGelu, is_within_1e_5_of_x_times_phi) {
    for (int i = -80'000; i <= 80'000; ++i) {
        const float x = static_cast<float>(i) * 1e-4F;
        const double wanted = 0.5 * x * std::erfc(-static_cast<double>(x) / std::sqrt(2.0));
        EXPECT_NEAR(law::gelu(x), wanted, 1e-5) << x;
    }
}
TEST(LawGelu, far_out_is_the_identity_or_zero) {
    EXPECT_EQ(law::gelu(6.0F), 6.0F);
    EXPECT_EQ(law::gelu(-6.0F), 0.0F);
    EXPECT_EQ(law::gelu(1e6F), 1e6F);
    EXPECT_EQ(law::gelu(0.0F), 0.0F);
}

// Lane 0 holds 2^24, lane 16 holds -2^24 and lane 1 holds 1: halves first keeps the 1, left to
// right would keep it too, but adding lane 1 to lane 0 before lane 16 would lose it.
TEST(LawFold, adds_halves_first) {
    float lanes[law::kLanes] = {};
    lanes[0] = 0x1p24F;
    lanes[16] = -0x1p24F;
    lanes[1] = 1.0F;
    EXPECT_EQ(law::fold(lanes), 1.0F);
}
TEST(LawSum, adds_every_32nd_element_in_order) {
    std::vector<float> v(kDim);
    v[0] = 0x1p24F;  // 2^24 + 1 = 2^24 in f32, and then -2^24 leaves 0
    v[32] = 1.0F;
    v[64] = -0x1p24F;
    EXPECT_EQ(law::sum(v.data()), 0.0F);
    std::swap(v[32], v[64]);
    EXPECT_EQ(law::sum(v.data()), 1.0F);
}

struct RowVector {
    const char* name;
    std::array<float, 4> values;  // the rest of the 16 are 0
    std::array<std::uint8_t, 4> codes;
    std::int32_t zero;
    float scale;
};
// By hand from docs/scoring.md "Quantise a row"; 2.5 / 0.0039.. rounds to even where it ties.
const RowVector kRows[] = {
    {"all_zero", {0, 0, 0, 0}, {0, 0, 0, 0}, 0, 0.0F},
    {"positive", {255, 1, 128, 0}, {255, 1, 128, 0}, 0, 1.0F},
    {"negative", {-255, -1, -128, 0}, {0, 254, 127, 255}, 255, 1.0F},
    {"both_signs", {-100, 155, 27, 0}, {0, 255, 127, 100}, 100, 1.0F},
    {"ties_to_even", {255, 0.5F, 1.5F, 2.5F}, {255, 0, 2, 2}, 0, 1.0F},
    {"clamped_at_255", {-0.5F, 254.5F, 254.4F, 0}, {0, 254, 254, 0}, 0, 1.0F},
    {"subnormal_range", {0x1p-130F, -0x1p-130F, 0, 0}, {0, 0, 0, 0}, 0, 0.0F},
};
class LawQuantiseRow : public ::testing::TestWithParam<RowVector> {};
TEST_P(LawQuantiseRow, gives_codes_zero_and_scale) {
    const RowVector& row = GetParam();
    std::vector<float> x(16);
    std::copy(row.values.begin(), row.values.end(), x.begin());
    std::vector<std::uint8_t> codes(16);
    float scale = -1.0F;
    std::int32_t zero = -1;
    reference_kernels().quantise_rows(x.data(), 1, 16, nullptr, {codes.data(), &scale, &zero});
    EXPECT_EQ(scale, row.scale);
    EXPECT_EQ(zero, row.zero);
    for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(codes[k], row.codes[k]) << k;
    for (std::size_t k = 4; k < 16; ++k) EXPECT_EQ(codes[k], row.zero) << k;
}
INSTANTIATE_TEST_SUITE_P(Rows, LawQuantiseRow, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string{row.param.name}; });

// A text of one token, h = (3, 4, 0, ...): e = (0.6, 0.8), codes 240 and 320 are clamped to 127.
TEST(LawPool, clamps_codes_and_gives_zeros_for_a_zero_vector) {
    std::vector<float> x(kDim);
    std::vector<std::int8_t> codes(kDim, 1);
    reference_kernels().pool(x.data(), 1, codes.data());
    EXPECT_EQ(codes, std::vector<std::int8_t>(kDim, 0));
    x[0] = 3.0F;
    x[1] = -4.0F;
    reference_kernels().pool(x.data(), 1, codes.data());
    EXPECT_EQ(codes[0], 127);
    EXPECT_EQ(codes[1], -127);
    EXPECT_EQ(codes[2], 0);
}
// 384 equal components: each is 1/sqrt(384) = 0.0510310, times 400 = 20.4.
TEST(LawPool, scales_by_400) {
    std::vector<float> x(std::size_t{2} * kDim, 0.25F);
    std::vector<std::int8_t> codes(kDim);
    reference_kernels().pool(x.data(), 2, codes.data());
    EXPECT_EQ(codes, std::vector<std::int8_t>(kDim, 20));
}

// cpu/avx512vnni_math.hpp cuts the product without rounding it first. The two can only differ just
// below a whole number, that is near a segment's end.
TEST(Gelu, has_the_same_segments_without_the_rounding_of_the_product) {
    constexpr std::uint32_t kNear = 1U << 15U;
    for (std::uint32_t segment = 1; segment <= 15; ++segment) {
        const auto end =
            std::bit_cast<std::uint32_t>(static_cast<float>(segment) * law::kTailWidth);
        for (std::uint32_t bits = end - kNear; bits < end + kNear; ++bits) {
            const auto a = std::bit_cast<float>(bits);
            const auto rounded = static_cast<int>(a * law::kTailInverseWidth);
            const double exact = double{a} * double{law::kTailInverseWidth};  // 48 bits
            ASSERT_EQ(rounded, static_cast<int>(exact)) << bits;
        }
    }
}

}  // namespace
}  // namespace pramana::scoring
