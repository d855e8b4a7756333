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

/// Queries or keys of one head: v[i] are the 8 numbers that this lane has of its row i.
__device__ void store_codes(const float (&v)[2 * kRowTiles][8], const HeadsArguments& to,
                            std::uint32_t rows, std::uint32_t first, unsigned kind_head,
                            unsigned member) {
#pragma unroll
    for (unsigned i = 0; i < 2 * kRowTiles; ++i) {
        float amax = 0.0F;
#pragma unroll
        for (const float part : v[i]) amax = fmaxf(amax, fabsf(part));
        const SymmetricScale by = symmetric(lanes_max<4>(amax));
        const std::uint32_t row = first + 8 * i;
        if (row >= rows) continue;
        uint2 codes{0, 0};
#pragma unroll
        for (unsigned b = 0; b < 4; ++b) {
            codes.x |= code_byte(mul(v[i][b], by.inverse), b);
            codes.y |= code_byte(mul(v[i][b + 4], by.inverse), b);
        }
        const std::size_t at = std::size_t{kind_head} * rows + row;
        *reinterpret_cast<uint2*>(to.codes + at * kHeadDim + 8 * member) = codes;
        if (member == 0) to.scales[at] = by.scale;
    }
}

__device__ void store_values(const float (&v)[2 * kRowTiles][8], const HeadsArguments& to,
                             std::uint32_t rows, std::uint32_t first, unsigned head,
                             unsigned member) {
#pragma unroll
    for (unsigned i = 0; i < 2 * kRowTiles; ++i) {
        const std::uint32_t row = first + 8 * i;
        if (row >= rows) continue;
        const std::size_t at = std::size_t{head} * rows + row;
        auto* four = reinterpret_cast<float4*>(to.values + at * kHeadDim + 8 * member);
        four[0] = {v[i][0], v[i][1], v[i][2], v[i][3]};
        four[1] = {v[i][4], v[i][5], v[i][6], v[i][7]};
    }
}

/// Grid: row tiles x 3; a warp has 3 heads of its 32 rows.
__global__ void __launch_bounds__(kTileThreads, 2)
    heads(LinearArguments layer, RowsArguments x, std::uint32_t rows, HeadsArguments to) {
    const Place place;
    Accumulators acc{};
    multiply_block(layer, x, rows, kDim, place, acc);
    const std::uint32_t first = blockIdx.x * kTileRows + place.row + place.group;
    const LaneRows lane{x, rows, first};
#pragma unroll
    for (unsigned h = 0; h < kWarpOutputs / kHeadDim; ++h) {
        float v[2 * kRowTiles][8];
#pragma unroll
        for (unsigned n = 0; n < 4; ++n) {
            const unsigned output = place.output + h * kHeadDim + 8 * n + 2 * place.member;
            const TwoOutputs two{layer, blockIdx.y * kTileOutputs + output};
#pragma unroll
            for (unsigned i = 0; i < 2 * kRowTiles; ++i) {
                const float2 y =
                    two.finish(acc[i / 2][4 * h + n] + i % 2 * 2, lane.scale[i], lane.zero[i]);
                v[i][2 * n] = y.x;
                v[i][2 * n + 1] = y.y;
            }
        }
        const unsigned head = place.output / kHeadDim + h;
        if (blockIdx.y < 2)
            store_codes(v, to, rows, first, blockIdx.y * kHeads + head, place.member);
        else
            store_values(v, to, rows, first, head, place.member);
    }
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
    const std::uint32_t first = blockIdx.x * kTileRows + place.row + place.group;
    const LaneRows lane{x, rows, first};
#pragma unroll
    for (unsigned n = 0; n < kOutputTiles; ++n) {
        const unsigned output = blockIdx.y * kTileOutputs + place.output + 8 * n + 2 * place.member;
        const TwoOutputs two{layer, output};
#pragma unroll
        for (unsigned i = 0; i < 2 * kRowTiles; ++i) {
            const std::uint32_t row = first + 8 * i;
            float2 y = two.finish(acc[i / 2][n] + i % 2 * 2, lane.scale[i], lane.zero[i]);
            y = {gelu_of(y.x, tail), gelu_of(y.y, tail)};
            if (row < rows)
                *reinterpret_cast<float2*>(to + std::size_t{row} * kInnerDim + output) = y;
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
    const LaneRows lane_rows{in, rows, tile + place.row + place.group};
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
