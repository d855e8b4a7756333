#include "tokenize/ascii_tokens.hpp"

#include <immintrin.h>

namespace pramana::scoring {
namespace {

constexpr std::size_t kRunMax = 15;

[[gnu::always_inline]] inline std::uint64_t below(std::size_t bits) noexcept {
    return bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
}
[[gnu::always_inline]] inline std::size_t first_of(std::uint64_t bits) noexcept {
    return static_cast<std::size_t>(__builtin_ctzll(bits));
}
/// Bytes from `low` on, as many as `count`.
[[gnu::always_inline]] inline std::uint64_t within(__m512i bytes, int low, int count) noexcept {
    return _mm512_cmplt_epu8_mask(_mm512_sub_epi8(bytes, _mm512_set1_epi8(static_cast<char>(low))),
                                  _mm512_set1_epi8(static_cast<char>(count)));
}
[[gnu::always_inline]] inline std::uint64_t equal(__m512i bytes, char c) noexcept {
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(c));
}

/// By bit, what the bytes of a stretch are. Nothing is behind its end.
struct Kinds {
    std::uint64_t inside;  ///< of words
    std::uint64_t marks;   ///< tokens of their own
    std::uint64_t odd;     ///< where the stretch must end
};

template <bool kMarks>
[[gnu::always_inline]] inline Kinds kinds_of(__m512i bytes, std::uint64_t in) noexcept {
    const __m512i lower = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
    Kinds kinds{within(lower, 'a', 26) | within(bytes, '0', 10), 0, 0};
    if constexpr (kMarks) {
        kinds.marks = within(bytes, 0x21, 0x5E) & ~kinds.inside & ~equal(bytes, '[');
        const std::uint64_t spaces = equal(bytes, ' ') | equal(bytes, '\n');
        kinds.odd = in & ~(kinds.inside | kinds.marks | spaces);
    } else {
        kinds.odd = in & (_mm512_movepi8_mask(bytes) | equal(bytes, '\''));
    }
    return kinds;
}

template <bool kMarks>
void take(const char* text, std::size_t size, AsciiTokens& out) {
    const std::size_t stretch = size < AsciiTokens::kBytesMax ? size : AsciiTokens::kBytesMax;
    const std::uint64_t in = below(stretch);
    const Kinds kinds = kinds_of<kMarks>(_mm512_maskz_loadu_epi8(in, text), in);
    std::size_t limit = kinds.odd != 0 ? first_of(kinds.odd) : stretch;
    const std::uint64_t runs = kinds.inside & below(limit);
    std::uint64_t begins = runs & ~(runs << 1U);
    std::uint64_t ends = ~runs & (runs << 1U);
    const bool at_end = kinds.odd == 0 && stretch == size;
    if (limit > 0 && !at_end && (runs >> (limit - 1) & 1U) != 0) {  // the last run may go on
        limit = 63 - static_cast<std::size_t>(__builtin_clzll(begins));
        begins &= below(limit);
    }
    std::uint64_t tokens = begins | (kinds.marks & below(limit));
    AsciiToken* to = out.tokens.data();
    for (; tokens != 0; tokens &= tokens - 1) {
        const std::size_t begin = first_of(tokens);
        std::size_t end = begin + 1, run = 0;
        __mmask16 keep = 1;
        if (!kMarks || (kinds.marks >> begin & 1U) == 0) {
            end = ends != 0 ? first_of(ends) : stretch;  // of a run up to byte 64
            ends &= ends - 1;
            run = end - begin;
            if (run > kRunMax) {
                limit = begin;
                break;
            }
            keep = static_cast<__mmask16>((1U << run) - 1U);
        }
        __m128i word = _mm_maskz_loadu_epi8(keep, text + begin);
        // Of letters and digits: lower case. Bit 5 of digits is set already.
        word = _mm_mask_or_epi32(word, static_cast<__mmask8>(run == 0 ? 0 : 15), word,
                                 _mm_maskz_set1_epi8(keep, 0x20));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to->word.data()), word);
        to->end = static_cast<std::uint8_t>(end);
        to->size = static_cast<std::uint8_t>(run);
        ++to;
    }
    out.count = static_cast<std::size_t>(to - out.tokens.data());
    out.bytes = limit;
}

}  // namespace

void word_tokens_avx512(const char* text, std::size_t size, AsciiTokens& out) {
    take<false>(text, size, out);
}

void piece_tokens_avx512(const char* text, std::size_t size, AsciiTokens& out) {
    take<true>(text, size, out);
}

}  // namespace pramana::scoring
