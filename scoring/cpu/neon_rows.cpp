#include "cpu/neon_math.hpp"

namespace pramana::scoring::neon {
namespace {

/// v = LayerNorm(v), in place.
void normalise(const NormView& weights, float* v) {
    const float32x4_t mean = vdupq_n_f32(sum(v) * law::kOneOverDim);
    for (std::uint32_t i = 0; i < kDim; i += kVector)
        vst1q_f32(v + i, vsubq_f32(vld1q_f32(v + i), mean));
    const float variance = sum_of_squares(v) * law::kOneOverDim;
    const float32x4_t inverse = vdupq_n_f32(1.0F / __builtin_sqrtf(variance + law::kNormEpsilon));
    for (std::uint32_t i = 0; i < kDim; i += kVector) {
        const float32x4_t scaled = vmulq_f32(vld1q_f32(v + i), inverse);
        vst1q_f32(v + i,
                  vfmaq_f32(vld1q_f32(weights.beta + i), scaled, vld1q_f32(weights.gamma + i)));
    }
}

/// Eight codes as two times four numbers.
[[gnu::always_inline]] inline void widen(const std::int8_t* codes, float32x4_t (&out)[2]) noexcept {
    const int16x8_t wide = vmovl_s8(vld1_s8(codes));
    out[0] = vcvtq_f32_s32(vmovl_s16(vget_low_s16(wide)));
    out[1] = vcvtq_f32_s32(vmovl_s16(vget_high_s16(wide)));
}

}  // namespace

void embed(const EmbeddingView& weights, const std::uint16_t* ids, std::size_t tokens, float* x) {
    for (std::size_t token = 0; token < tokens; ++token) {
        const std::size_t id = ids[token];
        const std::int8_t* codes = weights.word_codes + id * kDim;
        const float* position = weights.positions + token * kDim;
        const float32x4_t scale = vdupq_n_f32(weights.word_scales[id]);
        float* out = x + token * kDim;
        for (std::uint32_t i = 0; i < kDim; i += 8) {
            float32x4_t code[2];
            widen(codes + i, code);
            vst1q_f32(out + i, vfmaq_f32(vld1q_f32(position + i), code[0], scale));
            vst1q_f32(out + i + 4, vfmaq_f32(vld1q_f32(position + i + 4), code[1], scale));
        }
        normalise(weights.norm, out);
    }
}

void quantise_rows(const float* x, std::size_t rows, std::uint32_t dim, const float* smoothing,
                   const QuantisedRows& out) {
    const float32x4_t one = vdupq_n_f32(1.0F);
    const auto load = [smoothing, one](const float* row, std::uint32_t k) {
        const float32x4_t factor = smoothing == nullptr ? one : vld1q_f32(smoothing + k);
        return vmulq_f32(vld1q_f32(row + k), factor);  // times 1 changes no bit
    };
    for (std::size_t row = 0; row < rows; ++row) {
        const float* v = x + row * dim;
        float32x4_t low = vdupq_n_f32(0.0F);
        float32x4_t high = low;
        for (std::uint32_t k = 0; k < dim; k += kVector) {
            const float32x4_t part = load(v, k);
            low = vminq_f32(low, part);
            high = vmaxq_f32(high, part);
        }
        const float least = vminvq_f32(low);
        const float range = vmaxvq_f32(high) - least;
        const bool tiny = range < law::kRangeMin;
        const float inverse = tiny ? 0.0F : 255.0F / range;
        out.scales[row] = tiny ? 0.0F : range / 255.0F;
        out.zeros[row] = vcvtns_s32_f32(-least * inverse);
        const float32x4_t factor = vdupq_n_f32(inverse);
        const int32x4_t zero = vdupq_n_s32(out.zeros[row]);
        const auto code = [&](std::uint32_t k) {
            return vqmovn_s32(vaddq_s32(vcvtnq_s32_f32(vmulq_f32(load(v, k), factor)), zero));
        };
        for (std::uint32_t k = 0; k < dim; k += 2 * kVector)  // saturates at 0 and 255
            vst1_u8(out.codes + row * dim + k, vqmovun_s16(vcombine_s16(code(k), code(k + 4))));
    }
}

void add_norm(const NormView& weights, const float* y, std::size_t rows, float* x) {
    for (std::size_t row = 0; row < rows; ++row) {
        float* to = x + row * kDim;
        for (std::uint32_t i = 0; i < kDim; i += kVector)
            vst1q_f32(to + i, vaddq_f32(vld1q_f32(to + i), vld1q_f32(y + row * kDim + i)));
        normalise(weights, to);
    }
}

void pool(const float* x, std::uint32_t tokens, std::int8_t* codes) {
    float v[kDim];
    for (std::uint32_t i = 0; i < kDim; i += 2) {
        int64x2_t sums = vdupq_n_s64(0);
        for (std::uint32_t token = 0; token < tokens; ++token) {
            const float32x2_t h = vld1_f32(x + std::size_t{token} * kDim + i);
            const float32x2_t scaled = vmul_f32(h, vdup_n_f32(law::kPoolOne));
            sums = vaddq_s64(sums, vcvtnq_s64_f64(vcvt_f64_f32(scaled)));
        }
        // By way of f64 it would be rounded twice.
        v[i] = static_cast<float>(vgetq_lane_s64(sums, 0));
        v[i + 1] = static_cast<float>(vgetq_lane_s64(sums, 1));
    }
    const float squares = sum_of_squares(v);
    const float32x4_t inverse =
        vdupq_n_f32(squares > 0.0F ? 1.0F / __builtin_sqrtf(squares) : 0.0F);
    const auto code = [&](std::uint32_t i) {
        const float32x4_t e = vmulq_f32(vld1q_f32(v + i), inverse);
        return vcvtnq_s32_f32(vmulq_f32(e, vdupq_n_f32(law::kCodeScale)));
    };
    for (std::uint32_t i = 0; i < kDim; i += 16)
        vst1q_s8(codes + i, vmaxq_s8(narrow(code(i), code(i + 4), code(i + 8), code(i + 12)),
                                     vdupq_n_s8(-127)));  // saturates at 127
    wipe_memory(v, sizeof v);
}

}  // namespace pramana::scoring::neon
