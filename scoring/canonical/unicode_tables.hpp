#pragma once

#include "pramana/core/bytes.hpp"

namespace pramana::scoring::unicode {

// Tables of Unicode 15.0, written by tools/unicode_tables; read through canonical/unicode.hpp.
extern const std::uint16_t kBlockIndex[];    // code point / 128 -> block
extern const std::uint16_t kBlocks[];        // block * 128 + code point % 128 -> record
extern const std::uint8_t kClasses[];        // record -> CharacterClass
extern const std::uint8_t kCombining[];      // record -> Canonical_Combining_Class
extern const std::uint16_t kCanonicalAt[];   // record -> offset in kSequences, 0 = itself
extern const std::uint16_t kFoldedAt[];      // record -> offset in kSequences, 0 = itself
extern const std::uint32_t kSequences[];     // length, code points...
extern const std::uint32_t kCompositions[];  // first, second, composed; sorted
extern const std::size_t kBlockIndexSize, kBlocksSize, kClassesSize, kCombiningSize;
extern const std::size_t kCanonicalAtSize, kFoldedAtSize, kSequencesSize, kCompositionsSize;

/// SHA-256 over all tables in the order above, each as its length and its values in little-endian
/// u32.
extern const Hash32 kSha256;

}  // namespace pramana::scoring::unicode
