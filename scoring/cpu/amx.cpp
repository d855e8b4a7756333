// The part of the AMX backend that is compiled for every x86: packing, dispatch, detection.
#include "cpu/amx_entry.hpp"
#include "cpu/avx512vnni_entry.hpp"
#include "pramana/core/check.hpp"

#include <cpuid.h>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace pramana::scoring {

namespace {

/// Panels of 32 outputs; within a panel, for each 64 inputs, two tiles of 16 outputs: 16 rows of
/// four inputs x 16 outputs. Then the corrections.
AlignedVector<std::int8_t> pack(const LinearWeights& weights) {
    constexpr std::size_t kPanel = 32;
    constexpr std::size_t kStep = 64;
    const std::size_t inputs = weights.inputs;
    PRAMANA_CHECK(weights.outputs % kPanel == 0 && inputs % kStep == 0);
    AlignedVector<std::int8_t> packed(weights.codes.size() + avx512::corrections_size(weights));
    for (std::size_t n = 0; n < weights.outputs; ++n)
        for (std::size_t k = 0; k < inputs; ++k) {
            const std::size_t tile = n / kPanel * kPanel * inputs + k / kStep * kStep * kPanel +
                                     n % kPanel / 16 * kStep * 16;
            packed[tile + k % kStep / 4 * 64 + n % 16 * 4 + k % 4] = weights.codes[n * inputs + k];
        }
    avx512::add_corrections(weights, packed.data() + weights.codes.size());
    return packed;
}

bool cpu_has_tiles() noexcept {
    constexpr unsigned kTile = 1U << 24U;
    constexpr unsigned kInt8 = 1U << 25U;
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kTile) != 0 && (d & kInt8) != 0;
}

/// Linux gives the 8 KiB of tile state to a process that asks for it, once, for all its threads.
bool kernel_grants_tiles() noexcept {
#if defined(__linux__)
    constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
    constexpr long kTileData = 18;               // XFEATURE_XTILEDATA
    return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
    return false;
#endif
}

}  // namespace

const Kernels& amx_kernels() noexcept {
    static constexpr Kernels kernels{pack,         avx512::embed,  avx512::quantise_rows,
                                     amx::linear,  amx::attention, avx512::add_norm,
                                     avx512::pool, amx::heads};
    return kernels;
}

bool amx_available() noexcept {
    static const bool available =
        avx512vnni_available() && cpu_has_tiles() && kernel_grants_tiles();
    return available;
}

}  // namespace pramana::scoring
