#include "cpu/attention_scratch.hpp"
#include "parity_inputs.hpp"

#include <array>
#include <cmath>
#include <functional>
#include <limits>

// Inputs that a text hardly makes but arithmetic has corners for; bit for bit on every backend.
namespace pramana::scoring {
namespace {

using testing::KernelParity;
using testing::Layer;
using testing::Quantised;
using testing::same_bits;
using testing::Sequence;

class KernelExtremes : public KernelParity {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(KernelExtremes);  // where only the law is compiled
INSTANTIATE_TEST_SUITE_P(Backends, KernelExtremes,
                         ::testing::ValuesIn(testing::compared_backends()),
                         [](const auto& row) { return std::string{name_of(row.param)}; });

constexpr float kLeast = std::numeric_limits<float>::denorm_min();
constexpr float kLeastNormal = std::numeric_limits<float>::min();

struct Extreme {
    const char* name;
    float (*at)(std::size_t);  ///< the number at a place of the matrix
};
const Extreme kExtremes[] = {
    {"zeros", [](std::size_t) { return 0.0F; }},
    {"negative_zeros", [](std::size_t) { return -0.0F; }},
    {"zeros_of_both_signs", [](std::size_t i) { return i % 2 == 0 ? 0.0F : -0.0F; }},
    {"all_equal", [](std::size_t) { return 0.75F; }},
    {"all_equal_and_negative", [](std::size_t) { return -3.25F; }},
    {"one_huge_value", [](std::size_t i) { return i % 997 == 5 ? 1e6F : 1e-3F; }},
    {"one_huge_negative_value", [](std::size_t i) { return i % 997 == 5 ? -1e6F : 1e-3F; }},
    {"least_subnormal", [](std::size_t i) { return i % 3 == 0 ? kLeast : -kLeast; }},
    {"subnormal_beside_normal", [](std::size_t i) { return i % 2 == 0 ? kLeast : 1.0F; }},
    {"at_the_least_range",  // law::kRangeMin is 2^-100
     [](std::size_t i) { return i % 2 == 0 ? 0x1p-100F : 0x1.fffffep-101F; }},
    {"below_the_least_range", [](std::size_t i) { return i % 5 == 0 ? 0x1.fffffep-101F : 0.0F; }},
    {"smallest_normal", [](std::size_t i) { return i % 2 == 0 ? kLeastNormal : -kLeastNormal; }},
    {"ties_of_rounding",
     [](std::size_t i) { return i % 16 == 0 ? 255.0F : static_cast<float>(i % 254) + 0.5F; }},
    {"alternating_outliers", [](std::size_t i) { return i % 2 == 0 ? 4096.0F : -4096.0F; }},
};

std::vector<float> matrix(const Extreme& extreme, std::size_t rows, std::size_t dim) {
    std::vector<float> x(rows * dim);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = extreme.at(i);
    return x;
}

TEST_P(KernelExtremes, quantise_rows_and_linear) {
    const Layer layer{128, 384};
    const auto for_law = law_.pack(layer.weights);
    const auto for_fast = fast_.pack(layer.weights);
    constexpr std::size_t kRows = 19;
    for (const Extreme& extreme : kExtremes) {
        const std::vector<float> x = matrix(extreme, kRows, 384);
        Quantised wanted{kRows, 384};
        Quantised found{kRows, 384};
        law_.quantise_rows(x.data(), kRows, 384, nullptr, wanted.view());
        fast_.quantise_rows(x.data(), kRows, 384, nullptr, found.view());
        EXPECT_TRUE(same_bits(wanted.codes, found.codes)) << extreme.name;
        EXPECT_TRUE(same_bits(wanted.scales, found.scales)) << extreme.name;
        EXPECT_TRUE(same_bits(wanted.zeros, found.zeros)) << extreme.name;
        std::vector<float> y(kRows * 128);
        std::vector<float> z(kRows * 128);
        law_.linear(layer.view(for_law), wanted.view(), kRows, Activation::kGelu, y.data());
        fast_.linear(layer.view(for_fast), found.view(), kRows, Activation::kGelu, z.data());
        EXPECT_TRUE(same_bits(y, z)) << extreme.name;
    }
}

TEST_P(KernelExtremes, attention) {
    AttentionScratch scratch;
    for (const Extreme& extreme : kExtremes)
        for (const std::uint32_t tokens : {1U, 18U, 65U}) {
            const std::vector<float> qkv = matrix(extreme, tokens, kQkvDim);
            std::vector<float> wanted(std::size_t{tokens} * kDim);
            std::vector<float> found(std::size_t{tokens} * kDim);
            law_.attention(qkv.data(), tokens, scratch.view(), wanted.data());
            fast_.attention(qkv.data(), tokens, scratch.view(), found.data());
            EXPECT_TRUE(same_bits(wanted, found)) << extreme.name << ' ' << tokens;
        }
}

TEST_P(KernelExtremes, add_norm_and_pool) {
    const std::vector<float> gamma = testing::rows_of(1, kDim, 51);
    const std::vector<float> beta = testing::rows_of(1, kDim, 52);
    for (const Extreme& extreme : kExtremes) {
        constexpr std::size_t kRows = 5;
        std::vector<float> wanted = matrix(extreme, kRows, kDim);
        std::vector<float> found = wanted;
        const std::vector<float> y = wanted;
        law_.add_norm({gamma.data(), beta.data()}, y.data(), kRows, wanted.data());
        fast_.add_norm({gamma.data(), beta.data()}, y.data(), kRows, found.data());
        EXPECT_TRUE(same_bits(wanted, found)) << extreme.name;
        std::vector<std::int8_t> codes(kDim);
        std::vector<std::int8_t> found_codes(kDim);
        law_.pool(y.data(), kRows, codes.data());
        fast_.pool(y.data(), kRows, found_codes.data());
        EXPECT_TRUE(same_bits(codes, found_codes)) << extreme.name;
    }
}

/// A layer whose weights are 0: its outputs are GELU of the biases.
class GeluOfBiases {
  public:
    explicit GeluOfBiases(const Kernels& kernels) : kernels_{kernels} {
        for (std::int8_t& code : layer_.codes) code = 0;
        for (std::int32_t& sum : layer_.weights.code_sums) sum = 0;
        packed_ = kernels.pack(layer_.weights);
    }
    std::vector<float> operator()(const std::vector<float>& values) {
        Quantised rows{kRows, 64};
        std::vector<float> out(kRows * kOutputs);
        std::vector<float> all;
        for (std::size_t at = 0; at < values.size(); at += kOutputs) {
            for (std::size_t n = 0; n < kOutputs; ++n)
                layer_.weights.bias[n] = values[std::min(at + n, values.size() - 1)];
            kernels_.linear(layer_.view(packed_), rows.view(), kRows, Activation::kGelu,
                            out.data());
            all.insert(all.end(), out.begin(), out.end());
        }
        return all;
    }

