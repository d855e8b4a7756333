// The golden vectors of single operations.
#include "cpu/attention_scratch.hpp"
#include "cpu/law.hpp"
#include "cpu/reference_attention.hpp"
#include "parity/chance.hpp"
#include "parity/law_vectors.hpp"
#include "parity/numbers_text.hpp"

#include <algorithm>

namespace pramana::parity {
namespace {

using namespace scoring;

/// Lines `operation name`, then `in` and `out` lines: name, type, shape, numbers.
class Text {
  public:
    void operation(std::string_view name) { text_ += "\noperation " + std::string{name} + "\n"; }
    template <class Range>
    void in(std::string_view name, std::string_view shape, const Range& numbers) {
        line("in", name, shape, numbers);
    }
    template <class Range>
    void out(std::string_view name, std::string_view shape, const Range& numbers) {
        line("out", name, shape, numbers);
    }
    [[nodiscard]] const std::string& str() const noexcept { return text_; }

  private:
    template <class Range>
    void line(std::string_view kind, std::string_view name, std::string_view shape,
              const Range& numbers) {
        using T = std::remove_const_t<typename Range::value_type>;
        text_ += std::string{kind} + ' ' + std::string{name} + ' ' + type_name<T>() + ' ' +
                 std::string{shape} + ' ' + hex_of(std::span<const T>{numbers}) + '\n';
    }
    std::string text_;
};

std::vector<float> floats(std::size_t count, float spread, std::uint64_t seed) {
    Chance chance{seed};
    std::vector<float> out(count);
    for (float& v : out) v = chance.symmetric() * spread;
    return out;
}

template <class Function>
void write_scalar(Text& text, std::string_view name, const std::vector<float>& x,
                  const Function& function) {
    std::vector<float> y(x.size());
    std::transform(x.begin(), x.end(), y.begin(), function);
    const std::string shape = std::to_string(x.size());
    text.operation(name);
    text.in("x", shape, x);
    text.out("y", shape, y);
}

void write_functions(Text& text) {
    std::vector<float> x{0.0F,  -0.25F, -0.5F,  -0.75F,  -1.0F,   -1.5F,        -2.5F,
                         -3.5F, -20.5F, -99.5F, -100.0F, -100.5F, -0x1.9p+100F, -0x1p-149F};
    for (const float v : floats(18, 15.0F, 1)) x.push_back(v < 0.0F ? v : -v);
    write_scalar(text, "exp2", x, law::exp2);

    x = {0.0F, -0.0F, 0x1p-149F, -0x1p-149F, 5.0F, -5.0F, 6.0F, -6.0F, 0x1p+20F, -0x1p+20F};
    for (int segment = 1; segment <= 16; ++segment) {  // both sides of each border
        const auto border = static_cast<float>(segment) * law::kTailWidth;
        x.push_back(border);
        x.push_back(-std::nextafter(border, 0.0F));
    }
    for (const float v : floats(22, 5.0F, 2)) x.push_back(v);
    write_scalar(text, "gelu", x, law::gelu);
}

void write_norm(Text& text, const Kernels& kernels) {
    const std::vector<float> x = floats(std::size_t{2} * kDim, 2.0F, 11);
    const std::vector<float> y = floats(std::size_t{2} * kDim, 3.0F, 12);
    const std::vector<float> gamma = floats(kDim, 1.5F, 13);
    const std::vector<float> beta = floats(kDim, 0.5F, 14);
    std::vector<float> out = x;
    kernels.add_norm({gamma.data(), beta.data()}, y.data(), 2, out.data());
    text.operation("fold");
    text.in("x", "384", std::span{x}.first(kDim));
    text.out("sum", "1", std::vector<float>{law::sum(x.data())});
    text.out("sum_of_squares", "1", std::vector<float>{law::sum_of_squares(x.data())});
    text.operation("add_norm");
    text.in("x", "2x384", x);
    text.in("y", "2x384", y);
    text.in("gamma", "384", gamma);
    text.in("beta", "384", beta);
    text.out("x", "2x384", out);
}

struct Rows {
    Rows(std::size_t rows, std::size_t dim) : codes(rows * dim), scales(rows), zeros(rows) {}
    QuantisedRows view() { return {codes.data(), scales.data(), zeros.data()}; }
    std::vector<std::uint8_t> codes;
    std::vector<float> scales;
    std::vector<std::int32_t> zeros;
};

void write_quantise(Text& text, const Kernels& kernels) {
    constexpr std::uint32_t kWidth = 48;
    constexpr std::size_t kCount = 6;
    std::vector<float> x = floats(kCount * kWidth, 3.0F, 21);
    const auto row = [&x](std::size_t i) { return std::span{x}.subspan(i * kWidth, kWidth); };
    for (std::uint32_t k = 0; k < kWidth; ++k) {
        row(1)[k] = k == 0 ? 255.0F : static_cast<float>(k) + 0.5F;  // ties
        row(2)[k] = -1.0F - std::fabs(row(2)[k]);
        row(3)[k] = row(3)[k] * 0x1p-101F;
        row(4)[k] = 0.0F;
        row(5)[k] = k == 7 ? 100.0F : row(5)[k];
    }
    std::vector<float> smoothing(kWidth, 1.0F);
    for (const bool smoothed : {false, true}) {
        if (smoothed) smoothing = floats(kWidth, 2.0F, 22);
        Rows out{kCount, kWidth};
        kernels.quantise_rows(x.data(), kCount, kWidth, smoothed ? smoothing.data() : nullptr,
                              out.view());
        text.operation(smoothed ? "quantise_rows_smoothed" : "quantise_rows");
        text.in("x", "6x48", x);
        text.in("smoothing", "48", smoothing);
        text.out("codes", "6x48", out.codes);
        text.out("scales", "6", out.scales);
        text.out("zeros", "6", out.zeros);
    }
}

void write_linear(Text& text, const Kernels& kernels) {
    constexpr std::uint32_t kSize = 64;
    Chance chance{31};
    std::vector<std::int8_t> codes(std::size_t{kSize} * kSize);
    for (std::int8_t& code : codes)
        code = static_cast<std::int8_t>(static_cast<std::int32_t>(chance.below(255)) - 127);
    LinearWeights weights;
    weights.outputs = kSize;
    weights.inputs = kSize;
    weights.codes = codes;
    weights.scales = floats(kSize, 0x1p-6F, 32);
    weights.bias = floats(kSize, 1.0F, 33);
    Rows in{2, kSize};
    const std::vector<float> x = floats(std::size_t{2} * kSize, 4.0F, 34);
    kernels.quantise_rows(x.data(), 2, kSize, nullptr, in.view());
    std::vector<std::int32_t> acc(std::size_t{2} * kSize);
    for (std::uint32_t n = 0; n < kSize; ++n) {
        std::int32_t sum = 0;
        for (std::uint32_t k = 0; k < kSize; ++k) {
            const std::int8_t code = codes[n * kSize + k];
            sum += code;
            for (std::uint32_t row = 0; row < 2; ++row)
                acc[row * kSize + n] += (in.codes[row * kSize + k] - in.zeros[row]) * code;
        }
        weights.code_sums.push_back(sum);
    }
    const auto packed = kernels.pack(weights);
    const LinearView view{kSize,
                          kSize,
                          packed.data(),
                          weights.code_sums.data(),
                          weights.scales.data(),
                          weights.bias.data()};
    text.operation("linear");
    text.in("x_codes", "2x64", in.codes);
    text.in("x_scales", "2", in.scales);
    text.in("x_zeros", "2", in.zeros);
    text.in("codes", "64x64", codes);
    text.in("scales", "64", weights.scales);
    text.in("bias", "64", weights.bias);
    text.out("acc", "2x64", acc);
    std::vector<float> y(std::size_t{2} * kSize);
    kernels.linear(view, in.view(), 2, Activation::kNone, y.data());
    text.out("y", "2x64", y);
    kernels.linear(view, in.view(), 2, Activation::kGelu, y.data());
    text.out("gelu", "2x64", y);
}

void write_attention(Text& text, const Kernels& kernels) {
    constexpr std::uint32_t kTokens = 3;
    const std::vector<float> qkv = floats(std::size_t{kTokens} * kQkvDim, 3.0F, 41);
    AttentionScratch memory;
    const AttentionView s = memory.view();
    reference::quantise_tokens(qkv.data(), kTokens, s.queries, s.query_scales);
    reference::quantise_tokens(qkv.data() + kDim, kTokens, s.keys, s.key_scales);
    reference::quantise_channels(qkv.data() + std::size_t{2} * kDim, kTokens, s.values,
                                 s.value_scales);
    std::vector<float> logits;
    std::vector<std::int16_t> weights;
    for (std::uint32_t i = 0; i < kTokens; ++i) {
        (void)reference::weigh(s.queries + std::size_t{i} * kHeadDim,
                               s.query_scales[i] * law::kQueryFactor, kTokens, s);
        logits.insert(logits.end(), s.logits, s.logits + kTokens);
        weights.insert(weights.end(), s.weights, s.weights + kTokens);
    }
    text.operation("attention");
    text.in("qkv", "3x1152", qkv);
    text.out("head0_query_codes", "3x32", std::span{s.queries, std::size_t{kTokens} * kHeadDim});
    text.out("head0_query_scales", "3", std::span{s.query_scales, kTokens});
    text.out("head0_key_codes", "3x32", std::span{s.keys, std::size_t{kTokens} * kHeadDim});
    text.out("head0_key_scales", "3", std::span{s.key_scales, kTokens});
    text.out("head0_value_codes", "3x32", std::span{s.values, std::size_t{kTokens} * kHeadDim});
    text.out("head0_value_scales", "32", std::span{s.value_scales, std::size_t{kHeadDim}});
    text.out("head0_logits", "3x3", logits);
    text.out("head0_weights", "3x3", weights);
    std::vector<float> out(std::size_t{kTokens} * kDim);
    kernels.attention(qkv.data(), kTokens, s, out.data());
    text.out("out", "3x384", out);
}

void write_pool(Text& text, const Kernels& kernels) {
    constexpr std::uint32_t kTokens = 3;
    std::vector<float> x = floats(std::size_t{kTokens} * kDim, 2.0F, 51);
    x[5] = 40.0F;  // a component that is cut at 127
    std::vector<std::int64_t> sums(kDim);
    for (std::uint32_t i = 0; i < kDim; ++i)
        for (std::uint32_t token = 0; token < kTokens; ++token)
            sums[i] += static_cast<std::int64_t>(
                std::nearbyintf(x[std::size_t{token} * kDim + i] * law::kPoolOne));
    std::vector<std::int8_t> codes(kDim);
    kernels.pool(x.data(), kTokens, codes.data());
    text.operation("pool");
    text.in("x", "3x384", x);
    text.out("sums", "384", sums);
    text.out("codes", "384", codes);
}

}  // namespace

std::string operation_vectors(const Kernels& kernels) {
    Text text;
    write_functions(text);
    write_norm(text, kernels);
    write_quantise(text, kernels);
    write_linear(text, kernels);
    write_attention(text, kernels);
    write_pool(text, kernels);
    return "# The encoder's operations, number by number: docs/scoring.md \"Golden vectors\"\n" +
           text.str();
}

}  // namespace pramana::parity
