#pragma once

#include "pramana/core/result.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <string_view>

namespace pramana::scoring {

/// Whether bytes can be read as UTF-8 text: no NUL, few controls and few ill-formed sequences, no
/// markup at the start.
[[nodiscard]] bool looks_like_text(std::string_view bytes);

/// The same without a look at markup.
[[nodiscard]] bool has_few_controls(std::string_view bytes);

/// What bytes that are no archive are, by their start.
enum class Content : std::uint8_t { kText, kHtml, kMarkup, kOtherEncoding, kBinary };
[[nodiscard]] Content content_of(std::string_view bytes);

/// One record for each paragraph: lines up to an empty one. Errors: kTooLarge beyond records_max.
[[nodiscard]] Status add_paragraphs(std::string_view text, const ExtractLimits& limits,
                                    Document& out);

}  // namespace pramana::scoring
