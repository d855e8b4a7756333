#pragma once

#include "chunk/words.hpp"

namespace pramana::scoring {

/// Hashes of kTogether windows that begin one unit apart: each is a chain of multiplications, and
/// only together they keep the processor busy.
inline constexpr std::size_t kTogether = 4;

/// hashes[j] = the chain from `seed` over units[j .. j + width). Reads width + kTogether - 1 units.
inline void chain_windows(const std::uint64_t* units, std::size_t width, std::uint64_t seed,
                          std::uint64_t (&hashes)[kTogether]) noexcept {
    for (std::uint64_t& hash : hashes) hash = seed;
    for (std::size_t i = 0; i < width; ++i) {
#pragma GCC unroll 4
        for (std::size_t j = 0; j < kTogether; ++j) hashes[j] = chain(hashes[j], units[i + j]);
    }
}

}  // namespace pramana::scoring
