#pragma once

#include "chunk/chunker.hpp"
#include "lexical/fingerprint.hpp"

namespace pramana::scoring {

/// What finds wording again that was edited so that few windows in order are left. All of it is
/// membership of hashes in a growing set, so that no order of submissions changes a share.
/// Source: docs/scoring.md "Against edits".

/// Adds to the windows of a chunk
/// - each of its sentences, and of a table each value, that has enough words and characters: a hash
///   of its words, so that a sentence is known wherever it stands and a cell of a table in whatever
///   form the table comes;
/// - each window of words with a number in it and enough other words once more, with all numbers
///   alike; kept where the window itself is.
/// None of it in chunks with windows of characters.
void add_edited(const Chunk& chunk, const LexicalRules& lexical, const NoveltyRules& rules,
                Fingerprints& prints);

/// Which words stand together in a chunk, in no order: hashes of each three of its first content
/// words, of which one in `set_modulus` is taken. Strictly ascending. `content` is
/// content_words().
[[nodiscard]] SecretVector<std::uint64_t> word_sets(std::span<const std::uint32_t> content,
                                                    const NoveltyRules& rules);

/// What is known of a chunk of whose `sets` so many are: 0 where there are none.
[[nodiscard]] std::uint32_t set_share(std::size_t known, std::size_t sets,
                                      const NoveltyRules& rules);

}  // namespace pramana::scoring
