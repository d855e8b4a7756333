#pragma once

#include "pramana/core/secret_vector.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace pramana::scoring::unicode {

/// What a character is to the score. The order is that of tools/unicode_tables.
enum class CharacterClass : std::uint8_t {
    kOther,  ///< punctuation, symbols, unassigned
    kLatin,  ///< letters and letter-like numbers by script
    kCyrillic,
    kGreek,
    kLetter,    ///< of any other script that writes spaces between words
    kUnspaced,  ///< of a script that does not: Han, kana, Thai, ...
    kDigit,     ///< decimal digits of every script
    kMark,      ///< combining marks
    kSpace,
    kLine,
    kDrop,    ///< controls, format characters, default-ignorable code points
    kStop,    ///< ends a sentence
    kCloser,  ///< closing brackets and quotes, which may follow a stop
};

[[nodiscard]] CharacterClass class_of(char32_t c) noexcept;
/// Letters, digits and marks: what words are made of and what weighs.
[[nodiscard]] constexpr bool in_word(CharacterClass c) noexcept {
    return c >= CharacterClass::kLatin && c <= CharacterClass::kMark;
}

[[nodiscard]] std::uint8_t combining_class(char32_t c) noexcept;
/// What stands for a character; empty where it vanishes.
struct Mapping {
    std::span<const std::uint32_t> to;
    bool itself = true;  ///< it stays as it is, and `to` is empty
};
/// Towards canonical text, before reordering and composing. Hangul syllables stay themselves.
[[nodiscard]] Mapping canonical_of(char32_t c) noexcept;
/// From canonical text to fingerprint text: case folded, without marks, digits in ASCII,
/// look-alikes unified.
[[nodiscard]] Mapping folded_of(char32_t c) noexcept;

/// The primary composite of two characters (UAX #15), Hangul included; 0 if there is none.
[[nodiscard]] char32_t compose(char32_t first, char32_t second) noexcept;

/// The next code point of `utf8` at `at`, which moves behind it. An ill-formed sequence gives
/// U+FFFD once for each maximal subpart (Unicode 15.0 section 3.9, table 3-8) and adds one to
/// `ill_formed`.
[[nodiscard]] char32_t decode(std::string_view utf8, std::size_t& at,
                              std::uint64_t& ill_formed) noexcept;

/// Writes 1 to 4 bytes; returns how many.
std::size_t write_utf8(char* out, char32_t c) noexcept;
void append_utf8(SecretVector<char>& out, char32_t c);

}  // namespace pramana::scoring::unicode
