#pragma once

#include "pramana/core/result.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <optional>
#include <string_view>

namespace pramana::scoring {

/// How a text is a table: rows are lines, cells stand between delimiters, a cell in double quotes
/// may hold both (RFC 4180).
struct TableForm {
    char delimiter = ',';  ///< one of tab, ';', '|', ','
    bool header = false;   ///< the first row names the columns
};

/// Whether at least half of the lines that are not empty, and table_rows_min of them, have the same
/// number of cells: two or more, between commas three. The delimiter with most such lines counts.
/// The first row is a header if none of its cells has a digit and half of the rows have one that
/// has.
[[nodiscard]] std::optional<TableForm> find_table(std::string_view text,
                                                  const ExtractLimits& limits);

/// One record a row, of its cells one a line, in the order of the text; the header is left out and
/// counted as skipped. Lines with fewer cells are paragraphs where they stand. Cells of
/// table_cell_words words and more are no part of their row: they follow behind all rows, one
/// record each. Errors: kTooLarge beyond records_max. Source: docs/scoring.md "Tables".
[[nodiscard]] Status add_table(std::string_view text, TableForm form, const ExtractLimits& limits,
                               Document& out);

}  // namespace pramana::scoring
