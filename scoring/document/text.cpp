#include "text.hpp"

#include "find_any.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace pramana::scoring {
namespace {

constexpr std::size_t kSampleBytes = 64U << 10U;

/// The first letters behind white space and a byte order mark, in lower case.
std::string start_of(std::string_view text, std::size_t size) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    std::string start{text.substr(begin, size)};
    std::transform(start.begin(), start.end(), start.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return start;
}

bool starts_like_markup(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || text[begin] != '<') return false;
    std::string start{text.substr(begin, 9)};
    std::transform(start.begin(), start.end(), start.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return start == "<!doctype" || start.starts_with("<html") || start.starts_with("<?xml");
}

bool is_blank(std::string_view line) noexcept {
    for (const char c : line)  // find_first_not_of calls memchr for each character
        if (c != ' ' && c != '\t' && c != '\f') return false;
    return true;
}

/// The next line of `text` without its end; `text` moves behind it. CR, LF and CR LF end a line.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = find_any<2>(text, 0, {'\r', '\n'});
    if (end == text.size()) return std::exchange(text, {});
    const std::string_view line = text.substr(0, end);
    const bool crlf = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    text.remove_prefix(end + (crlf ? 2 : 1));
    return line;
}

}  // namespace

bool looks_like_text(std::string_view bytes) {
    return !starts_like_markup(bytes) && has_few_controls(bytes);
}

Content content_of(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
        return Content::kOtherEncoding;
    const std::string start = start_of(bytes, 14);
    if (start.starts_with("<html") || start.starts_with("<!doctype html"))
        return has_few_controls(bytes) ? Content::kHtml : Content::kBinary;
    if (start.starts_with("<?xml") || start.starts_with("<!doctype")) return Content::kMarkup;
    return has_few_controls(bytes) ? Content::kText : Content::kBinary;
}

bool has_few_controls(std::string_view bytes) {
    const std::string_view sample = bytes.substr(0, kSampleBytes);
    std::size_t controls = 0, ill_formed = 0;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        const auto byte = static_cast<unsigned char>(sample[i]);
        if (byte == 0) return false;
        if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f') ++controls;
        const bool lead = byte >= 0xC0;
        const bool follows =
            i + 1 < sample.size() && (static_cast<unsigned char>(sample[i + 1]) & 0xC0U) == 0x80U;
        if (byte >= 0xF8 || (lead && !follows && i + 1 < sample.size())) ++ill_formed;
    }
    return controls * 100 <= sample.size() && ill_formed * 50 <= sample.size();
}

Status add_paragraphs(std::string_view text, const ExtractLimits& limits, Document& out) {
    const char* begin = nullptr;
    const char* end = nullptr;
    std::size_t number = 0;
    const auto flush = [&]() -> Status {
        if (begin == nullptr) return Done{};
        if (out.records.size() == limits.records_max)
            return Error{Errc::kTooLarge, "scoring.document.text.records"};
        const std::string source = "paragraph " + std::to_string(++number);
        const std::string_view paragraph{begin, static_cast<std::size_t>(end - begin)};
        out.records.push_back({SecretText{source}, Role::kProse, 0, SecretText{paragraph}});
        begin = nullptr;
        return Done{};
    };
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (is_blank(line)) {
            PRAMANA_TRY(flush());
            continue;
        }
        if (begin == nullptr) begin = line.data();
        end = line.data() + line.size();
    }
    return flush();
}

}  // namespace pramana::scoring
