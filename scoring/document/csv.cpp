#include "csv.hpp"

#include "find_any.hpp"
#include "pramana/core/secret_append.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

void CsvReader::take_cell() {
    const auto append = [this](std::size_t size) {
        append_plain(cells_, text_.data(), size);
        text_.remove_prefix(size);
    };
    if (text_.starts_with('"')) {
        text_.remove_prefix(1);
        for (;;) {
            append(std::min(text_.find('"'), text_.size()));
            text_.remove_prefix(std::min<std::size_t>(1, text_.size()));
            if (!text_.starts_with('"')) break;
            append(1);
        }
    }
    append(find_any<3>(text_, 0, {',', '\r', '\n'}));
    ends_.push_back(cells_.size());
    over_ = !text_.starts_with(',');
    if (!over_) text_.remove_prefix(1);
}

bool CsvReader::next() {
    text_.remove_prefix(std::min(text_.find_first_not_of("\r\n"), text_.size()));
    if (text_.empty()) return false;
    cells_.clear();
    ends_.clear();
    ++row_;
    do take_cell();
    while (!over_);
    return true;
}

std::string_view CsvReader::cell(std::size_t column) const noexcept {
    if (column >= ends_.size()) return {};
    const std::size_t begin = column == 0 ? 0 : ends_[column - 1];
    return {cells_.data() + begin, ends_[column] - begin};
}

std::optional<std::vector<std::size_t>> columns_of(const CsvReader& header,
                                                   std::span<const std::string_view> names) {
    std::vector<std::size_t> columns;
    for (const std::string_view name : names) {
        std::size_t at = 0;
        while (at < header.size() && !same_name(header.cell(at), name)) ++at;
        if (at == header.size()) return std::nullopt;
        columns.push_back(at);
    }
    return columns;
}

}  // namespace pramana::scoring
