#pragma once

#include "pramana/scoring/document.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace pramana::scoring {

/// Reads comma-separated values row by row (RFC 4180): cells in double quotes may hold commas and
/// line ends, a doubled quote is one. A quote that is never closed ends with the text.
class CsvReader {
  public:
    explicit CsvReader(std::string_view text) : text_{text} {}
    /// The next row; false at the end. Empty lines are passed over.
    [[nodiscard]] bool next();
    [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
    /// A cell without its quotes; empty beyond the last. Until the next row.
    [[nodiscard]] std::string_view cell(std::size_t column) const noexcept;
    [[nodiscard]] std::size_t row() const noexcept { return row_; }  ///< from 1 on

  private:
    void take_cell();
    std::string_view text_;
    SecretVector<char> cells_;
    std::vector<std::size_t> ends_;
    std::size_t row_ = 0;
    bool over_ = false;  ///< the row's last cell was taken
};

/// Where the columns of a header stand, in the order of the names; nothing unless all are there.
/// Names are compared without case.
[[nodiscard]] std::optional<std::vector<std::size_t>> columns_of(
    const CsvReader& header, std::span<const std::string_view> names);

}  // namespace pramana::scoring
