#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::app {

/// Columns of text for a terminal: as wide as their widest cell, two spaces apart, the last one
/// free.
class Table {
  public:
    /// `right` = a number: aligned to the right.
    struct Column {
        std::string_view title;
        bool right = false;
    };
    explicit Table(std::vector<Column> columns) : columns_{std::move(columns)} {}
    /// As many cells as columns. An empty cell is shown as "-".
    void add(std::vector<std::string> cells);
    [[nodiscard]] std::string str() const;

  private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

/// "45s", "12m", "3h 20m", "5d 2h"; what is in the future is "0s".
[[nodiscard]] std::string age_text(std::int64_t seconds);
/// "2026-11-21 22:17:05" in UTC.
[[nodiscard]] std::string utc_text(std::int64_t unix_s);
/// The first 6 and the last 4 digits: "0x3c44cd…93bc" with an ASCII ellipsis.
[[nodiscard]] std::string short_hex(std::string_view hex0x);

}  // namespace pramana::app
