#pragma once

// Tile instructions, included only by the AMX sources. They are written as assembly because g++
// 12's own `_tile_loadconfig` tells the compiler that it reads 8 of the 64 bytes, and its tile
// loads do not say that they read memory at all: see fence().
#include <cstddef>
#include <cstdint>

namespace pramana::scoring::amx {

static constexpr std::uint32_t kTileRows = 16;
static constexpr std::uint32_t kTileBytes = 64;  // of a row

/// Palette 1: shapes of the eight tiles; one of no rows may not be used.
struct alignas(64) TileShapes {
    std::uint8_t palette = 1;
    std::uint8_t start_row = 0;
    std::uint8_t reserved[14] = {};
    std::uint16_t row_bytes[16] = {};
    std::uint8_t rows[16] = {};
};
static_assert(sizeof(TileShapes) == 64);

/// Sets the shapes and zeroes all tiles.
[[gnu::always_inline]] static inline void configure(const TileShapes& shapes) noexcept {
    asm volatile("ldtilecfg %0" ::"m"(shapes));
}

/// Zeroes all tiles and gives them back: they hold what reveals the text, and an unused tile state
/// costs nothing at a context switch.
[[gnu::always_inline]] static inline void release() noexcept { asm volatile("tilerelease" ::); }

/// What was stored before it is in memory for the tile loads after it.
[[gnu::always_inline]] static inline void fence() noexcept { asm volatile("" ::: "memory"); }

template <int kTile>
[[gnu::always_inline]] static inline void zero() noexcept {
    asm volatile("tilezero %%tmm%c0" ::"i"(kTile));
}
template <int kTile>
[[gnu::always_inline]] static inline void load(const void* from, std::size_t stride) noexcept {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" ::"r"(from), "r"(stride), "i"(kTile));
}
template <int kTile>
[[gnu::always_inline]] static inline void store(void* to, std::size_t stride) noexcept {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)" ::"r"(to), "r"(stride), "i"(kTile) : "memory");
}
/// sums += rows of u8 * columns of s8
template <int kSums, int kRows, int kColumns>
[[gnu::always_inline]] static inline void dot_unsigned() noexcept {
    asm volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(kSums), "i"(kRows), "i"(kColumns));
}
/// sums += rows of s8 * columns of s8
template <int kSums, int kRows, int kColumns>
[[gnu::always_inline]] static inline void dot_signed() noexcept {
    asm volatile("tdpbssd %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(kSums), "i"(kRows), "i"(kColumns));
}

}  // namespace pramana::scoring::amx
