#pragma once

#include "pramana/core/secret_vector.hpp"

#include <cstdint>
#include <string_view>

namespace pramana::scoring {

/// The one form in which text is compared (docs/scoring.md "Canonical text"): NFKC of Unicode 15.0
/// without controls, format characters and default-ignorable code points; quotes, dashes and spaces
/// unified; runs of spaces are one space; a single line end stays '\n'; a run with an empty line is
/// "\n\n"; nothing at either end. Idempotent. At most 18 characters come out of one.
struct CanonicalText {
    SecretVector<char> utf8;
    std::uint64_t ill_formed = 0;  ///< sequences that became U+FFFD
};
[[nodiscard]] CanonicalText canonicalize(std::string_view utf8);

}  // namespace pramana::scoring
