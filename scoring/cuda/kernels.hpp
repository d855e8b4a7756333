#pragma once

#include <cstddef>
#include <cstdint>

struct CUstream_st;

/// Launchers of the encoder's operations on a CUDA device: the same names, shapes and bits as the
/// table in cpu/kernels.hpp. Host-only: any source may include it. All pointers are device memory,
/// all matrices dense and row-major. Asynchronous on `stream`; each returns 0 or a cudaError_t.
/// Nothing runs when there are no rows. Source: docs/scoring.md "Encoder". Thread: the device
/// thread only.
namespace pramana::scoring::cuda {

/// x[i] = LayerNorm(word[ids[i]] + position i), for the `tokens` of one text.
struct EmbedArguments {
    const std::int8_t* word_codes;  ///< [words x 384]
    const float* word_scales;       ///< [words]
    const float* positions;         ///< [positions x 384]
    const float* gamma;             ///< [384]
    const float* beta;              ///< [384]
};
[[nodiscard]] int launch_embed(const EmbedArguments& weights, const std::uint16_t* ids,
                               std::uint32_t tokens, float* x, CUstream_st* stream);

/// Quantises each row of x [rows x dim] to u8 by its own range; `smoothing` is [dim] or nullptr.
struct RowsArguments {
    std::uint8_t* codes;  ///< [rows x dim]
    float* scales;        ///< [rows]
    std::int32_t* zeros;  ///< [rows]
};
[[nodiscard]] int launch_quantise_rows(const float* x, std::uint32_t rows, std::uint32_t dim,
                                       const float* smoothing, const RowsArguments& out,
                                       CUstream_st* stream);

/// out [rows x outputs] = x * weights + bias, then GELU if `gelu`. outputs is a multiple of 8,
/// inputs of 32; codes are in the order of the model file.
struct LinearArguments {
    std::uint32_t outputs;
    std::uint32_t inputs;
    const std::int8_t* codes;       ///< [outputs x inputs]
    const std::int32_t* code_sums;  ///< [outputs]
    const float* scales;            ///< [outputs]
    const float* bias;              ///< [outputs]
};
[[nodiscard]] int launch_linear(const LinearArguments& layer, const RowsArguments& x,
                                std::uint32_t rows, bool gelu, float* out, CUstream_st* stream);

/// qkv [tokens x 1152] of one text -> out [tokens x 384]; tokens in 1..512.
struct AttentionScratch {
    std::int8_t* codes;  ///< [3 x 12 x tokens x 32]: queries, keys, values, head by head
    float* scales;  ///< [2 x 12 x tokens] of queries and keys, then [384] of the values' channels
};
[[nodiscard]] int launch_attention(const float* qkv, std::uint32_t tokens,
                                   const AttentionScratch& scratch, float* out,
                                   CUstream_st* stream);

/// x = LayerNorm(x + y), row by row.
[[nodiscard]] int launch_add_norm(const float* gamma, const float* beta, const float* y,
                                  std::uint32_t rows, float* x, CUstream_st* stream);

/// The index codes [384] of one text from its hidden states [tokens x 384].
[[nodiscard]] int launch_pool(const float* x, std::uint32_t tokens, std::int8_t* codes,
                              CUstream_st* stream);

}  // namespace pramana::scoring::cuda
