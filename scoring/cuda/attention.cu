// Attention of one text and head by one block: its keys and values are made codes in shared memory,
// then each warp takes 16 queries at a time. Two passes over the keys, the first for the largest
// logit: weights are integers of a fixed size then, and no sum is ever scaled anew.
#include "cuda/law.cuh"

namespace pramana::scoring::cuda::PRAMANA_CUDA_STEPS {
namespace {

constexpr unsigned kThreads = 128;
constexpr unsigned kWarps = kThreads / kWarp;
constexpr unsigned kBlocks = 6;      ///< on an SM: for so many there is shared memory
constexpr unsigned kQueryRows = 16;  ///< of one warp at a time
constexpr unsigned kGroup = 32;      ///< keys that are weighed together: the depth of a product
constexpr unsigned kKeyTiles = kGroup / 8;
constexpr unsigned kChannelTiles = kHeadDim / 8;
constexpr unsigned kValuePitch = kTokensMax + 16;  ///< an odd multiple of 16 bytes: no bank twice

/// Shared memory, for the longest text.
struct Shared {
    std::uint8_t keys[kTokensMax * kHeadDim];     ///< [tokens x 32], see key_place
    std::uint8_t values[kHeadDim * kValuePitch];  ///< [32 channels x tokens], see token_of
    float key_scales[kTokensMax];                 ///< 0 behind the last token
    float channel_max[kWarps][kHeadDim];
    float value_scales[kHeadDim];
};

/// Half `half` (16 bytes) of a key's row is moved by its row, so that the 8 rows of a matrix lie in
/// different banks.
__device__ inline unsigned key_place(unsigned token, unsigned half) {
    return token * kHeadDim + (half ^ (token / 4 % 2)) * 16;
}

/// The dimension of number `place` of a row (HeadsArguments).
__device__ inline unsigned dimension_of(unsigned place) {
    return place % 8 / 2 * 8 + place / 8 * 2 + place % 2;
}

/// The first of the four tokens whose weights stand at `place`, a multiple of 4, of the left
/// factor; the others are 1, 8 and 9 behind it. What a lane has of four tiles of keys, in the order
/// in which it has them, is its part of a 16 x 32 factor. Sums are integers, so any order of tokens
/// will do if the values have the same.
__device__ inline unsigned token_of(unsigned place) { return place - place % 16 + place % 16 / 2; }

/// One text and head.
struct Part {
    const std::int8_t* queries;  ///< [tokens x 32]
    const std::int8_t* keys;
    const float* query_scales;  ///< [tokens]
    const float* key_scales;
    const float* values;  ///< [tokens x 32]
    std::uint32_t tokens;
    std::uint32_t padded;  ///< to a multiple of kGroup
};

__device__ void load_keys(const Part& part, Shared& shared) {
    for (unsigned i = threadIdx.x; i < part.padded * 2; i += kThreads) {
        const unsigned token = i / 2;
        uint4 codes{0, 0, 0, 0};
        if (token < part.tokens)
            codes = *reinterpret_cast<const uint4*>(part.keys + token * kHeadDim + i % 2 * 16);
        *reinterpret_cast<uint4*>(shared.keys + key_place(token, i % 2)) = codes;
    }
    for (unsigned token = threadIdx.x; token < part.padded; token += kThreads)
        shared.key_scales[token] = token < part.tokens ? part.key_scales[token] : 0.0F;
}

/// Values as codes, by channel over the whole text; lane = number of the row.
__device__ void quantise_values(const Part& part, Shared& shared) {
    const unsigned lane = threadIdx.x % kWarp;
    const unsigned warp = threadIdx.x / kWarp;
    float amax = 0.0F;
#pragma unroll 4
    for (unsigned token = warp; token < part.tokens; token += kWarps)
        amax = fmaxf(amax, fabsf(part.values[token * kHeadDim + lane]));
    shared.channel_max[warp][lane] = amax;
    __syncthreads();
#pragma unroll
    for (unsigned i = 0; i < kWarps; ++i) amax = fmaxf(amax, shared.channel_max[i][lane]);
    const SymmetricScale by = symmetric(amax);
    const unsigned channel = dimension_of(lane);
    if (warp == 0) shared.value_scales[channel] = by.scale;
#pragma unroll 2
    for (unsigned place = warp * 4; place < part.padded; place += kWarps * 4) {
        float v[4];
#pragma unroll
        for (unsigned b = 0; b < 4; ++b) {
            const unsigned token = token_of(place) + b / 2 * 8 + b % 2;
            v[b] = token < part.tokens ? part.values[token * kHeadDim + lane] : 0.0F;
        }
        const unsigned four = four_codes(v, by.inverse);
        *reinterpret_cast<std::uint32_t*>(shared.values + channel * kValuePitch + place) = four;
    }
}

/// The 16 queries of a warp: lane 4 g + t has rows g and g + 8.
struct Queries {
    std::uint32_t codes[1][4];
    float scale[2];
    __device__ Queries(const Part& part, unsigned first) {
        const unsigned group = threadIdx.x % kWarp / 4;
        const unsigned member = threadIdx.x % 4;
        for (unsigned half = 0; half < 2; ++half) {
            unsigned row = first + group + 8 * half;
            row = row < part.tokens ? row : part.tokens - 1;  // repeated, and stored nowhere
            const std::int8_t* code = part.queries + row * kHeadDim + 4 * member;
            codes[0][half] = *reinterpret_cast<const std::uint32_t*>(code);
            codes[0][half + 2] = *reinterpret_cast<const std::uint32_t*>(code + 16);
            scale[half] = mul(part.query_scales[row], law::kQueryFactor);
        }
    }
};

/// t[n][i]: logits of kGroup keys from `first`: rows g (i < 2) and g + 8, key 8 n + 2 t + i % 2.
__device__ inline void logits_of(const Queries& queries, const Part& part, const Shared& shared,
                                 unsigned first, float (&t)[kKeyTiles][4]) {
    const unsigned lane = threadIdx.x % kWarp;
    int dots[1][kKeyTiles][4] = {};
#pragma unroll
    for (unsigned n = 0; n < kKeyTiles; n += 2) {
        std::uint32_t keys[4];
        const unsigned row = first + 8 * n + lane / 16 * 8 + lane % 8;
        load_matrices(shared.keys + key_place(row, lane / 8 % 2), keys);
        multiply_pair<Left::kSigned>(queries.codes, keys, dots, n);
    }
#pragma unroll
    for (unsigned n = 0; n < kKeyTiles; ++n) {
        const unsigned key = first + 8 * n + 2 * (lane % 4);
        const float2 scales = *reinterpret_cast<const float2*>(shared.key_scales + key);
#pragma unroll
        for (unsigned i = 0; i < 4; ++i)
            t[n][i] = mul(__int2float_rn(dots[0][n][i]),
                          mul(queries.scale[i / 2], i % 2 == 0 ? scales.x : scales.y));
    }
    if (first + kGroup <= part.tokens) return;
#pragma unroll
    for (unsigned n = 0; n < kKeyTiles; ++n)
#pragma unroll
        for (unsigned i = 0; i < 4; ++i)
            if (first + 8 * n + 2 * (lane % 4) + i % 2 >= part.tokens) t[n][i] = -INFINITY;
}

/// What the weights of kGroup keys add to the sums of a warp.
struct Sums {
    int high[1][kChannelTiles][4] = {};  ///< of u / 256
    int low[1][kChannelTiles][4] = {};   ///< of u % 256
    unsigned total[2] = {0, 0};          ///< of the bits of rounded(), see weights_of
};
__device__ inline void mix(const float (&t)[kKeyTiles][4], const float (&top)[2],
                           const Shared& shared, unsigned first, Sums& sums) {
    std::uint32_t high[1][4];
    std::uint32_t low[1][4];
#pragma unroll
    for (unsigned part = 0; part < 4; ++part) {  // rows g, g + 8; then the other two tiles
        const unsigned half = part % 2;
        std::uint32_t two[2];
#pragma unroll
        for (unsigned n = 0; n < 2; ++n) {
            const float* logits = t[part / 2 * 2 + n] + 2 * half;
            const auto x = static_cast<unsigned>(weight_bits(sub(logits[0], top[half])));
            const auto y = static_cast<unsigned>(weight_bits(sub(logits[1], top[half])));
            sums.total[half] += x + y;
            two[n] = __byte_perm(x, y, 0x5140);  // both low bytes, then both high ones
        }
        low[0][part] = __byte_perm(two[0], two[1], 0x5410);
        high[0][part] = __byte_perm(two[0], two[1], 0x7632);
    }
    const unsigned lane = threadIdx.x % kWarp;
#pragma unroll
    for (unsigned n = 0; n < kChannelTiles; n += 2) {
        std::uint32_t values[4];
        const unsigned channel = 8 * n + lane / 16 * 8 + lane % 8;
        load_matrices(shared.values + channel * kValuePitch + first + lane / 8 % 2 * 16, values);
        multiply_pair<Left::kUnsigned>(high, values, sums.high, n);
        multiply_pair<Left::kUnsigned>(low, values, sums.low, n);
    }
}

/// The sum of the weights of a row, of which each of four lanes added up the bits: kRoundBits comes
/// off for each of `padded` tokens. Unsigned numbers wrap around; the sum is below 2^24.
__device__ inline int weights_of(unsigned bits, std::uint32_t padded) {
    bits += __shfl_xor_sync(kAllLanes, bits, 2);
    bits += __shfl_xor_sync(kAllLanes, bits, 1);
    return static_cast<int>(bits - padded * static_cast<unsigned>(kRoundBits));
}

__device__ inline Part part_of(const HeadsArguments& heads, std::size_t all, unsigned head,
                               std::size_t begin, std::uint32_t tokens) {
    const std::size_t query = head * all + begin;
    const std::size_t key = (kHeads + head) * all + begin;
    return {heads.codes + query * kHeadDim,
            heads.codes + key * kHeadDim,
            heads.scales + query,
            heads.scales + key,
            heads.values + query * kHeadDim,
            tokens,
            (tokens + kGroup - 1) / kGroup * kGroup};
}

/// The first pass: the largest logit of rows g and g + 8.
__device__ inline void find_tops(const Queries& queries, const Part& part, const Shared& shared,
                                 float (&top)[2]) {
    float t[kKeyTiles][4];
    top[0] = -INFINITY;
    top[1] = -INFINITY;
    for (unsigned keys = 0; keys < part.padded; keys += kGroup) {
        logits_of(queries, part, shared, keys, t);
#pragma unroll
        for (unsigned i = 0; i < 4 * kKeyTiles; ++i)
            top[i % 4 / 2] = fmaxf(top[i % 4 / 2], t[i / 4][i % 4]);
    }
    top[0] = lanes_max<4>(top[0]);
    top[1] = lanes_max<4>(top[1]);
}

/// Stores what a warp has of rows `first` + g and the eighth behind it; `out` is where the head's
/// part of the text's first row lies.
__device__ inline void store_mixed(const Sums& sums, const Part& part, const Shared& shared,
                                   unsigned first, float* out) {
    const unsigned group = threadIdx.x % kWarp / 4;
    const unsigned member = threadIdx.x % 4;
#pragma unroll
    for (unsigned half = 0; half < 2; ++half) {
        const int total = weights_of(sums.total[half], part.padded);
        const float inverse = divide(1.0F, __int2float_rn(total));
        const unsigned row = first + group + 8 * half;
        if (row >= part.tokens) continue;
#pragma unroll
        for (unsigned n = 0; n < kChannelTiles; ++n) {
            const unsigned channel = 8 * n + 2 * member;
            const float* scales = shared.value_scales + channel;
            const int* high = sums.high[0][n] + 2 * half;
            const int* low = sums.low[0][n] + 2 * half;
            *reinterpret_cast<float2*>(out + std::size_t{row} * kDim + channel) = {
                mul(__int2float_rn(high[0] * 256 + low[0]), mul(scales[0], inverse)),
                mul(__int2float_rn(high[1] * 256 + low[1]), mul(scales[1], inverse))};
        }
    }
}

/// Grid: texts x 12, heads of one text side by side.
__global__ void __launch_bounds__(kThreads, kBlocks)
    attend(HeadsArguments heads, Batch batch, float* to) {
    auto& shared = *reinterpret_cast<Shared*>(shared_memory());
    const std::uint32_t text = blockIdx.x / kHeads;
    const unsigned head = blockIdx.x % kHeads;
    const std::uint32_t begin = batch.offsets[text];
    const std::uint32_t tokens = batch.offsets[text + 1] - begin;
    if (tokens == 0) return;
    const Part part = part_of(heads, batch.tokens, head, begin, tokens);
    load_keys(part, shared);
    quantise_values(part, shared);
    __syncthreads();
    float* const out = to + std::size_t{begin} * kDim + head * kHeadDim;
    for (unsigned first = threadIdx.x / kWarp * kQueryRows; first < tokens;
         first += kWarps * kQueryRows) {
        const Queries queries{part, first};
        float top[2];
        find_tops(queries, part, shared, top);
        Sums sums;
        for (unsigned keys = 0; keys < part.padded; keys += kGroup) {
            float t[kKeyTiles][4];
            logits_of(queries, part, shared, keys, t);
            mix(t, top, shared, keys, sums);
        }
        store_mixed(sums, part, shared, first, out);
    }
}

}  // namespace

int launch_attention(const HeadsArguments& heads, const Batch& batch, float* to,
                     CUstream_st* stream) {
    if (batch.texts == 0 || batch.tokens == 0) return cudaSuccess;
    return launch(attend, dim3{batch.texts * kHeads}, kThreads, sizeof(Shared), stream, heads,
                  batch, to);
}

}  // namespace pramana::scoring::cuda::PRAMANA_CUDA_STEPS
