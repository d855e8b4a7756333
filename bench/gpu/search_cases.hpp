#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pramana::gpu {

/// What was compared with the processor, and what was different.
struct Comparison {
    std::string what;
    std::uint64_t numbers = 0;
    std::uint64_t mismatches = 0;
    std::string first = {};  ///< case and place of the first difference, if any
};

/// The search of scoring/cuda/search.hpp against index/scan.hpp on shapes and values chosen to
/// hurt: counts that do not divide, none at all, ties, extremes, rising and falling similarity,
/// appended rows, several parts, row numbers beyond 2^31 and 2^32, more hits than room. A CUDA
/// error ends the program. `size` multiplies the number of random cases.
[[nodiscard]] std::vector<Comparison> compare_search(std::uint32_t size);

/// As compare_search(), one search of `rows` random rows by 256 queries.
[[nodiscard]] Comparison compare_large_search(std::uint64_t rows);

}  // namespace pramana::gpu
