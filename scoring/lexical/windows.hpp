#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace pramana::scoring {

/// What is done to every window of a text: most of the time that fingerprints take. All kernels
/// give the same. Thread: any.
struct WindowKernel {
    std::string_view name;
    /// out[i] = the chain (chunk/words.hpp) from `seed` over units[i .. i + width), for i < count.
    void (*hash)(const std::uint64_t* units, std::size_t count, std::size_t width,
                 std::uint64_t seed, std::uint64_t* out);
    /// kept[i] |= 1 where hashes[i] is the smallest, the rightmost of equals, of any `neighbours`
    /// in a row, all within hashes[0 .. count).
    void (*winnow)(const std::uint64_t* hashes, std::size_t count, std::size_t neighbours,
                   std::uint8_t* kept);
};

/// Those that this processor can run, the fastest first; the last one is plain.
[[nodiscard]] std::span<const WindowKernel> window_kernels() noexcept;

#if defined(PRAMANA_X86)
void hash_windows_avx512(const std::uint64_t* units, std::size_t count, std::size_t width,
                         std::uint64_t seed, std::uint64_t* out);
void winnow_avx512(const std::uint64_t* hashes, std::size_t count, std::size_t neighbours,
                   std::uint8_t* kept);
#endif

}  // namespace pramana::scoring
