#pragma once

#include <cstddef>
#include <cstdint>

namespace pramana::scoring {

inline constexpr std::size_t kCodeDim = 384;

/// out[q * row_count + r] = sum over i of queries[q * 384 + i] * rows[r * 384 + i], exact in int32
/// (codes lie in -127..127, so a sum is at most 6.2 million). Every implementation gives the same
/// integers.
using DotBlock = void (*)(const std::int8_t* queries, std::size_t query_count,
                          const std::int8_t* rows, std::size_t row_count, std::int32_t* out);

/// The law: plain loops.
void dot_block_reference(const std::int8_t* queries, std::size_t query_count,
                         const std::int8_t* rows, std::size_t row_count, std::int32_t* out);

/// An implementation that this processor can run, by name: "reference", "avx2", "avx512_vnni",
/// "neon".
struct DotKernel {
    const char* name;
    DotBlock run;
};
/// All that this processor can run, slowest first.
struct DotKernels {
    DotKernel kernels[3];
    std::size_t count;
};
[[nodiscard]] DotKernels dot_kernels() noexcept;
/// The fastest of them.
[[nodiscard]] DotBlock best_dot_block() noexcept;

}  // namespace pramana::scoring
