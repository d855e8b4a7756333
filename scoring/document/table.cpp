#include "table.hpp"

#include "rows.hpp"
#include "text.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace pramana::scoring {
namespace {

constexpr std::string_view kDelimiters = "\t;|,";

/// Doubled quotes of a quoted cell are one.
void append_cell(std::string_view cell, SecretText& out) {
    cell = trimmed_cell(cell);
    const bool quoted = cell.size() >= 2 && cell.front() == '"' && cell.back() == '"';
    if (quoted) cell = trimmed_cell(cell.substr(1, cell.size() - 2));
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
            if (trimmed_cell(cell).empty()) continue;
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
        if (trimmed_cell(line).empty() && paragraph_.empty()) return;
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
    RowCount most;
    for (const char delimiter : kDelimiters) {
        if (text.find(delimiter) == std::string_view::npos) continue;
        const RowCount counted = count_rows(text, delimiter);
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
