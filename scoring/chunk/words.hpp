#pragma once

#include "pramana/core/secret_vector.hpp"

#include <cstdint>
#include <string_view>

namespace pramana::scoring {

/// One word of canonical text: a run of letters, digits and marks; an apostrophe between letters
/// joins ("dont"). In a script without spaces a run is one word, however long; 256 characters end
/// any word.
struct Word {
    std::uint64_t hash = 0;        ///< of its folded characters
    std::uint32_t folded_end = 0;  ///< its folded characters end here in Words::folded
    std::uint32_t text_end = 0;    ///< it ends before this byte of the text
    std::uint16_t characters = 0;  ///< that weigh: letters, digits and spacing marks
    std::uint16_t scripts = 0;     ///< bit mask over unicode::CharacterClass
    bool unspaced = false;         ///< mostly of a script that writes no spaces
};

/// The words of a stretch of canonical text, and their folded characters one after the other
/// without separators.
struct Words {
    SecretVector<char32_t> folded;
    SecretVector<Word> words;
    void append(const Words& more);
    [[nodiscard]] std::uint32_t characters() const noexcept;
};

/// Thread: any. Source: docs/scoring.md "Canonical text".
[[nodiscard]] Words split_words(std::string_view canonical);
/// The same behind the words that are there: as Words::append(split_words(canonical)).
void append_words(std::string_view canonical, Words& out);

/// SplitMix64's finaliser: every bit of the input reaches every bit of the output.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
}
/// Order matters: chain(chain(s, a), b) != chain(chain(s, b), a).
[[nodiscard]] constexpr std::uint64_t chain(std::uint64_t state, std::uint64_t next) noexcept {
    return mix(state * 0x9E3779B97F4A7C15ULL + next);
}

}  // namespace pramana::scoring
