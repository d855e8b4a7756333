#pragma once

#include "chunk/chunker.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/engine.hpp"

#include <string>
#include <vector>

namespace pramana::scoring {

/// What quality looks at, each a Q16 ratio of counts. kQ16One stands for a feature that does not
/// apply.
enum class Feature : std::uint8_t {
    kLetters,        ///< words with a letter : words
    kWordLength,     ///< characters : words, of scripts with spaces
    kWordShare,      ///< characters in words : characters that are not white space
    kVariety,        ///< different words : words within a chunk, over chunks of 20 words or more
    kCommonWords,    ///< occurrences of the ten commonest words : words, from 100 words on
    kRepeats,        ///< windows of eight words seen before in the file : windows
    kPiecesPerWord,  ///< word-pieces : words, of scripts with spaces
    kMixedScripts,   ///< words that mix Latin, Cyrillic and Greek : words
    kIllFormed,      ///< ill-formed UTF-8 sequences : characters that are not white space
    // From version 2 of quality on (quality/survey.hpp).
    kLanguage,       ///< characters in a known language : characters whose language is told
    kVocabulary,     ///< different words : what a text of so many words has
    kWordOrder,      ///< how far pairs of the commonest words stand one way only
    kOddLetters,     ///< words with letters that do not follow each other : words
    kTopics,         ///< rarer words that come back soon, beyond chance : that come back
    kShortRepeats,   ///< windows of four words seen before in the file : windows
    kDigitWords,     ///< words of letters and digits : words
    kMojibake,       ///< characters that were decoded twice, or U+FFFD : characters
    kRepeatedLines,  ///< bytes in lines and rows seen before in the file : bytes
    kLineEnds,       ///< lines that end in punctuation : lines
    kBulletLines,    ///< lines that begin as a list's : lines
    kEllipsisLines,  ///< lines that end in an ellipsis : lines
    kSymbols,        ///< number signs and ellipses : words
    kLinks,          ///< bytes in links : bytes
    kCapitals,       ///< capital ASCII letters : bytes
    kPhrases,        ///< kTopics, and what kShortRepeats are below 0.12
    kPersonalData,   ///< addresses and numbers of persons : words; no points, a reason only
};
inline constexpr std::size_t kFeatures = 9;      ///< of version 1
inline constexpr std::size_t kFeaturesAll = 26;  ///< of version 2

/// Quality is 0 up to `zero_low`, rises to 1 at `one_low`, stays, falls from `one_high` to 0 at
/// `zero_high`.
struct Knots {
    Q16 zero_low, one_low, one_high, zero_high;
    [[nodiscard]] Q16 at(Q16 value) const noexcept;
};

enum class Profile : std::uint8_t { kProse, kChat, kTable, kPosts, kHistory };
inline constexpr std::size_t kProfiles = 3;  ///< of version 1: the first three

/// The features of a contribution; a feature that does not apply to it has no value.
struct Features {
    struct Value {
        Q16 value = 0;
        bool applies = false;
    };
    std::vector<Value> values;
    explicit Features(std::size_t count = kFeatures) : values(count) {}
    [[nodiscard]] const Value& operator[](Feature f) const {
        return values[static_cast<std::size_t>(f)];
    }
    void set(Feature f, Value value) { values[static_cast<std::size_t>(f)] = value; }
    /// part : whole, as far as it fits; does not apply where there is no whole.
    [[nodiscard]] static Value ratio(std::uint64_t part, std::uint64_t whole, bool applies = true);
};
[[nodiscard]] Features measure(const std::vector<Chunk>& chunks, std::uint64_t ill_formed);

/// Chat if most of the text lies in turns of a conversation, table if most of it lies in rows.
[[nodiscard]] Profile profile_of(const Document& document) noexcept;

struct Quality {
    Q16 value = 0;
    std::vector<Reason> reasons;  ///< of features below one half
};
/// The smallest of what the features give: one bad feature is enough. Source: docs/scoring.md
/// "Quality".
[[nodiscard]] Quality judge(const Features& features, Profile profile);

/// The knots of all profiles as canonical JSON; part of every ruleset's text.
[[nodiscard]] std::string quality_profiles_text();

}  // namespace pramana::scoring
