#pragma once

#include "json.hpp"

#include <string_view>

namespace pramana::scoring {

/// JSON starts like JSON: a bracket, and then what may follow it. "[Verse 1]" is text.
[[nodiscard]] bool looks_like_json(std::string_view text);

/// Adds the records of one JSON text, or of JSON lines, and says what it was: kJson, kJsonLines, or
/// kChatGptExport for conversations. Errors: those of JsonDocument::parse, kTooLarge.
[[nodiscard]] Result<Format> add_json(std::string_view text, const ExtractLimits& limits,
                                      Document& out);

/// Text that is not JSON: a table, or paragraphs. Errors: kTooLarge.
[[nodiscard]] Status add_text(std::string_view text, const ExtractLimits& limits, Document& out);

}  // namespace pramana::scoring
