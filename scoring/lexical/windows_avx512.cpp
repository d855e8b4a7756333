#include "lexical/windows.hpp"

#include <immintrin.h>

namespace pramana::scoring {
namespace {

constexpr std::size_t kLanes = 8;
constexpr std::size_t kVectors = 8;  // chains of fifty cycles a step, side by side

[[gnu::always_inline]] inline __mmask8 lanes_below(std::size_t count) noexcept {
    return static_cast<__mmask8>(count >= kLanes ? 0xFFU : (1U << count) - 1U);
}

template <unsigned kShift>
[[gnu::always_inline]] inline __m512i fold(__m512i x) noexcept {
    return _mm512_xor_si512(x, _mm512_srli_epi64(x, kShift));
}

[[gnu::always_inline]] inline __m512i constant(std::uint64_t value) noexcept {
    return _mm512_set1_epi64(static_cast<long long>(value));
}

/// chain() of chunk/words.hpp.
[[gnu::always_inline]] inline __m512i chain(__m512i state, __m512i next) noexcept {
    __m512i x = _mm512_add_epi64(_mm512_mullo_epi64(state, constant(0x9E3779B97F4A7C15ULL)), next);
    x = _mm512_mullo_epi64(fold<30>(x), constant(0xBF58476D1CE4E5B9ULL));
    x = _mm512_mullo_epi64(fold<27>(x), constant(0x94D049BB133111EBULL));
    return fold<31>(x);
}

}  // namespace

void hash_windows_avx512(const std::uint64_t* units, std::size_t count, std::size_t width,
                         std::uint64_t seed, std::uint64_t* out) {
    for (std::size_t first = 0; first < count; first += kVectors * kLanes) {
        __m512i hashes[kVectors];
        __mmask8 lanes[kVectors];
#pragma GCC unroll 8
        for (std::size_t v = 0; v < kVectors; ++v) {
            const std::size_t at = first + v * kLanes;
            hashes[v] = constant(seed);
            lanes[v] = lanes_below(at < count ? count - at : 0);
        }
        for (std::size_t i = 0; i < width; ++i) {
#pragma GCC unroll 8
            for (std::size_t v = 0; v < kVectors; ++v)
                hashes[v] = chain(
                    hashes[v], _mm512_maskz_loadu_epi64(lanes[v], units + first + v * kLanes + i));
        }
#pragma GCC unroll 8
        for (std::size_t v = 0; v < kVectors; ++v)
            _mm512_mask_storeu_epi64(out + first + v * kLanes, lanes[v], hashes[v]);
    }
}

void winnow_avx512(const std::uint64_t* hashes, std::size_t count, std::size_t neighbours,
                   std::uint8_t* kept) {
    if (count < neighbours) return;
    const std::size_t begins = count + 1 - neighbours;
    for (std::size_t first = 0; first < begins; first += kLanes) {
        const __mmask8 lanes = lanes_below(begins - first);
        __m512i smallest = _mm512_maskz_loadu_epi64(lanes, hashes + first);
        __m512i best = _mm512_setzero_si512();
        for (std::size_t i = 1; i < neighbours; ++i) {
            const __m512i next = _mm512_maskz_loadu_epi64(lanes, hashes + first + i);
            const __mmask8 smaller = _mm512_cmple_epu64_mask(next, smallest);
            best = _mm512_mask_set1_epi64(best, smaller, static_cast<long long>(i));
            smallest = _mm512_min_epu64(next, smallest);
        }
        alignas(64) std::uint64_t offsets[kLanes];
        _mm512_store_si512(offsets, best);
        const std::size_t used = begins - first < kLanes ? begins - first : kLanes;
        for (std::size_t lane = 0; lane < used; ++lane) kept[first + lane + offsets[lane]] |= 1;
    }
}

}  // namespace pramana::scoring
