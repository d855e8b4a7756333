// Attention of one text: queries and keys by token, values by channel, then one warp to a query and
// head.
#include "cuda/law.cuh"

namespace pramana::scoring::cuda {
namespace {

/// inverse and scale of a symmetric quantisation.
__device__ inline float2 symmetric(float amax) {
    if (amax < law::kRangeMin) return {0.0F, 0.0F};
    return {__fdiv_rn(127.0F, amax), __fdiv_rn(amax, 127.0F)};
}

/// Where the codes of one token and head begin; `kind` is 0 for queries, 1 for keys, 2 for values.
__device__ inline std::size_t code_place(unsigned kind, unsigned head, std::uint32_t tokens,
                                         std::uint32_t token) {
    return ((std::size_t{kind} * kHeads + head) * tokens + token) * kHeadDim;
}

/// Where the scales of one kind and head begin, token by token; those of the values' channels
/// follow.
__device__ inline std::size_t scale_place(unsigned kind, unsigned head, std::uint32_t tokens) {
    return (std::size_t{kind} * kHeads + head) * tokens;
}
__device__ inline std::size_t channel_place(unsigned head, std::uint32_t tokens) {
    return scale_place(2, 0, tokens) + std::size_t{head} * kHeadDim;
}

/// Grid: tokens x heads x 2 kinds; lane = dimension.
__global__ void quantise_tokens(const float* qkv, std::uint32_t tokens, AttentionScratch s) {
    const std::uint32_t token = blockIdx.x;
    const unsigned head = blockIdx.y;
    const unsigned kind = blockIdx.z;
    const std::size_t column =
        std::size_t{kind} * kDim + std::size_t{head} * kHeadDim + threadIdx.x;
    const float v = qkv[std::size_t{token} * kQkvDim + column];
    const float2 by = symmetric(warp_max(fabsf(v)));
    s.codes[code_place(kind, head, tokens, token) + threadIdx.x] =
        static_cast<std::int8_t>(__float2int_rn(__fmul_rn(v, by.x)));
    if (threadIdx.x == 0) s.scales[scale_place(kind, head, tokens) + token] = by.y;
}

/// Grid: heads; lane = channel of the head.
__global__ void quantise_channels(const float* qkv, std::uint32_t tokens, AttentionScratch s) {
    const unsigned head = blockIdx.x;
    const float* v = qkv + 2 * std::size_t{kDim} + std::size_t{head} * kHeadDim + threadIdx.x;
    float amax = 0.0F;
    for (std::uint32_t token = 0; token < tokens; ++token)
        amax = fmaxf(amax, fabsf(v[std::size_t{token} * kQkvDim]));
    const float2 by = symmetric(amax);
    s.scales[channel_place(head, tokens) + threadIdx.x] = by.y;
    for (std::uint32_t token = 0; token < tokens; ++token)
        s.codes[code_place(2, head, tokens, token) + threadIdx.x] = static_cast<std::int8_t>(
            __float2int_rn(__fmul_rn(v[std::size_t{token} * kQkvDim], by.x)));
}

/// Grid: tokens x heads. Logits and weights of the query in shared memory, then lane = dimension.
__global__ void attend(std::uint32_t tokens, AttentionScratch s, float* out) {
    __shared__ float logits[kTokensMax];
    __shared__ int weights[kTokensMax];
    const std::uint32_t token = blockIdx.x;
    const unsigned head = blockIdx.y;
    const unsigned lane = threadIdx.x;
    const auto* query = reinterpret_cast<const int*>(s.codes + code_place(0, head, tokens, token));
    const float* key_scales = s.scales + scale_place(1, head, tokens);
    const float scale =
        __fmul_rn(s.scales[scale_place(0, head, tokens) + token], law::kQueryFactor);
    float top = -INFINITY;
    for (std::uint32_t j = lane; j < tokens; j += kWarp) {
        const auto* key = reinterpret_cast<const int*>(s.codes + code_place(1, head, tokens, j));
        int dot = 0;
#pragma unroll
        for (unsigned i = 0; i < kHeadDim / 4; ++i) dot = __dp4a(query[i], key[i], dot);
        logits[j] = __fmul_rn(__int2float_rn(dot), __fmul_rn(scale, key_scales[j]));
        top = fmaxf(top, logits[j]);
    }
    top = warp_max(top);
    int total = 0;
    for (std::uint32_t j = lane; j < tokens; j += kWarp) {
        const float power = exp2_of(__fsub_rn(logits[j], top));
        weights[j] = __float2int_rn(__fmul_rn(power, law::kWeightOne));
        total += weights[j];
    }
#pragma unroll
    for (unsigned width = kWarp / 2; width > 0; width /= 2)
        total += __shfl_xor_sync(kAllLanes, total, width);
    __syncwarp();
    int mixed = 0;  // at most 512 * 32767 * 127 < 2^31
    for (std::uint32_t j = 0; j < tokens; ++j)
        mixed += weights[j] * s.codes[code_place(2, head, tokens, j) + lane];
    const float inverse = __fdiv_rn(1.0F, __int2float_rn(total));
    const float value_scale = s.scales[channel_place(head, tokens) + lane];
    out[std::size_t{token} * kDim + std::size_t{head} * kHeadDim + lane] =
        __fmul_rn(__int2float_rn(mixed), __fmul_rn(value_scale, inverse));
}

}  // namespace

int launch_attention(const float* qkv, std::uint32_t tokens, const AttentionScratch& scratch,
                     float* out, CUstream_st* stream) {
    if (tokens == 0 || tokens > kTokensMax) return cudaErrorInvalidValue;
    const dim3 all_heads{tokens, kHeads, 2};
    int failed = launch(quantise_tokens, all_heads, stream, qkv, tokens, scratch);
    if (failed == cudaSuccess)
        failed = launch(quantise_channels, dim3{kHeads}, stream, qkv, tokens, scratch);
    if (failed != cudaSuccess) return failed;
    return launch(attend, dim3{tokens, kHeads}, stream, tokens, scratch, out);
}

}  // namespace pramana::scoring::cuda
