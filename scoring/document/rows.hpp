#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace pramana::scoring {

using Cells = std::vector<std::string_view>;

/// Without the white space at its ends.
[[nodiscard]] std::string_view trimmed_cell(std::string_view text);

/// The cells of the next line, as they stand, quotes included; `text` moves behind it. Returns the
/// line without its end.
std::string_view take_row(std::string_view& text, char delimiter, Cells& cells);

/// How many cells hold more than white space.
[[nodiscard]] std::size_t filled(const Cells& cells);

/// So many filled cells make a row.
[[nodiscard]] constexpr std::size_t cells_min(char delimiter) noexcept {
    return delimiter == ',' ? 3 : 2;
}

/// What the lines of a text are, cut at a delimiter.
struct RowCount {
    std::size_t lines = 0;        ///< that are not blank
    std::size_t rows = 0;         ///< lines with the commonest number of cells
    std::size_t with_digits = 0;  ///< lines of enough cells with a digit in one
    bool first_has_digit = false;
};
/// The lines of a text, 64 bytes at a time; only those with a quoted cell are cut by take_row.
[[nodiscard]] RowCount count_rows(std::string_view text, char delimiter);
/// The same, each line by take_row: what count_rows has to give.
[[nodiscard]] RowCount count_rows_reference(std::string_view text, char delimiter);

}  // namespace pramana::scoring
