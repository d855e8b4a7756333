#pragma once

#include "pramana/core/result.hpp"
#include "pramana/core/secret_vector.hpp"
#include "pramana/scoring/document.hpp"
#include "pramana/scoring/ruleset.hpp"

#include <locale.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

struct archive;
struct archive_entry;

namespace pramana::scoring {

/// One file of an archive, expanded.
struct Member {
    /// Whether it is named as ChatGPT names its conversations. The name itself, which is of the
    /// opened file, is not kept.
    bool conversations = false;
    SecretVector<char> content;
    /// Behind the content, what may be read (not what it means).
    [[nodiscard]] std::size_t behind() const noexcept {
        return content.capacity() - content.size();
    }
};

/// Counts what has come out of an archive against its two limits.
class ExpansionBudget {
  public:
    /// `packed_bytes`: of the outermost file.
    ExpansionBudget(std::uint64_t packed_bytes, const ExtractLimits& limits)
        : packed_bytes_{packed_bytes}, limits_{limits} {}
    [[nodiscard]] Status take(std::uint64_t bytes) {
        expanded_bytes_ += bytes;
        if (expanded_bytes_ > limits_.expanded_bytes_max)
            return Error{Errc::kTooLarge, "scoring.document.archive.expanded"};
        constexpr std::uint64_t kFreeBytes = 1U << 20U;  // small archives may expand as they like
        const std::uint64_t allowed =
            std::max(kFreeBytes, packed_bytes_ * limits_.expansion_ratio_max);
        if (expanded_bytes_ > allowed)
            return Error{Errc::kDecompressionLimit, "scoring.document.archive.ratio"};
        return Done{};
    }

  private:
    std::uint64_t packed_bytes_;
    std::uint64_t expanded_bytes_ = 0;
    const ExtractLimits& limits_;
};

/// While it lives, its thread is in the "C" locale. Which names libarchive can tell depends on the
/// locale, and no result may.
class PlainLocale {
  public:
    PlainLocale() noexcept;
    PlainLocale(const PlainLocale&) = delete;
    PlainLocale& operator=(const PlainLocale&) = delete;
    ~PlainLocale();

  private:
    locale_t before_;
};

/// As the archive says, inside the library; until the reader goes on. Nothing: it is said to be
/// UTF-8 and is not ASCII, which a PlainLocale cannot tell.
[[nodiscard]] std::optional<std::string_view> name_of_entry(archive_entry* entry);
/// Whether a zip holds more headers of a directory than this: the library reads them all before the
/// first member can be counted.
[[nodiscard]] bool has_more_members(std::span<const std::uint8_t> zip, std::size_t members_max);
/// 0 where the archive does not say. It may be wrong.
[[nodiscard]] std::uint64_t stated_size_of(archive_entry* entry);
/// Room for `more` bytes, and behind them for what a parser reads there (kReadBehind): large
/// members grow few times, and who states a size that is not there costs no more than eight times
/// what is.
void reserve_for(SecretVector<char>& content, std::size_t more, std::uint64_t stated_size);

/// Whether the member under the reader's hand is a zip's in LZMA or XZ: its header names a
/// dictionary of up to 4 GiB, which the library allocates before it reads the first byte.
[[nodiscard]] bool asks_for_memory(archive* reader);

/// Whether a member's name is absolute, has "..", a backslash or a drive.
[[nodiscard]] bool climbs_out(const std::optional<std::string_view>& name);
/// By SHA-256 of the content: what re-packing does not change.
void sort_by_content(std::vector<Member>& members);

[[nodiscard]] bool is_zip(std::span<const std::uint8_t> bytes) noexcept;

/// The regular files of a zip archive that look like text, sorted by content digest: the order of a
/// re-packed archive and the names in it change nothing. Others are counted in `notes`:
/// members_hostile (absolute paths, "..", links, devices), members_skipped (binary, encrypted,
/// LZMA, XZ). Nothing is written anywhere. Errors: kUnknownFormat (damaged), kTooLarge (expanded
/// bytes, members), kDecompressionLimit (ratio).
[[nodiscard]] Result<std::vector<Member>> read_zip(std::span<const std::uint8_t> bytes,
                                                   const ExtractLimits& limits, Notes& notes);

}  // namespace pramana::scoring
