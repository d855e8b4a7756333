#include "rows.hpp"

#include "find_any.hpp"
#include "pramana/core/secret_vector.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <utility>

namespace pramana::scoring {
namespace {

/// A quote that is not closed within so many bytes is a character like any other.
constexpr std::size_t kQuotedBytesMax = 65'536;
constexpr std::string_view kBlank = " \t\f";

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

bool has_digit(const Cells& cells) {
    return std::any_of(cells.begin(), cells.end(), [](std::string_view cell) {
        return std::any_of(cell.begin(), cell.end(), [](char c) { return c >= '0' && c <= '9'; });
    });
}

/// What a line is.
struct Line {
    std::size_t cells = 1;
    std::size_t filled = 0;
    bool blank = true;
    bool digit = false;
};

Line line_of(std::string_view line, const Cells& cells) {
    return {cells.size(), filled(cells), line.find_first_not_of(kBlank) == std::string_view::npos,
            has_digit(cells)};
}

class Counter {
  public:
    explicit Counter(char delimiter) : cells_min_{cells_min(delimiter)} {}
    void add(const Line& line) {
        if (line.blank) return;
        ++counted_.lines;
        if (line.filled < cells_min_) return;
        if (std::exchange(first_, false)) counted_.first_has_digit = line.digit;
        counted_.with_digits += line.digit ? 1U : 0U;
        const std::size_t rows = line.cells < kFew ? ++few_[line.cells] : ++many_[line.cells];
        counted_.rows = std::max(counted_.rows, rows);
    }
    [[nodiscard]] const RowCount& counted() const noexcept { return counted_; }

  private:
    static constexpr std::size_t kFew = 64;
    std::size_t cells_min_;
    RowCount counted_;
    bool first_ = true;
    std::size_t few_[kFew] = {};  ///< lines by their number of cells
    std::map<std::size_t, std::size_t> many_;
};

/// By bit, what 64 bytes are.
struct Kinds {
    std::uint64_t delimiter = 0;
    std::uint64_t line_end = 0;  ///< CR, LF
    std::uint64_t quote = 0;
    std::uint64_t blank = 0;  ///< kBlank
    std::uint64_t digit = 0;
};

#if defined(__SSE2__)
std::uint64_t bits_of(__m128i bytes, unsigned shift) noexcept {
    return std::uint64_t{static_cast<unsigned>(_mm_movemask_epi8(bytes))} << shift;
}

Kinds kinds_of(const char* text, char delimiter) noexcept {
    Kinds kinds;
    for (unsigned at = 0; at < 64; at += 16) {
        __m128i bytes;
        std::memcpy(&bytes, text + at, sizeof bytes);
        const auto is = [&bytes](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
        const __m128i blank = _mm_or_si128(_mm_or_si128(is(' '), is('\t')), is('\f'));
        const __m128i above = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
        const __m128i digit = _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8(9)), above);
        kinds.delimiter |= bits_of(is(delimiter), at);
        kinds.line_end |= bits_of(_mm_or_si128(is('\n'), is('\r')), at);
        kinds.quote |= bits_of(is('"'), at);
        kinds.blank |= bits_of(blank, at);
        kinds.digit |= bits_of(digit, at);
    }
    return kinds;
}
#else
Kinds kinds_of(const char* text, char delimiter) noexcept {
    Kinds kinds;
    for (unsigned at = 0; at < 64; ++at) {
        const char c = text[at];
        const std::uint64_t bit = std::uint64_t{1} << at;
        kinds.delimiter |= c == delimiter ? bit : 0;
        kinds.line_end |= c == '\n' || c == '\r' ? bit : 0;
        kinds.quote |= c == '"' ? bit : 0;
        kinds.blank |= c == ' ' || c == '\t' || c == '\f' ? bit : 0;
        kinds.digit |= c >= '0' && c <= '9' ? bit : 0;
    }
    return kinds;
}
#endif

constexpr std::uint64_t up_to(unsigned bit) noexcept { return ~std::uint64_t{0} >> (63U - bit); }

/// How many bits are set; std::popcount is a call where the instruction may be missing.
constexpr std::size_t count_bits(std::uint64_t bits) noexcept {
    bits -= bits >> 1U & 0x5555555555555555;
    bits = (bits & 0x3333333333333333) + (bits >> 2U & 0x3333333333333333);
    return ((bits + (bits >> 4U)) & 0x0F0F0F0F0F0F0F0F) * 0x0101010101010101 >> 56U;
}

/// Lines of 64 bytes after the other, up to a quoted cell.
class LineScan {
  public:
    LineScan(char delimiter, Counter& counter) : delimiter_{delimiter}, counter_{counter} {}

