#pragma once

#include "tokenize/fold.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace pramana::scoring {

/// The bytes of a word of at most 16, padded with zeros.
using ShortWord = std::array<std::uint64_t, 2>;

/// A run of ASCII letters and digits, in lower case.
struct AsciiRun {
    ShortWord word{};
    std::size_t size = 0;  ///< 0..16; a run of 16 may go on
};

/// The run that 16 bytes begin with. Each implementation gives the same.
[[nodiscard]] inline AsciiRun ascii_run_reference(const char* bytes) noexcept {
    AsciiRun run;
    char lower[16] = {};
    for (; run.size < 16; ++run.size) {
        const char c = bytes[run.size];
        const char folded = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        if (!((folded >= 'a' && folded <= 'z') || (c >= '0' && c <= '9'))) break;
        lower[run.size] = folded;
    }
    std::memcpy(run.word.data(), lower, sizeof lower);
    return run;
}

[[nodiscard]] inline AsciiRun ascii_run(const char* bytes) noexcept {
#if defined(__SSE2__)
    __m128i text;
    std::memcpy(&text, bytes, sizeof text);
    // Signed comparisons: bytes of other characters are negative, below all bounds.
    const auto between = [](__m128i x, char low, char high) {
        return _mm_and_si128(_mm_cmpgt_epi8(x, _mm_set1_epi8(static_cast<char>(low - 1))),
                             _mm_cmplt_epi8(x, _mm_set1_epi8(static_cast<char>(high + 1))));
    };
    const __m128i upper = between(text, 'A', 'Z');
    const __m128i lower = _mm_or_si128(text, _mm_and_si128(upper, _mm_set1_epi8(32)));
    const __m128i inside = _mm_or_si128(between(lower, 'a', 'z'), between(text, '0', '9'));
    const auto outside = ~static_cast<unsigned>(_mm_movemask_epi8(inside)) & 0xFFFFU;
    AsciiRun run;
    run.size = outside == 0 ? 16 : static_cast<std::size_t>(__builtin_ctz(outside));
    alignas(16) static constexpr std::uint8_t kKeep[32] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                           255, 255, 255, 255, 255, 255, 255, 255};
    __m128i keep;
    std::memcpy(&keep, kKeep + 16 - run.size, sizeof keep);
    const __m128i word = _mm_and_si128(lower, keep);
    std::memcpy(run.word.data(), &word, sizeof word);
    return run;
#else
    return ascii_run_reference(bytes);
#endif
}

/// Words of the vocabulary that are one ASCII run of at most 16 bytes, by their bytes: most of
/// English text in one look-up. Holds nothing of any text. Thread: const, any thread.
class AsciiWords {
  public:
    static constexpr std::uint16_t kNone = 0xFFFF;
    /// Of equal words the last one counts.
    explicit AsciiWords(const std::vector<std::string_view>& vocabulary);
    /// The id of the word, or kNone.
    [[nodiscard]] std::uint16_t find(const ShortWord& word) const noexcept {
        for (std::size_t at = slot_of(word);; at = (at + 1) & mask_) {
            const Slot& slot = slots_[at];
            if (((slot.word[0] ^ word[0]) | (slot.word[1] ^ word[1])) == 0) return slot.id;
            if (slot.id == kNone) return kNone;
        }
    }

  private:
    /// The word beside its id: a rare word costs one look into slow memory, not two.
    struct Slot {
        ShortWord word{};  ///< zeros: no word, and no word is zeros
        std::uint16_t id = kNone;
    };
    [[nodiscard]] std::size_t slot_of(const ShortWord& word) const noexcept {
        const std::uint64_t mixed =
            word[0] * 0x9E3779B97F4A7C15ULL ^ word[1] * 0xC2B2AE3D27D4EB4FULL;
        return (mixed ^ mixed >> 29U) * 0x165667B19E3779F9ULL >> 32U & mask_;
    }
    std::vector<Slot> slots_;
    std::size_t mask_ = 0;
};

/// What an ASCII byte is to words, as the fold table says.
enum class AsciiKind : std::uint8_t {
    kWord,         ///< a letter or digit: ascii_run folds it
    kSpace,        ///< ends a word
    kPunctuation,  ///< a word of its own, itself
    kOther,        ///< anything else, '[' (special texts) and all bytes beyond ASCII
};
/// Refuses (aborts) tables that fold ASCII in another way than ascii_run.
[[nodiscard]] std::array<AsciiKind, 256> ascii_kinds(const FoldTable& table);

}  // namespace pramana::scoring
