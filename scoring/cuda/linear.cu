// Linear layers on the integer tensor cores: one warp to 16 rows x 8 outputs.
#include "cuda/law.cuh"

namespace pramana::scoring::cuda {
namespace {

constexpr unsigned kTileRows = 16;
constexpr unsigned kTileOutputs = 8;
constexpr unsigned kTileInputs = 32;

__constant__ const Tail kTailCopy = copy_tail();

/// acc += a * b; a [16 x 32] u8, b [32 x 8] s8 column by column. No saturation: the sums are below
/// 2^26 (docs/scoring.md). Fragments: PTX ISA, "Matrix fragments for mma.m16n8k32".
__device__ inline void multiply(const std::uint32_t (&a)[4], const std::uint32_t (&b)[2],
                                int (&acc)[4]) {
    asm("mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
        "{%0,%1,%2,%3};"
        : "+r"(acc[0]), "+r"(acc[1]), "+r"(acc[2]), "+r"(acc[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

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
    if (gelu)
        linear<true><<<grid, kWarp, 0, stream>>>(layer, x, rows, out);
    else
        linear<false><<<grid, kWarp, 0, stream>>>(layer, x, rows, out);
    return cudaPeekAtLastError();
}

}  // namespace pramana::scoring::cuda
