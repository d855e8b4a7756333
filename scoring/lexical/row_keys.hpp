#pragma once

#include "chunk/chunker.hpp"
#include "lexical/fingerprint.hpp"

namespace pramana::scoring {

/// What finds the rows of a table again, in any order of rows and columns, with columns added, left
/// out or changed: each key of a row is a window over the whole row, and all are kept. Windows of
/// words stand beside them, so that a table is found in what poses as prose, too.
///
/// A row's keys are the sets of its values (each value once, whatever its column): all of them; all
/// that are not repeated, which means that they stand in many rows of the chunk; and each two and
/// three of its longest ones that are not repeated, if they have so many characters that they
/// hardly meet by chance. Source: docs/scoring.md "Tables".
[[nodiscard]] Fingerprints fingerprint_rows(const Words& words, const TableShape& shape,
                                            const LexicalRules& lexical, const TableRules& rules);

}  // namespace pramana::scoring
