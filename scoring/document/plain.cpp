#include "plain.hpp"

#include "chatgpt.hpp"
#include "table.hpp"
#include "text.hpp"

#include <algorithm>
#include <string>

namespace pramana::scoring {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";

/// Every line that is not empty is a JSON object of its own. Errors: those of JsonDocument::parse.
Status add_json_lines(std::string_view text, const ExtractLimits& limits, Document& out) {
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.find_first_not_of(kWhiteSpace) == std::string_view::npos) continue;
        const auto document = JsonDocument::parse(line, limits);
        if (!document) return document.error();
        const simdjson::dom::element& root = (*document)->root();
        if (!root.is_object())
            return Error{Errc::kUnknownFormat, "scoring.document.json_lines.object"};
        PRAMANA_TRY(add_json_leaves(root, "/" + std::to_string(number), limits, out));
    }
    return Done{};
}

bool has_several_lines(std::string_view text) {
    const std::size_t end = text.find('\n');
    return end != std::string_view::npos &&
           text.find_first_not_of(kWhiteSpace, end) != std::string_view::npos;
}

}  // namespace

bool looks_like_json(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kWhiteSpace);
    if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return false;
    const std::size_t second = text.find_first_not_of(kWhiteSpace, first + 1);
    if (second == std::string_view::npos) return false;
    const std::string_view allowed = text[first] == '{' ? "\"}" : "{[\"]";
    return allowed.find(text[second]) != std::string_view::npos;
}

Result<Format> add_json(std::string_view text, const ExtractLimits& limits, Document& out) {
    const auto document = JsonDocument::parse(text, limits);
    if (!document) {
        const bool syntax = document.error().site == "scoring.document.json.syntax";
        if (!syntax || !has_several_lines(text)) return document.error();
        PRAMANA_TRY(add_json_lines(text, limits, out));
        return Format::kJsonLines;
    }
    const simdjson::dom::element& root = (*document)->root();
    if (is_chatgpt_conversations(root)) {
        PRAMANA_TRY(add_chatgpt_turns(root, limits, out));
        return Format::kChatGptExport;
    }
    PRAMANA_TRY(add_json_leaves(root, "", limits, out));
    return Format::kJson;
}

Status add_text(std::string_view text, const ExtractLimits& limits, Document& out) {
    const std::optional<TableForm> form = find_table(text, limits);
    return form ? add_table(text, *form, limits, out) : add_paragraphs(text, limits, out);
}

}  // namespace pramana::scoring
