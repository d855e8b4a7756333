#include "unpack.hpp"

#include "inflate.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/core/secret_append.hpp"
#include "text.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <utility>

namespace pramana::scoring {
namespace {

constexpr std::size_t kSniffBytes = 4096;
constexpr std::size_t kReadBytes = 64U << 10U;
constexpr std::size_t kTarMagicAt = 257;  // POSIX.1-1988 ustar
constexpr Error kDamaged{Errc::kUnknownFormat, "scoring.document.unpack.damaged"};

struct CloseArchive {
    void operator()(archive* reader) const noexcept {
        static_cast<void>(archive_read_free(reader));
    }
};
using Reader = std::unique_ptr<archive, CloseArchive>;

bool is_tar(ByteView bytes) noexcept {
    return bytes.size() >= kTarMagicAt + 5 && as_text(bytes.subspan(kTarMagicAt, 5)) == "ustar";
}

bool is_archive(ByteView bytes) noexcept {
    return is_zip(bytes) || is_gzip(bytes) || is_tar(bytes);
}

ByteView bytes_of(const SecretVector<char>& content) {
    return as_bytes_view({content.data(), content.size()});
}

NotRead reason_for(Content content) {
    switch (content) {
        case Content::kMarkup: return NotRead::kMarkupMember;
        case Content::kOtherEncoding: return NotRead::kOtherEncoding;
        case Content::kText:
        case Content::kHtml:
        case Content::kBinary: return NotRead::kBinaryMember;
    }
    return NotRead::kBinaryMember;
}

bool is_readable(Content content) { return content == Content::kText || content == Content::kHtml; }

class Unpacker {
  public:
    Unpacker(std::uint64_t packed_bytes, const ExtractLimits& limits, Notes& notes)
        : limits_{limits}, notes_{notes}, budget_{packed_bytes, limits} {}

    [[nodiscard]] Status open(ByteView bytes, std::uint32_t depth) {
        if (depth > limits_.formats.archive_depth_max)
            return Error{Errc::kDecompressionLimit, "scoring.document.unpack.depth"};
        if (is_gzip(bytes)) return open_gzip(bytes, depth);
        const bool zip = is_zip(bytes);
        if (zip && has_more_members(bytes, limits_.members_max))
            return Error{Errc::kTooLarge, "scoring.document.unpack.members"};
        Reader reader{archive_read_new()};
        if (!reader) return kDamaged;
        const int format = zip ? archive_read_support_format_zip_seekable(reader.get())
                               : archive_read_support_format_tar(reader.get());
        if (format != ARCHIVE_OK ||
            archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
            return kDamaged;
        if (container == Format::kText) container = zip ? Format::kZip : Format::kTar;
        return read_entries(reader.get(), depth);
    }

    std::vector<Member> members;
    Format container = Format::kText;

  private:
    Status open_gzip(ByteView bytes, std::uint32_t depth) {
        Result<SecretVector<char>> content = inflate_gzip(bytes, budget_);
        if (!content) return content.error();
        if (is_archive(bytes_of(*content))) return open(bytes_of(*content), depth + 1);
        keep(*std::move(content));
        return Done{};
    }

    Status read_entries(archive* reader, std::uint32_t depth) {
        archive_entry* entry = nullptr;
        for (;;) {
            const int status = archive_read_next_header(reader, &entry);
            if (status == ARCHIVE_EOF) return Done{};
            if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return kDamaged;
            if (count_++ == limits_.members_max)
                return Error{Errc::kTooLarge, "scoring.document.unpack.members"};
            const auto kind = archive_entry_filetype(entry);
            if (kind == AE_IFDIR) continue;
            if (kind != AE_IFREG || archive_entry_hardlink(entry) != nullptr)
                notes_.skip(NotRead::kLinkMember);
            else if (climbs_out(name_of_entry(entry)))
                notes_.skip(NotRead::kHostilePath);
            else if (archive_entry_is_encrypted(entry) != 0)
                notes_.skip(NotRead::kEncryptedMember);
            else if (asks_for_memory(reader))
                notes_.skip(NotRead::kBinaryMember);
            else
                PRAMANA_TRY(read_entry(reader, stated_size_of(entry), depth));
        }
    }

    /// Binary members are left after their first bytes.
    Status read_entry(archive* reader, std::uint64_t stated_size, std::uint32_t depth) {
        SecretVector<char> content;
        block_.resize(kReadBytes);
        for (bool sniffed = false;;) {
            const la_ssize_t got = archive_read_data(reader, block_.data(), block_.size());
            if (got == 0) break;
            if (got < 0) return kDamaged;
            PRAMANA_TRY(budget_.take(static_cast<std::uint64_t>(got)));
            reserve_for(content, static_cast<std::size_t>(got), stated_size);
            append_plain(content, block_.data(), static_cast<std::size_t>(got));
            if (sniffed || content.size() < kSniffBytes) continue;
            sniffed = true;
            const std::string_view start{content.data(), content.size()};
            if (is_archive(bytes_of(content)) || is_readable(content_of(start))) continue;
            notes_.skip(reason_for(content_of(start)));
            return Done{};
        }
        if (!is_archive(bytes_of(content))) {
            keep(std::move(content));
            return Done{};
        }
        const Status opened = open(bytes_of(content), depth + 1);
        if (opened || opened.error().code != Errc::kUnknownFormat) return opened;
        notes_.skip(NotRead::kDamagedArchive);
        return Done{};
    }

    void keep(SecretVector<char> content) {
        if (content.empty()) return notes_.skip(NotRead::kEmptyMember);
        const Content kind = content_of({content.data(), content.size()});
        if (!is_readable(kind)) return notes_.skip(reason_for(kind));
        members.push_back({.conversations = false, .content = std::move(content)});
    }

    const ExtractLimits& limits_;
    Notes& notes_;
    ExpansionBudget budget_;
    std::uint32_t count_ = 0;
    SecretVector<char> block_;
};

}  // namespace

bool is_archive_file(std::span<const std::uint8_t> bytes) noexcept { return is_archive(bytes); }

Result<Unpacked> unpack(std::span<const std::uint8_t> bytes, const ExtractLimits& limits,
                        Notes& notes) {
    const PlainLocale locale;
    Unpacker unpacker{bytes.size(), limits, notes};
    PRAMANA_TRY(unpacker.open(bytes, 1));
    sort_by_content(unpacker.members);
    return Unpacked{unpacker.container, std::move(unpacker.members)};
}

}  // namespace pramana::scoring
