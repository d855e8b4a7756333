#include "pramana/scoring/accept.hpp"

#include "pramana/scoring/document.hpp"

#include <algorithm>
#include <iterator>

namespace pramana::scoring {
namespace {

constexpr std::string_view kFormatNames[kAcceptedFormats] = {"browsing_history",
                                                             "chatgpt_export",
                                                             "claude_export",
                                                             "google_activity",
                                                             "html",
                                                             "json",
                                                             "json_lines",
                                                             "mailbox",
                                                             "reddit_export",
                                                             "table",
                                                             "text",
                                                             "whatsapp_chat",
                                                             "x_archive"};
constexpr std::string_view kPartNames[kParts] = {"account",  "comments",  "feedback",    "headers",
                                                 "manifest", "messages",  "model_turns", "posts",
                                                 "times",    "user_turns"};
static_assert(std::is_sorted(std::begin(kFormatNames), std::end(kFormatNames)));
static_assert(std::is_sorted(std::begin(kPartNames), std::end(kPartNames)));

template <class Enum, std::size_t kCount>
std::optional<Enum> named(const std::string_view (&names)[kCount], std::string_view name) {
    const auto found = std::find(std::begin(names), std::end(names), name);
    if (found == std::end(names)) return std::nullopt;
    return static_cast<Enum>(found - std::begin(names));
}

template <class... Given>
constexpr PartBits bits(Given... parts) {
    return static_cast<PartBits>((bit_of(parts) | ...));
}

// By Part; the names are behind the last point.
constexpr std::string_view kPartSite = "scoring.accept.part.";
constexpr std::string_view kPartSites[kParts] = {
    "scoring.accept.part.account",     "scoring.accept.part.comments",
    "scoring.accept.part.feedback",    "scoring.accept.part.headers",
    "scoring.accept.part.manifest",    "scoring.accept.part.messages",
    "scoring.accept.part.model_turns", "scoring.accept.part.posts",
    "scoring.accept.part.times",       "scoring.accept.part.user_turns"};

}  // namespace

Error format_not_accepted() noexcept { return {Errc::kFormatNotAccepted, "scoring.accept.format"}; }
Error part_missing(Part part) noexcept {
    return {Errc::kPartMissing, kPartSites[static_cast<std::size_t>(part)]};
}
Error not_authentic() noexcept { return {Errc::kNotAuthentic, "scoring.accept.authentic"}; }

std::string_view missing_part_of(const Error& error) noexcept {
    if (error.code != Errc::kPartMissing || !error.site.starts_with(kPartSite)) return {};
    return error.site.substr(kPartSite.size());
}

std::string_view name_of(AcceptedFormat format) noexcept {
    return kFormatNames[static_cast<std::size_t>(format)];
}
std::optional<AcceptedFormat> accepted_format_named(std::string_view name) noexcept {
    return named<AcceptedFormat>(kFormatNames, name);
}
std::string_view name_of(Part part) noexcept { return kPartNames[static_cast<std::size_t>(part)]; }
std::optional<Part> part_named(std::string_view name) noexcept {
    return named<Part>(kPartNames, name);
}

std::optional<AcceptedFormat> accepted_format_of(Format format) noexcept {
    switch (format) {
        case Format::kZip:
        case Format::kTar:
        case Format::kSeveralExports: return std::nullopt;
        case Format::kText: return AcceptedFormat::kText;
        case Format::kJson: return AcceptedFormat::kJson;
        case Format::kJsonLines: return AcceptedFormat::kJsonLines;
        case Format::kHtml: return AcceptedFormat::kHtml;
        case Format::kChatGptExport: return AcceptedFormat::kChatGptExport;
        case Format::kClaudeExport: return AcceptedFormat::kClaudeExport;
        case Format::kXArchive: return AcceptedFormat::kXArchive;
        case Format::kRedditExport: return AcceptedFormat::kRedditExport;
        case Format::kGoogleActivity: return AcceptedFormat::kGoogleActivity;
        case Format::kMailbox: return AcceptedFormat::kMailbox;
        case Format::kWhatsAppChat: return AcceptedFormat::kWhatsAppChat;
        case Format::kBrowsingHistory: return AcceptedFormat::kBrowsingHistory;
    }
    return std::nullopt;
}

PartBits parts_of(AcceptedFormat format) noexcept {
    switch (format) {
        case AcceptedFormat::kChatGptExport:
            return bits(Part::kFeedback, Part::kModelTurns, Part::kTimes, Part::kUserTurns);
        case AcceptedFormat::kClaudeExport:
            return bits(Part::kAccount, Part::kModelTurns, Part::kTimes, Part::kUserTurns);
        case AcceptedFormat::kXArchive:
            return bits(Part::kAccount, Part::kManifest, Part::kMessages, Part::kPosts,
                        Part::kTimes);
        case AcceptedFormat::kRedditExport:
            return bits(Part::kComments, Part::kHeaders, Part::kMessages, Part::kPosts,
                        Part::kTimes);
        case AcceptedFormat::kBrowsingHistory:
        case AcceptedFormat::kGoogleActivity:
        case AcceptedFormat::kMailbox:
        case AcceptedFormat::kWhatsAppChat: return bits(Part::kTimes);
        case AcceptedFormat::kHtml:
        case AcceptedFormat::kJson:
        case AcceptedFormat::kJsonLines:
        case AcceptedFormat::kTable:
        case AcceptedFormat::kText: break;
    }
    return 0;
}

bool has_checks(AcceptedFormat format) noexcept {
    // What has parts is an export, and every export has checks.
    return parts_of(format) != 0;
}

}  // namespace pramana::scoring
