#pragma once

#include "cpu/law_constants.hpp"
#include "model/parts.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

/// Scalar functions of the encoder's law. Every operation below is one that IEEE 754
/// rounds correctly (+ - * / fma sqrt, int to float, rint to even), so that the bits are the same
/// wherever they are computed. Compiled with -ffp-contract=off.
/// Source: docs/scoring.md "Encoder".
namespace pramana::scoring::law {

/// 2^t for t <= 0; t below -100 counts as -100.
[[nodiscard]] inline float exp2(float t) noexcept {
    t = std::max(t, kExp2Min);
    const float whole = std::nearbyintf(t);
    const float rest = t - whole;
    float p = kExp2[0];
    for (std::uint32_t i = 1; i < 7; ++i) p = std::fmaf(p, rest, kExp2[i]);
    const auto bits = std::bit_cast<std::int32_t>(p) + static_cast<std::int32_t>(whole) * (1 << 23);
    return std::bit_cast<float>(bits);
}

/// x * Phi(x).
[[nodiscard]] inline float gelu(float x) noexcept {
    const float a = std::fabs(x);
    const auto segment = static_cast<std::int32_t>(std::min(a * kTailInverseWidth, 15.0F));
    const float t = std::min(std::fmaf(-static_cast<float>(segment), kTailWidth, a), kTailWidth);
    float q = kTail[4][segment];
    for (std::uint32_t power = 4; power-- > 0;) q = std::fmaf(q, t, kTail[power][segment]);
    return std::fmaf(-a, q, x > 0.0F ? x : 0.0F);
}

/// Sum of 32 partial sums, halves first.
[[nodiscard]] inline float fold(float (&lanes)[kLanes]) noexcept {
    for (std::uint32_t width = kLanes / 2; width > 0; width /= 2)
        for (std::uint32_t j = 0; j < width; ++j) lanes[j] = lanes[j] + lanes[j + width];
    return lanes[0];
}

/// Sum of a row: lane j adds elements j, j + 32, ... in order, then the lanes are folded.
[[nodiscard]] inline float sum(const float* v) noexcept {
    float lanes[kLanes];
    for (std::uint32_t j = 0; j < kLanes; ++j) {
        lanes[j] = v[j];
        for (std::uint32_t i = j + kLanes; i < kDim; i += kLanes) lanes[j] = lanes[j] + v[i];
    }
    return fold(lanes);
}

/// Sum of squares in the same order; the first square of a lane by multiplication, the rest by fma.
[[nodiscard]] inline float sum_of_squares(const float* v) noexcept {
    float lanes[kLanes];
    for (std::uint32_t j = 0; j < kLanes; ++j) {
        lanes[j] = v[j] * v[j];
        for (std::uint32_t i = j + kLanes; i < kDim; i += kLanes)
            lanes[j] = std::fmaf(v[i], v[i], lanes[j]);
    }
    return fold(lanes);
}

/// How a symmetric row or channel becomes int8: code = rint(x * inverse).
struct SymmetricScale {
    float inverse;
    float scale;
};
[[nodiscard]] inline SymmetricScale symmetric_scale(float amax) noexcept {
    if (amax < kRangeMin) return {0.0F, 0.0F};
    return {127.0F / amax, amax / 127.0F};
}

}  // namespace pramana::scoring::law
