#include "pramana/scoring_document/extract.hpp"

#include "archive.hpp"
#include "chatgpt.hpp"
#include "exports.hpp"
#include "plain.hpp"
#include "pramana/core/bytes.hpp"
#include "text.hpp"

#include <string_view>

namespace pramana::scoring {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// One member of an ordinary archive; damaged JSON inside is skipped, not fatal for the rest.
Status add_member(const Member& member, const ExtractLimits& limits, Document& out) {
    const std::string_view text{member.content.data(), member.content.size()};
    if (!looks_like_json(text)) return add_text(text, limits, out);
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
        if (!member.conversations) continue;
        const auto document = JsonDocument::parse({member.content.data(), member.content.size()},
                                                  limits, member.behind());
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
    if (looks_like_json(text)) {
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
    Result<Document> document = limits.formats.version > 1 ? read_exports(opened, limits)
                                : is_zip(opened)           ? extract_zip(opened, limits)
                                                           : extract_plain(as_text(opened), limits);
    if (document && document->records.empty())
        return Error{Errc::kTooFewTokens, "scoring.document.extract.empty"};
    return document;
}

}  // namespace pramana::scoring
