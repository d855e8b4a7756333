// The part of the NEON backend that is compiled for every AArch64: packing, dispatch, detection.
#include "cpu/neon_entry.hpp"
#include "pramana/core/check.hpp"

#if defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace pramana::scoring {
namespace {

/// Panels of 16 outputs; within a panel, for each four inputs, the 16 x 4 codes.
AlignedVector<std::int8_t> pack(const LinearWeights& weights) {
    constexpr std::size_t kPanel = 16;
    constexpr std::size_t kStep = 4;
    const std::size_t inputs = weights.inputs;
    PRAMANA_CHECK(weights.outputs % kPanel == 0 && inputs % kPanel == 0);
    AlignedVector<std::int8_t> packed(weights.codes.size());
    for (std::size_t n = 0; n < weights.outputs; ++n)
        for (std::size_t k = 0; k < inputs; ++k)
            packed[n / kPanel * kPanel * inputs + k / kStep * kPanel * kStep + n % kPanel * kStep +
                   k % kStep] = weights.codes[n * inputs + k];
    return packed;
}

}  // namespace

const Kernels& neon_kernels() noexcept {
    static constexpr Kernels kernels{pack,         neon::embed,     neon::quantise_rows,
                                     neon::linear, neon::attention, neon::add_norm,
                                     neon::pool};
    return kernels;
}

bool neon_available() noexcept {
#if defined(__linux__)
    return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#else
    return false;
#endif
}

}  // namespace pramana::scoring
