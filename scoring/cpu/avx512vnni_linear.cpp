#include "cpu/avx512vnni_math.hpp"
#include "cpu/law_constants.hpp"

namespace pramana::scoring::avx512 {
namespace {

constexpr std::uint32_t kPanel = 64;        // outputs that a micro-kernel computes at a time
constexpr std::uint32_t kPanelVectors = 4;  // of 16 outputs
constexpr std::uint32_t kRows = 6;          // 24 accumulators, 4 of weights, 1 of input: 29 of 32
constexpr std::uint32_t kStep = 4;          // inputs that one dpbusd takes in

struct Block {
    const LinearView& layer;
    const QuantisedRows& x;
    std::uint32_t panel;
    float* out;
};

[[gnu::always_inline]] inline __m512i broadcast4(const std::uint8_t* codes) noexcept {
    std::int32_t four;
    __builtin_memcpy(&four, codes, sizeof four);
    return _mm512_set1_epi32(four);
}

/// y = fma((float)(acc - zero * code_sums), scale_n * scale_row, bias), then the activation.
template <bool kGelu>
[[gnu::always_inline]] inline void finish(const Block& b, std::size_t row, std::uint32_t vector,
                                          __m512i acc, const Tail& tail) noexcept {
    const std::uint32_t n = b.panel * kPanel + vector * kVector;
    const __m512i zero = _mm512_set1_epi32(b.x.zeros[row]);
    const __m512i shift = _mm512_mullo_epi32(zero, _mm512_loadu_si512(b.layer.code_sums + n));
    const __m512 sum = _mm512_cvtepi32_ps(_mm512_sub_epi32(acc, shift));
    const __m512 scale =
        _mm512_mul_ps(_mm512_loadu_ps(b.layer.scales + n), _mm512_set1_ps(b.x.scales[row]));
    __m512 y = _mm512_fmadd_ps(sum, scale, _mm512_loadu_ps(b.layer.bias + n));
    if constexpr (kGelu) y = gelu_of(y, tail, law::kTailInverseWidth, law::kTailWidth);
    _mm512_storeu_ps(b.out + row * b.layer.outputs + n, y);
}

template <std::uint32_t kCount, bool kGelu>
[[gnu::always_inline]] inline void micro_kernel(const Block& b, std::size_t row,
                                                const Tail& tail) noexcept {
    const std::size_t inputs = b.layer.inputs;
    const std::int8_t* weights = b.layer.codes + std::size_t{b.panel} * kPanel * inputs;
    const std::uint8_t* codes = b.x.codes + row * inputs;
    __m512i acc[kCount][kPanelVectors];
    for (auto& of_row : acc)
        for (auto& part : of_row) part = _mm512_setzero_si512();
    for (std::size_t k = 0; k < inputs; k += kStep) {
        __m512i w[kPanelVectors];
        for (std::uint32_t j = 0; j < kPanelVectors; ++j)
            w[j] = _mm512_load_si512(weights + k * kPanel + j * kPanel);
        for (std::uint32_t r = 0; r < kCount; ++r) {
            const __m512i a = broadcast4(codes + r * inputs + k);
            for (std::uint32_t j = 0; j < kPanelVectors; ++j)
                acc[r][j] = _mm512_dpbusd_epi32(acc[r][j], a, w[j]);
        }
    }
    for (std::uint32_t r = 0; r < kCount; ++r)
        for (std::uint32_t j = 0; j < kPanelVectors; ++j)
            finish<kGelu>(b, row + r, j, acc[r][j], tail);
}

template <bool kGelu>
void run(const LinearView& layer, const QuantisedRows& x, std::size_t rows, float* out) {
    const Tail tail = load_tail();
    for (std::uint32_t panel = 0; panel < layer.outputs / kPanel; ++panel) {
        const Block block{layer, x, panel, out};
        std::size_t row = 0;
        for (; row + kRows <= rows; row += kRows) micro_kernel<kRows, kGelu>(block, row, tail);
        for (; row < rows; ++row) micro_kernel<1, kGelu>(block, row, tail);
    }
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
