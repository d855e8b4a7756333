#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Tag lists (RFC 6376 section 3.2), as signatures and key records are written.

namespace pramana::ownership {

inline constexpr std::size_t kTagsMax = 32;

struct Tag {
    std::string_view name;
    std::string_view value;  ///< without the white space around it; folds inside stay
    /// Where everything between `=` and `;` stands in the text, white space included.
    std::size_t begin = 0, end = 0;
};

/// Borrows the text. nullopt: it is no tag list, has a tag twice, or more than kTagsMax.
[[nodiscard]] std::optional<std::vector<Tag>> read_tags(std::string_view text);
/// The tag of this name (names differ by case); nullptr: there is none.
[[nodiscard]] const Tag* find_tag(const std::vector<Tag>& tags, std::string_view name) noexcept;
/// Its value, or what stands for it where there is none.
[[nodiscard]] std::string_view value_or(const std::vector<Tag>& tags, std::string_view name,
                                        std::string_view standing) noexcept;

/// Parts of a list between `separator`, without the white space around each.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view text, char separator);
/// Decimal digits only, at most 12 of them (RFC 6376: t=, x=).
[[nodiscard]] std::optional<std::uint64_t> read_decimal(std::string_view text) noexcept;
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;
[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace pramana::ownership