  private:
    static constexpr std::size_t kOutputs = 64;
    static constexpr std::size_t kRows = 3;  // paired, and one that is left over
    const Kernels& kernels_;
    Layer layer_{kOutputs, 64};
    AlignedVector<std::int8_t> packed_;
};

TEST_P(KernelExtremes, gelu_around_the_borders_of_its_segments_and_far_out) {
    std::vector<float> values{0.0F, -0.0F, kLeast, -kLeast, kLeastNormal,
                              1e6F, -1e6F, 1e30F,  -1e30F};
    for (int segment = 0; segment <= 17; ++segment) {
        float up = 0.3125F * static_cast<float>(segment);
        float down = up;
        for (int ulp = 0; ulp < 200; ++ulp) {
            values.insert(values.end(), {up, -up, down, -down});
            up = std::nextafter(up, 10.0F);
            down = std::nextafter(down, -10.0F);
        }
    }
    for (const float border : {4.6875F, 4.9F, 5.0F})  // where the table ends, backends cut, the law
        for (int ulp = -100; ulp <= 100; ++ulp) {
            const float near = border + static_cast<float>(ulp) * 0x1p-21F;
            values.insert(values.end(), {near, -near});
        }
    Sequence chance{61};
    for (int i = 0; i < 100'000; ++i)
        values.push_back(chance.symmetric() * 6.0F + chance.symmetric() * 0x1p-14F);
    EXPECT_TRUE(same_bits(GeluOfBiases{law_}(values), GeluOfBiases{fast_}(values)));
}

// Every pair of bytes saturates what adds them in 16 bits: the largest code times the largest
// weight, all of one sign and of both.
TEST_P(KernelExtremes, linear_with_the_largest_sums) {
    constexpr std::uint32_t kInputs = 1536;
    for (const std::int8_t weight : {std::int8_t{127}, std::int8_t{-127}}) {
        Layer layer{64, kInputs};
        for (std::int8_t& code : layer.codes) code = weight;
        for (std::int32_t& sum : layer.weights.code_sums) sum = weight * std::int32_t{kInputs};
        Quantised rows{2, kInputs};
        for (std::uint8_t& code : rows.codes) code = 255;
        rows.scales = {1.0F, 0.5F};
        rows.zeros = {0, 255};
        std::vector<float> wanted(128);
        std::vector<float> found(128);
        const auto for_law = law_.pack(layer.weights);
        const auto for_fast = fast_.pack(layer.weights);
        law_.linear(layer.view(for_law), rows.view(), 2, Activation::kNone, wanted.data());
        fast_.linear(layer.view(for_fast), rows.view(), 2, Activation::kNone, found.data());
        EXPECT_TRUE(same_bits(wanted, found)) << +weight;
    }
}

}  // namespace
}  // namespace pramana::scoring
