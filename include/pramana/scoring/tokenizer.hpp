#pragma once

#include "pramana/core/secret_vector.hpp"
#include "pramana/scoring/model.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace pramana::scoring {

/// Ids of the vocabulary that have a meaning of their own. The model file is refused when its
/// vocabulary has other words at these places.
inline constexpr std::uint16_t kPieceUnknown = 100;  ///< [UNK]
inline constexpr std::uint16_t kPieceBegin = 101;    ///< [CLS]
inline constexpr std::uint16_t kPieceEnd = 102;      ///< [SEP]

/// Word-pieces of the uncased BERT vocabulary: the same ids as Hugging Face `tokenizers` gives with
/// the model's own tokenizer.json, for every text (without the [CLS] and [SEP] that it adds).
/// Like there, the five literal texts [PAD] [UNK] [CLS] [SEP] [MASK] are pieces of their own.
/// Nothing is truncated. Ill-formed UTF-8 counts as U+FFFD, which the rules drop.
/// Thread: const, any thread.
/// Source: docs/scoring.md "Tokenizer".
class Tokenizer {
  public:
    explicit Tokenizer(std::shared_ptr<const Model> model);
    ~Tokenizer();
    Tokenizer(Tokenizer&&) noexcept;
    Tokenizer& operator=(Tokenizer&&) noexcept;

    /// The pieces of `text`, in order. They reveal the text.
    [[nodiscard]] SecretVector<std::uint16_t> encode(std::string_view text) const;
    /// Appends them to `out`; allocates only when `out` must grow.
    void encode_into(std::string_view text, SecretVector<std::uint16_t>& out) const;
    /// Writes the pieces of 1 to 15 ASCII letters and digits in lower case that stand alone between
    /// white space and marks, at most one a character. Returns how many.
    [[nodiscard]] std::size_t encode_word(std::string_view lower,
                                          std::uint16_t* out) const noexcept;
    /// The piece of an ASCII mark that stands anywhere but in a special text.
    [[nodiscard]] std::uint16_t piece_of_mark(char mark) const noexcept;
    /// Whether a piece goes on with the word of the piece before it ("##…" in the vocabulary).
    [[nodiscard]] bool continues(std::uint16_t piece) const noexcept;

  private:
    struct State;
    std::unique_ptr<const State> state_;
};

}  // namespace pramana::scoring
