// Linear layers on the integer tensor cores: one warp to 16 rows x 8 outputs.
#include "cuda/law.cuh"

namespace pramana::scoring::cuda {
namespace {

constexpr unsigned kTileRows = 16;
constexpr unsigned kTileOutputs = 8;
constexpr unsigned kTileInputs = 32;

__constant__ const Tail kTailCopy = copy_tail();

__device__ inline std::uint32_t four(const void* codes) {
    return *static_cast<const std::uint32_t*>(codes);  // offsets are multiples of 4
}

template <bool kGelu>
__global__ void linear(LinearArguments layer, RowsArguments x, std::uint32_t rows, float* out) {
    const unsigned group = threadIdx.x / 4;
    const unsigned member = threadIdx.x % 4;
    const std::uint32_t first_row = blockIdx.y * kTileRows + group;
    const std::uint32_t first_output = blockIdx.x * kTileOutputs;
    const std::size_t inputs = layer.inputs;
    int acc[4] = {0, 0, 0, 0};
    for (std::uint32_t k = member * 4; k < inputs; k += kTileInputs) {
        std::uint32_t a[4] = {0, 0, 0, 0};  // rows past the end are zeros
        for (unsigned half = 0; half < 2; ++half) {
            const std::size_t row = first_row + 8 * half;
            if (row >= rows) continue;
            a[half] = four(x.codes + row * inputs + k);
            a[half + 2] = four(x.codes + row * inputs + k + 16);
        }
        const std::int8_t* w = layer.codes + (first_output + group) * inputs + k;
        const std::uint32_t b[2] = {four(w), four(w + 16)};
        multiply(a, b, acc);
    }
    for (unsigned i = 0; i < 4; ++i) {
        const std::size_t row = first_row + 8 * (i / 2);
        const std::uint32_t n = first_output + member * 2 + i % 2;
        if (row >= rows) continue;
        const int total = acc[i] - x.zeros[row] * layer.code_sums[n];
        const float scale = __fmul_rn(layer.scales[n], x.scales[row]);
        const float y = __fmaf_rn(__int2float_rn(total), scale, layer.bias[n]);
        out[row * layer.outputs + n] = kGelu ? gelu_of(y, kTailCopy) : y;
    }
}

}  // namespace

int launch_linear(const LinearArguments& layer, const RowsArguments& x, std::uint32_t rows,
                  bool gelu, float* out, CUstream_st* stream) {
    if (rows == 0) return cudaSuccess;
    const dim3 grid{layer.outputs / kTileOutputs, (rows + kTileRows - 1) / kTileRows};
    return launch(gelu ? linear<true> : linear<false>, grid, stream, layer, x, rows, out);
}

}  // namespace pramana::scoring::cuda
