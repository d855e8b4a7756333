#pragma once

#include <cstddef>
#include <cstdint>

struct CUstream_st;

namespace pramana::gpu {

/// Eight codes of -127..127 from their place, by SplitMix64: the same on device and processor.
inline constexpr std::uint64_t kFillStep = 0x9E3779B97F4A7C15U;
constexpr std::uint64_t fill_word(std::uint64_t place) noexcept {
    std::uint64_t z = (place + 1) * kFillStep;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    z ^= z >> 31U;
    // -128 is no code: such a byte becomes -127.
    for (unsigned byte = 0; byte < 64; byte += 8)
        if ((z >> byte & 0xFFU) == 0x80U) z |= std::uint64_t{1} << byte;
    return z;
}

/// codes[8 i ..] = fill_word(first_place + i), little-endian, for i < words. Device memory;
/// asynchronous; returns 0 or a cudaError_t.
[[nodiscard]] int launch_fill(std::int8_t* codes, std::uint64_t words, std::uint64_t first_place,
                              CUstream_st* stream);

}  // namespace pramana::gpu
