#pragma once

#include "pramana/core/secret_append.hpp"
#include "pramana/core/secret_vector.hpp"
#include "pramana/scoring/accept.hpp"
#include "pramana/scoring/authenticity.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace pramana::scoring {

/// Plaintext of any length: move-only, wiped on destruction and on growth, without a stream
/// operator.
class SecretText {
  public:
    SecretText() noexcept = default;
    explicit SecretText(std::string_view text) { append(text); }
    SecretText(SecretText&&) noexcept = default;
    SecretText& operator=(SecretText&&) noexcept = default;
    SecretText(const SecretText&) = delete;
    SecretText& operator=(const SecretText&) = delete;
    ~SecretText() = default;

    void append(std::string_view text) { append_plain(bytes_, text.data(), text.size()); }
    void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
    void clear() noexcept { SecretVector<char>{}.swap(bytes_); }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
    [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
    /// Borrow until the next change. The name is loud on purpose: reviewers grep for it.
    [[nodiscard]] std::string_view expose() const noexcept {
        return {bytes_.data(), bytes_.size()};
    }

  private:
    SecretVector<char> bytes_;
};

/// What kind of text a record holds; chooses the quality profile.
enum class Role : std::uint8_t {
    kProse,      ///< a paragraph of a text
    kUser,       ///< a person's turn of a conversation
    kAssistant,  ///< a machine's turn
    kOther,      ///< a string of a JSON document; system and tool turns
    kRow,        ///< a row of a table: its cells, one a line, without the empty ones
    kPost,       ///< a post or comment on a public site
};

/// One piece of text with its origin.
struct Record {
    SecretText
        source;  ///< where it stood: "conversations.json#/3/mapping", "/a/0/text"; itself plaintext
    Role role = Role::kProse;
    std::int64_t unix_s = 0;  ///< when it was written; 0 = unknown
    SecretText text;          ///< UTF-8, as it stood; canonical text is made by Engine::prepare
};

enum class Format : std::uint8_t {
    kText,
    kJson,
    kJsonLines,
    kZip,
    kChatGptExport,
    // From formats version 2 on.
    kTar,
    kHtml,
    kMailbox,
    kClaudeExport,
    kXArchive,
    kRedditExport,
    kGoogleActivity,
    kWhatsAppChat,
    kBrowsingHistory,
    kSeveralExports,  ///< an archive with exports of more than one kind
};
inline constexpr std::size_t kFormats = 15;
[[nodiscard]] std::string_view name_of(
    Format format) noexcept;  ///< "text", "json", "json_lines", …

/// Why a part of a file is no record. Names are stable: "member_binary", ….
enum class NotRead : std::uint8_t {
    kBinaryMember,
    kEncryptedMember,
    kHostilePath,
    kLinkMember,
    kMarkupMember,
    kOtherEncoding,
    kEmptyMember,
    kDamagedJson,
    kDamagedArchive,
    kOtherMember,
    kHiddenTurn,
    kEmptyPart,
    kDetachedTurn,
    kIdentifier,
    kTableHeader,
    kWrongShape,
    kRepost,
    kNotice,
    kMedia,
    kAttachment,
    kMailEncoding,
    kNotAccepted,
};
inline constexpr std::size_t kNotReadReasons = 22;
struct NotReadText {
    std::string_view code;      ///< "member_binary"
    std::string_view sentence;  ///< one sentence that a contributor understands
};
[[nodiscard]] const NotReadText& text_of(NotRead reason) noexcept;

/// What reading has seen and did not turn into a record. Never an error.
struct Notes {
    std::uint64_t members_skipped = 0;  ///< archive members of no known format
    std::uint64_t members_hostile = 0;  ///< members whose path climbs out, links, devices
    std::uint64_t parts_skipped = 0;    ///< images, tool turns, identifiers: parts without text
    std::uint64_t nodes_detached = 0;   ///< turns that the conversation's root does not reach
    std::array<std::uint64_t, kNotReadReasons> not_read{};  ///< by NotRead
    void skip(NotRead reason, std::uint64_t count = 1) noexcept {
        not_read[static_cast<std::size_t>(reason)] += count;
    }
};

/// An opened contribution as text: records in canonical order (conversations by time, then id;
/// turns from the root on; members of an archive by digest; JSON strings and paragraphs as they
/// stand). Move-only through its records.
struct Document {
    Format format = Format::kText;
    std::vector<Record> records;
    Notes notes;
    Authenticity authenticity;                       ///< empty unless the ruleset asks for it
    std::array<PartBits, kAcceptedFormats> parts{};  ///< what the exports have, by format
};

}  // namespace pramana::scoring
