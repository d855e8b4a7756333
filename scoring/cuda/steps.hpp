#pragma once

#include "cuda/encoder.hpp"

/// The steps between ids and codes, one kernel each. Host-only, private to scoring/cuda and its
/// tests. Asynchronous on `stream`; each returns 0 or a cudaError_t; nothing runs without rows.
/// All rows of all texts stand one behind the other; only attention, embed and pool know texts.
/// Source: docs/scoring.md "Encoder". Thread: the device thread only.
#ifdef PRAMANA_CUDA_INEXACT
#define PRAMANA_CUDA_STEPS inexact
#else
#define PRAMANA_CUDA_STEPS exact
#endif
namespace pramana::scoring::cuda::PRAMANA_CUDA_STEPS {

/// Rows quantised to u8: x[k] * smoothing[k] is about scale * (code - zero).
struct RowsArguments {
    std::uint8_t* codes;  ///< [rows x dim]
    float* scales;        ///< [rows]
    std::int32_t* zeros;  ///< [rows]
};

/// Where hidden states go: kept as they are, and as codes for the layer that reads them next.
struct HiddenArguments {
    float* x;                ///< [rows x 384]
    RowsArguments next;      ///< dim 384; codes == nullptr: nobody reads them
    const float* smoothing;  ///< of that layer, [384] or nullptr
};

/// Queries, keys and values of all heads, head by head, so that what one text and head reads lies
/// together. In a row of 32 number 8 t + 2 i + b is of dimension 8 i + 2 t + b (t, i < 4, b < 2):
/// what one thread of a matrix product holds is stored at once.
struct HeadsArguments {
    std::int8_t* codes;  ///< [2 x 12 x rows x 32]: queries, keys
    float* scales;       ///< [2 x 12 x rows]
    float* values;       ///< [12 x rows x 32]
};

/// x = LayerNorm(word + position), and its codes.
[[nodiscard]] int launch_embed(const ModelArguments& model, const Batch& batch,
                               const HiddenArguments& to, CUstream_st* stream);

/// Quantises each row of x [rows x dim] by its own range; dim is 384 or 1536.
[[nodiscard]] int launch_quantise(const float* x, std::uint32_t rows, std::uint32_t dim,
                                  const float* smoothing, const RowsArguments& to,
                                  CUstream_st* stream);

/// Queries and keys quantised token by token, values as they are.
[[nodiscard]] int launch_heads(const LinearArguments& qkv, const RowsArguments& x,
                               std::uint32_t rows, const HeadsArguments& to, CUstream_st* stream);

/// to [tokens x 384] = attention, text by text.
[[nodiscard]] int launch_attention(const HeadsArguments& heads, const Batch& batch, float* to,
                                   CUstream_st* stream);

/// x = LayerNorm(x + linear(rows)), and its codes; `inputs` is 384 or 1536.
[[nodiscard]] int launch_add_norm(const LinearArguments& layer, const RowsArguments& rows_in,
                                  std::uint32_t rows, std::uint32_t inputs,
                                  const NormArguments& norm, const HiddenArguments& to,
                                  CUstream_st* stream);

/// to [rows x 1536] = GELU(linear(x)).
[[nodiscard]] int launch_inner(const LinearArguments& up, const RowsArguments& x,
                               std::uint32_t rows, float* to, CUstream_st* stream);

/// The index codes of each text from its hidden states.
[[nodiscard]] int launch_pool(const float* x, const Batch& batch, std::int8_t* codes,
                              CUstream_st* stream);

}  // namespace pramana::scoring::cuda::PRAMANA_CUDA_STEPS
