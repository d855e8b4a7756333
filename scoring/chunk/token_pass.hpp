#pragma once

#include "chunk/open_text.hpp"
#include "pramana/core/secret_vector.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "tokenize/ascii_tokens.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

namespace pramana::scoring {

/// Word-pieces of a single word and of a single mark, of an encoder for which a text's pieces are
/// those of its words and marks: what lets words and pieces be found together.
struct EncodeWords {
    /// Writes the pieces of 1 to 15 ASCII letters and digits in lower case, which stand alone; at
    /// most one a character. Returns how many.
    std::function<std::size_t(std::string_view word, std::uint16_t* out)> word;
    std::array<std::uint16_t, 128> marks{};  ///< the piece of each ASCII mark
};

/// Those of a tokenizer, which outlives them.
[[nodiscard]] EncodeWords words_of(const Tokenizer& tokenizer);

/// Finds the words and the word-pieces of ASCII together, each word with one look-up, where the
/// processor cuts many tokens at once. Gives what append_words and the encoder give one after the
/// other. Holds plaintext; wiped on destruction. Thread: one at a time.
class TokenPass {
  public:
    /// Without words of an encoder, or on another processor, it takes nothing.
    explicit TokenPass(EncodeWords encode);
    TokenPass(const TokenPass&) = delete;
    TokenPass& operator=(const TokenPass&) = delete;
    ~TokenPass() { wipe_memory(&tokens_, sizeof tokens_); }
    [[nodiscard]] bool takes_any() const noexcept { return kernel_ != nullptr; }

    /// Appends what it can of `text` from `at` on, where the text is between two words. Returns
    /// the end of what it took, between two words again: the text's end, or a word that has to be
    /// looked at character by character.
    [[nodiscard]] std::size_t take(std::string_view text, std::size_t at, OpenText& out);

  private:
    /// A word that was seen before, in 32 bytes.
    struct Slot {
        ShortWord word{};  ///< zeros: empty
        std::uint64_t hash = 0;
        std::array<std::uint16_t, 3> pieces{};  ///< of more: first, where in many_
        std::uint8_t count = 0;                 ///< of pieces; kMany: they are asked for each time
        std::uint8_t scripts = 0;               ///< letters 1, digits 2
        [[nodiscard]] bool holds(const ShortWord& other) const noexcept {
            return ((word[0] ^ other[0]) | (word[1] ^ other[1])) == 0;  // == would call memcmp
        }
    };
    /// Two places for words, in a line of the cache: the later learnt one first.
    struct alignas(64) Pair {
        Slot later, earlier;
    };
    /// Pairs at the start and at most: the table grows with the words of the text, because a small
    /// one costs a short text little and a long one has room for what it says.
    static constexpr unsigned kPairsLog2 = 13, kPairsLog2Max = 15;
    static constexpr std::size_t kFewPieces = 3;
    static constexpr std::uint8_t kMany = 255;
    static constexpr std::size_t kManyMax = 65'536;
    class Output;

    [[nodiscard]] Pair& pair_of(const ShortWord& word) noexcept {
        const std::uint64_t mixed =
            (word[0] ^ word[1] * 0x9E3779B97F4A7C15ULL) * 0xC2B2AE3D27D4EB4FULL;
        return pairs_[mixed >> shift_];
    }
    [[nodiscard]] const Slot& known(const ShortWord& word, std::size_t size) {
        Pair& pair = pair_of(word);
        if (pair.later.holds(word)) return pair.later;
        if (pair.earlier.holds(word)) return pair.earlier;
        pair.earlier = pair.later;
        learn(pair.later, word, size);
        return pair.later;
    }
    void learn(Slot& slot, const ShortWord& word, std::size_t size);
    void grow();

    EncodeWords encode_;
    const TokenKernel* kernel_;
    unsigned shift_ = 64 - kPairsLog2;  ///< 64 - log2(pairs)
    std::size_t learnt_ = 0;            ///< words, some of them twice
    SecretVector<Pair> pairs_;
    Pieces many_;  ///< of words of more than kFewPieces, each with kRunMax places
    AsciiTokens tokens_{};
};

}  // namespace pramana::scoring
