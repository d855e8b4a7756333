#pragma once

#include "corpus/segment.hpp"

#include <optional>

namespace pramana::scoring {

inline constexpr std::size_t kSegmentHeaderBytes = 256;

/// nullopt: numbers that no segment has, or whose parts do not fit 2^40 bytes.
[[nodiscard]] std::optional<SegmentLayout> layout_of(const SegmentHeader& header) noexcept;
void write_header(const SegmentHeader& header, std::span<std::uint8_t> out) noexcept;
/// nullopt: not a header of ours.
[[nodiscard]] std::optional<SegmentHeader> read_header(std::span<const std::uint8_t> in) noexcept;

}  // namespace pramana::scoring
