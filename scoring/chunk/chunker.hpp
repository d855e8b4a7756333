#pragma once

#include "chunk/words.hpp"
#include "pramana/core/secret_vector.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace pramana::scoring {

using Pieces = SecretVector<std::uint16_t>;
/// Word-pieces of canonical text, without [CLS] and [SEP]. Pieces of two texts with white space
/// between them are the pieces of each, one after the other: WordPiece never looks across white
/// space.
using EncodeText = std::function<Pieces(std::string_view canonical)>;

/// A stretch of one contribution that is compared as a whole.
struct Chunk {
    Pieces pieces;  ///< at most ChunkRules::pieces_max
    Words words;
    std::uint32_t characters = 0;  ///< code points of its canonical text, without white space
    std::uint32_t weight = 0;      ///< min(characters that weigh, ChunkRules::weight_max)
};

/// Cuts a contribution into chunks, one record of canonical text after the other. A border depends
/// on nothing before the last border, so that a file that is cut at a border and sent in parts
/// gives the same chunks (P4). Nothing is dropped. Source: docs/scoring.md "Chunks".
class Chunker {
  public:
    Chunker(const ChunkRules& rules, EncodeText encode);
    /// One record; its end is the end of a paragraph.
    void add(std::string_view canonical);
    [[nodiscard]] std::vector<Chunk> finish() &&;
    [[nodiscard]] std::size_t size() const noexcept { return chunks_.size(); }

  private:
    struct Unit {  // a sentence, or a part of one that does not fit a chunk
        Pieces pieces;
        Words words;
        std::uint32_t characters = 0;
    };
    void add_paragraph(std::string_view paragraph);
    [[nodiscard]] bool add_whole(std::string_view sentence);
    void add_unit(const Unit& unit);
    /// Completes the unit whose words have just joined the open chunk; closes it at a border.
    void settle(const Pieces& pieces, std::uint32_t characters, std::size_t words_before);
    [[nodiscard]] std::vector<Unit> units_of(std::string_view sentence) const;
    [[nodiscard]] std::vector<Unit> cut(const std::vector<Unit>& atoms) const;
    void add_atoms(std::vector<Unit>& out, std::string_view text) const;
    [[nodiscard]] Unit unit_of(std::string_view text) const;
    [[nodiscard]] bool fits(std::size_t pieces, std::size_t characters) const noexcept;
    /// Whether a window of boundary_words words that ends at or after word `from` says "here"
    /// (content-defined).
    [[nodiscard]] bool boundary_in(const Words& words, std::size_t from) const noexcept;
    void close();

    ChunkRules rules_;
    EncodeText encode_;
    Chunk open_;
    std::vector<Chunk> chunks_;
};

}  // namespace pramana::scoring
