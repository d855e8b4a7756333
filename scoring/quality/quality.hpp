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
};
inline constexpr std::size_t kFeatures = 9;

/// Quality is 0 up to `zero_low`, rises to 1 at `one_low`, stays, falls from `one_high` to 0 at
/// `zero_high`.
struct Knots {
    Q16 zero_low, one_low, one_high, zero_high;
    [[nodiscard]] Q16 at(Q16 value) const noexcept;
};

enum class Profile : std::uint8_t { kProse, kChat, kTable };
inline constexpr std::size_t kProfiles = 3;

/// The features of a contribution; a feature that does not apply to it has no value.
struct Features {
    struct Value {
        Q16 value = 0;
        bool applies = false;
    };
    Value values[kFeatures];
    [[nodiscard]] const Value& operator[](Feature f) const {
        return values[static_cast<std::size_t>(f)];
    }
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
