// What works row by row: one warp to a row, element lane + 32 i of the row in register i.
#include "cuda/law.cuh"

namespace pramana::scoring::cuda {
namespace {

/// out = LayerNorm(v).
__device__ void normalise(const float* gamma, const float* beta, float (&v)[kLaneParts],
                          float* out) {
    const unsigned lane = threadIdx.x;
    const float mean = __fmul_rn(sum(v), law::kOneOverDim);
#pragma unroll
    for (float& part : v) part = __fsub_rn(part, mean);
    const float variance = __fmul_rn(sum_of_squares(v), law::kOneOverDim);
    const float inverse = inverse_root(__fadd_rn(variance, law::kNormEpsilon));
#pragma unroll
    for (unsigned i = 0; i < kLaneParts; ++i) {
        const unsigned at = lane + i * kWarp;
        out[at] = __fmaf_rn(__fmul_rn(v[i], inverse), gamma[at], beta[at]);
    }
}

__global__ void embed(EmbedArguments weights, const std::uint16_t* ids, float* x) {
    const std::size_t token = blockIdx.x;
    const std::size_t id = ids[token];
    const float scale = weights.word_scales[id];
    float v[kLaneParts];
#pragma unroll
    for (unsigned i = 0; i < kLaneParts; ++i) {
        const unsigned at = threadIdx.x + i * kWarp;
        v[i] = __fmaf_rn(__int2float_rn(weights.word_codes[id * kDim + at]), scale,
                         weights.positions[token * kDim + at]);
    }
    normalise(weights.gamma, weights.beta, v, x + token * kDim);
}

__global__ void add_norm(const float* gamma, const float* beta, const float* y, float* x) {
    const std::size_t begin = std::size_t{blockIdx.x} * kDim;
    float v[kLaneParts];
#pragma unroll
    for (unsigned i = 0; i < kLaneParts; ++i) {
        const std::size_t at = begin + threadIdx.x + std::size_t{i} * kWarp;
        v[i] = __fadd_rn(x[at], y[at]);
    }
    normalise(gamma, beta, v, x + begin);
}

__global__ void quantise_rows(const float* x, std::uint32_t dim, const float* smoothing,
                              RowsArguments out) {
    const std::size_t row = blockIdx.x;
    const auto value = [&](std::uint32_t k) {
        const float v = x[row * dim + k];
        return smoothing == nullptr ? v : __fmul_rn(v, smoothing[k]);
    };
    float low = 0.0F;
    float high = 0.0F;
    for (std::uint32_t k = threadIdx.x; k < dim; k += kWarp) {
        low = fminf(low, value(k));
        high = fmaxf(high, value(k));
    }
    low = warp_min(low);
    const float range = __fsub_rn(warp_max(high), low);
    const bool tiny = range < law::kRangeMin;
    const float inverse = tiny ? 0.0F : __fdiv_rn(255.0F, range);
    const int zero = __float2int_rn(__fmul_rn(-low, inverse));
    for (std::uint32_t k = threadIdx.x; k < dim; k += kWarp) {
        const int code = __float2int_rn(__fmul_rn(value(k), inverse)) + zero;
        out.codes[row * dim + k] = static_cast<std::uint8_t>(min(max(code, 0), 255));
    }
    if (threadIdx.x == 0) {
        out.scales[row] = tiny ? 0.0F : __fdiv_rn(range, 255.0F);
        out.zeros[row] = zero;
    }
}

__global__ void pool(const float* x, std::uint32_t tokens, std::int8_t* codes) {
    float v[kLaneParts];
#pragma unroll
    for (unsigned i = 0; i < kLaneParts; ++i) {
        const float* channel = x + threadIdx.x + std::size_t{i} * kWarp;
        long long total = 0;
        for (std::uint32_t token = 0; token < tokens; ++token)
            total += __float2ll_rn(__fmul_rn(channel[std::size_t{token} * kDim], law::kPoolOne));
        v[i] = __ll2float_rn(total);
    }
    const float squares = sum_of_squares(v);
    const float inverse = squares > 0.0F ? inverse_root(squares) : 0.0F;
#pragma unroll
    for (unsigned i = 0; i < kLaneParts; ++i) {
        const int code = __float2int_rn(__fmul_rn(__fmul_rn(v[i], inverse), law::kCodeScale));
        codes[threadIdx.x + i * kWarp] = static_cast<std::int8_t>(min(max(code, -127), 127));
    }
}

}  // namespace

int launch_embed(const EmbedArguments& weights, const std::uint16_t* ids, std::uint32_t tokens,
                 float* x, CUstream_st* stream) {
    if (tokens == 0) return cudaSuccess;  // a grid of 0 blocks is a launch error
    return launch(embed, dim3{tokens}, stream, weights, ids, x);
}

int launch_quantise_rows(const float* x, std::uint32_t rows, std::uint32_t dim,
                         const float* smoothing, const RowsArguments& out, CUstream_st* stream) {
    if (rows == 0) return cudaSuccess;
    return launch(quantise_rows, dim3{rows}, stream, x, dim, smoothing, out);
}

int launch_add_norm(const float* gamma, const float* beta, const float* y, std::uint32_t rows,
                    float* x, CUstream_st* stream) {
    if (rows == 0) return cudaSuccess;
    return launch(add_norm, dim3{rows}, stream, gamma, beta, y, x);
}

int launch_pool(const float* x, std::uint32_t tokens, std::int8_t* codes, CUstream_st* stream) {
    return launch(pool, dim3{1}, stream, x, tokens, codes);
}

}  // namespace pramana::scoring::cuda
