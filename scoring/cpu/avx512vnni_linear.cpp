#include "cpu/avx512vnni_finish.hpp"

namespace pramana::scoring::avx512 {
namespace {

constexpr std::uint32_t kPanel = 64;        // outputs that a micro-kernel computes at a time
constexpr std::uint32_t kPanelVectors = 4;  // of 16 outputs
constexpr std::uint32_t kRows = 6;          // 24 accumulators, 4 of weights, 1 of input: 29 of 32
constexpr std::uint32_t kStep = 4;          // inputs that one dpbusd takes in

/// Sums of one micro-kernel, [rows x kPanel].
struct Sums {
    alignas(64) std::int32_t of[kRows * kPanel];
};

[[gnu::always_inline]] inline __m512i broadcast4(const std::uint8_t* codes) noexcept {
    std::int32_t four;
    __builtin_memcpy(&four, codes, sizeof four);
    return _mm512_set1_epi32(four);
}

/// The integer sums of kCount rows and one panel. By itself, without what follows: together they
/// want more registers than there are, and GCC then spills the accumulators at every step.
template <std::uint32_t kCount>
[[gnu::noinline]] void dot(const std::uint8_t* codes, const std::int8_t* weights,
                           std::size_t inputs, Sums& sums) noexcept {
    __m512i acc[kCount][kPanelVectors];
#pragma GCC unroll 6
    for (std::size_t r = 0; r < kCount; ++r)
#pragma GCC unroll 4
        for (std::size_t j = 0; j < kPanelVectors; ++j) acc[r][j] = _mm512_setzero_si512();
    for (std::size_t k = 0; k < inputs; k += kStep) {
        __m512i w[kPanelVectors];
#pragma GCC unroll 4
        for (std::size_t j = 0; j < kPanelVectors; ++j)
            w[j] = _mm512_load_si512(weights + k * kPanel + j * kPanel);
#pragma GCC unroll 6
        for (std::size_t r = 0; r < kCount; ++r) {
            const __m512i a = broadcast4(codes + r * inputs + k);
#pragma GCC unroll 4
            for (std::size_t j = 0; j < kPanelVectors; ++j)
                acc[r][j] = _mm512_dpbusd_epi32(acc[r][j], a, w[j]);
        }
    }
#pragma GCC unroll 6
    for (std::size_t r = 0; r < kCount; ++r)
#pragma GCC unroll 4
        for (std::size_t j = 0; j < kPanelVectors; ++j)
            _mm512_store_si512(sums.of + r * kPanel + j * kVector, acc[r][j]);
}

void dot_rows(std::uint32_t count, const std::uint8_t* codes, const std::int8_t* weights,
              std::size_t inputs, Sums& sums) noexcept {
    switch (count) {
        case 1: return dot<1>(codes, weights, inputs, sums);
        case 2: return dot<2>(codes, weights, inputs, sums);
        case 3: return dot<3>(codes, weights, inputs, sums);
        case 4: return dot<4>(codes, weights, inputs, sums);
        case 5: return dot<5>(codes, weights, inputs, sums);
        default: return dot<kRows>(codes, weights, inputs, sums);
    }
}

template <bool kGelu>
[[gnu::noinline]] void finish_panel(const LinearView& layer, const QuantisedRows& x,
                                    std::size_t row, std::uint32_t count, std::size_t first,
                                    const Sums& sums, float* out) noexcept {
    const Tail tail = load_tail();
    const std::size_t outputs = layer.outputs;
    const float* scales = x.scales + row;
    std::int32_t pairs[kRows];
    for (std::size_t r = 0; r < count; ++r) pairs[r] = zero_pair(x.zeros[row + r]);
    out += row * outputs + first;
    for (std::size_t j = 0; j < kPanel; j += std::size_t{2} * kVector) {
        const Columns low = load_columns(layer, first + j);
        const Columns high = load_columns(layer, first + j + kVector);
        for (std::size_t r = 0; r < count; ++r) {
            const std::int32_t* at = sums.of + r * kPanel + j;
            const __m512i zeros = _mm512_set1_epi32(pairs[r]);
            const __m512 scale = _mm512_set1_ps(scales[r]);
            __m512 y[2] = {finish(_mm512_load_si512(at), zeros, scale, low),
                           finish(_mm512_load_si512(at + kVector), zeros, scale, high)};
            if constexpr (kGelu) gelu_in_place(y, tail);
            _mm512_storeu_ps(out + r * outputs + j, y[0]);
            _mm512_storeu_ps(out + r * outputs + j + kVector, y[1]);
        }
    }
}

template <bool kGelu>
void run(const LinearView& layer, const QuantisedRows& x, std::size_t rows, float* out) {
    const std::size_t inputs = layer.inputs;
    Sums sums;
    for (std::size_t first = 0; first < layer.outputs; first += kPanel)
        for (std::size_t row = 0; row < rows; row += kRows) {
            const std::size_t left = rows - row;
            const auto count = static_cast<std::uint32_t>(left < kRows ? left : kRows);
            dot_rows(count, x.codes + row * inputs, layer.codes + first * inputs, inputs, sums);
            finish_panel<kGelu>(layer, x, row, count, first, sums, out);
        }
    wipe_memory(&sums, sizeof sums);
}

}  // namespace

void linear(const LinearView& layer, const QuantisedRows& x, std::size_t rows,
            Activation activation, float* out) {
    if (activation == Activation::kGelu)
        run<true>(layer, x, rows, out);
    else
        run<false>(layer, x, rows, out);
}

}  // namespace pramana::scoring::avx512
