#pragma once

#include "pramana/core/bytes.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace pramana::parity {

/// One way to compute dot products or the nearest rows, on all shapes.
struct DotRow {
    std::string kernel;
    std::uint64_t numbers;
    std::uint64_t mismatches;
    std::string first;  ///< shape and place of the first difference, if any
};
struct DotReport {
    std::vector<DotRow> rows;
    Hash32 digest;  ///< SHA-256 of what the reference gave, int32 little-endian
};

/// Compares every dot and scan kernel that this processor has with the reference: blocks of 1 to
/// 129 queries against 0 to 1,025 rows, from the given codes [n x 384] and from extreme ones.
[[nodiscard]] DotReport compare_dots(std::span<const std::int8_t> codes);

}  // namespace pramana::parity
