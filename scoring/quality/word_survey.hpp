#pragma once

#include "chunk/chunker.hpp"
#include "quality/language.hpp"

#include <cstdint>
#include <vector>

namespace pramana::scoring {

/// What version 2 of quality counts in the words of a contribution.
struct WordCounts {
    std::uint64_t words = 0, with_letter = 0, mixed_scripts = 0, digits_and_letters = 0;
    std::uint64_t word_characters = 0, characters = 0;
    std::uint64_t spaced = 0, spaced_characters = 0;     ///< of scripts with spaces
    std::uint64_t lettered = 0, lettered_different = 0;  ///< of those, with a letter
    std::uint64_t commonest = 0;  ///< occurrences of the ten commonest of them
    std::uint64_t variety_words = 0, variety_different = 0;
    std::uint64_t pieces = 0, piece_words = 0;  ///< of chunks in English
    std::uint64_t told_characters = 0;          ///< of chunks whose language is told
    std::uint64_t known_characters = 0;         ///< of those in a known language
    std::uint64_t wanted_characters = 0;        ///< of those in a wanted one
    std::uint64_t letter_words = 0, odd_words = 0;
    std::uint64_t returns = 0, near_returns = 0;  ///< of rarer words, to the same or next chunk
    std::uint64_t chance_returns = 0;             ///< how many of them would be near by chance
    std::uint64_t windows = 0, repeated = 0;      ///< of eight words, those that are looked at
    std::uint64_t short_windows = 0, short_repeated = 0;  ///< of four
    std::uint64_t order = 0;                              ///< Q16, docs/scoring.md "Quality"
    std::uint64_t order_pairs = 0;
};

/// @param languages  of each chunk, as languages_of() says
[[nodiscard]] WordCounts survey_words(const std::vector<Chunk>& chunks,
                                      const SecretVector<Language>& languages,
                                      const QualityRules& rules);

/// How many different words a text of so many has, in 1/16: from texts, docs/scoring.md "Quality".
[[nodiscard]] std::uint64_t usual_vocabulary(std::uint64_t words) noexcept;

}  // namespace pramana::scoring
