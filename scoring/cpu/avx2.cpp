// The part of the AVX2 backend that is compiled for every x86: packing, dispatch, detection.
#include "cpu/avx2_entry.hpp"
#include "pramana/core/check.hpp"

#include <cstring>

namespace pramana::scoring {

namespace {

/// Panels of 24 outputs, as int16: within a panel, for each two inputs, 24 x 2 codes; the last
/// panel is filled up with zeros. vpmaddubsw, which takes bytes, saturates; vpmaddwd is exact.
AlignedVector<std::int8_t> pack(const LinearWeights& weights) {
    constexpr std::size_t kPanel = 24;
    const std::size_t inputs = weights.inputs;
    const std::size_t panels = (weights.outputs + kPanel - 1) / kPanel;
    PRAMANA_CHECK(inputs % 16 == 0 && inputs <= kInnerDim && weights.outputs % 8 == 0);
    AlignedVector<std::int8_t> packed(panels * kPanel * inputs * sizeof(std::int16_t));
    for (std::size_t n = 0; n < weights.outputs; ++n)
        for (std::size_t k = 0; k < inputs; ++k) {
            const std::int16_t code = weights.codes[n * inputs + k];
            const std::size_t at =
                n / kPanel * kPanel * inputs + k / 2 * 2 * kPanel + n % kPanel * 2 + k % 2;
            std::memcpy(packed.data() + at * sizeof code, &code, sizeof code);
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
