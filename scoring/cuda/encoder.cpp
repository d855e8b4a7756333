#include "cuda/encoder.hpp"

#include "cuda/shape.hpp"
#include "cuda/steps.hpp"

#include <cuda_runtime_api.h>

namespace pramana::scoring::cuda {
namespace {

using PRAMANA_CUDA_STEPS::HeadsArguments;
using PRAMANA_CUDA_STEPS::HiddenArguments;
using PRAMANA_CUDA_STEPS::RowsArguments;
namespace steps = PRAMANA_CUDA_STEPS;

constexpr std::size_t kAlignment = 256;

/// The arrays of one batch in its workspace. Heads and what attention makes of them are gone when
/// the inner activations need their place.
class Workspace {
  public:
    Workspace(void* memory, std::size_t tokens) : memory_{static_cast<std::byte*>(memory)} {
        x = take<float>(tokens * kDim);
        narrow = take_rows(tokens, kDim);
        wide = take_rows(tokens, kInnerDim);
        const std::size_t shared = size_;
        heads.codes = take<std::int8_t>(tokens * 2 * kDim);
        heads.scales = take<float>(tokens * 2 * kHeads);
        heads.values = take<float>(tokens * kDim);
        mixed = take<float>(tokens * kDim);
        const std::size_t heads_end = size_;
        size_ = shared;
        inner = take<float>(tokens * kInnerDim);
        if (size_ < heads_end) size_ = heads_end;
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    float* x;                ///< hidden states
    RowsArguments narrow{};  ///< codes of hidden states
    RowsArguments wide{};    ///< codes of what attention made, then of the inner activations
    HeadsArguments heads{};
    float* mixed;  ///< what attention made
    float* inner;

  private:
    template <class T>
    T* take(std::size_t count) {
        const std::size_t at = size_;
        size_ += (count * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
        return memory_ == nullptr ? nullptr : reinterpret_cast<T*>(memory_ + at);
    }
    RowsArguments take_rows(std::size_t rows, std::size_t dim) {
        auto* codes = take<std::uint8_t>(rows * dim);
        auto* scales = take<float>(rows);
        return {codes, scales, take<std::int32_t>(rows)};
    }
    std::byte* memory_;  ///< nullptr: only the size is asked for
    std::size_t size_ = 0;
};

/// One layer; `reader` is the one behind it, or nullptr.
int launch_layer(const LayerArguments& layer, const LayerArguments* reader, const Batch& batch,
                 const Workspace& w, CUstream_st* stream) {
    const std::uint32_t rows = batch.tokens;
    int failed = steps::launch_heads(layer.qkv, w.narrow, rows, w.heads, stream);
    if (failed == 0) failed = steps::launch_attention(w.heads, batch, w.mixed, stream);
    if (failed == 0)
        failed = steps::launch_quantise(w.mixed, rows, kDim, layer.out.smoothing, w.wide, stream);
    if (failed == 0)
        failed = steps::launch_add_norm(layer.out, w.wide, rows, kDim, layer.norm1,
                                        {w.x, w.narrow, layer.up.smoothing}, stream);
    if (failed == 0) failed = steps::launch_inner(layer.up, w.narrow, rows, w.inner, stream);
    if (failed == 0)
        failed =
            steps::launch_quantise(w.inner, rows, kInnerDim, layer.down.smoothing, w.wide, stream);
    if (failed != 0) return failed;
    HiddenArguments to{w.x, {nullptr, nullptr, nullptr}, nullptr};
    if (reader != nullptr) to = {w.x, w.narrow, reader->qkv.smoothing};
    return steps::launch_add_norm(layer.down, w.wide, rows, kInnerDim, layer.norm2, to, stream);
}

int encode(const ModelArguments& model, const Batch& batch, void* workspace, std::int8_t* codes,
           CUstream_st* stream) {
    if (batch.texts > kTextsMax || batch.tokens > kTokensInBatchMax || model.layers.empty())
        return cudaErrorInvalidValue;
    const Workspace w{workspace, batch.tokens};
    int failed = steps::launch_embed(model, batch,
                                     {w.x, w.narrow, model.layers.front().qkv.smoothing}, stream);
    for (std::size_t i = 0; i < model.layers.size() && failed == 0; ++i) {
        const LayerArguments* reader = i + 1 < model.layers.size() ? &model.layers[i + 1] : nullptr;
        failed = launch_layer(model.layers[i], reader, batch, w, stream);
    }
    return failed != 0 ? failed : steps::launch_pool(w.x, batch, codes, stream);
}

}  // namespace

#ifdef PRAMANA_CUDA_INEXACT
int inexact::launch_encode(const ModelArguments& model, const Batch& batch, void* workspace,
                           std::int8_t* codes, CUstream_st* stream) {
    return encode(model, batch, workspace, codes, stream);
}
#else
std::size_t workspace_bytes(std::uint32_t tokens, std::uint32_t) noexcept {
    return Workspace{nullptr, tokens}.size();
}

int launch_encode(const ModelArguments& model, const Batch& batch, void* workspace,
                  std::int8_t* codes, CUstream_st* stream) {
    return encode(model, batch, workspace, codes, stream);
}
#endif

}  // namespace pramana::scoring::cuda
