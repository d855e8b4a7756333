#pragma once

/// The shape that the law is written for (docs/scoring.md "Encoder"), for kernels and their host.
namespace pramana::scoring::cuda {

constexpr unsigned kDim = 384;
constexpr unsigned kHeads = 12;
constexpr unsigned kHeadDim = 32;
constexpr unsigned kQkvDim = 3 * kDim;
constexpr unsigned kInnerDim = 1536;
constexpr unsigned kTokensMax = 512;
constexpr unsigned kWarp = 32;

}  // namespace pramana::scoring::cuda
