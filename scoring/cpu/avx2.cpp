// The part of the AVX2 backend that is compiled for every x86: packing, dispatch, detection.
#include "cpu/avx2_entry.hpp"
#include "cpu/avx2_packing.hpp"
#include "pramana/core/check.hpp"

#include <algorithm>
#include <cstdlib>

namespace pramana::scoring {

namespace {

using avx2::kPanel;
using avx2::kQuad;

/// What two weights can add up to for each unit of the larger of two codes.
std::int32_t bound_of(std::int32_t a, std::int32_t b) noexcept {
    const bool same_sign = (a < 0) == (b < 0);
    return same_sign ? std::abs(a + b) : std::max(std::abs(a), std::abs(b));
}

/// The order of cpu/avx2_packing.hpp.
AlignedVector<std::int8_t> pack(const LinearWeights& weights) {
    const std::size_t inputs = weights.inputs;
    const std::size_t panels = avx2::panels_of(weights.outputs);
    const std::size_t codes_size = panels * kPanel * inputs;
    PRAMANA_CHECK(inputs % 64 == 0 && inputs <= kInnerDim);
    PRAMANA_CHECK(weights.outputs % 8 == 0 && weights.outputs <= kInnerDim);
    AlignedVector<std::int8_t> packed(codes_size + panels * avx2::bounds_of(inputs));
    auto* bounds = reinterpret_cast<std::uint8_t*>(packed.data() + codes_size);
    for (std::size_t n = 0; n < weights.outputs; ++n) {
        const std::int8_t* row = weights.codes.data() + n * inputs;
        std::int8_t* panel = packed.data() + n / kPanel * kPanel * inputs;
        std::uint8_t* of_panel = bounds + n / kPanel * avx2::bounds_of(inputs);
        for (std::size_t k = 0; k < inputs; k += 2) {
            std::int8_t* to = panel + k / kQuad * kQuad * kPanel + n % kPanel * kQuad + k % kQuad;
            to[0] = row[k];
            to[1] = row[k + 1];
            const auto bound = static_cast<std::uint8_t>(bound_of(row[k], row[k + 1]));
            of_panel[k / kQuad] = std::max(of_panel[k / kQuad], bound);
        }
    }
    return packed;
}

}  // namespace

const Kernels& avx2_kernels() noexcept {
    static constexpr Kernels kernels{pack,         avx2::embed,     avx2::quantise_rows,
                                     avx2::linear, avx2::attention, avx2::add_norm,
                                     avx2::pool};
    return kernels;
}

bool avx2_available() noexcept {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

}  // namespace pramana::scoring
