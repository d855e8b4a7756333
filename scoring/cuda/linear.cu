// The linear layers, each with what comes behind it.
#include "cuda/rows.cuh"
#include "cuda/tile.cuh"

namespace pramana::scoring::cuda::PRAMANA_CUDA_STEPS {
namespace {

/// The block's part of a layer: what all three kernels begin with.
__device__ void multiply_block(const LinearArguments& layer, const RowsArguments& x,
                               std::uint32_t rows, std::uint32_t inputs, const Place& place,
                               Accumulators& acc) {
    const std::int8_t* weights = layer.codes + std::size_t{blockIdx.y} * kTileOutputs * inputs;
    const Loader loader{weights, x.codes, rows, blockIdx.x * kTileRows, inputs};
    multiply_tile(loader, inputs, shared_memory(), place, acc);
}

/// Queries or keys: v[i] are 8 numbers of row i and one head that a lane has, 2 n + b of dimension
/// 8 n + 2 member + b. The four lanes of a row divide for one of their four rows each.
__device__ void store_codes(const float (&v)[2 * kRowTiles][8], const LaneRows& lane,
                            const HeadsArguments& to, std::uint32_t head, unsigned member) {
    static_assert(2 * kRowTiles == 4, "a lane for each row");
    float mine = 0.0F;
#pragma unroll
    for (unsigned i = 0; i < 4; ++i) {
        float amax = 0.0F;
#pragma unroll
        for (const float part : v[i]) amax = fmaxf(amax, fabsf(part));
        amax = lanes_max<4>(amax);
        if (i == member) mine = amax;
    }
    const SymmetricScale by = symmetric(mine);
    to.scales[head * lane.rows + lane.row(member)] = by.scale;
#pragma unroll
    for (unsigned i = 0; i < 4; ++i) {
        const float inverse = __shfl_sync(kAllLanes, by.inverse, i, 4);
        const std::uint32_t at = head * lane.rows + lane.row(i);  // below 24 * 2^24
        *reinterpret_cast<uint2*>(to.codes + std::size_t{at} * kHeadDim + 8 * member) = {
            four_codes(v[i], inverse), four_codes(v[i] + 4, inverse)};
    }
}

__device__ void store_values(const float (&v)[2 * kRowTiles][8], const LaneRows& lane,
                             const HeadsArguments& to, std::uint32_t head, unsigned member) {
#pragma unroll
    for (unsigned i = 0; i < 2 * kRowTiles; ++i) {
        const std::uint32_t at = head * lane.rows + lane.row(i);  // below 24 * 2^24
        auto* four = reinterpret_cast<float4*>(to.values + std::size_t{at} * kHeadDim + 8 * member);
        four[0] = {v[i][0], v[i][1], v[i][2], v[i][3]};
        four[1] = {v[i][4], v[i][5], v[i][6], v[i][7]};
    }
}

/// What a warp's accumulators say, in their places.
using Outputs = float[kRowTiles][kOutputTiles][4];
__device__ void finish_outputs(const LinearArguments& layer, const LaneRows& lane, unsigned output,
                               const Accumulators& acc, Outputs& y) {
#pragma unroll
    for (unsigned n = 0; n < kOutputTiles; ++n) {
        if (n % 2 == 0) __syncwarp();  // all factors at once would want too many registers
        const TwoOutputs two{layer, output + 8 * n};
#pragma unroll
        for (unsigned i = 0; i < 2 * kRowTiles; ++i) {
            const unsigned half = i % 2 * 2;
            const float2 found = two.finish(acc[i / 2][n] + half, lane.scale[i], lane.zero[i]);
            y[i / 2][n][half] = found.x;
            y[i / 2][n][half + 1] = found.y;
        }
    }
}

/// A warp's 3 heads of its 32 rows, of which a lane has four.
template <bool kValues>
__device__ void store_heads(const Outputs& y, const LaneRows& lane, const HeadsArguments& to,
                            std::uint32_t first_head, unsigned member) {
#pragma unroll
    for (unsigned h = 0; h < kOutputTiles / 4; ++h) {
        float v[2 * kRowTiles][8];
#pragma unroll
        for (unsigned i = 0; i < 2 * kRowTiles; ++i)
#pragma unroll
            for (unsigned b = 0; b < 8; ++b) v[i][b] = y[i / 2][4 * h + b / 2][i % 2 * 2 + b % 2];
        if constexpr (kValues)
            store_values(v, lane, to, first_head + h, member);
        else
            store_codes(v, lane, to, first_head + h, member);
    }
}

/// Grid: row tiles x 3.
__global__ void __launch_bounds__(kTileThreads, 2)
    heads(LinearArguments layer, RowsArguments x, std::uint32_t rows, HeadsArguments to) {
    const Place place;
    Accumulators acc{};
    multiply_block(layer, x, rows, kDim, place, acc);
    const LaneRows lane{x, rows, place};
    const unsigned output = blockIdx.y * kTileOutputs + place.output;
    Outputs y;
    finish_outputs(layer, lane, output + 2 * place.member, acc, y);
    const unsigned head = output / kHeadDim;  // queries and keys together have 24, values their own
    if (blockIdx.y == 2)
        store_heads<true>(y, lane, to, head - 2 * kHeads, place.member);
    else
        store_heads<false>(y, lane, to, head, place.member);
}

__constant__ const Tail kTailCopy = copy_tail();

/// Grid: row tiles x 4.
__global__ void __launch_bounds__(kTileThreads, 2)
    inner(LinearArguments layer, RowsArguments x, std::uint32_t rows, float* to) {
    __shared__ Tail tail;
    if (threadIdx.x < 5 * law::kTailSegments)
        (&tail.factor[0][0])[threadIdx.x] = (&kTailCopy.factor[0][0])[threadIdx.x];
    const Place place;
    Accumulators acc{};
    multiply_block(layer, x, rows, kDim, place, acc);  // its barriers show all threads the table
    const LaneRows lane{x, rows, place};
#pragma unroll
    for (unsigned n = 0; n < kOutputTiles; ++n) {
        const unsigned output = blockIdx.y * kTileOutputs + place.output + 8 * n + 2 * place.member;
        const TwoOutputs two{layer, output};
#pragma unroll
        for (unsigned i = 0; i < 2 * kRowTiles; ++i) {
            float2 y = two.finish(acc[i / 2][n] + i % 2 * 2, lane.scale[i], lane.zero[i]);
            y = {gelu_of(y.x, tail), gelu_of(y.y, tail)};
            *reinterpret_cast<float2*>(to + std::size_t{lane.row(i)} * kInnerDim + output) = y;
        }
    }
}

/// Rows of 384 numbers in shared memory; 8 more, so that 4 groups of a warp meet different banks.
constexpr unsigned kLinePitch = kDim + 8;
constexpr unsigned kLineBytes = kTileRows * kLinePitch * 4;
constexpr unsigned kNormBytes = kLineBytes > kPipelineBytes ? kLineBytes : kPipelineBytes;

/// Grid: row tiles. The block has whole rows: it puts them into shared memory, from where each warp
/// takes row by row in the order of the law's lanes.
__global__ void __launch_bounds__(kTileThreads, 2)
    add_norm(LinearArguments layer, RowsArguments in, std::uint32_t rows, std::uint32_t inputs,
             NormArguments norm, HiddenArguments to) {
    const Place place;
    Accumulators acc{};
    multiply_block(layer, in, rows, inputs, place, acc);
    auto* lines = reinterpret_cast<float*>(shared_memory());
    const std::uint32_t tile = blockIdx.x * kTileRows;
    const LaneRows lane_rows{in, rows, place};
#pragma unroll
    for (unsigned n = 0; n < kOutputTiles; ++n) {
        const unsigned output = place.output + 8 * n + 2 * place.member;
        const TwoOutputs two{layer, output};
#pragma unroll
        for (unsigned i = 0; i < 2 * kRowTiles; ++i) {
            const unsigned line = place.row + place.group + 8 * i;
            *reinterpret_cast<float2*>(lines + line * kLinePitch + output) =
                two.finish(acc[i / 2][n] + i % 2 * 2, lane_rows.scale[i], lane_rows.zero[i]);
        }
    }
    __syncthreads();
    const unsigned lane = threadIdx.x % kWarp;
    for (unsigned line = threadIdx.x / kWarp; line < kTileRows; line += kTileThreads / kWarp) {
        const std::size_t row = std::size_t{tile} + line;
        if (row >= rows) return;
        float v[kLaneParts];
#pragma unroll
        for (unsigned i = 0; i < kLaneParts; ++i) {
            const unsigned at = lane + i * kWarp;
            v[i] = add(to.x[row * kDim + at], lines[line * kLinePitch + at]);
        }
        finish_row(norm, to, row, lane, v);
    }
}

dim3 grid_of(std::uint32_t rows, unsigned across) {
    return dim3{(rows + kTileRows - 1) / kTileRows, across};
}

}  // namespace

int launch_heads(const LinearArguments& qkv, const RowsArguments& x, std::uint32_t rows,
                 const HeadsArguments& to, CUstream_st* stream) {
    if (rows == 0) return cudaSuccess;
    return launch(heads, grid_of(rows, kQkvDim / kTileOutputs), kTileThreads, kPipelineBytes,
                  stream, qkv, x, rows, to);
}

int launch_inner(const LinearArguments& up, const RowsArguments& x, std::uint32_t rows, float* to,
                 CUstream_st* stream) {
    if (rows == 0) return cudaSuccess;
    return launch(inner, grid_of(rows, kInnerDim / kTileOutputs), kTileThreads, kPipelineBytes,
                  stream, up, x, rows, to);
}

int launch_add_norm(const LinearArguments& layer, const RowsArguments& rows_in, std::uint32_t rows,
                    std::uint32_t inputs, const NormArguments& norm, const HiddenArguments& to,
                    CUstream_st* stream) {
    if (rows == 0) return cudaSuccess;
    if (inputs != kDim && inputs != kInnerDim) return cudaErrorInvalidValue;
    return launch(add_norm, grid_of(rows, 1), kTileThreads, kNormBytes, stream, layer, rows_in,
                  rows, inputs, norm, to);
}

}  // namespace pramana::scoring::cuda::PRAMANA_CUDA_STEPS
