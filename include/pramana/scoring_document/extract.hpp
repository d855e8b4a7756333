#pragma once

#include "pramana/core/result.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <span>

namespace pramana::scoring {

/// Reads an opened file as records: a zip archive (a ChatGPT export is recognised by its
/// conversations.json), a JSON document, JSON lines, or UTF-8 text. The format is told by content,
/// never by a name. Ill-formed UTF-8 becomes U+FFFD and is counted. Member names are only compared
/// and shown: nothing is ever written anywhere.
///
/// @param opened  the plaintext; borrowed for the call
/// Errors: kUnknownFormat (binary, damaged archive or JSON that does not parse, duplicate JSON
/// keys), kTooLarge, kDecompressionLimit, kTooFewTokens (no text in it). What the ruleset does
/// not accept: kFormatNotAccepted, kPartMissing, kNotAuthentic. Thread: any. Source:
/// docs/scoring.md "Extraction", docs/rulesets.md "What is accepted".
[[nodiscard]] Result<Document> extract(std::span<const std::uint8_t> opened,
                                       const ExtractLimits& limits);

}  // namespace pramana::scoring
