#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace pramana::scoring {

/// What becomes of one code point before words are looked up: clean-up, decomposition, dropping of
/// accents and lower case in one look-up.
/// Source: docs/scoring.md "Tokenizer"; the tables are observed from Hugging Face `tokenizers`.
class FoldTable {
  public:
    enum class Kind : std::uint8_t {
        kOne,             ///< one code point: code_point()
        kDropped,         ///< nothing, and marks change places across it
        kDroppedStarter,  ///< nothing, but marks do not change places across it
        kSpace,           ///< ends a word
        kIdeograph,       ///< one code point that is a word of its own
        kSequence,        ///< several: FoldTable::sequence()
    };

    /// Packed into 32 bits: code point or sequence index, kind, and what the result is.
    struct Entry {
        std::uint32_t bits = 0;
        [[nodiscard]] Kind kind() const noexcept { return static_cast<Kind>(bits >> 29U); }
        [[nodiscard]] char32_t code_point() const noexcept { return bits & 0x1FFFFFU; }
        /// A punctuation mark is a word of its own.
        [[nodiscard]] bool punctuation() const noexcept { return (bits >> 28U & 1U) != 0; }
        /// Whether the result is a mark that may change places with the marks before it.
        [[nodiscard]] bool mark() const noexcept { return (bits >> 27U & 1U) != 0; }
    };

    /// The one table of the process. Thread: any.
    [[nodiscard]] static const FoldTable& get();

    /// `c` is a Unicode scalar value.
    [[nodiscard]] Entry find(char32_t c) const noexcept {
        const std::uint16_t page = page_of_[c / kPage];
        return page == kNoPage ? Entry{c} : entries_[page * kPage + c % kPage];
    }
    /// Results of an entry of kind kSequence, each of kind kOne.
    [[nodiscard]] std::span<const Entry> sequence(Entry entry) const noexcept;
    /// Canonical class of a result with mark(), 1..254.
    [[nodiscard]] static std::uint8_t mark_class(char32_t c) noexcept;

  private:
    FoldTable();
    [[nodiscard]] Entry& at(char32_t c);
    void set_kind(char32_t c, Kind kind);
    void set_sequence(char32_t c, std::span<const char32_t> results);

    static constexpr std::uint32_t kPage = 256;
    static constexpr std::uint16_t kNoPage = 0xFFFF;
    std::vector<std::uint16_t> page_of_;  ///< for each 256 code points
    std::vector<Entry> entries_;          ///< by page
    std::vector<Entry> sequences_;        ///< each: its length, then its results
};

}  // namespace pramana::scoring
