#pragma once

#include "pramana/scoring/document.hpp"

#include <string_view>

namespace pramana::scoring {

/// RFC 2045 section 6.7. What is no valid escape stays as it is. `underscores`: RFC 2047's form,
/// in which "_" is a space.
[[nodiscard]] SecretText decode_quoted_printable(std::string_view text, bool underscores = false);
/// RFC 2045 section 6.8: characters that are none of the alphabet are passed over; ends at "=".
[[nodiscard]] SecretText decode_base64(std::string_view text);

/// Whether text of this charset can be read: UTF-8 and what is part of it, ISO 8859-1 and
/// Windows-1252. Case does not matter.
[[nodiscard]] bool knows_charset(std::string_view charset);
/// As UTF-8. Precondition: knows_charset.
[[nodiscard]] SecretText to_utf8(SecretText text, std::string_view charset);

}  // namespace pramana::scoring
