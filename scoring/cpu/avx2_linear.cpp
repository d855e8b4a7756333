#include "cpu/avx2_math.hpp"

namespace pramana::scoring::avx2 {
namespace {

constexpr std::uint32_t kPanel = 24;  // outputs that a micro-kernel computes at a time
constexpr std::uint32_t kVectors = 3;
constexpr std::uint32_t kRows = 4;        // 12 accumulators, 3 of weights, 1 of input: all 16
constexpr std::uint32_t kBlockRows = 16;  // whose codes are widened together

/// Sums of one micro-kernel, [kRows x kPanel].
struct Sums {
    alignas(32) std::int32_t of[kRows * kPanel];
};

/// Codes of a block of rows as int16, [kBlockRows x inputs].
struct Wide {
    alignas(32) std::int16_t of[kBlockRows * kInnerDim];
};

void widen(const std::uint8_t* codes, std::size_t size, Wide& wide) noexcept {
    for (std::size_t i = 0; i < size; i += 16) {
        const __m128i raw = _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + i));
        _mm256_store_si256(reinterpret_cast<__m256i*>(wide.of + i), _mm256_cvtepu8_epi16(raw));
    }
}

[[gnu::always_inline]] inline __m256i broadcast_pair(const std::int16_t* pair) noexcept {
    std::int32_t both;
    __builtin_memcpy(&both, pair, sizeof both);
    return _mm256_set1_epi32(both);
}
[[gnu::always_inline]] inline __m256i load(const void* from) noexcept {
    return _mm256_load_si256(static_cast<const __m256i*>(from));
}

/// The integer sums of kCount rows and one panel. By itself, without what follows, so that the
/// accumulators get all registers.
template <std::uint32_t kCount>
[[gnu::noinline]] void dot(const std::int16_t* codes, const std::int16_t* weights,
                           std::size_t inputs, Sums& sums) noexcept {
    __m256i acc[kCount][kVectors];
#pragma GCC unroll 4
    for (std::uint32_t r = 0; r < kCount; ++r)
#pragma GCC unroll 3
        for (std::uint32_t j = 0; j < kVectors; ++j) acc[r][j] = _mm256_setzero_si256();
    for (std::size_t k = 0; k < inputs; k += 2, weights += 2 * kPanel) {
#pragma GCC unroll 4
        for (std::uint32_t r = 0; r < kCount; ++r) {
            const __m256i a = broadcast_pair(codes + r * inputs + k);
#pragma GCC unroll 3
            for (std::uint32_t j = 0; j < kVectors; ++j)
                acc[r][j] =
                    _mm256_add_epi32(acc[r][j], _mm256_madd_epi16(a, load(weights + j * 16)));
        }
    }
#pragma GCC unroll 4
    for (std::uint32_t r = 0; r < kCount; ++r)
#pragma GCC unroll 3
        for (std::uint32_t j = 0; j < kVectors; ++j)
            _mm256_store_si256(reinterpret_cast<__m256i*>(sums.of + r * kPanel) + j, acc[r][j]);
}

void dot_rows(std::uint32_t count, const std::int16_t* codes, const std::int16_t* weights,
              std::size_t inputs, Sums& sums) noexcept {
    switch (count) {
        case 1: return dot<1>(codes, weights, inputs, sums);
        case 2: return dot<2>(codes, weights, inputs, sums);
        case 3: return dot<3>(codes, weights, inputs, sums);
        default: return dot<kRows>(codes, weights, inputs, sums);
    }
}

/// y = fma((float)(sums - zero * code_sums), scale_n * scale_row, bias), then the activation.
template <bool kGelu>
void finish(const LinearView& layer, const QuantisedRows& x, std::size_t row, std::uint32_t count,
            std::size_t first, const Sums& sums, float* out) noexcept {
    const std::size_t left = layer.outputs - first;  // the last panel may be padded
    const std::size_t columns = left < kPanel ? left : kPanel;
    for (std::size_t j = 0; j < columns; j += kVector) {
        const std::size_t n = first + j;
        const __m256i code_sums =
            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(layer.code_sums + n));
        const __m256 scales = _mm256_loadu_ps(layer.scales + n);
        const __m256 bias = _mm256_loadu_ps(layer.bias + n);
        for (std::uint32_t r = 0; r < count; ++r) {
            const __m256i shift =
                _mm256_mullo_epi32(_mm256_set1_epi32(x.zeros[row + r]), code_sums);
            const __m256i sum = load(sums.of + r * kPanel + j);
            const __m256 scale = _mm256_mul_ps(scales, _mm256_set1_ps(x.scales[row + r]));
            __m256 y =
                _mm256_fmadd_ps(_mm256_cvtepi32_ps(_mm256_sub_epi32(sum, shift)), scale, bias);
            if constexpr (kGelu) y = gelu_of(y);
            _mm256_storeu_ps(out + (row + r) * layer.outputs + n, y);
        }
    }
}

template <bool kGelu>
void run(const LinearView& layer, const QuantisedRows& x, std::size_t rows, float* out) noexcept {
    const std::size_t inputs = layer.inputs;
    const auto* weights = reinterpret_cast<const std::int16_t*>(layer.codes);
    Wide wide;
    Sums sums;
    for (std::size_t block = 0; block < rows; block += kBlockRows) {
        const std::size_t end = rows - block < kBlockRows ? rows : block + kBlockRows;
        widen(x.codes + block * inputs, (end - block) * inputs, wide);
        for (std::size_t first = 0; first < layer.outputs; first += kPanel)
            for (std::size_t row = block; row < end; row += kRows) {
                const std::size_t left = end - row;
                const auto count = static_cast<std::uint32_t>(left < kRows ? left : kRows);
                dot_rows(count, wide.of + (row - block) * inputs, weights + first * inputs, inputs,
                         sums);
                finish<kGelu>(layer, x, row, count, first, sums, out);
            }
    }
    wipe_memory(&sums, sizeof sums);
    wipe_memory(&wide, sizeof wide);
}

}  // namespace

void linear(const LinearView& layer, const QuantisedRows& x, std::size_t rows,
            Activation activation, float* out) {
    if (activation == Activation::kGelu)
        run<true>(layer, x, rows, out);
    else
        run<false>(layer, x, rows, out);
}

}  // namespace pramana::scoring::avx2
