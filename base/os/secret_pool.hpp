#pragma once

#include <cstddef>
#include <cstdint>

namespace pramana::secret_pool {

/// The largest block that the pool gives.
inline constexpr std::size_t kBlockBytesMax = 512;

/// A block of at least `size` bytes of memory that is locked, left out of core dumps, and fenced by
/// pages that cannot be touched; all zero. nullptr: larger than kBlockBytesMax, or the pool is full
/// or could not be made. Thread: any.
[[nodiscard]] std::uint8_t* take(std::size_t size) noexcept;
/// Wipes the block and takes it back. False: it is none of the pool's.
bool give_back(std::uint8_t* block) noexcept;
/// Whether the pool's pages are locked into memory.
[[nodiscard]] bool locked() noexcept;

}  // namespace pramana::secret_pool
