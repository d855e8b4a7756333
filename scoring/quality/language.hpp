#pragma once

#include "chunk/chunker.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <cstdint>
#include <string_view>

namespace pramana::scoring {

/// Place in known_languages(), or one of the two below.
using Language = std::uint8_t;
inline constexpr Language kNoLanguage = 0xFF;  ///< words of no known language
inline constexpr Language kNotTold = 0xFE;     ///< too few words, a table or code

/// The language of a chunk, from which of the commonest words of each known language it uses (of
/// scripts without spaces: characters) and how often. Depends on nothing but the chunk. Thread:
/// any. Source: docs/scoring.md "Quality".
[[nodiscard]] Language language_of(const Chunk& chunk) noexcept;

[[nodiscard]] SecretVector<Language> languages_of(const std::vector<Chunk>& chunks);

/// Whether three of a word's letters follow each other as they do not in the language's words; a
/// word's ends count as a letter.
/// @param folded    the word as Words::folded has it, without the space
/// @param language  kNoLanguage: in no language's. Where there is no table of letters, or the word
///                  has others than a to z, false. English words are everywhere, so what they have is odd nowhere
[[nodiscard]] bool odd_letters(std::string_view folded, Language language) noexcept;
/// Whether odd_letters() can say true for a word of the language.
[[nodiscard]] bool has_letters(Language language) noexcept;

/// SHA-256 that the tables were generated with; part of every ruleset's text that uses them.
[[nodiscard]] Hash32 language_tables_sha256();

/// What the ruleset's policy says of text in this language. kNotTold counts as wanted.
[[nodiscard]] OtherLanguage fate_of(Language language, const QualityRules& rules) noexcept;

/// Takes the weight of the chunks in languages that are not paid.
void weigh_languages(std::vector<Chunk>& chunks, const SecretVector<Language>& languages,
                     const QualityRules& rules) noexcept;

/// Where the first word of `folded`, which is `word`, ends: no search for a word of ASCII.
[[nodiscard]] inline std::size_t word_end(std::string_view folded, const Word& word) noexcept {
    const std::size_t ascii = word.folded_characters;  // no word has a space in it
    return folded[ascii] == ' ' ? ascii : folded.find(' ', ascii);
}

}  // namespace pramana::scoring
