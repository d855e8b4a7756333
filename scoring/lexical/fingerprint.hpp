#pragma once

#include "chunk/words.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/core/secret_vector.hpp"
#include "pramana/scoring/ruleset.hpp"

namespace pramana::scoring {

/// One window of a chunk and the stretch of characters that it covers.
struct Window {
    std::uint64_t hash = 0;
    std::uint16_t begin = 0;
    std::uint16_t end = 0;
    bool kept = false;  ///< winnowing kept it: it goes into the corpus
};

/// What finds copied wording again, wherever the chunk borders fell: all windows ask, the kept ones
/// answer.
struct Fingerprints {
    SecretVector<Window> windows;  ///< in the order of the text: `begin` ascends
    std::uint32_t characters = 0;  ///< what full cover is measured against
    /// Windows of characters instead of words: short chunks and scripts without spaces. Such
    /// windows also meet by chance, so half of the chunk must be covered before any of it counts.
    bool by_characters = false;
    /// The hashes of the kept windows, strictly ascending.
    [[nodiscard]] SecretVector<std::uint64_t> kept() const;
};

/// 64-bit hashes of windows of shingle_words words; kept are the smallest of every `window`
/// neighbours (rightmost of equals) and always the first and the last. Chunks under words_min
/// words, or mostly of scripts without spaces, use windows of characters. Restarts at every chunk.
/// Source: docs/scoring.md "Fingerprints".
[[nodiscard]] Fingerprints fingerprint(const Words& words, const LexicalRules& rules);

/// The windows of words alone, whatever the script; none in a chunk of fewer words than a window.
[[nodiscard]] Fingerprints fingerprint_words(const Words& words, const LexicalRules& rules);

/// SHA-256, first 16 bytes, of the folded words with one space between them: equal for chunks that
/// differ in case, punctuation, spacing, marks or look-alike characters only.
using ExactHash = FixedBytes<struct ExactTag, 16>;
[[nodiscard]] ExactHash exact_hash(const Words& words);

/// The different content words of a chunk, hashed to 32 bits and sorted: words of at least four
/// folded characters, or of scripts without spaces. Corroborates a semantic match.
[[nodiscard]] SecretVector<std::uint32_t> content_words(const Words& words);

}  // namespace pramana::scoring
