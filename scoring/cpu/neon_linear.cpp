#include "cpu/neon_math.hpp"

namespace pramana::scoring::neon {
namespace {

constexpr std::uint32_t kPanel = 16;        // outputs that a micro-kernel computes at a time
constexpr std::uint32_t kPanelVectors = 4;  // of 4 outputs
constexpr std::uint32_t kRows = 4;          // 16 accumulators, 4 of weights, 4 of input: 24 of 32
constexpr std::uint32_t kStep = 16;         // inputs of a row in one register

struct Block {
    const LinearView& layer;
    const QuantisedRows& x;
    std::uint32_t panel;
    float* out;
};

/// sdot multiplies signed by signed: acc is the sum over code - 128, so that
/// sum(code * w) - zero * sum(w) = acc + (128 - zero) * sum(w).
template <bool kGelu>
[[gnu::always_inline]] inline void finish(const Block& b, std::size_t row, std::uint32_t vector,
                                          int32x4_t acc, const Tail& tail) noexcept {
    const std::uint32_t n = b.panel * kPanel + vector * kVector;
    const int32x4_t shift = vdupq_n_s32(128 - b.x.zeros[row]);
    const float32x4_t sum = vcvtq_f32_s32(vmlaq_s32(acc, shift, vld1q_s32(b.layer.code_sums + n)));
    const float32x4_t scale =
        vmulq_f32(vld1q_f32(b.layer.scales + n), vdupq_n_f32(b.x.scales[row]));
    float32x4_t y = vfmaq_f32(vld1q_f32(b.layer.bias + n), sum, scale);
    if constexpr (kGelu) y = gelu_of(y, tail);
    vst1q_f32(b.out + row * b.layer.outputs + n, y);
}

template <std::uint32_t kCount, int kLane>
[[gnu::always_inline]] inline void multiply(const std::int8_t* weights, const int8x16_t* a,
                                            int32x4_t (&acc)[kCount][kPanelVectors]) noexcept {
    for (std::uint32_t j = 0; j < kPanelVectors; ++j) {
        const int8x16_t w = vld1q_s8(weights + kLane * 4 * kPanel + j * 16);
        for (std::uint32_t r = 0; r < kCount; ++r)
            acc[r][j] = vdotq_laneq_s32(acc[r][j], w, a[r], kLane);
    }
}

template <std::uint32_t kCount, bool kGelu>
[[gnu::always_inline]] inline void micro_kernel(const Block& b, std::size_t row,
                                                const Tail& tail) noexcept {
    const std::size_t inputs = b.layer.inputs;
    const std::int8_t* weights = b.layer.codes + std::size_t{b.panel} * kPanel * inputs;
    const std::uint8_t* codes = b.x.codes + row * inputs;
    int32x4_t acc[kCount][kPanelVectors];
    for (auto& of_row : acc)
        for (auto& part : of_row) part = vdupq_n_s32(0);
    for (std::size_t k = 0; k < inputs; k += kStep) {
        int8x16_t a[kCount];
        for (std::uint32_t r = 0; r < kCount; ++r)
            a[r] = vreinterpretq_s8_u8(veorq_u8(vld1q_u8(codes + r * inputs + k), vdupq_n_u8(128)));
        multiply<kCount, 0>(weights + k * kPanel, a, acc);
        multiply<kCount, 1>(weights + k * kPanel, a, acc);
        multiply<kCount, 2>(weights + k * kPanel, a, acc);
        multiply<kCount, 3>(weights + k * kPanel, a, acc);
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

}  // namespace pramana::scoring::neon
