#include "formats/format_reader.hpp"

namespace pramana::scoring {
namespace {

constexpr RegisteredFormat kRegistered[] = {
    {Format::kChatGptExport, "JSON array whose first element has an object `mapping`",
     make_chatgpt_reader},
    {Format::kClaudeExport, "JSON array whose first element has an array `chat_messages`",
     make_claude_reader},
    {Format::kXArchive,
     "text that starts with `window.YTD.tweets.part` (or `tweet`, `direct_messages`)",
     make_x_archive_reader},
    {Format::kRedditExport, "CSV whose header has `id`, `permalink`, `date`, `subreddit`, `body`",
     make_reddit_reader},
    {Format::kGoogleActivity,
     "JSON array whose first element has `header`, `title`, `time` and an array `products`",
     make_google_activity_reader},
    {Format::kMailbox, "text that starts with a line `From ` and header fields (RFC 4155)",
     make_mailbox_reader},
    {Format::kWhatsAppChat, "text whose first line is a date, a time and ` - ` or brackets",
     make_whatsapp_reader},
    {Format::kBrowsingHistory,
     "JSON object with an array `Browser History`, or CSV with columns of URL, title and time",
     make_browsing_reader},
};

}  // namespace

std::span<const RegisteredFormat> registered_formats() noexcept { return kRegistered; }

}  // namespace pramana::scoring
