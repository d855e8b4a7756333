#pragma once

#include "cuda/law.cuh"

/// The matrix product of the linear layers: a block of 8 warps makes 64 rows x 384 outputs, each
/// warp 32 x 96 of them, which are whole heads and, four warps together, whole rows of hidden
/// states. 64 inputs at a time go through three stages of shared memory; two blocks share an SM, so
/// that one multiplies while the other one finishes (docs/performance.md).
namespace pramana::scoring::cuda::PRAMANA_CUDA_STEPS {

constexpr unsigned kTileRows = 64;
constexpr unsigned kTileOutputs = 384;
constexpr unsigned kTileInputs = 64;
constexpr unsigned kStages = 3;
constexpr unsigned kTileThreads = 256;
constexpr unsigned kWarpRows = 32;
constexpr unsigned kWarpOutputs = 96;
constexpr unsigned kWarpsAcross = kTileOutputs / kWarpOutputs;
constexpr unsigned kRowTiles = kWarpRows / 16;       ///< of 16 rows, in a warp
constexpr unsigned kOutputTiles = kWarpOutputs / 8;  ///< of 8 outputs, in a warp
constexpr unsigned kStageBytes = (kTileRows + kTileOutputs) * kTileInputs;
constexpr unsigned kPipelineBytes = kStages * kStageBytes;
constexpr unsigned kPieceBytes = 16;  ///< what one copy and one row of a matrix are
constexpr unsigned kPieces = kTileInputs / kPieceBytes;
static_assert(kTileThreads * kPieceBytes == kTileRows * kTileInputs, "a thread copies one of x");
static_assert(kTileThreads / kWarp == kTileRows / kWarpRows * kWarpsAcross, "a warp for each part");

/// acc[m][n] of a warp: lane 4 g + t holds rows 16 m + g (0, 1) and 16 m + g + 8 (2, 3), outputs
/// 8 n + 2 t and the next.
using Accumulators = int[kRowTiles][kOutputTiles][4];

/// Where a warp's part of the tile begins, and where its lane is in it.
struct Place {
    unsigned row = threadIdx.x / kWarp / kWarpsAcross * kWarpRows;
    unsigned output = threadIdx.x / kWarp % kWarpsAcross * kWarpOutputs;
    unsigned group = threadIdx.x % kWarp / 4;
    unsigned member = threadIdx.x % 4;
};

/// A stage holds rows of 64 bytes: x, then weights. Piece `piece` of a row is moved by its row, so
/// that the 8 rows of a matrix lie in different banks.
__device__ inline unsigned piece_place(unsigned row, unsigned piece) {
    return row * kTileInputs + (piece ^ (row / 2 % kPieces)) * kPieceBytes;
}

/// Rows behind the end repeat the last one: they are finished as it is and store what it stores, so
/// that nothing has to ask.
__device__ inline std::uint32_t within(std::uint32_t row, std::uint32_t rows) {
    return row < rows ? row : rows - 1;
}

/// Copies the tile's x and weights to shared memory, 64 inputs a call. A thread has the same piece
/// of one row of x and of six rows of weights.
class Loader {
  public:
    __device__ Loader(const std::int8_t* weights, const std::uint8_t* x, std::uint32_t rows,
                      std::uint32_t first_row, std::uint32_t inputs)
        : inputs_{inputs} {
        const unsigned row = threadIdx.x / kPieces;
        const unsigned piece = threadIdx.x % kPieces;
        const std::uint32_t x_row = within(first_row + row, rows);
        x_ = x + std::size_t{x_row} * inputs + piece * kPieceBytes;
        weights_ = weights + std::size_t{row} * inputs + piece * kPieceBytes;
        place_ = piece_place(row, piece);
    }
    /// Begins the copies of inputs [step * 64, step * 64 + 64).
    __device__ void load(unsigned step, std::uint8_t* pipeline) const {
        std::uint8_t* to = pipeline + step % kStages * kStageBytes + place_;
        const std::size_t at = std::size_t{step} * kTileInputs;
        copy_async(to, x_ + at);
#pragma unroll
        for (unsigned i = 0; i < kTileOutputs / kTileRows; ++i) {
            to += kTileRows * kTileInputs;
            copy_async(to, weights_ + std::size_t{i} * kTileRows * inputs_ + at);
        }
    }

