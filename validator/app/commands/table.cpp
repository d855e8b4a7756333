#include "table.hpp"

#include "pramana/core/check.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace pramana::app {
namespace {

constexpr std::int64_t kMinute_s = 60;
constexpr std::int64_t kHour_s = 3'600;
constexpr std::int64_t kDay_s = 86'400;

std::string with_rest(std::int64_t seconds, std::int64_t unit, char unit_name, std::int64_t smaller,
                      char smaller_name) {
    std::string text = std::to_string(seconds / unit) + unit_name;
    if (const std::int64_t rest = seconds % unit / smaller; rest > 0)
        text += ' ' + std::to_string(rest) + smaller_name;
    return text;
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
    PRAMANA_CHECK(cells.size() == columns_.size());
    for (std::string& cell : cells)
        if (cell.empty()) cell = "-";
    rows_.push_back(std::move(cells));
}

std::string Table::str() const {
    std::vector<std::size_t> widths;
    for (const Column& column : columns_) widths.push_back(column.title.size());
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    const auto add_line = [&](const auto& cell_at) {
        std::string line;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const std::string cell{cell_at(i)};
            const std::string space(widths[i] - cell.size(), ' ');
            if (i > 0) line += "  ";
            line += columns_[i].right ? space + cell : cell + space;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    };
    add_line([&](std::size_t i) { return columns_[i].title; });
    for (const auto& row : rows_) add_line([&](std::size_t i) { return std::string_view{row[i]}; });
    return text;
}

std::string age_text(std::int64_t seconds) {
    seconds = std::max<std::int64_t>(seconds, 0);
    if (seconds < kMinute_s) return std::to_string(seconds) + 's';
    if (seconds < kHour_s) return std::to_string(seconds / kMinute_s) + 'm';
    if (seconds < kDay_s) return with_rest(seconds, kHour_s, 'h', kMinute_s, 'm');
    return with_rest(seconds, kDay_s, 'd', kHour_s, 'h');
}

std::string utc_text(std::int64_t unix_s) {
    const std::time_t time = unix_s;
    std::tm parts{};
    std::array<char, 32> text{};
    if (::gmtime_r(&time, &parts) == nullptr) return "?";
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts);
    return std::string{text.data(), length};
}

std::string short_hex(std::string_view hex0x) {
    constexpr std::size_t kHead = 8;
    constexpr std::size_t kTail = 4;
    if (hex0x.size() <= kHead + kTail + 3) return std::string{hex0x};
    return std::string{hex0x.substr(0, kHead)} + "..." +
           std::string{hex0x.substr(hex0x.size() - kTail)};
}

}  // namespace pramana::app
