#pragma once

#include "pramana/core/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace pramana::scoring {

enum class Format : std::uint8_t;  // pramana/scoring/document.hpp

/// What a ruleset can take or leave out, by the names of docs/data-formats.md, ascending. Archives
/// are no formats of their own: what is in them is.
enum class AcceptedFormat : std::uint8_t {
    kBrowsingHistory,
    kChatGptExport,
    kClaudeExport,
    kGoogleActivity,
    kHtml,
    kJson,
    kJsonLines,
    kMailbox,
    kRedditExport,
    kTable,  ///< a text that is a table (docs/scoring.md "Tables")
    kText,   ///< any other text
    kWhatsAppChat,
    kXArchive,
};
inline constexpr std::size_t kAcceptedFormats = 13;
[[nodiscard]] std::string_view name_of(AcceptedFormat format) noexcept;
[[nodiscard]] std::optional<AcceptedFormat> accepted_format_named(std::string_view name) noexcept;
/// The one that an export, or a member read by its own content, counts as; nothing for containers.
[[nodiscard]] std::optional<AcceptedFormat> accepted_format_of(Format format) noexcept;

/// What an export can have or lack, ascending by name. Structure alone: which files and fields are
/// there, never what they say.
enum class Part : std::uint8_t {
    kAccount,     ///< the file about the account
    kComments,    ///< a comment
    kFeedback,    ///< the file of ratings
    kHeaders,     ///< the files that list posts or comments a second time
    kManifest,    ///< the file that says what the archive holds
    kMessages,    ///< a direct message
    kModelTurns,  ///< a turn of the model
    kPosts,       ///< a post
    kTimes,       ///< every record has a time
    kUserTurns,   ///< a turn of a person
};
inline constexpr std::size_t kParts = 10;
[[nodiscard]] std::string_view name_of(Part part) noexcept;
[[nodiscard]] std::optional<Part> part_named(std::string_view name) noexcept;

/// A set of parts: bit `1 << part`.
using PartBits = std::uint16_t;
[[nodiscard]] constexpr PartBits bit_of(Part part) noexcept {
    return static_cast<PartBits>(1U << static_cast<unsigned>(part));
}
[[nodiscard]] constexpr std::uint32_t bit_of(AcceptedFormat format) noexcept {
    return 1U << static_cast<unsigned>(format);
}
inline constexpr std::uint32_t kEveryFormat = (1U << kAcceptedFormats) - 1;

/// The parts that can be asked of a format: those that its reader tells.
[[nodiscard]] PartBits parts_of(AcceptedFormat format) noexcept;
/// Whether a file of this format has anything that docs/data-formats.md "Authenticity" examines.
[[nodiscard]] bool has_checks(AcceptedFormat format) noexcept;

/// Which files a ruleset takes: docs/rulesets.md "What is accepted". Version 1 takes everything and
/// is in no ruleset's text; from 2 on this part is.
struct AcceptRules {
    std::uint32_t version = 1;
    std::uint32_t authentic = 0;           ///< 1: what fails a check of authenticity is refused
    std::uint32_t formats = kEveryFormat;  ///< a set of bit_of()
    /// By AcceptedFormat: what an export of that format must have, wherever there is one.
    std::array<PartBits, kAcceptedFormats> parts{};
    friend bool operator==(const AcceptRules&, const AcceptRules&) = default;
};
inline constexpr std::uint32_t kAcceptVersion = 2;

/// Why a ruleset does not take a file that can be read: kFormatNotAccepted, kPartMissing with the
/// part in its site, kNotAuthentic.
[[nodiscard]] Error format_not_accepted() noexcept;
[[nodiscard]] Error part_missing(Part part) noexcept;
[[nodiscard]] Error not_authentic() noexcept;
/// The name of the part that a kPartMissing misses; empty for any other error.
[[nodiscard]] std::string_view missing_part_of(const Error& error) noexcept;

}  // namespace pramana::scoring
