#include "cpu/avx2_math.hpp"
#include "cpu/avx2_packing.hpp"

namespace pramana::scoring::avx2 {
namespace {

constexpr std::uint32_t kVectors = kPanel / kVector;
constexpr std::uint32_t kRows = 4;  // 12 accumulators, a row's codes, ones, a product: 15 of 16
constexpr std::uint32_t kQuadsMax = kInnerDim / kQuad;
constexpr std::size_t kBlockRows = 64;     // rows that have what is common to them taken off
constexpr std::size_t kBlockRowsMin = 16;  // fewer are not worth a row of their own

/// Sums of one micro-kernel, [kRows x kPanel].
struct Sums {
    alignas(32) std::int32_t of[kRows * kPanel];
};

/// Codes of a micro-kernel's rows, each row `inputs` long.
struct Codes {
    alignas(32) std::uint8_t whole[kRows * kInnerDim];  ///< without what the block has in common
    alignas(32) std::uint8_t first[kRows * kInnerDim];  ///< whole, or where in two parts, the first
    alignas(32) std::uint8_t low[kRows * kInnerDim];    ///< at most 128
    alignas(32) std::uint8_t high[kRows * kInnerDim];   ///< the rest
    alignas(32) std::uint8_t largest[kQuadsMax];        ///< of each quad, over all rows
    std::uint16_t twice[kQuadsMax];                     ///< quads in two parts
    std::uint32_t twice_count;
};

/// What all codes of a block have at least, input by input, and its product with the weights. It is
/// taken off all rows and their sums get it back: a row more for the block, and the others' codes
/// become so small that few must be taken in two parts.
struct Common {
    alignas(32) std::uint8_t codes[kInnerDim];
    alignas(32) std::int32_t sums[kInnerDim + kPanel];
};

[[gnu::always_inline]] inline __m256i load(const void* from) noexcept {
    return _mm256_load_si256(static_cast<const __m256i*>(from));
}
[[gnu::always_inline]] inline __m256i broadcast4(const std::uint8_t* codes) noexcept {
    std::int32_t four;
    __builtin_memcpy(&four, codes, sizeof four);
    return _mm256_set1_epi32(four);
}

/// acc += one quad of kCount rows times one panel.
template <std::uint32_t kCount>
[[gnu::always_inline]] inline void add_quad(const std::uint8_t* codes, const std::int8_t* weights,
                                            std::size_t inputs,
                                            __m256i (&acc)[kCount][kVectors]) noexcept {
    const __m256i ones = _mm256_set1_epi16(1);
#pragma GCC unroll 4
    for (std::size_t r = 0; r < kCount; ++r) {
        const __m256i a = broadcast4(codes + r * inputs);
#pragma GCC unroll 3
        for (std::size_t j = 0; j < kVectors; ++j) {
            const __m256i pairs = _mm256_maddubs_epi16(a, load(weights + j * 32));
            acc[r][j] = _mm256_add_epi32(acc[r][j], _mm256_madd_epi16(pairs, ones));
        }
    }
}

/// The integer sums of kCount rows and one panel. By itself, without what follows, so that the
/// accumulators get all registers.
template <std::uint32_t kCount>
[[gnu::noinline]] void dot(const Codes& codes, const std::int8_t* weights, std::size_t inputs,
                           Sums& sums) noexcept {
    __m256i acc[kCount][kVectors];
#pragma GCC unroll 4
    for (std::size_t r = 0; r < kCount; ++r)
#pragma GCC unroll 3
        for (std::size_t j = 0; j < kVectors; ++j) acc[r][j] = _mm256_setzero_si256();
    for (std::size_t k = 0; k < inputs; k += kQuad)
        add_quad<kCount>(codes.first + k, weights + k * kPanel, inputs, acc);
    for (std::uint32_t i = 0; i < codes.twice_count; ++i) {
        const std::size_t k = std::size_t{codes.twice[i]} * kQuad;
        add_quad<kCount>(codes.high + k, weights + k * kPanel, inputs, acc);
    }
#pragma GCC unroll 4
    for (std::size_t r = 0; r < kCount; ++r)
#pragma GCC unroll 3
        for (std::size_t j = 0; j < kVectors; ++j)
            _mm256_store_si256(reinterpret_cast<__m256i*>(sums.of + r * kPanel) + j, acc[r][j]);
}

void dot_rows(std::uint32_t count, const Codes& codes, const std::int8_t* weights,
              std::size_t inputs, Sums& sums) noexcept {
    switch (count) {
        case 1: return dot<1>(codes, weights, inputs, sums);
        case 2: return dot<2>(codes, weights, inputs, sums);
        case 3: return dot<3>(codes, weights, inputs, sums);
        default: return dot<kRows>(codes, weights, inputs, sums);
    }
}

/// The largest byte of each four, 16 of them from 64 bytes.
[[gnu::always_inline]] inline __m128i largest_of_quads(__m256i a, __m256i b) noexcept {
    const auto fold = [](__m256i m) __attribute__((always_inline)) {
        m = _mm256_max_epu8(m, _mm256_srli_epi32(m, 16));
        m = _mm256_max_epu8(m, _mm256_srli_epi32(m, 8));
        return _mm256_and_si256(m, _mm256_set1_epi32(255));
    };
    const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(fold(a), fold(b)), 0xD8);
    return _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
}

/// The codes that a block has in common; `common` zeros if that is not worth it.
bool find_common(const std::uint8_t* rows, std::size_t count, std::size_t inputs,
                 Common& common) noexcept {
    const bool wanted = count >= kBlockRowsMin && inputs <= kDim;
    for (std::size_t k = 0; k < inputs; k += 32) {
        __m256i least = _mm256_setzero_si256();
        if (wanted) {
            least = _mm256_set1_epi8(-1);
            for (std::size_t r = 0; r < count; ++r)
                least = _mm256_min_epu8(
                    least,
                    _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows + r * inputs + k)));
        }
        _mm256_store_si256(reinterpret_cast<__m256i*>(common.codes + k), least);
    }
    return wanted;
}

