#pragma once

#include "chunk/token_pass.hpp"
#include "chunk/words.hpp"
#include "pramana/core/secret_vector.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace pramana::scoring {

/// Appends the word-pieces of canonical text, without [CLS] and [SEP]. Pieces of two texts with
/// white space between them are the pieces of each, one after the other: WordPiece never looks
/// across white space.
using EncodeText = std::function<void(std::string_view canonical, Pieces& out)>;

/// Where a table's values and rows end: values in words, rows in values. Empty for prose.
struct TableShape {
    SecretVector<std::uint32_t> value_ends;
    SecretVector<std::uint32_t> row_ends;
    [[nodiscard]] bool empty() const noexcept { return row_ends.empty(); }
};
/// Words [begin, end) of a chunk.
struct Stretch {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};
/// What makes two values the same: their folded words in order.
[[nodiscard]] std::uint64_t value_hash(std::span<const Word> words, std::uint32_t begin,
                                       std::uint32_t end);
[[nodiscard]] inline std::uint64_t value_hash(const Words& words, std::uint32_t begin,
                                              std::uint32_t end) {
    return value_hash(std::span<const Word>{words.words}, begin, end);
}

/// A stretch of one contribution that is compared as a whole.
struct Chunk {
    Pieces pieces;  ///< at most ChunkRules::pieces_max
    Words words;
    std::uint32_t characters = 0;  ///< code points of its canonical text, without white space
    std::uint32_t weight = 0;      ///< min(characters that weigh, ChunkRules::weight_max); of a
                                   ///< table, a value weighs once
    TableShape table;              ///< of rows; a chunk holds rows or prose, never both
    SecretVector<Stretch> sentences{};  ///< of prose, those that were not cut
};

/// Cuts a contribution into chunks, one record of canonical text after the other. A border depends
/// on nothing before the last border, so that a file that is cut at a border and sent in parts
/// gives the same chunks (P4). Nothing is dropped. Source: docs/scoring.md "Chunks".
class Chunker {
  public:
    /// `words`, where there are any, give the same pieces as `encode`, sooner.
    Chunker(const ChunkRules& rules, EncodeText encode, std::uint32_t rows_max = 64,
            EncodeWords words = {});
    /// One record; its end is the end of a paragraph.
    void add(std::string_view canonical);
    /// One record of Role::kRow: its values, one a line. A row that is too long for a chunk is cut
    /// as prose is.
    void add_row(std::string_view canonical);
    [[nodiscard]] std::vector<Chunk> finish() &&;
    [[nodiscard]] std::size_t size() const noexcept { return chunks_.size(); }

  private:
    /// Where a stretch of text ends in what was made of it.
    struct End : OpenText::Size {
        std::uint32_t characters = 0;
    };
    /// Stretches of a sentence without white space, one behind the other; each ends where its row
    /// says, counted from the sentence's begin.
    struct Atoms {
        Pieces pieces;
        Words words;
        std::vector<End> ends;
    };
    void add_paragraph(std::string_view paragraph);
    [[nodiscard]] std::uint32_t weight_of_rows() const;
    [[nodiscard]] bool add_whole(std::string_view sentence);
    /// A sentence that does not fit a chunk, in units that do.
    void add_cut(std::string_view sentence);
    void add_atoms(Atoms& atoms, std::string_view text);
    void add_unit(const Atoms& atoms, const End& from, const End& to);
    /// The words and the pieces of text between white space, to the open chunk.
    void add_words(std::string_view text);
    /// The same, one after the other; the words' ends count from `text_begin`.
    void add_slow_words(std::string_view text, std::size_t text_begin);
    [[nodiscard]] End end_of_open() const noexcept { return {open_.size(), characters_}; }
    /// Closes the chunk at a border in the words from `words_before` on.
    void settle(std::size_t words_before);
    [[nodiscard]] bool fits(std::size_t pieces, std::size_t characters) const noexcept;
    /// Whether a window of boundary_words words that ends at or after word `from` says "here"
    /// (content-defined).
    [[nodiscard]] bool boundary_in(std::span<const Word> words, std::size_t from) const noexcept;
    /// The open chunk is done up to there; the rest belongs to what comes next. `characters` are
    /// those of the open chunk: the rest is not counted yet.
    void close(const End& end);
    void close() { close(end_of_open()); }

    ChunkRules rules_;
    EncodeText encode_;
    std::uint32_t rows_max_;
    KnownWords known_;
    TokenPass pass_;
    // The chunk in hand.
    OpenText open_;
    std::uint32_t characters_ = 0;
    TableShape table_;
    SecretVector<Stretch> sentences_;
    // Of one call, kept for their memory.
    Pieces slow_pieces_;
    Words slow_words_;
    std::vector<std::string_view> parts_;
    std::vector<Chunk> chunks_;
};

}  // namespace pramana::scoring
