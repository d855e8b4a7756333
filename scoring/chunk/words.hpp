#pragma once

#include "pramana/core/secret_vector.hpp"
#include "tokenize/ascii_tokens.hpp"

#include <cstdint>
#include <string_view>

namespace pramana::scoring {

/// One word of canonical text: a run of letters, digits and marks; an apostrophe between letters
/// joins ("dont"). In a script without spaces a run is one word, however long; 256 characters end
/// any word.
///
/// In 16 bytes: a chunk's words are the most memory that a text takes.
struct Word {
    std::uint64_t hash = 0;                    ///< of its folded characters
    std::uint32_t text_end = 0;                ///< it ends before this byte of the text
    std::uint32_t folded_characters : 14 = 0;  ///< how many stand for it in Words::folded
    std::uint32_t characters : 9 = 0;          ///< that weigh: letters, digits and spacing marks
    std::uint32_t scripts : 8 = 0;   ///< bit mask over unicode::CharacterClass, up to kMark
    std::uint32_t unspaced : 1 = 0;  ///< 1: mostly of a script that writes no spaces
};
static_assert(sizeof(Word) == 16);

/// The words of a stretch of canonical text.
struct Words {
    SecretVector<char> folded;  ///< each word's folded characters in UTF-8 and a space behind them
    SecretVector<Word> words;
    [[nodiscard]] std::string_view view() const noexcept { return {folded.data(), folded.size()}; }
    void append(const Words& more);
    void clear() noexcept;  ///< keeps the memory, so what it held is not wiped yet
    [[nodiscard]] std::uint32_t characters() const noexcept;
    [[nodiscard]] std::uint32_t folded_characters() const noexcept;
};

/// ASCII words that were hashed before: a hash is a chain over the characters, which takes longer
/// than to find the word here. Holds plaintext; wiped on destruction. Thread: one at a time.
class KnownWords {
  public:
    struct Known {
        std::uint64_t hash = 0;
        std::uint16_t scripts = 0;
    };
    KnownWords() : slots_(kSlots) {}
    KnownWords(const KnownWords&) = delete;
    KnownWords& operator=(const KnownWords&) = delete;
    ~KnownWords() { wipe_memory(&tokens_, sizeof tokens_); }
    /// What Word says of a run of 1 to 15 letters and digits. Same for every call.
    [[nodiscard]] Known of(const ShortWord& word, std::size_t size) noexcept {
        const std::uint64_t mixed =
            (word[0] ^ word[1] * 0x9E3779B97F4A7C15ULL) * 0xC2B2AE3D27D4EB4FULL;
        Slot& slot = slots_[(mixed >> 40U) % kSlots];
        if (slot.word[0] == word[0] && slot.word[1] == word[1]) return slot.known;
        return learn(slot, word, size);
    }
    /// Where tokens of a text are put, from one call to the next.
    [[nodiscard]] AsciiTokens& tokens() noexcept { return tokens_; }

  private:
    static constexpr std::size_t kSlots = 4096;
    struct Slot {
        ShortWord word{};  // zeros: empty
        Known known;
    };
    [[nodiscard]] static Known learn(Slot& slot, const ShortWord& word, std::size_t size) noexcept;
    SecretVector<Slot> slots_;
    AsciiTokens tokens_{};
};

/// What Word::hash is of a run of ASCII letters and digits in lower case.
[[nodiscard]] std::uint64_t hash_of_run(std::string_view lower) noexcept;

/// Appends the words of a text. Thread: any, each with words of its own.
/// Source: docs/scoring.md "Canonical text".
void append_words(std::string_view canonical, KnownWords& known, Words& out);
[[nodiscard]] Words split_words(std::string_view canonical);

/// SplitMix64's finaliser: every bit of the input reaches every bit of the output.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
}
/// Order matters: chain(chain(s, a), b) != chain(chain(s, b), a).
[[nodiscard]] constexpr std::uint64_t chain(std::uint64_t state, std::uint64_t next) noexcept {
    return mix(state * 0x9E3779B97F4A7C15ULL + next);
}

}  // namespace pramana::scoring