void take_rows(std::uint32_t count, const std::uint8_t* from, const std::uint8_t* common,
               std::size_t inputs, Codes& codes) noexcept {
    const __m256i limit = _mm256_set1_epi8(static_cast<char>(128));
    for (std::size_t k = 0; k < inputs; k += 64) {
        __m256i most[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
        for (std::size_t r = 0; r < count; ++r)
            for (std::size_t half = 0; half < 2; ++half) {
                const std::size_t at = r * inputs + k + half * 32;
                const __m256i a =
                    _mm256_sub_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + at)),
                                    load(common + k + half * 32));
                const __m256i low = _mm256_min_epu8(a, limit);
                _mm256_store_si256(reinterpret_cast<__m256i*>(codes.whole + at), a);
                _mm256_store_si256(reinterpret_cast<__m256i*>(codes.first + at), a);
                _mm256_store_si256(reinterpret_cast<__m256i*>(codes.low + at), low);
                _mm256_store_si256(reinterpret_cast<__m256i*>(codes.high + at),
                                   _mm256_sub_epi8(a, low));
                most[half] = _mm256_max_epu8(most[half], a);
            }
        _mm_store_si128(reinterpret_cast<__m128i*>(codes.largest + k / kQuad),
                        largest_of_quads(most[0], most[1]));
    }
}

/// Bit i: whether quad i of 32 can saturate. Code and bound are bytes, so their product is beyond
/// 15 bits if and only if its bit 15 is set.
[[gnu::always_inline]] inline std::uint32_t saturating(const std::uint8_t* largest,
                                                       const std::uint8_t* bounds) noexcept {
    const auto words = [](const std::uint8_t* at) __attribute__((always_inline)) {
        return _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
    };
    const __m256i low = _mm256_mullo_epi16(words(largest), words(bounds));
    const __m256i high = _mm256_mullo_epi16(words(largest + 16), words(bounds + 16));
    const __m256i signs =
        _mm256_packs_epi16(_mm256_srai_epi16(low, 15), _mm256_srai_epi16(high, 15));
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_permute4x64_epi64(signs, 0xD8)));
}

void copy_quad(std::uint32_t count, const std::uint8_t* from, std::size_t inputs, std::size_t quad,
               Codes& codes) noexcept {
    for (std::size_t r = 0; r < count; ++r)
        __builtin_memcpy(codes.first + r * inputs + quad * kQuad, from + r * inputs + quad * kQuad,
                         kQuad);
}