  private:
    const std::uint8_t* x_;
    const std::int8_t* weights_;
    std::uint32_t inputs_;
    unsigned place_;
};

/// acc += the products of one stage.
__device__ inline void multiply_stage(const std::uint8_t* stage, const Place& place,
                                      Accumulators& acc) {
    const unsigned lane = threadIdx.x % kWarp;
    // Rows of x: matrices 0 and 1 are the halves of 16 rows, 2 and 3 the same 16 inputs on.
    const unsigned x_row = place.row + lane % 16;
    const unsigned x_piece = lane / 16;
    // Rows of weights: matrices 0 and 1 are 32 inputs of 8 outputs, 2 and 3 of the next 8.
    const unsigned w_row = kTileRows + place.output + lane / 16 * 8 + lane % 8;
    const unsigned w_piece = lane / 8 % 2;
#pragma unroll
    for (unsigned k = 0; k < kPieces; k += 2) {
        std::uint32_t a[kRowTiles][4];
#pragma unroll
        for (unsigned m = 0; m < kRowTiles; ++m)
            load_matrices(stage + piece_place(x_row + 16 * m, x_piece + k), a[m]);
#pragma unroll
        for (unsigned n = 0; n < kOutputTiles; n += 2) {
            std::uint32_t b[4];
            load_matrices(stage + piece_place(w_row + 8 * n, w_piece + k), b);
            multiply_pair<Left::kUnsigned>(a, b, acc, n);
        }
    }
}

/// acc = the products of the block's rows and outputs. All threads have left the pipeline behind
/// when it returns.
__device__ inline void multiply_tile(const Loader& loader, std::uint32_t inputs,
                                     std::uint8_t* pipeline, const Place& place,
                                     Accumulators& acc) {
    const unsigned steps = inputs / kTileInputs;
#pragma unroll
    for (unsigned step = 0; step < kStages - 1; ++step) {
        if (step < steps) loader.load(step, pipeline);
        copy_group();
    }
    for (unsigned step = 0; step < steps; ++step) {
        copy_wait<kStages - 2>();
        __syncthreads();  // the step is there for all, and nobody reads the one that is replaced
        if (step + kStages - 1 < steps) loader.load(step + kStages - 1, pipeline);
        copy_group();  // empty at the end: the count of groups goes on
        multiply_stage(pipeline + step % kStages * kStageBytes, place, acc);
    }
    __syncthreads();
}

/// The four rows that a lane has, 16 (i / 2) + 8 (i % 2) + group, their scales and zero points.
struct LaneRows {
    std::uint32_t first;
    std::uint32_t rows;
    float scale[2 * kRowTiles];
    int zero[2 * kRowTiles];
    __device__ LaneRows(const RowsArguments& x, std::uint32_t all, const Place& place)
        : first{blockIdx.x * kTileRows + place.row + place.group}, rows{all} {
#pragma unroll
        for (unsigned i = 0; i < 2 * kRowTiles; ++i) {
            scale[i] = x.scales[row(i)];
            zero[i] = x.zeros[row(i)];
        }
    }
    __device__ std::uint32_t row(unsigned i) const { return within(first + 8 * i, rows); }
};

/// Step 5 of a linear layer for two neighbouring outputs, of which the factors are read once.
struct TwoOutputs {
    float2 scales;
    float2 bias;
    int2 sums;
    __device__ TwoOutputs(const LinearArguments& layer, unsigned output)
        : scales{*reinterpret_cast<const float2*>(layer.scales + output)},
          bias{*reinterpret_cast<const float2*>(layer.bias + output)},
          sums{*reinterpret_cast<const int2*>(layer.code_sums + output)} {}
    /// Rows 16 m + group + 8 half; the two accumulators of that row.
    __device__ float2 finish(const int* acc, float scale, int zero) const {
        return {fma(__int2float_rn(acc[0] - zero * sums.x), mul(scales.x, scale), bias.x),
                fma(__int2float_rn(acc[1] - zero * sums.y), mul(scales.y, scale), bias.y)};
    }
};

}  // namespace pramana::scoring::cuda::PRAMANA_CUDA_STEPS
