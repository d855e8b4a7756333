#include "table.hpp"

#include "find_any.hpp"

#include "text.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace pramana::scoring {
namespace {

constexpr std::string_view kDelimiters = "\t;|,";
/// A quote that is not closed within so many bytes is a character like any other.
constexpr std::size_t kQuotedBytesMax = 65'536;
constexpr std::string_view kBlank = " \t\f";

using Cells = std::vector<std::string_view>;

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\f\r\n");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\f\r\n") - begin + 1);
}

/// Behind the quote that closes the one at the start of `text`; 1 if none does.
std::size_t behind_quotes(std::string_view text) {
    const std::size_t end = std::min(text.size(), kQuotedBytesMax);
    for (std::size_t at = 1; at < end; ++at) {
        if (text[at] != '"') continue;
        if (at + 1 == text.size() || text[at + 1] != '"') return at + 1;
        ++at;
    }
    return 1;
}

/// The cells of the next line, as they stand, quotes included; `text` moves behind it.
std::string_view take_row(std::string_view& text, char delimiter, Cells& cells) {
    cells.clear();
    const char* const start = text.data();
    std::size_t begin = 0, at = 0;
    for (;; ++at) {
        if (at < text.size() && text[at] == '"') at += behind_quotes(text.substr(at));
        at = find_any<3>(text, at, {delimiter, '\n', '\r'});
        const bool over = at >= text.size() || text[at] == '\n' || text[at] == '\r';
        cells.push_back(text.substr(begin, at - begin));
        begin = at + 1;
        if (over) break;
    }
    const std::string_view line{start, std::min(at, text.size())};
    if (at + 1 < text.size() && text[at] == '\r' && text[at + 1] == '\n') ++at;
    text.remove_prefix(std::min(at + 1, text.size()));
    return line;
}

std::size_t filled(const Cells& cells) {
    return static_cast<std::size_t>(std::count_if(
        cells.begin(), cells.end(), [](auto cell) { return !trimmed(cell).empty(); }));
}

std::size_t cells_min(char delimiter) { return delimiter == ',' ? 3 : 2; }

bool has_digit(const Cells& cells) {
    return std::any_of(cells.begin(), cells.end(), [](std::string_view cell) {
        return std::any_of(cell.begin(), cell.end(), [](char c) { return c >= '0' && c <= '9'; });
    });
}

struct Counted {
    std::size_t lines = 0;
    std::size_t rows = 0;         ///< lines with the commonest number of cells
    std::size_t with_digits = 0;  ///< lines of enough cells with a digit in one
    bool first_has_digit = false;
};

Counted count_rows(std::string_view text, char delimiter) {
    Counted counted;
    std::map<std::size_t, std::size_t> by_cells;
    Cells cells;
    while (!text.empty()) {
        if (take_row(text, delimiter, cells).find_first_not_of(kBlank) == std::string_view::npos)
            continue;
        ++counted.lines;
        if (filled(cells) < cells_min(delimiter)) continue;
        const bool digit = has_digit(cells);
        if (by_cells.empty()) counted.first_has_digit = digit;
        counted.with_digits += digit ? 1U : 0U;
        ++by_cells[cells.size()];
    }
    for (const auto& [size, lines] : by_cells) counted.rows = std::max(counted.rows, lines);
    return counted;
}

/// Doubled quotes of a quoted cell are one.
void append_cell(std::string_view cell, SecretText& out) {
    cell = trimmed(cell);
    const bool quoted = cell.size() >= 2 && cell.front() == '"' && cell.back() == '"';
    if (quoted) cell = trimmed(cell.substr(1, cell.size() - 2));
    for (std::size_t at = 0; at < cell.size(); ++at) {
        const bool ends_line = cell[at] == '\n' || cell[at] == '\r';
        out.append(ends_line ? std::string_view{" "} : cell.substr(at, 1));
        if (quoted && cell[at] == '"' && at + 1 < cell.size() && cell[at + 1] == '"') ++at;
    }
}

std::size_t count_words(std::string_view text) {
    std::size_t words = 0;
    bool inside = false;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        words += inside || space ? 0U : 1U;
        inside = !space;
    }
    return words;
}

class TableReader {
  public:
    TableReader(TableForm form, const ExtractLimits& limits, Document& out)
        : form_{form}, limits_{limits}, out_{out} {}

    Status read(std::string_view text) {
        Cells cells;
        std::size_t line_number = 0;
        bool header = form_.header;
        while (!text.empty()) {
            const std::string_view line = take_row(text, form_.delimiter, cells);
            ++line_number;
            const bool row = filled(cells) >= cells_min(form_.delimiter);
            if (std::exchange(header, header && !row) && row) {
                ++out_.notes.parts_skipped;
                out_.notes.skip(NotRead::kTableHeader);
                continue;
            }
            if (!row) {
                add_line(line);
                continue;
            }
            PRAMANA_TRY(end_paragraph());
            PRAMANA_TRY(add_row(cells, line_number));
        }
        PRAMANA_TRY(end_paragraph());
        for (Record& record : prose_) PRAMANA_TRY(add(std::move(record)));
        return Done{};
    }

  private:
    Status add(Record record) {
        if (out_.records.size() >= limits_.records_max)
            return Error{Errc::kTooLarge, "scoring.document.table.records"};
        out_.records.push_back(std::move(record));
        return Done{};
    }

    Status add_row(const Cells& cells, std::size_t line_number) {
        const std::string source = "row " + std::to_string(line_number);
        Record row{SecretText{source}, Role::kRow, 0, {}};
        for (const std::string_view cell : cells) {
            if (trimmed(cell).empty()) continue;
            if (count_words(cell) >= limits_.table_cell_words) {
                if (out_.records.size() + prose_.size() >= limits_.records_max)
                    return Error{Errc::kTooLarge, "scoring.document.table.records"};
                Record& prose = prose_.emplace_back();
                prose.source = SecretText{source};
                prose.role = Role::kOther;
                append_cell(cell, prose.text);
                continue;
            }
            if (!row.text.empty()) row.text.append("\n");
            append_cell(cell, row.text);
        }
        return row.text.empty() ? Status{Done{}} : add(std::move(row));
    }

    void add_line(std::string_view line) {
        if (trimmed(line).empty() && paragraph_.empty()) return;
        paragraph_.append(line);
        paragraph_.append("\n");
    }

    /// Lines that are no rows are prose, empty lines between them included.
    Status end_paragraph() {
        if (paragraph_.empty()) return Done{};
        const Status added = add_paragraphs(paragraph_.expose(), limits_, out_);
        paragraph_.clear();
        return added;
    }

    TableForm form_;
    const ExtractLimits& limits_;
    Document& out_;
    SecretText paragraph_;
    std::vector<Record> prose_;
};

}  // namespace

std::optional<TableForm> find_table(std::string_view text, const ExtractLimits& limits) {
    TableForm best;
    Counted most;
    for (const char delimiter : kDelimiters) {
        if (text.find(delimiter) == std::string_view::npos) continue;
        const Counted counted = count_rows(text, delimiter);
        if (counted.rows < limits.table_rows_min || counted.rows * 2 < counted.lines) continue;
        if (counted.rows <= most.rows) continue;
        most = counted;
        best = {delimiter, !counted.first_has_digit && counted.with_digits * 2 >= counted.rows};
    }
    if (most.rows == 0) return std::nullopt;
    return best;
}

Status add_table(std::string_view text, TableForm form, const ExtractLimits& limits,
                 Document& out) {
    return TableReader{form, limits, out}.read(text);
}

}  // namespace pramana::scoring
