#include "exports.hpp"

#include "formats/format_reader.hpp"
#include "html.hpp"
#include "plain.hpp"
#include "pramana/core/bytes.hpp"
#include "text.hpp"
#include "unpack.hpp"

#include <algorithm>
#include <utility>

namespace pramana::scoring {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// A member on its way: who has claimed it.
struct Source {
    std::string_view text;
    std::size_t behind = 0;  ///< bytes behind the text that may be read
    bool left_out = false;   ///< of a format that the ruleset does not accept
    Claim claim = Claim::kNone;
    std::size_t reader = 0;              ///< in the registry, unless kNone
    std::unique_ptr<JsonDocument> json;  ///< of a file that is alone: it is not parsed twice
};

class ExportsReader {
  public:
    explicit ExportsReader(const ExtractLimits& limits) : limits_{limits}, reading_{limits, out_} {
        for (const RegisteredFormat& format : registered_formats())
            readers_.push_back(format.make());
        exported_.assign(readers_.size(), false);
    }

    Result<Document> read(std::span<const std::uint8_t> opened) {
        Unpacked unpacked;
        std::vector<Source> sources;
        if (is_archive_file(opened)) {
            Result<Unpacked> members = unpack(opened, limits_, out_.notes);
            if (!members) return members.error();
            unpacked = *std::move(members);
            for (const Member& member : unpacked.members) {
                sources.push_back(source_of({member.content.data(), member.content.size()}));
                sources.back().behind = member.behind();
            }
        } else {
            PRAMANA_TRY(check_readable(as_text(opened)));
            sources.push_back(source_of(as_text(opened)));
            unpacked.container = Format::kText;
        }
        const bool alone = unpacked.container == Format::kText;
        for (Source& source : sources) PRAMANA_TRY(offer(source, alone));
        out_.format = unpacked.container;
        PRAMANA_TRY(read_rest(sources, alone));
        for (std::size_t i = 0; i < readers_.size(); ++i)
            if (exported_[i]) readers_[i]->finish(reading_);
        reading_.finish();
        PRAMANA_TRY(check_accepted());
        return std::move(out_);
    }

  private:
    [[nodiscard]] bool accepts(AcceptedFormat format) const noexcept {
        return (limits_.accept.formats & bit_of(format)) != 0;
    }
    [[nodiscard]] bool accepts(std::size_t reader) const noexcept {
        const auto format = accepted_format_of(registered_formats()[reader].format);
        return format && accepts(*format);
    }

    /// What the ruleset asks of the whole file.
    [[nodiscard]] Status check_accepted() const {
        if (left_out_ && out_.records.empty()) return format_not_accepted();
        for (std::size_t i = 0; i < readers_.size(); ++i) {
            const auto format = accepted_format_of(registered_formats()[i].format);
            if (!exported_[i] || !format) continue;
            const auto at = static_cast<std::size_t>(*format);
            const auto missing = static_cast<PartBits>(limits_.accept.parts[at] & ~out_.parts[at]);
            for (std::size_t part = 0; part < kParts; ++part)
                if ((missing & bit_of(static_cast<Part>(part))) != 0)
                    return part_missing(static_cast<Part>(part));
        }
        if (limits_.accept.authentic != 0 && !out_.authenticity.authentic()) return not_authentic();
        return Done{};
    }

    static Source source_of(std::string_view text) {
        Source source;
        if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
        source.text = text;
        return source;
    }

    static Status check_readable(std::string_view text) {
        const Content content = content_of(text);
        if (content == Content::kText || content == Content::kHtml) return Done{};
        return Error{Errc::kUnknownFormat, content == Content::kMarkup
                                               ? "scoring.document.exports.markup"
                                               : "scoring.document.exports.binary"};
    }

