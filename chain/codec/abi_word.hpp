#pragma once

#include "pramana/chain/abi.hpp"

namespace pramana::chain::abi {

inline constexpr std::size_t kWord = 32;

/// Whether the word is one that an encoder writes for this type: the unused bits are zero, or
/// copies of the sign for intN; a bool is 0 or 1. For kUint, kInt, kAddress, kBool and kFixedBytes.
[[nodiscard]] bool is_clean(const Type& type, const Word256& word) noexcept;

/// Bytes up to the next whole word.
[[nodiscard]] constexpr std::size_t padded(std::size_t size) noexcept {
    return (size + kWord - 1) / kWord * kWord;
}

}  // namespace pramana::chain::abi
