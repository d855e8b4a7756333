#include "cpu/attention_scratch.hpp"
#include "parity_inputs.hpp"

#include <numeric>

// Every operation of every other backend against the reference, bit for bit, on odd shapes.
namespace pramana::scoring {
namespace {

using testing::KernelParity;
using testing::Layer;
using testing::Quantised;
using testing::rows_of;
using testing::same_bits;

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(KernelParity);  // where only the law is compiled
INSTANTIATE_TEST_SUITE_P(Backends, KernelParity, ::testing::ValuesIn(testing::compared_backends()),
                         [](const auto& row) { return std::string{name_of(row.param)}; });

constexpr std::uint32_t kOddRows[] = {0,  1,  2,  3,   15,  16,  17,  31,  32,  33,  63,
                                      64, 65, 96, 127, 128, 129, 255, 256, 257, 510, 512};

TEST_P(KernelParity, quantise_rows) {
    for (const std::size_t rows : kOddRows)
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

TEST_P(KernelParity, linear_with_and_without_gelu) {
    for (const auto& [outputs, inputs] : {std::pair{64U, 64U}, {192U, 384U}, {128U, 1536U}}) {
        const Layer layer{outputs, inputs};
        const auto for_law = law_.pack(layer.weights);
        const auto for_fast = fast_.pack(layer.weights);
        for (const std::size_t rows : kOddRows)
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
    for (const std::uint32_t tokens : kOddRows) {
        if (tokens == 0) continue;  // no text is without tokens
        const std::vector<float> qkv = rows_of(tokens, kQkvDim, tokens);
        std::vector<float> wanted(std::size_t{tokens} * kDim);
        std::vector<float> found(std::size_t{tokens} * kDim);
        law_.attention(qkv.data(), tokens, scratch.view(), wanted.data());
        fast_.attention(qkv.data(), tokens, scratch.view(), found.data());
        EXPECT_TRUE(same_bits(wanted, found)) << tokens;
    }
}

// What some backends do at once: a layer of queries, keys and values, and attention, text by text.
TEST_P(KernelParity, heads_of_several_texts) {
    if (fast_.heads == nullptr) GTEST_SKIP() << "this backend has no such operation";
    const std::vector<std::vector<std::uint32_t>> groups = {
        {1}, {2, 3}, {16}, {17, 15}, {31, 1, 33}, {64}, {128}, {129, 62, 5}, {kTokensMax}};
    const Layer layer{kQkvDim, kDim};
    const auto for_law = law_.pack(layer.weights);
    const auto for_fast = fast_.pack(layer.weights);
    AttentionScratch scratch;
    for (const std::vector<std::uint32_t>& lengths : groups) {
        const std::size_t rows = std::accumulate(lengths.begin(), lengths.end(), std::size_t{0});
        const std::vector<float> x = rows_of(rows, kDim, 77);
        Quantised in{rows, kDim};
        law_.quantise_rows(x.data(), rows, kDim, nullptr, in.view());
        std::vector<float> qkv(rows * kQkvDim), wanted(rows * kDim), found(rows * kDim);
        law_.linear(layer.view(for_law), in.view(), rows, Activation::kNone, qkv.data());
        std::size_t at = 0;
        for (const std::uint32_t length : lengths) {
            law_.attention(qkv.data() + at * kQkvDim, length, scratch.view(),
                           wanted.data() + at * kDim);
            at += length;
        }
        std::vector<float> memory(rows * 3 * kHeadDim);
        fast_.heads(layer.view(for_fast), in.view(), lengths.data(), lengths.size(), memory.data(),
                    scratch.view(), found.data());
        EXPECT_TRUE(same_bits(wanted, found)) << rows << " rows, " << lengths.size() << " texts";
    }
}

// Logits so far apart that weights of all sizes occur, those that round to 0 and 1 too.
TEST_P(KernelParity, attention_of_far_logits) {
    AttentionScratch scratch;
    for (const float scale : {0.01F, 1.0F, 3.0F, 9.0F, 40.0F, 1000.0F, 0x1p19F}) {
        constexpr std::uint32_t kTokens = 97;
        std::vector<float> qkv = rows_of(kTokens, kQkvDim, 5);
        for (float& v : qkv) v *= scale;
        std::vector<float> wanted(std::size_t{kTokens} * kDim);
        std::vector<float> found(std::size_t{kTokens} * kDim);
        law_.attention(qkv.data(), kTokens, scratch.view(), wanted.data());
        fast_.attention(qkv.data(), kTokens, scratch.view(), found.data());
        EXPECT_TRUE(same_bits(wanted, found)) << scale;
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
    for (const std::size_t rows : kOddRows) {
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
    for (const std::uint32_t tokens : kOddRows) {
        if (tokens == 0) continue;
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
