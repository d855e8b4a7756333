#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace pramana {

/// The candidate nearest to `word`, if it is near enough to be meant: at most two letters
/// inserted, removed, replaced or swapped, and fewer than half of it. Of equals the first.
/// Thread: any.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      std::span<const std::string_view> candidates);

}  // namespace pramana
