#pragma once

#include "pramana/scoring/encoder.hpp"
#include "pramana/scoring/tokenizer.hpp"

#include <iosfwd>

namespace pramana::app {

/// Word-pieces that `embed` takes in one line: 256 tokens with [CLS] and [SEP], as in scoring.
inline constexpr std::size_t kLinePiecesMax = 254;
/// Bytes of one line; a longer one is treated as one of too many word-pieces.
inline constexpr std::size_t kLineBytesMax = std::size_t{1} << 20U;
/// The exit code of `embed` when a line was too long.
inline constexpr int kExitTooLong = 2;

/// `embed`: for each line of `in` one line of `out`, written at once: a JSON array of the 384 index
/// codes of its text, each in -127..127. Nothing is canonicalised: one carriage return at the end
/// is dropped, ill-formed UTF-8 counts as U+FFFD. An empty line is the text of [CLS] and [SEP]
/// alone. A line of more than kLinePiecesMax word-pieces gives `null`, and its number, counted from
/// 1, goes to `err`.
/// Returns 0, kExitTooLong if any line was too long, or 74 (EX_IOERR) if `out` fails.
[[nodiscard]] int embed_lines(const scoring::Tokenizer& tokenizer, const scoring::Encoder& encoder,
                              std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace pramana::app
