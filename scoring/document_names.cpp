#include "pramana/scoring/document.hpp"

#include <cstdlib>

namespace pramana::scoring {

std::string_view name_of(Format format) noexcept {
    switch (format) {
        case Format::kText: return "text";
        case Format::kJson: return "json";
        case Format::kJsonLines: return "json_lines";
        case Format::kZip: return "zip";
        case Format::kChatGptExport: return "chatgpt_export";
        case Format::kTar: return "tar";
        case Format::kHtml: return "html";
        case Format::kMailbox: return "mailbox";
        case Format::kClaudeExport: return "claude_export";
        case Format::kXArchive: return "x_archive";
        case Format::kRedditExport: return "reddit_export";
        case Format::kGoogleActivity: return "google_activity";
        case Format::kWhatsAppChat: return "whatsapp_chat";
        case Format::kBrowsingHistory: return "browsing_history";
        case Format::kSeveralExports: return "several_exports";
    }
    std::abort();
}

namespace {

// By NotRead.
constexpr NotReadText kNotRead[kNotReadReasons] = {
    {"member_binary", "A file of the archive is binary."},
    {"member_encrypted", "A file of the archive is encrypted."},
    {"member_path", "A file of the archive has a path that leads out of it."},
    {"member_link", "A member of the archive is a link or a device."},
    {"member_markup", "A file of the archive is XML."},
    {"member_encoding", "A file is not UTF-8."},
    {"member_empty", "A file of the archive is empty."},
    {"member_json_damaged", "A file looks like JSON and does not parse, or has a key twice."},
    {"member_archive_damaged", "An archive inside the archive is damaged."},
    {"member_not_of_export", "A file belongs to the account, not to what was written."},
    {"turn_hidden", "A turn of the system or of a tool is no text of the conversation."},
    {"part_without_text", "A part is an image, a recording or empty."},
    {"turn_detached", "A turn is not reached from the start of its conversation."},
    {"string_identifier", "A string is an identifier, a link or a date."},
    {"table_header", "The first row names the columns."},
    {"entry_wrong_shape", "An entry has not the members that its format has."},
    {"repost", "A repost is somebody else's text."},
    {"notice", "A line was written by the service."},
    {"media_placeholder", "A line stands for a picture or recording that is not there."},
    {"attachment", "An attachment is not read."},
    {"mail_encoding", "A part of a mail has an encoding that is not read."},
    {"format_not_accepted", "A file is of a kind that the ruleset does not take."},
};

}  // namespace

const NotReadText& text_of(NotRead reason) noexcept {
    return kNotRead[static_cast<std::size_t>(reason)];
}

}  // namespace pramana::scoring
