// SHA-256 with the x86 SHA extensions (Intel SDM, SHA256RNDS2 and its neighbours). Built with
// -msha -mavx; called only where CPUID names both.
#include "sha256_blocks.hpp"

#include <cpuid.h>
#include <immintrin.h>

namespace pramana {
namespace {

__m128i load(const void* from) noexcept {
    return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

/// The next four words of the message schedule from the last sixteen, oldest first.
__m128i schedule(__m128i w0, __m128i w1, __m128i w2, __m128i w3) noexcept {
    const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4));
    return _mm_sha256msg2_epu32(sum, w3);
}

}  // namespace

bool sha256_has_instructions() noexcept {
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
    return (b >> 29U & 1U) != 0 && __builtin_cpu_supports("avx") != 0;
}

void sha256_blocks_x86(std::array<std::uint32_t, 8>& state, const std::uint8_t* data,
                       std::size_t count) noexcept {
    // The SHA instructions have no VEX form: they crawl while upper halves are dirty.
    _mm256_zeroupper();
    const __m128i big_endian = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);
    const __m128i cdab = _mm_shuffle_epi32(load(state.data()), 0xB1);
    const __m128i efgh = _mm_shuffle_epi32(load(state.data() + 4), 0x1B);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
    __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
    for (; count > 0; --count, data += 64) {
        const __m128i abef_before = abef, cdgh_before = cdgh;
        __m128i w[4];
        for (std::size_t i = 0; i < 4; ++i)
            w[i] = _mm_shuffle_epi8(load(data + 16 * i), big_endian);
        for (std::size_t i = 0; i < 16; ++i) {
            const __m128i round = _mm_add_epi32(w[0], load(kSha256Round.data() + 4 * i));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, round);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(round, 0x0E));
            const __m128i next = schedule(w[0], w[1], w[2], w[3]);  // unused in the last rounds
            w[0] = w[1];
            w[1] = w[2];
            w[2] = w[3];
            w[3] = next;
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    const __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
    const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(state.data()), _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(state.data() + 4), _mm_alignr_epi8(dchg, feba, 8));
}

}  // namespace pramana