/// Puts the quads that could saturate under these bounds into two parts.
void split(std::uint32_t count, const std::uint8_t* bounds, std::size_t inputs,
           Codes& codes) noexcept {
    codes.twice_count = 0;
    for (std::size_t quad = 0; quad < inputs / kQuad; quad += kBoundQuads)
        for (std::uint32_t bits = saturating(codes.largest + quad, bounds + quad); bits != 0;
             bits &= bits - 1) {
            const std::size_t at = quad + static_cast<std::size_t>(__builtin_ctz(bits));
            codes.twice[codes.twice_count++] = static_cast<std::uint16_t>(at);
            copy_quad(count, codes.low, inputs, at, codes);
        }
}
void join(std::uint32_t count, std::size_t inputs, Codes& codes) noexcept {
    for (std::uint32_t i = 0; i < codes.twice_count; ++i)
        copy_quad(count, codes.whole, inputs, codes.twice[i], codes);
}

/// The exact sums of the rows that were taken and one panel.
void multiply(std::uint32_t count, const LinearView& layer, std::size_t panel, Codes& codes,
              Sums& sums) noexcept {
    const std::size_t inputs = layer.inputs;
    const auto* bounds = reinterpret_cast<const std::uint8_t*>(
        layer.codes + panels_of(layer.outputs) * kPanel * inputs);
    split(count, bounds + panel * bounds_of(inputs), inputs, codes);
    dot_rows(count, codes, layer.codes + panel * kPanel * inputs, inputs, sums);
    join(count, inputs, codes);
}

/// `common`, multiplied with all panels.
void multiply_common(const LinearView& layer, Common& common, Codes& codes, Sums& sums) noexcept {
    alignas(32) static constexpr std::uint8_t kNothing[kInnerDim] = {};
    take_rows(1, common.codes, kNothing, layer.inputs, codes);
    for (std::size_t panel = 0; panel < panels_of(layer.outputs); ++panel) {
        multiply(1, layer, panel, codes, sums);
        __builtin_memcpy(common.sums + panel * kPanel, sums.of, kPanel * sizeof sums.of[0]);
    }
}

/// y = fma((float)(sums - zero * code_sums), scale_n * scale_row, bias), then the activation.
template <bool kGelu>
void finish(const LinearView& layer, const QuantisedRows& x, std::size_t row, std::uint32_t count,
            std::size_t first, const Sums& sums, const Common& common, float* out) noexcept {
    const std::size_t left = layer.outputs - first;  // the last panel may be padded
    const std::size_t columns = left < kPanel ? left : kPanel;
    for (std::size_t j = 0; j < columns; j += kVector) {
        const std::size_t n = first + j;
        const __m256i code_sums =
            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(layer.code_sums + n));
        const __m256 scales = _mm256_loadu_ps(layer.scales + n);
        const __m256 bias = _mm256_loadu_ps(layer.bias + n);
        const __m256i same = load(common.sums + n);
        for (std::size_t r = 0; r < count; ++r) {
            const __m256i shift =
                _mm256_mullo_epi32(_mm256_set1_epi32(x.zeros[row + r]), code_sums);
            const __m256i sum = _mm256_add_epi32(load(sums.of + r * kPanel + j), same);
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
    Codes codes;
    Sums sums;
    Common common;
    __builtin_memset(codes.largest, 0, sizeof codes.largest);  // also past the last quad
    for (std::size_t row = 0; row < rows; row += kRows) {
        if (row % kBlockRows == 0) {
            const std::size_t block = rows - row < kBlockRows ? rows - row : kBlockRows;
            __builtin_memset(common.sums, 0, sizeof common.sums);
            if (find_common(x.codes + row * layer.inputs, block, layer.inputs, common))
                multiply_common(layer, common, codes, sums);
        }
        const auto count = static_cast<std::uint32_t>(rows - row < kRows ? rows - row : kRows);
        take_rows(count, x.codes + row * layer.inputs, common.codes, layer.inputs, codes);
        for (std::size_t panel = 0; panel < panels_of(layer.outputs); ++panel) {
            multiply(count, layer, panel, codes, sums);
            finish<kGelu>(layer, x, row, count, panel * kPanel, sums, common, out);
        }
    }
    wipe_memory(&sums, sizeof sums);
    wipe_memory(&codes, sizeof codes);
    wipe_memory(&common, sizeof common);
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
