#pragma once

#include <cstddef>
#include <cstdint>

namespace pramana::scoring::avx2 {

// How avx2.cpp packs a layer: panels of 24 outputs, the last one filled up with zeros; within a
// panel, for each four inputs (a quad), 24 x 4 codes. Behind all panels, for each of them, a bound
// of every quad, filled up with zeros to whole kBoundQuads.
//
// vpmaddubsw adds two products of u8 and s8 in 16 bits and saturates. It cannot where the larger of
// two codes times |w0 + w1|, or the larger |w| where their signs differ, is within 16 bits. A
// quad's bound is the largest such sum of its pairs of weights, at most 254. Where a code is too
// large for it, it is taken in two parts of at most 128, which no weights can saturate.
static constexpr std::uint32_t kPanel = 24;
static constexpr std::uint32_t kQuad = 4;
static constexpr std::uint32_t kBoundQuads = 32;

static constexpr std::size_t panels_of(std::size_t outputs) noexcept {
    return (outputs + kPanel - 1) / kPanel;
}
static constexpr std::size_t bounds_of(std::size_t inputs) noexcept {
    return (inputs / kQuad + kBoundQuads - 1) / kBoundQuads * kBoundQuads;
}

}  // namespace pramana::scoring::avx2
