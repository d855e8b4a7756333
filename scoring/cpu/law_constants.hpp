#pragma once

#include <cstdint>

/// Constants of the encoder's law. No functions: backends compiled for newer CPUs include this.
/// Source: docs/scoring.md "Encoder".
namespace pramana::scoring::law {

inline constexpr std::uint32_t kLanes = 32;           ///< partial sums of a row
inline constexpr float kOneOverDim = 0x1.555556p-9F;  ///< 1/384
inline constexpr float kNormEpsilon = 0x1.197998p-40F;
inline constexpr float kRangeMin = 0x1p-100F;          ///< below it a quotient could overflow
inline constexpr float kQueryFactor = 0x1.0527dcp-2F;  ///< log2(e) / sqrt(32)
inline constexpr float kWeightOne = 32767.0F;          ///< softmax weights are 15 bits
inline constexpr float kExp2Min = -100.0F;
inline constexpr float kPoolOne = 1048576.0F;  ///< hidden states are summed in 1/2^20

/// An index code is rint(component * kCodeScale), clamped to -127..127. Public as kIndexScale.
inline constexpr float kCodeScale = 400.0F;

/// exp2 on [-1/2, 1/2], highest power first.
inline constexpr float kExp2[7] = {0x1.430912p-13F, 0x1.5d87fep-10F, 0x1.3b2ab6p-7F, 0x1.c6b08ep-5F,
                                   0x1.ebfbep-3F,   0x1.62e43p-1F,   0x1p+0F};

// The upper tail Q = 1 - Phi of the normal distribution on [0, 5): 16 segments of 5/16, each a
// polynomial of degree 4 in the distance from its left end. Row p holds the factors of t^p. From
// 4.6875 on it is 0.
inline constexpr std::uint32_t kTailSegments = 16;
inline constexpr float kTailWidth = 0.3125F;
inline constexpr float kTailInverseWidth = 0x1.99999ap+1F;  ///< 3.2
alignas(64) inline constexpr float kTail[5][kTailSegments] = {
    {0x1.fffffcp-2F, 0x1.8262dcp-2F, 0x1.105e82p-2F, 0x1.64dd92p-3F, 0x1.b0bddap-4F, 0x1.e4068ap-5F,
     0x1.f203a2p-6F, 0x1.d651ep-7F, 0x1.96f4cep-8F, 0x1.422942p-9F, 0x1.d21a48p-11F, 0x1.33cfep-12F,
     0x1.72d7c6p-14F, 0x1.974196p-16F, 0x1.9771dap-18F, 0x0p+0F},
    {-0x1.9882p-2F, -0x1.850b28p-2F, -0x1.50097ap-2F, -0x1.073f8ap-2F, -0x1.7613b8p-3F,
     -0x1.e21ae4p-4F, -0x1.19c1cep-4F, -0x1.2ab01cp-5F, -0x1.1f2b3ep-6F, -0x1.f4cbe6p-8F,
     -0x1.8c0744p-9F, -0x1.1c06fp-10F, -0x1.717a7p-12F, -0x1.b3e4e6p-14F, -0x1.d25f8ep-16F,
     0x0p+0F},
    {-0x1.dd3f7cp-13F, 0x1.e5326cp-5F, 0x1.a40e7ap-4F, 0x1.ee09d6p-4F, 0x1.d42e24p-4F,
     0x1.7918eep-4F, 0x1.085c4cp-4F, 0x1.46b6f6p-5F, 0x1.669b26p-6F, 0x1.5f484ep-7F, 0x1.34201ap-8F,
     0x1.e52a4p-10F, 0x1.576eeep-11F, 0x1.b5bf6ep-13F, 0x1.f6de2p-15F, 0x0p+0F},
    {0x1.18cp-4F, 0x1.de6998p-5F, 0x1.113b3cp-5F, 0x1.14642p-8F, -0x1.2dff68p-6F, -0x1.e04896p-6F,
     -0x1.e0ca5p-6F, -0x1.798cecp-6F, -0x1.f00c2cp-7F, -0x1.186ebep-7F, -0x1.150abep-8F,
     -0x1.e2b0a8p-10F, -0x1.750b6p-11F, -0x1.00d9acp-12F, -0x1.3c12bap-14F, 0x0p+0F},
    {-0x1.f1d42ep-8F, -0x1.3c83aep-6F, -0x1.753eap-6F, -0x1.26abdep-6F, -0x1.239d4cp-7F,
     -0x1.623da4p-12F, 0x1.39f998p-8F, 0x1.96b56cp-8F, 0x1.5828c6p-8F, 0x1.caeb8cp-9F,
     0x1.ff8cc8p-10F, 0x1.e9c2a2p-11F, 0x1.98cfe8p-12F, 0x1.2c48f4p-13F, 0x1.869a78p-15F, 0x0p+0F},
};

}  // namespace pramana::scoring::law
