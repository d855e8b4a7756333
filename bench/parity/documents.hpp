#pragma once

#include "pramana/core/secret_vector.hpp"
#include "pramana/scoring/encoder.hpp"
#include "pramana/scoring/tokenizer.hpp"

#include <cstdint>
#include <string_view>

namespace pramana::parity {

/// Documents as word-pieces: document i is ids[offsets[i], offsets[i + 1]).
class Documents {
  public:
    [[nodiscard]] std::size_t size() const noexcept { return offsets_.size() - 1; }
    [[nodiscard]] std::span<const std::uint16_t> pieces(std::size_t i) const {
        return std::span{ids_}.subspan(offsets_[i], offsets_[i + 1] - offsets_[i]);
    }
    /// All tokens, [CLS] and [SEP] of each document included.
    [[nodiscard]] std::uint64_t tokens() const noexcept { return ids_.size() + 2 * size(); }
    [[nodiscard]] std::size_t longest() const;
    /// SHA-256 over each document's count (u32) and pieces (u16), little-endian.
    [[nodiscard]] Hash32 digest() const;
    void append(std::span<const std::uint16_t> pieces);

  private:
    SecretVector<std::uint16_t> ids_;
    SecretVector<std::uint32_t> offsets_ = SecretVector<std::uint32_t>(1);
};

/// What documents are made with. `words` are the whole words of the model's vocabulary, in its
/// order, which is about that of frequency.
struct Source {
    const scoring::Tokenizer& tokenizer;
    std::vector<std::string_view> words;
    std::uint32_t pieces_max;  ///< positions of the model less [CLS] and [SEP]
};
[[nodiscard]] Source source_of(const scoring::Model& model, const scoring::Tokenizer& tokenizer);

/// `count` documents of 0 to pieces_max pieces, mostly short: sentences of the model's own words
/// with numbers, strings of letters, marks and ideographs among them. The same on every machine.
[[nodiscard]] Documents make_documents(const Source& source, std::size_t count, std::uint64_t seed);

/// Appends the paragraphs of a text, cut after every pieces_max pieces.
void append_text(const Source& source, std::string_view text, Documents& out);

}  // namespace pramana::parity
