#pragma once

// Included only by the NEON sources. Everything is static: see cpu/kernels.hpp on inline functions
// and newer CPUs.
#include "cpu/law_constants.hpp"
#include "cpu/neon_entry.hpp"

#include <arm_neon.h>

namespace pramana::scoring::neon {

static constexpr std::uint32_t kVector = 4;  // f32 lanes
static constexpr std::uint32_t kLaneVectors = law::kLanes / kVector;

/// law::exp2 of four numbers.
[[gnu::always_inline]] static inline float32x4_t exp2_of(float32x4_t t) noexcept {
    t = vmaxq_f32(t, vdupq_n_f32(law::kExp2Min));
    const float32x4_t whole = vrndnq_f32(t);
    const float32x4_t rest = vsubq_f32(t, whole);
    float32x4_t p = vdupq_n_f32(law::kExp2[0]);
    for (int i = 1; i < 7; ++i) p = vfmaq_f32(vdupq_n_f32(law::kExp2[i]), p, rest);
    const int32x4_t exponent = vshlq_n_s32(vcvtnq_s32_f32(whole), 23);
    return vreinterpretq_f32_s32(vaddq_s32(vreinterpretq_s32_f32(p), exponent));
}

/// Table of law::kTail: the 64 bytes of each power as one byte table.
struct Tail {
    uint8x16x4_t power[5];
};
[[gnu::always_inline]] static inline Tail load_tail() noexcept {
    Tail tail;
    for (int power = 0; power < 5; ++power)
        for (int part = 0; part < 4; ++part)
            tail.power[power].val[part] =
                vreinterpretq_u8_f32(vld1q_f32(law::kTail[power] + part * 4));
    return tail;
}

/// law::gelu of four numbers.
[[gnu::always_inline]] static inline float32x4_t gelu_of(float32x4_t x, const Tail& tail) noexcept {
    const float32x4_t a = vabsq_f32(x);
    const float32x4_t place =
        vminq_f32(vmulq_f32(a, vdupq_n_f32(law::kTailInverseWidth)), vdupq_n_f32(15.0F));
    const uint32x4_t segment = vcvtq_u32_f32(place);  // cuts off the fraction
    const float32x4_t width = vdupq_n_f32(law::kTailWidth);
    const float32x4_t t = vminq_f32(vfmsq_f32(a, vcvtq_f32_u32(segment), width), width);
    // The four bytes of column k are at 4k, 4k + 1, ...
    const uint8x16_t bytes = vreinterpretq_u8_u32(
        vmlaq_u32(vdupq_n_u32(0x03020100U), segment, vdupq_n_u32(0x04040404U)));
    float32x4_t q = vreinterpretq_f32_u8(vqtbl4q_u8(tail.power[4], bytes));
    for (int power = 3; power >= 0; --power)
        q = vfmaq_f32(vreinterpretq_f32_u8(vqtbl4q_u8(tail.power[power], bytes)), q, t);
    return vfmsq_f32(vmaxq_f32(x, vdupq_n_f32(0.0F)), a, q);
}

/// law::fold of 32 lanes.
[[gnu::always_inline]] static inline float fold(float32x4_t (&lanes)[kLaneVectors]) noexcept {
    for (std::uint32_t width = kLaneVectors / 2; width > 0; width /= 2)
        for (std::uint32_t j = 0; j < width; ++j) lanes[j] = vaddq_f32(lanes[j], lanes[j + width]);
    const float32x2_t two = vadd_f32(vget_low_f32(lanes[0]), vget_high_f32(lanes[0]));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
}

/// law::sum of a row.
[[gnu::always_inline]] static inline float sum(const float* v) noexcept {
    float32x4_t lanes[kLaneVectors];
    for (std::uint32_t j = 0; j < kLaneVectors; ++j) lanes[j] = vld1q_f32(v + j * kVector);
    for (std::uint32_t i = law::kLanes; i < kDim; i += law::kLanes)
        for (std::uint32_t j = 0; j < kLaneVectors; ++j)
            lanes[j] = vaddq_f32(lanes[j], vld1q_f32(v + i + j * kVector));
    return fold(lanes);
}

/// law::sum_of_squares of a row.
[[gnu::always_inline]] static inline float sum_of_squares(const float* v) noexcept {
    float32x4_t lanes[kLaneVectors];
    for (std::uint32_t j = 0; j < kLaneVectors; ++j) {
        const float32x4_t part = vld1q_f32(v + j * kVector);
        lanes[j] = vmulq_f32(part, part);
    }
    for (std::uint32_t i = law::kLanes; i < kDim; i += law::kLanes)
        for (std::uint32_t j = 0; j < kLaneVectors; ++j) {
            const float32x4_t part = vld1q_f32(v + i + j * kVector);
            lanes[j] = vfmaq_f32(lanes[j], part, part);
        }
    return fold(lanes);
}

/// Four s32 in -128..127 each to s8, from sixteen.
[[gnu::always_inline]] static inline int8x16_t narrow(int32x4_t a, int32x4_t b, int32x4_t c,
                                                      int32x4_t d) noexcept {
    const int16x8_t low = vcombine_s16(vqmovn_s32(a), vqmovn_s32(b));
    const int16x8_t high = vcombine_s16(vqmovn_s32(c), vqmovn_s32(d));
    return vcombine_s8(vqmovn_s16(low), vqmovn_s16(high));
}

}  // namespace pramana::scoring::neon
