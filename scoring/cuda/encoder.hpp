#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

struct CUstream_st;

/// The encoder on a CUDA device: texts as token ids in, index codes out, the bits of
/// cpu/kernels.hpp whatever the batch. Host-only: any source may include it. All pointers are
/// device memory, aligned to 16 bytes, all matrices dense and row-major. Source: docs/scoring.md
/// "Encoder". Thread: the device thread only.
namespace pramana::scoring::cuda {

/// [384] each.
struct NormArguments {
    const float* gamma;
    const float* beta;
};

/// A linear layer in the order of the model file; its shape is known from its place in a layer.
struct LinearArguments {
    const std::int8_t* codes;       ///< [outputs x inputs]
    const std::int32_t* code_sums;  ///< [outputs]
    const float* scales;            ///< [outputs]
    const float* bias;              ///< [outputs]
    const float* smoothing;         ///< [inputs] or nullptr (all 1): factors of the input
};

struct LayerArguments {
    LinearArguments qkv;  ///< 1152 x 384
    LinearArguments out;  ///< 384 x 384
    NormArguments norm1;
    LinearArguments up;    ///< 1536 x 384
    LinearArguments down;  ///< 384 x 1536
    NormArguments norm2;
};

/// A model on the device, as DeviceModel (cuda/model.hpp) makes it.
struct ModelArguments {
    const std::int8_t* word_codes;           ///< [words x 384]
    const float* word_scales;                ///< [words]
    const float* positions;                  ///< [positions x 384]
    NormArguments norm;                      ///< of the embedding
    std::span<const LayerArguments> layers;  ///< host memory; one at least
};

/// Texts, one behind the other without padding: text i is ids[offsets[i], offsets[i + 1]), `[CLS]`
/// and `[SEP]` among them. The caller has checked that offsets ascend from 0 to `tokens`, that no
/// text is longer than the model's positions (at most 512), and that each id is a word of the
/// model.
struct Batch {
    const std::uint16_t* ids;      ///< [tokens]
    const std::uint32_t* offsets;  ///< [texts + 1]
    std::uint32_t texts;           ///< at most kTextsMax
    std::uint32_t tokens;          ///< at most kTokensInBatchMax
};
inline constexpr std::uint32_t kTextsMax = 1U << 24U;
inline constexpr std::uint32_t kTokensInBatchMax = 1U << 24U;

/// Bytes that launch_encode works in: about 9.7 KB a token. Grows with both arguments.
[[nodiscard]] std::size_t workspace_bytes(std::uint32_t tokens, std::uint32_t texts) noexcept;

/// Enqueues everything between ids and codes: 7 kernels a layer and 2. No allocation, no
/// synchronisation, no copy: may be captured into a CUDA graph. A text without tokens gets zeros.
///
/// @param workspace  workspace_bytes(tokens, texts) bytes, aligned to 256; what it holds afterwards
///                   reveals the texts: its owner wipes it
/// @param codes      [texts x 384]
/// Returns 0 or a cudaError_t: cudaErrorInvalidValue for a batch beyond the limits.
[[nodiscard]] int launch_encode(const ModelArguments& model, const Batch& batch, void* workspace,
                                std::int8_t* codes, CUstream_st* stream);

/// The same kernels with contraction and the device's approximate functions, so that a report can
/// say what exactness costs. Other bits: never for a score. Only in pramana_scoring_cuda_inexact.
namespace inexact {
[[nodiscard]] int launch_encode(const ModelArguments& model, const Batch& batch, void* workspace,
                                std::int8_t* codes, CUstream_st* stream);
}

}  // namespace pramana::scoring::cuda