    /// Asks the readers in their order; the first that claims the member reads it.
    Status offer(Source& source, bool alone) {
        if (content_of(source.text) == Content::kHtml) return Done{};
        if (!looks_like_json(source.text)) {
            for (std::size_t i = 0; i < readers_.size(); ++i) {
                const Claim claim = readers_[i]->claims_text(source.text);
                if (claim == Claim::kNone) continue;
                if (!accepts(i)) return leave_out(source, claim);
                return taken(source, i, claim, readers_[i]->read_text(source.text, reading_));
            }
            return Done{};
        }
        auto document = JsonDocument::parse(source.text, limits_, source.behind);
        if (!document) {
            const bool damaged = document.error().code == Errc::kUnknownFormat;
            return damaged ? Status{Done{}} : Status{document.error()};
        }
        const simdjson::dom::element& root = (*document)->root();
        for (std::size_t i = 0; i < readers_.size(); ++i) {
            const Claim claim = readers_[i]->claims_json(root);
            if (claim == Claim::kNone) continue;
            if (!accepts(i)) return leave_out(source, claim);
            return taken(source, i, claim, readers_[i]->read_json(root, reading_));
        }
        if (alone) source.json = *std::move(document);
        return Done{};
    }

    /// An export that is not accepted is an export: what else is in its archive is the account's.
    Status leave_out(Source& source, Claim claim) {
        if (claim != Claim::kExport) return Done{};  // read_rest() says whose it is
        source.left_out = true;
        left_out_ = true;
        other_exports_ = true;
        reading_.skip(NotRead::kNotAccepted);
        return Done{};
    }

    Status taken(Source& source, std::size_t reader, Claim claim, const Status& read) {
        source.claim = claim;
        source.reader = reader;
        if (claim == Claim::kExport) exported_[reader] = true;
        if (read || claim == Claim::kExport || read.error().code != Errc::kUnknownFormat)
            return read;
        reading_.skip(NotRead::kDamagedJson);  // an account file: the export is there without it
        return Done{};
    }

    /// Where there is an export, what is none of it is the account's; otherwise every member is
    /// read by its own content.
    Status read_rest(std::vector<Source>& sources, bool alone) {
        std::size_t exports = 0;
        for (std::size_t i = 0; i < exported_.size(); ++i) {
            if (!exported_[i]) continue;
            out_.format = exports++ == 0 ? registered_formats()[i].format : Format::kSeveralExports;
        }
        for (Source& source : sources) {
            if (source.left_out) continue;
            if (exports > 0 || other_exports_) {
                const bool ours = source.claim != Claim::kNone && exported_[source.reader];
                if (!ours) reading_.skip(NotRead::kOtherMember);
                continue;
            }
            reading_.begin_unit(Format::kText, 0, {});
            const std::size_t before = out_.records.size();
            const Result<Format> format = add_generic(source);
            if (format && alone) out_.format = *format;
            if (format) {
                keep_accepted(*format, before);
                continue;
            }
            if (alone || format.error().code != Errc::kUnknownFormat) return format.error();
            reading_.skip(NotRead::kDamagedJson);
        }
        return Done{};
    }

    /// Takes back the records of a member from `before` on if it turned out to be of a format that
    /// is not accepted.
    void keep_accepted(Format format, std::size_t before) {
        const auto begin = out_.records.begin() + static_cast<std::ptrdiff_t>(before);
        const bool rows = std::any_of(begin, out_.records.end(), [](const Record& record) {
            return record.role == Role::kRow;
        });
        const auto kind =
            format == Format::kText && rows ? AcceptedFormat::kTable : accepted_format_of(format);
        if (!kind || accepts(*kind)) return;
        out_.records.erase(begin, out_.records.end());
        left_out_ = true;
        reading_.skip(NotRead::kNotAccepted);
    }

    Result<Format> add_generic(const Source& source) {
        if (source.json) {
            PRAMANA_TRY(add_json_leaves(source.json->root(), "", limits_, out_));
            return Format::kJson;
        }
        if (content_of(source.text) == Content::kHtml) {
            const SecretText text = text_of_html(source.text);
            PRAMANA_TRY(add_paragraphs(text.expose(), limits_, out_));
            return Format::kHtml;
        }
        if (looks_like_json(source.text)) return add_json(source.text, limits_, out_);
        PRAMANA_TRY(add_text(source.text, limits_, out_));
        return Format::kText;
    }

    const ExtractLimits& limits_;
    Document out_;
    Reading reading_;
    std::vector<std::unique_ptr<FormatReader>> readers_;
    std::vector<bool> exported_;
    bool left_out_ = false, other_exports_ = false;
};

}  // namespace

Result<Document> read_exports(std::span<const std::uint8_t> opened, const ExtractLimits& limits) {
    return ExportsReader{limits}.read(opened);
}

}  // namespace pramana::scoring
