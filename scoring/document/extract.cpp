#include "pramana/scoring_document/extract.hpp"

#include "archive.hpp"
#include "chatgpt.hpp"
#include "json.hpp"
#include "pramana/core/bytes.hpp"
#include "table.hpp"
#include "text.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace pramana::scoring {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kWhiteSpace = " \t\r\n";

enum class Shape : std::uint8_t { kJson, kText };

/// JSON starts like JSON: a bracket, and then what may follow it. "[Verse 1]" is text.
Shape shape_of(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kWhiteSpace);
    if (first == std::string_view::npos || (text[first] != '{' && text[first] != '['))
        return Shape::kText;
    const std::size_t second = text.find_first_not_of(kWhiteSpace, first + 1);
    if (second == std::string_view::npos) return Shape::kText;
    const std::string_view allowed = text[first] == '{' ? "\"}" : "{[\"]";
    return allowed.find(text[second]) == std::string_view::npos ? Shape::kText : Shape::kJson;
}

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

/// Adds the records of one JSON text and says what it was.
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

/// conversations.json, or conversations-000.json and so on of large exports, in any folder.
bool is_conversations_name(std::string_view name) {
    name.remove_prefix(name.rfind('/') + 1);
    constexpr std::string_view kStart = "conversations", kEnd = ".json";
    if (!name.starts_with(kStart) || !name.ends_with(kEnd) ||
        name.size() < kStart.size() + kEnd.size())
        return false;
    const std::string_view middle =
        name.substr(kStart.size(), name.size() - kStart.size() - kEnd.size());
    return middle.empty() ||
           (middle.front() == '-' && std::all_of(middle.begin() + 1, middle.end(),
                                                 [](char c) { return c >= '0' && c <= '9'; }));
}

/// Text that is not JSON: a table, or paragraphs.
Status add_text(std::string_view text, const ExtractLimits& limits, Document& out) {
    const std::optional<TableForm> form = find_table(text, limits);
    return form ? add_table(text, *form, limits, out) : add_paragraphs(text, limits, out);
}

/// One member of an ordinary archive; damaged JSON inside is skipped, not fatal for the rest.
Status add_member(const Member& member, const ExtractLimits& limits, Document& out) {
    const std::string_view text{member.content.data(), member.content.size()};
    if (shape_of(text) == Shape::kText) return add_text(text, limits, out);
    const Result<Format> format = add_json(text, limits, out);
    if (format) return Done{};
    if (format.error().code != Errc::kUnknownFormat) return format.error();
    ++out.notes.members_skipped;
    return Done{};
}

Result<Document> extract_zip(std::span<const std::uint8_t> opened, const ExtractLimits& limits) {
    Document out;
    out.format = Format::kZip;
    const Result<std::vector<Member>> members = read_zip(opened, limits, out.notes);
    if (!members) return members.error();
    for (const Member& member : *members) {
        if (!is_conversations_name(member.name)) continue;
        const auto document =
            JsonDocument::parse({member.content.data(), member.content.size()}, limits);
        if (!document) return document.error();
        if (!is_chatgpt_conversations((*document)->root())) continue;
        out.format = Format::kChatGptExport;
        PRAMANA_TRY(add_chatgpt_turns((*document)->root(), limits, out));
    }
    if (out.format == Format::kChatGptExport)
        return out;  // its other files are the account's, not conversations
    for (const Member& member : *members) PRAMANA_TRY(add_member(member, limits, out));
    return out;
}

Result<Document> extract_plain(std::string_view text, const ExtractLimits& limits) {
    Document out;
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (shape_of(text) == Shape::kJson) {
        const Result<Format> format = add_json(text, limits, out);
        if (!format) return format.error();
        out.format = *format;
        return out;
    }
    if (!looks_like_text(text))
        return Error{Errc::kUnknownFormat, "scoring.document.extract.binary"};
    PRAMANA_TRY(add_text(text, limits, out));
    return out;
}

}  // namespace

Result<Document> extract(std::span<const std::uint8_t> opened, const ExtractLimits& limits) {
    if (opened.size() > limits.expanded_bytes_max)
        return Error{Errc::kTooLarge, "scoring.document.extract.size"};
    Result<Document> document =
        is_zip(opened) ? extract_zip(opened, limits) : extract_plain(as_text(opened), limits);
    if (document && document->records.empty())
        return Error{Errc::kTooFewTokens, "scoring.document.extract.empty"};
    return document;
}

}  // namespace pramana::scoring
