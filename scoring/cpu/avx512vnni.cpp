// The part of the AVX-512 backend that is compiled for every x86: packing, dispatch, detection.
#include "cpu/avx512vnni_entry.hpp"
#include "pramana/core/check.hpp"

#include <cstring>

namespace pramana::scoring {

namespace avx512 {

std::size_t corrections_size(const LinearWeights& weights) noexcept {
    return sizeof(std::int32_t) * weights.outputs;
}

void add_corrections(const LinearWeights& weights, std::int8_t* to) noexcept {
    for (std::size_t n = 0; n < weights.outputs; ++n) {
        const std::int32_t sum = weights.code_sums[n];
        const std::int32_t low = sum & 127;
        const auto below = static_cast<std::int16_t>(-low);
        const auto above = static_cast<std::int16_t>((low - sum) / 128);
        std::memcpy(to + 4 * n, &below, 2);
        std::memcpy(to + 4 * n + 2, &above, 2);
    }
}

}  // namespace avx512

namespace {

/// Panels of 64 outputs; within a panel, for each four inputs, the 64 x 4 codes. Then the
/// corrections.
AlignedVector<std::int8_t> pack(const LinearWeights& weights) {
    constexpr std::size_t kPanel = 64;
    constexpr std::size_t kStep = 4;
    const std::size_t inputs = weights.inputs;
    PRAMANA_CHECK(weights.outputs % kPanel == 0 && inputs % kPanel == 0);
    AlignedVector<std::int8_t> packed(weights.codes.size() + avx512::corrections_size(weights));
    for (std::size_t n = 0; n < weights.outputs; ++n)
        for (std::size_t k = 0; k < inputs; ++k)
            packed[n / kPanel * kPanel * inputs + k / kStep * kPanel * kStep + n % kPanel * kStep +
                   k % kStep] = weights.codes[n * inputs + k];
    avx512::add_corrections(weights, packed.data() + weights.codes.size());
    return packed;
}

}  // namespace

const Kernels& avx512vnni_kernels() noexcept {
    static constexpr Kernels kernels{pack,           avx512::embed,     avx512::quantise_rows,
                                     avx512::linear, avx512::attention, avx512::add_norm,
                                     avx512::pool};
    return kernels;
}

bool avx512vnni_available() noexcept {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("fma");
}

}  // namespace pramana::scoring
