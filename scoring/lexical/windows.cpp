#include "lexical/windows.hpp"

#include "chunk/words.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

/// Each hash is a chain of multiplications: only several side by side keep the processor busy.
constexpr std::size_t kTogether = 4;

void hash_together(const std::uint64_t* units, std::size_t width, std::uint64_t seed,
                   std::uint64_t* out) {
    std::uint64_t hashes[kTogether];
    for (std::uint64_t& hash : hashes) hash = seed;
    for (std::size_t i = 0; i < width; ++i) {
#pragma GCC unroll 4
        for (std::size_t j = 0; j < kTogether; ++j) hashes[j] = chain(hashes[j], units[i + j]);
    }
    std::copy_n(hashes, kTogether, out);
}

void hash_plain(const std::uint64_t* units, std::size_t count, std::size_t width,
                std::uint64_t seed, std::uint64_t* out) {
    std::size_t at = 0;
    for (; at + kTogether <= count; at += kTogether)
        hash_together(units + at, width, seed, out + at);
    for (; at < count; ++at) {
        out[at] = seed;
        for (std::size_t i = 0; i < width; ++i) out[at] = chain(out[at], units[at + i]);
    }
}

/// Which one is kept is chance: no branches.
void winnow_plain(const std::uint64_t* hashes, std::size_t count, std::size_t neighbours,
                  std::uint8_t* kept) {
    for (std::size_t begin = 0; begin + neighbours <= count; ++begin) {
        std::size_t best = begin;
        std::uint64_t smallest = hashes[begin];
        for (std::size_t i = begin + 1; i < begin + neighbours; ++i) {
            const bool smaller = hashes[i] <= smallest;
            best = smaller ? i : best;
            smallest = smaller ? hashes[i] : smallest;
        }
        kept[best] |= 1;
    }
}

struct Found {
    WindowKernel kernels[2];
    std::size_t count = 0;
};

Found find_kernels() noexcept {
    Found found;
#if defined(PRAMANA_X86)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
        found.kernels[found.count++] = {"avx512", hash_windows_avx512, winnow_avx512};
#endif
    found.kernels[found.count++] = {"plain", hash_plain, winnow_plain};
    return found;
}

}  // namespace

std::span<const WindowKernel> window_kernels() noexcept {
    static const Found found = find_kernels();
    return {found.kernels, found.count};
}

}  // namespace pramana::scoring