    /// Counts the lines of `text`, which begins one, and that end in it or before a line with a
    /// quoted cell; returns where the first line begins that was not counted.
    std::size_t take(std::string_view text) {
        line_ = {};
        content_ = 0;
        begins_ = true;
        std::size_t counted = 0;
        for (std::size_t at = 0; at < text.size(); at += 64) {
            if (text.size() - at >= 64) {
                if (take_block(text.data() + at, at, counted)) return counted;
                continue;
            }
            char last[64];  // lines behind the end are blank
            std::memset(last, '\n', sizeof last);
            std::memcpy(last, text.data() + at, text.size() - at);
            const bool quoted = take_block(last, at, counted);
            wipe_memory(last, sizeof last);
            if (quoted) return counted;
            counted = text.size();
        }
        if (counted < text.size()) counter_.add(line_at_end());
        return text.size();
    }

  private:
    Line line_at_end() {
        line_.filled += content_;
        return line_;
    }

    /// True at a quoted cell: the line that holds it, which begins at `counted`, is not counted.
    bool take_block(const char* bytes, std::size_t at, std::size_t& counted) {
        const Kinds kinds = kinds_of(bytes, delimiter_);
        const std::uint64_t ends = kinds.delimiter | kinds.line_end;
        const std::uint64_t quoted = kinds.quote & (ends << 1U | (begins_ ? 1U : 0U));
        begins_ = ends >> 63U != 0;
        // Of each cell, the bits that are not blank are added to ones: they carry over to its end
        // unless there are none.
        const std::uint64_t inside = ~ends;
        const std::uint64_t content = inside & ~kinds.blank;
        std::uint64_t sum = inside + content;
        const bool over = sum < inside;
        const std::uint64_t filled_ends = (sum + content_) & ends;
        content_ = over || sum + content_ < sum ? 1 : 0;

        std::uint64_t left = ~std::uint64_t{0};  // of the block, not yet of a line
        for (std::uint64_t lines = kinds.line_end; lines != 0; lines &= lines - 1) {
            const auto end = static_cast<unsigned>(std::countr_zero(lines));
            const std::uint64_t here = left & up_to(end);
            if ((quoted & here) != 0) return true;
            add(kinds, filled_ends, here);
            counter_.add(line_);
            line_ = {};
            counted = at + end + 1;
            left = ~up_to(end);
        }
        if ((quoted & left) != 0) return true;
        add(kinds, filled_ends, left);
        return false;
    }

    void add(const Kinds& kinds, std::uint64_t filled_ends, std::uint64_t here) noexcept {
        line_.cells += count_bits(kinds.delimiter & here);
        line_.filled += count_bits(filled_ends & here);
        line_.blank = line_.blank && (~kinds.blank & ~kinds.line_end & here) == 0;
        line_.digit = line_.digit || (kinds.digit & here) != 0;
    }

    char delimiter_;
    Counter& counter_;
    Line line_;
    std::uint64_t content_ = 0;  ///< 1: the cell that is open holds more than blanks
    bool begins_ = true;         ///< the next byte begins a cell
};

}  // namespace

std::string_view trimmed_cell(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\f\r\n");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\f\r\n") - begin + 1);
}

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
        cells.begin(), cells.end(), [](auto cell) { return !trimmed_cell(cell).empty(); }));
}

RowCount count_rows(std::string_view text, char delimiter) {
    Counter counter{delimiter};
    LineScan scan{delimiter, counter};
    Cells cells;
    while (!text.empty()) {
        text.remove_prefix(scan.take(text));
        if (text.empty()) break;
        const std::string_view line = take_row(text, delimiter, cells);
        counter.add(line_of(line, cells));
    }
    return counter.counted();
}

RowCount count_rows_reference(std::string_view text, char delimiter) {
    Counter counter{delimiter};
    Cells cells;
    while (!text.empty()) {
        const std::string_view line = take_row(text, delimiter, cells);
        counter.add(line_of(line, cells));
    }
    return counter.counted();
}

}  // namespace pramana::scoring
