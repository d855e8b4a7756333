// What works row by row or text by text: the embedding, the quantisation of rows, the pool.
#include "cuda/rows.cuh"

namespace pramana::scoring::cuda::PRAMANA_CUDA_STEPS {
namespace {

constexpr unsigned kRowThreads = 256;
constexpr unsigned kRowWarps = kRowThreads / kWarp;
constexpr unsigned kEmbedThreads = 128;

/// Grid: texts; each warp takes every fourth token.
__global__ void __launch_bounds__(kEmbedThreads)
    embed(const std::int8_t* word_codes, const float* word_scales, const float* positions,
          NormArguments norm, Batch batch, HiddenArguments to) {
    const std::uint32_t begin = batch.offsets[blockIdx.x];
    const std::uint32_t tokens = batch.offsets[blockIdx.x + 1] - begin;
    const unsigned lane = threadIdx.x % kWarp;
    for (std::uint32_t token = threadIdx.x / kWarp; token < tokens;
         token += kEmbedThreads / kWarp) {
        const std::size_t id = batch.ids[begin + token];
        const float scale = word_scales[id];
        float v[kLaneParts];
#pragma unroll
        for (unsigned i = 0; i < kLaneParts; ++i) {
            const unsigned at = lane + i * kWarp;
            v[i] = fma(__int2float_rn(word_codes[id * kDim + at]), scale,
                       positions[std::size_t{token} * kDim + at]);
        }
        finish_row(norm, to, begin + token, lane, v);
    }
}

/// Grid: rows / 8, a warp to a row; lane l holds numbers 128 i + 4 l and the three behind it.
template <unsigned kRowDim>
__global__ void __launch_bounds__(kRowThreads)
    quantise(const float* x, std::uint32_t rows, const float* smoothing, RowsArguments to) {
    constexpr unsigned kFours = kRowDim / 4 / kWarp;
    const std::size_t row = std::size_t{blockIdx.x} * kRowWarps + threadIdx.x / kWarp;
    const unsigned lane = threadIdx.x % kWarp;
    if (row >= rows) return;
    const auto* from = reinterpret_cast<const float4*>(x + row * kRowDim);
    float v[4 * kFours];
#pragma unroll
    for (unsigned i = 0; i < kFours; ++i) {
        const float4 four = from[i * kWarp + lane];
        v[4 * i] = four.x;
        v[4 * i + 1] = four.y;
        v[4 * i + 2] = four.z;
        v[4 * i + 3] = four.w;
    }
    if (smoothing != nullptr) {
#pragma unroll
        for (unsigned i = 0; i < 4 * kFours; ++i)
            v[i] = mul(v[i], smoothing[(i / 4 * kWarp + lane) * 4 + i % 4]);
    }
    const RowScale by = scale_of(v);
    auto* codes = reinterpret_cast<std::uint32_t*>(to.codes + row * kRowDim);
#pragma unroll
    for (unsigned i = 0; i < kFours; ++i) {
        codes[i * kWarp + lane] =
            four_bytes(row_code(v[4 * i], by), row_code(v[4 * i + 1], by),
                       row_code(v[4 * i + 2], by), row_code(v[4 * i + 3], by));
    }
    if (lane == 0) store_scale(by, to, row);
}

/// Grid: texts; thread = channel, then the first warp makes the codes.
__global__ void __launch_bounds__(kDim) pool(const float* x, Batch batch, std::int8_t* codes) {
    __shared__ float sums[kDim];
    const std::size_t begin = batch.offsets[blockIdx.x];
    const std::size_t end = batch.offsets[blockIdx.x + 1];
    long long total = 0;
#pragma unroll 4
    for (std::size_t token = begin; token < end; ++token)
        total += __float2ll_rn(mul(x[token * kDim + threadIdx.x], law::kPoolOne));
    sums[threadIdx.x] = __ll2float_rn(total);
    __syncthreads();
    if (threadIdx.x >= kWarp) return;
    float v[kLaneParts];
#pragma unroll
    for (unsigned i = 0; i < kLaneParts; ++i) v[i] = sums[threadIdx.x + i * kWarp];
    const float squares = sum_of_squares(v);
    const float inverse = squares > 0.0F ? inverse_root(squares) : 0.0F;
    std::int8_t* to = codes + std::size_t{blockIdx.x} * kDim + threadIdx.x;
#pragma unroll
    for (unsigned i = 0; i < kLaneParts; ++i) {
        const int code = __float2int_rn(mul(mul(v[i], inverse), law::kCodeScale));
        to[i * kWarp] = static_cast<std::int8_t>(min(max(code, -127), 127));
    }
}

}  // namespace

int launch_embed(const ModelArguments& model, const Batch& batch, const HiddenArguments& to,
                 CUstream_st* stream) {
    if (batch.texts == 0) return cudaSuccess;  // a grid of 0 blocks is a launch error
    return launch(embed, dim3{batch.texts}, kEmbedThreads, 0, stream, model.word_codes,
                  model.word_scales, model.positions, model.norm, batch, to);
}

int launch_quantise(const float* x, std::uint32_t rows, std::uint32_t dim, const float* smoothing,
                    const RowsArguments& to, CUstream_st* stream) {
    if (rows == 0) return cudaSuccess;
    if (dim != kDim && dim != kInnerDim) return cudaErrorInvalidValue;
    const dim3 grid{(rows + kRowWarps - 1) / kRowWarps};
    return launch(dim == kDim ? quantise<kDim> : quantise<kInnerDim>, grid, kRowThreads, 0, stream,
                  x, rows, smoothing, to);
}

int launch_pool(const float* x, const Batch& batch, std::int8_t* codes, CUstream_st* stream) {
    if (batch.texts == 0) return cudaSuccess;
    return launch(pool, dim3{batch.texts}, kDim, 0, stream, x, batch, codes);
}

}  // namespace pramana::scoring::cuda::PRAMANA_CUDA_STEPS
