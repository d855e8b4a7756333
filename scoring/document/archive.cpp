#include "archive.hpp"

#include "json.hpp"
#include "large_pages.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/core/check.hpp"
#include "pramana/core/secret_append.hpp"
#include "pramana/core/sha256.hpp"
#include "text.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace pramana::scoring {
namespace {

constexpr std::size_t kSniffBytes = 4096;
constexpr std::size_t kReadBytes = 64U << 10U;

struct CloseArchive {
    void operator()(archive* reader) const noexcept {
        static_cast<void>(archive_read_free(reader));
    }
};
using Reader = std::unique_ptr<archive, CloseArchive>;

constexpr Error kDamaged{Errc::kUnknownFormat, "scoring.document.archive.damaged"};

/// Reads the member under the reader's hand. False: it is binary and was left early.
Result<bool> read_member(archive* reader, std::uint64_t stated_size, ExpansionBudget& budget,
                         SecretVector<char>& content) {
    SecretVector<char> block(kReadBytes);
    bool sniffed = false;
    for (;;) {
        const la_ssize_t got = archive_read_data(reader, block.data(), block.size());
        if (got == 0) return content.empty() || looks_like_text({content.data(), content.size()});
        if (got < 0) return kDamaged;
        PRAMANA_TRY(budget.take(static_cast<std::uint64_t>(got)));
        reserve_for(content, static_cast<std::size_t>(got), stated_size);
        append_plain(content, block.data(), static_cast<std::size_t>(got));
        if (sniffed || content.size() < kSniffBytes) continue;
        sniffed = true;
        if (!looks_like_text({content.data(), content.size()})) return false;
    }
}

Result<Reader> open_zip(std::span<const std::uint8_t> bytes) {
    Reader reader{archive_read_new()};
    if (!reader || archive_read_support_format_zip_seekable(reader.get()) != ARCHIVE_OK ||
        archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
        return kDamaged;
    return reader;
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

}  // namespace

PlainLocale::PlainLocale() noexcept {
    static const locale_t kPlain = ::newlocale(LC_ALL_MASK, "C", nullptr);
    PRAMANA_CHECK(kPlain != nullptr);
    before_ = ::uselocale(kPlain);
}
PlainLocale::~PlainLocale() { ::uselocale(before_); }

std::optional<std::string_view> name_of_entry(archive_entry* entry) {
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) name = archive_entry_pathname(entry);
    if (name == nullptr) return std::nullopt;
    return name;
}

bool has_more_members(std::span<const std::uint8_t> zip, std::size_t members_max) {
    constexpr std::string_view kHeader = "PK\x01\x02";  // APPNOTE 4.3.12
    const std::string_view text = as_text(zip);
    std::size_t count = 0;
    for (std::size_t at = text.find(kHeader); at != std::string_view::npos;
         at = text.find(kHeader, at + kHeader.size()))
        if (++count > members_max) return true;
    return false;
}

std::uint64_t stated_size_of(archive_entry* entry) {
    return archive_entry_size_is_set(entry) != 0
               ? static_cast<std::uint64_t>(std::max<la_int64_t>(archive_entry_size(entry), 0))
               : 0;
}

void reserve_for(SecretVector<char>& content, std::size_t more, std::uint64_t stated_size) {
    const std::uint64_t needed = content.size() + more;
    if (needed <= content.capacity()) return;
    SecretVector<char> larger;
    larger.reserve(kReadBehind + static_cast<std::size_t>(std::max(
                                     needed + content.size(), std::min(stated_size, 8 * needed))));
    wish_large_pages(larger.data(), larger.capacity());
    append_plain(larger, content.data(), content.size());
    content.swap(larger);
}

bool asks_for_memory(archive* reader) {
    const char* const name = archive_format_name(reader);  // "ZIP 6.3 (lzma)"
    const std::string_view coding = name == nullptr ? std::string_view{} : name;
    return coding.ends_with("(lzma)") || coding.ends_with("(xz)");
}

bool climbs_out(const std::optional<std::string_view>& told) {
    if (!told) return false;  // nothing is ever written under a name
    const std::string_view name = *told;
    if (name.empty() || name.front() == '/' || name.front() == '\\' ||
        name.find('\\') != std::string_view::npos || name.find(':') != std::string_view::npos)
        return true;
    for (std::size_t begin = 0; begin <= name.size();) {
        const std::size_t end = std::min(name.find('/', begin), name.size());
        if (name.substr(begin, end - begin) == "..") return true;
        begin = end + 1;
    }
    return false;
}

void sort_by_content(std::vector<Member>& members) {
    if (members.size() < 2) return;
    std::vector<std::pair<Hash32, std::size_t>> order;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const std::string_view content{members[i].content.data(), members[i].content.size()};
        order.emplace_back(sha256(content), i);
    }
    std::sort(order.begin(), order.end());
    std::vector<Member> sorted;
    sorted.reserve(members.size());
    for (const auto& [digest, at] : order) sorted.push_back(std::move(members[at]));
    members = std::move(sorted);
}

bool is_zip(std::span<const std::uint8_t> bytes) noexcept {
    const std::string_view start = as_text(bytes.first(std::min<std::size_t>(bytes.size(), 4)));
    return start == "PK\x03\x04" || start == "PK\x05\x06";
}

Result<std::vector<Member>> read_zip(std::span<const std::uint8_t> bytes,
                                     const ExtractLimits& limits, Notes& notes) {
    if (has_more_members(bytes, limits.members_max))
        return Error{Errc::kTooLarge, "scoring.document.archive.members"};
    const PlainLocale locale;
    Result<Reader> reader = open_zip(bytes);
    if (!reader) return reader.error();
    ExpansionBudget budget{bytes.size(), limits};
    std::vector<Member> members;
    archive_entry* entry = nullptr;
    for (std::uint32_t count = 0;; ++count) {
        const int status = archive_read_next_header(reader->get(), &entry);
        if (status == ARCHIVE_EOF) break;
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return kDamaged;
        if (count == limits.members_max)
            return Error{Errc::kTooLarge, "scoring.document.archive.members"};
        const std::optional<std::string_view> name = name_of_entry(entry);
        Member member{.conversations = name && is_conversations_name(*name), .content = {}};
        if (archive_entry_filetype(entry) == AE_IFDIR) continue;
        if (archive_entry_filetype(entry) != AE_IFREG || climbs_out(name)) {
            ++notes.members_hostile;
            continue;
        }
        if (archive_entry_is_encrypted(entry) != 0 || asks_for_memory(reader->get())) {
            ++notes.members_skipped;
            continue;
        }
        const Result<bool> text =
            read_member(reader->get(), stated_size_of(entry), budget, member.content);
        if (!text) return text.error();
        if (!*text)
            ++notes.members_skipped;
        else if (!member.content.empty())
            members.push_back(std::move(member));
    }
    sort_by_content(members);
    return members;
}

}  // namespace pramana::scoring
