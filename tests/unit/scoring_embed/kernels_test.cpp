#include "cpu/attention_scratch.hpp"
#include "cpu/registry.hpp"
#include "tiny_model.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

// Every operation of every other backend against the reference, bit for bit, on odd shapes.
namespace pramana::scoring {
namespace {

using testing::Sequence;

std::vector<Backend> compared_backends() {
    std::vector<Backend> out;
    for (const Backend backend : backends())
        if (backend != Backend::kReference) out.push_back(backend);
    return out;
}

class KernelParity : public ::testing::TestWithParam<Backend> {
  protected:
    void SetUp() override {
        if (!backend_available(GetParam()))
            GTEST_SKIP() << "this CPU has no " << name_of(GetParam()) << ": nothing to compare";
    }
    const Kernels& law_ = reference_kernels();
    const Kernels& fast_ = find_backend(GetParam())->kernels();
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(KernelParity);  // where only the law is compiled
INSTANTIATE_TEST_SUITE_P(Backends, KernelParity, ::testing::ValuesIn(compared_backends()),
                         [](const auto& row) { return std::string{name_of(row.param)}; });

/// Equal bits, with no tolerance and -0 told from 0.
template <class T>
::testing::AssertionResult same_bits(const std::vector<T>& a, const std::vector<T>& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (std::memcmp(&a[i], &b[i], sizeof(T)) != 0)
            return ::testing::AssertionFailure()
                   << "element " << i << ": " << +a[i] << " and " << +b[i];
    return ::testing::AssertionSuccess();
}

/// Rows with outliers, a row of zeros, one of subnormal numbers and one that is all negative.
std::vector<float> rows_of(std::size_t rows, std::size_t dim, std::uint32_t seed) {
    Sequence chance{seed};
    std::vector<float> x(rows * dim);
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t k = 0; k < dim; ++k) {
            float v = chance.symmetric() * (chance.below(50) == 0 ? 30.0F : 2.0F);
            if (row % 7 == 3) v = 0.0F;
            if (row % 7 == 4) v *= 0x1p-126F;
            if (row % 7 == 5) v = -1.0F - v * v;
            x[row * dim + k] = v;
        }
    return x;
}

struct Quantised {
    Quantised(std::size_t rows, std::size_t dim) : codes(rows * dim), scales(rows), zeros(rows) {}
    QuantisedRows view() { return {codes.data(), scales.data(), zeros.data()}; }
    std::vector<std::uint8_t> codes;
    std::vector<float> scales;
    std::vector<std::int32_t> zeros;
};

TEST_P(KernelParity, quantise_rows) {
    for (const std::size_t rows : {0U, 1U, 7U, 31U, 33U})
        for (const std::uint32_t dim : {16U, 384U, 1536U})
            for (const bool smoothed : {false, true}) {
                const std::vector<float> x = rows_of(rows, dim, 11);
                const std::vector<float> smoothing = rows_of(1, dim, 12);
                Quantised wanted{rows, dim};
                Quantised found{rows, dim};
                const float* factors = smoothed ? smoothing.data() : nullptr;
                law_.quantise_rows(x.data(), rows, dim, factors, wanted.view());
                fast_.quantise_rows(x.data(), rows, dim, factors, found.view());
                EXPECT_TRUE(same_bits(wanted.codes, found.codes)) << rows << 'x' << dim;
                EXPECT_TRUE(same_bits(wanted.scales, found.scales)) << rows << 'x' << dim;
                EXPECT_TRUE(same_bits(wanted.zeros, found.zeros)) << rows << 'x' << dim;
            }
}

struct Layer {
    Layer(std::uint32_t outputs, std::uint32_t inputs) : codes(std::size_t{outputs} * inputs) {
        Sequence chance{outputs + inputs};
        for (std::int8_t& code : codes)
            code = static_cast<std::int8_t>(static_cast<std::int32_t>(chance.below(255)) - 127);
        weights.outputs = outputs;
        weights.inputs = inputs;
        weights.codes = codes;
        for (std::uint32_t n = 0; n < outputs; ++n) {
            weights.scales.push_back(chance.symmetric() * 0x1p-8F);
            weights.bias.push_back(chance.symmetric());
            std::int32_t sum = 0;
            for (std::uint32_t k = 0; k < inputs; ++k) sum += codes[std::size_t{n} * inputs + k];
            weights.code_sums.push_back(sum);
        }
    }
    LinearView view(const AlignedVector<std::int8_t>& packed) const {
        return {weights.outputs,          weights.inputs,        packed.data(),
                weights.code_sums.data(), weights.scales.data(), weights.bias.data()};
    }
    std::vector<std::int8_t> codes;
    LinearWeights weights;
};

TEST_P(KernelParity, linear_with_and_without_gelu) {
    for (const auto& [outputs, inputs] : {std::pair{64U, 64U}, {192U, 384U}, {128U, 1536U}}) {
        const Layer layer{outputs, inputs};
        const auto for_law = law_.pack(layer.weights);
        const auto for_fast = fast_.pack(layer.weights);
        for (const std::size_t rows : {0U, 1U, 5U, 6U, 7U, 13U, 33U})
            for (const Activation activation : {Activation::kNone, Activation::kGelu}) {
                const std::vector<float> x = rows_of(rows, inputs, 21);
                Quantised in{rows, inputs};
                law_.quantise_rows(x.data(), rows, inputs, nullptr, in.view());
                std::vector<float> wanted(rows * outputs);
                std::vector<float> found(rows * outputs);
                law_.linear(layer.view(for_law), in.view(), rows, activation, wanted.data());
                fast_.linear(layer.view(for_fast), in.view(), rows, activation, found.data());
                EXPECT_TRUE(same_bits(wanted, found)) << rows << ' ' << outputs << 'x' << inputs;
            }
    }
}

TEST_P(KernelParity, attention) {
    AttentionScratch scratch;
    for (const std::uint32_t tokens :
         {1U, 2U, 3U, 15U, 16U, 17U, 31U, 33U, 64U, 127U, 200U, 511U, 512U}) {
        const std::vector<float> qkv = rows_of(tokens, kQkvDim, tokens);
        std::vector<float> wanted(std::size_t{tokens} * kDim);
        std::vector<float> found(std::size_t{tokens} * kDim);
        law_.attention(qkv.data(), tokens, scratch.view(), wanted.data());
        fast_.attention(qkv.data(), tokens, scratch.view(), found.data());
        EXPECT_TRUE(same_bits(wanted, found)) << tokens;
    }
}

TEST_P(KernelParity, attention_at_the_limit_of_int32) {
    // 512 equal tokens: every weight is 32767 and every value 127, the largest sum that there is.
    const std::vector<float> qkv(std::size_t{kTokensMax} * kQkvDim, 1.0F);
    AttentionScratch scratch;
    std::vector<float> wanted(std::size_t{kTokensMax} * kDim);
    std::vector<float> found(std::size_t{kTokensMax} * kDim);
    law_.attention(qkv.data(), kTokensMax, scratch.view(), wanted.data());
    fast_.attention(qkv.data(), kTokensMax, scratch.view(), found.data());
    EXPECT_TRUE(same_bits(wanted, found));
    EXPECT_NEAR(wanted[0], 1.0F, 1e-5F);
}

TEST_P(KernelParity, add_norm) {
    const std::vector<float> gamma = rows_of(1, kDim, 31);
    const std::vector<float> beta = rows_of(1, kDim, 32);
    for (const std::size_t rows : {0U, 1U, 8U, 33U}) {
        std::vector<float> wanted = rows_of(rows, kDim, 33);
        std::vector<float> found = wanted;
        const std::vector<float> y = rows_of(rows, kDim, 34);
        law_.add_norm({gamma.data(), beta.data()}, y.data(), rows, wanted.data());
        fast_.add_norm({gamma.data(), beta.data()}, y.data(), rows, found.data());
        EXPECT_TRUE(same_bits(wanted, found)) << rows;
    }
}

TEST_P(KernelParity, embed) {
    const EmbeddingWeights& weights = testing::tiny_model()->parts().embedding;
    const EmbeddingView view{weights.word_codes.data(),
                             weights.word_scales.data(),
                             weights.positions.data(),
                             {weights.norm.gamma.data(), weights.norm.beta.data()}};
    std::vector<std::uint16_t> ids;
    for (std::uint16_t i = 0; i < 64; ++i) ids.push_back(static_cast<std::uint16_t>(i * 2));
    std::vector<float> wanted(ids.size() * kDim);
    std::vector<float> found(ids.size() * kDim);
    law_.embed(view, ids.data(), ids.size(), wanted.data());
    fast_.embed(view, ids.data(), ids.size(), found.data());
    EXPECT_TRUE(same_bits(wanted, found));
}

TEST_P(KernelParity, pool) {
    for (const std::uint32_t tokens : {1U, 2U, 17U, 512U}) {
        const std::vector<float> x = rows_of(tokens, kDim, tokens + 41);
        std::vector<std::int8_t> wanted(kDim);
        std::vector<std::int8_t> found(kDim);
        law_.pool(x.data(), tokens, wanted.data());
        fast_.pool(x.data(), tokens, found.data());
        EXPECT_TRUE(same_bits(wanted, found)) << tokens;
    }
}

}  // namespace
}  // namespace pramana::scoring
