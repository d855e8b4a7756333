#include "cpu/kernels.hpp"
#include "cpu/law.hpp"
#include "cpu/reference_attention.hpp"

#include <algorithm>
#include <cmath>

namespace pramana::scoring {
namespace {

/// v = LayerNorm(v): m = sum / 384, d = v - m, r = 1 / sqrt(sum(d * d) / 384 + epsilon),
/// y = fma(d * r, gamma, beta).
void normalise(const NormView& weights, float* v) {
    const float mean = law::sum(v) * law::kOneOverDim;
    for (std::uint32_t i = 0; i < kDim; ++i) v[i] = v[i] - mean;
    const float variance = law::sum_of_squares(v) * law::kOneOverDim;
    const float inverse = 1.0F / std::sqrt(variance + law::kNormEpsilon);
    for (std::uint32_t i = 0; i < kDim; ++i)
        v[i] = std::fmaf(v[i] * inverse, weights.gamma[i], weights.beta[i]);
}

AlignedVector<std::int8_t> pack(const LinearWeights& weights) {
    return {weights.codes.begin(), weights.codes.end()};
}

void embed(const EmbeddingView& weights, const std::uint16_t* ids, std::size_t tokens, float* x) {
    for (std::size_t token = 0; token < tokens; ++token) {
        const std::size_t id = ids[token];
        const std::int8_t* codes = weights.word_codes + id * kDim;
        const float* position = weights.positions + token * kDim;
        float* out = x + token * kDim;
        for (std::uint32_t i = 0; i < kDim; ++i)
            out[i] = std::fmaf(static_cast<float>(codes[i]), weights.word_scales[id], position[i]);
        normalise(weights.norm, out);
    }
}

/// The row's range always contains 0, so that 0 has an exact code.
void quantise_row(const float* v, std::uint32_t dim, std::uint8_t* codes, float& scale,
                  std::int32_t& zero) {
    float low = 0.0F;
    float high = 0.0F;
    for (std::uint32_t k = 0; k < dim; ++k) {
        low = std::min(low, v[k]);
        high = std::max(high, v[k]);
    }
    const float range = high - low;
    const bool tiny = range < law::kRangeMin;
    const float inverse = tiny ? 0.0F : 255.0F / range;
    scale = tiny ? 0.0F : range / 255.0F;
    zero = static_cast<std::int32_t>(std::nearbyintf(-low * inverse));
    for (std::uint32_t k = 0; k < dim; ++k) {
        const auto code = static_cast<std::int32_t>(std::nearbyintf(v[k] * inverse)) + zero;
        codes[k] = static_cast<std::uint8_t>(std::clamp(code, 0, 255));
    }
}

void quantise_rows(const float* x, std::size_t rows, std::uint32_t dim, const float* smoothing,
                   const QuantisedRows& out) {
    AlignedVector<float> smoothed(smoothing == nullptr ? 0 : dim);
    for (std::size_t row = 0; row < rows; ++row) {
        const float* v = x + row * dim;
        if (smoothing != nullptr) {
            for (std::uint32_t k = 0; k < dim; ++k) smoothed[k] = v[k] * smoothing[k];
            v = smoothed.data();
        }
        quantise_row(v, dim, out.codes + row * dim, out.scales[row], out.zeros[row]);
    }
}

std::int32_t dot(const std::int16_t* a, const std::int16_t* b, std::size_t size) {
    std::int32_t sum = 0;  // exact in any order: at most 255 * 127 * 1536 < 2^26
    for (std::size_t k = 0; k < size; ++k) sum += std::int32_t{a[k]} * std::int32_t{b[k]};
    return sum;
}

void linear(const LinearView& weights, const QuantisedRows& x, std::size_t rows,
            Activation activation, float* out) {
    const std::size_t inputs = weights.inputs;
    AlignedVector<std::int16_t> wide(rows * inputs);  // 16 bits: compilers have a dot for them
    std::copy(x.codes, x.codes + rows * inputs, wide.begin());
    std::vector<std::int16_t> codes(inputs);
    for (std::size_t n = 0; n < weights.outputs; ++n) {
        const std::int8_t* row_codes = weights.codes + n * inputs;
        std::copy(row_codes, row_codes + inputs, codes.begin());
        for (std::size_t row = 0; row < rows; ++row) {
            const std::int32_t sum = dot(wide.data() + row * inputs, codes.data(), inputs) -
                                     x.zeros[row] * weights.code_sums[n];
            const float y = std::fmaf(static_cast<float>(sum), weights.scales[n] * x.scales[row],
                                      weights.bias[n]);
            out[row * weights.outputs + n] = activation == Activation::kGelu ? law::gelu(y) : y;
        }
    }
}

void add_norm(const NormView& weights, const float* y, std::size_t rows, float* x) {
    for (std::size_t row = 0; row < rows; ++row) {
        float* v = x + row * kDim;
        for (std::uint32_t i = 0; i < kDim; ++i) v[i] = v[i] + y[row * kDim + i];
        normalise(weights, v);
    }
}

void pool(const float* x, std::uint32_t tokens, std::int8_t* codes) {
    float v[kDim];
    for (std::uint32_t i = 0; i < kDim; ++i) {
        std::int64_t sum = 0;
        for (std::uint32_t token = 0; token < tokens; ++token)
            sum += static_cast<std::int64_t>(std::nearbyintf(x[token * kDim + i] * law::kPoolOne));
        v[i] = static_cast<float>(sum);
    }
    const float squares = law::sum_of_squares(v);
    const float inverse = squares > 0.0F ? 1.0F / std::sqrt(squares) : 0.0F;
    for (std::uint32_t i = 0; i < kDim; ++i) {
        const float code = std::nearbyintf(v[i] * inverse * law::kCodeScale);
        codes[i] = static_cast<std::int8_t>(std::clamp(code, -127.0F, 127.0F));
    }
    wipe_memory(v, sizeof v);
}

}  // namespace

const Kernels& reference_kernels() noexcept {
    static constexpr Kernels kernels{pack,     embed, quantise_rows, linear, attention_reference,
                                     add_norm, pool};
    return kernels;
}

}  // namespace pramana::scoring
