#pragma once

#include "json.hpp"
#include "reading.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace pramana::scoring {

/// What a reader says of a member.
enum class Claim : std::uint8_t {
    kNone,    ///< not of this format
    kPart,    ///< of this format where the export itself is there too: accounts, manifests
    kExport,  ///< what the format is about
};

/// Reads one format of export. One instance a file, so that members of one archive are checked
/// against each other. Formats are told by content; what a reader keeps of it is in wiping
/// containers. Thread: one.
class FormatReader {
  public:
    FormatReader() = default;
    FormatReader(const FormatReader&) = delete;
    FormatReader& operator=(const FormatReader&) = delete;
    virtual ~FormatReader() = default;
    /// Looks at the start of a document, never at all of it.
    [[nodiscard]] virtual Claim claims_json(const simdjson::dom::element&) const {
        return Claim::kNone;
    }
    [[nodiscard]] virtual Claim claims_text(std::string_view) const { return Claim::kNone; }
    /// Called where claims_json / claims_text said that it is ours, in the order of the members'
    /// digests. Errors: kTooLarge beyond records_max, kUnknownFormat where a member is damaged.
    [[nodiscard]] virtual Status read_json(const simdjson::dom::element&, Reading&) {
        return Done{};
    }
    [[nodiscard]] virtual Status read_text(std::string_view, Reading&) { return Done{}; }
    /// After the last member: checks across members.
    virtual void finish(Reading&) {}
};

/// A format of export: what it is called, how it is told, who reads it.
struct RegisteredFormat {
    Format format;
    std::string_view recognised_by;
    std::unique_ptr<FormatReader> (*make)();
};
/// All of them, in the order in which they are asked. The list of docs/data-formats.md.
[[nodiscard]] std::span<const RegisteredFormat> registered_formats() noexcept;

// One file a format.
[[nodiscard]] std::unique_ptr<FormatReader> make_chatgpt_reader();
[[nodiscard]] std::unique_ptr<FormatReader> make_claude_reader();
[[nodiscard]] std::unique_ptr<FormatReader> make_x_archive_reader();
[[nodiscard]] std::unique_ptr<FormatReader> make_reddit_reader();
[[nodiscard]] std::unique_ptr<FormatReader> make_google_activity_reader();
[[nodiscard]] std::unique_ptr<FormatReader> make_mailbox_reader();
[[nodiscard]] std::unique_ptr<FormatReader> make_whatsapp_reader();
[[nodiscard]] std::unique_ptr<FormatReader> make_browsing_reader();

}  // namespace pramana::scoring
