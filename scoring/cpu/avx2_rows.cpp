#include "cpu/avx2_math.hpp"

namespace pramana::scoring::avx2 {
namespace {

float sum(const float* v) noexcept {
    __m256 lanes[4];
    for (std::size_t j = 0; j < 4; ++j) lanes[j] = _mm256_loadu_ps(v + j * kVector);
    for (std::uint32_t i = law::kLanes; i < kDim; i += law::kLanes)
        for (std::size_t j = 0; j < 4; ++j)
            lanes[j] = _mm256_add_ps(lanes[j], _mm256_loadu_ps(v + i + j * kVector));
    return fold(lanes);
}

float sum_of_squares(const float* v) noexcept {
    __m256 lanes[4];
    for (std::size_t j = 0; j < 4; ++j) {
        const __m256 first = _mm256_loadu_ps(v + j * kVector);
        lanes[j] = _mm256_mul_ps(first, first);
    }
    for (std::uint32_t i = law::kLanes; i < kDim; i += law::kLanes)
        for (std::size_t j = 0; j < 4; ++j) {
            const __m256 part = _mm256_loadu_ps(v + i + j * kVector);
            lanes[j] = _mm256_fmadd_ps(part, part, lanes[j]);
        }
    return fold(lanes);
}

/// v = LayerNorm(v), in place.
void normalise(const NormView& weights, float* v) noexcept {
    const __m256 mean = _mm256_set1_ps(sum(v) * law::kOneOverDim);
    for (std::uint32_t i = 0; i < kDim; i += kVector)
        _mm256_storeu_ps(v + i, _mm256_sub_ps(_mm256_loadu_ps(v + i), mean));
    const float variance = sum_of_squares(v) * law::kOneOverDim;
    const __m256 inverse = _mm256_set1_ps(inverse_root(variance + law::kNormEpsilon));
    for (std::uint32_t i = 0; i < kDim; i += kVector) {
        const __m256 scaled = _mm256_mul_ps(_mm256_loadu_ps(v + i), inverse);
        _mm256_storeu_ps(v + i, _mm256_fmadd_ps(scaled, _mm256_loadu_ps(weights.gamma + i),
                                                _mm256_loadu_ps(weights.beta + i)));
    }
}

/// Sixteen int32 of 16 bits each as bytes: unsigned ones are clamped at 0 and 255, signed ones are
/// within -127..127.
[[gnu::always_inline]] inline __m128i pack_unsigned(__m256i first, __m256i second) noexcept {
    const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(first, second), 0xD8);
    return _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
}

}  // namespace

void embed(const EmbeddingView& weights, const std::uint16_t* ids, std::size_t tokens, float* x) {
    for (std::size_t token = 0; token < tokens; ++token) {
        const std::size_t id = ids[token];
        const std::int8_t* codes = weights.word_codes + id * kDim;
        const float* position = weights.positions + token * kDim;
        const __m256 scale = _mm256_set1_ps(weights.word_scales[id]);
        float* out = x + token * kDim;
        for (std::uint32_t i = 0; i < kDim; i += kVector) {
            const __m128i raw = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(codes + i));
            const __m256 code = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(raw));
            _mm256_storeu_ps(out + i, _mm256_fmadd_ps(code, scale, _mm256_loadu_ps(position + i)));
        }
        normalise(weights.norm, out);
    }
}

void quantise_rows(const float* x, std::size_t rows, std::uint32_t dim, const float* smoothing,
                   const QuantisedRows& out) {
    const __m256 one = _mm256_set1_ps(1.0F);
    const auto load = [smoothing, one](const float* row, std::uint32_t k) {
        const __m256 factor = smoothing == nullptr ? one : _mm256_loadu_ps(smoothing + k);
        return _mm256_mul_ps(_mm256_loadu_ps(row + k), factor);  // times 1 changes no bit
    };
    for (std::size_t row = 0; row < rows; ++row) {
        const float* v = x + row * dim;
        __m256 low = _mm256_setzero_ps();
        __m256 high = _mm256_setzero_ps();
        for (std::uint32_t k = 0; k < dim; k += kVector) {
            const __m256 part = load(v, k);
            low = _mm256_min_ps(low, part);
            high = _mm256_max_ps(high, part);
        }
        const float least = min_of(low);
        const float range = max_of(high) - least;
        const bool tiny = range < law::kRangeMin;
        const float inverse = tiny ? 0.0F : 255.0F / range;
        out.scales[row] = tiny ? 0.0F : range / 255.0F;
        out.zeros[row] = _mm_cvtss_si32(_mm_set_ss(-least * inverse));
        const __m256 factor = _mm256_set1_ps(inverse);
        const __m256i zero = _mm256_set1_epi32(out.zeros[row]);
        const auto code = [&](std::uint32_t k) {
            return _mm256_add_epi32(_mm256_cvtps_epi32(_mm256_mul_ps(load(v, k), factor)), zero);
        };
        for (std::uint32_t k = 0; k < dim; k += 2 * kVector)
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out.codes + row * dim + k),
                             pack_unsigned(code(k), code(k + kVector)));
    }
}

void add_norm(const NormView& weights, const float* y, std::size_t rows, float* x) {
    for (std::size_t row = 0; row < rows; ++row) {
        float* to = x + row * kDim;
        const float* more = y + row * kDim;
        for (std::uint32_t i = 0; i < kDim; i += kVector)
            _mm256_storeu_ps(to + i,
                             _mm256_add_ps(_mm256_loadu_ps(to + i), _mm256_loadu_ps(more + i)));
        normalise(weights, to);
    }
}

void pool(const float* x, std::uint32_t tokens, std::int8_t* codes) {
    alignas(32) float v[kDim];
    for (std::uint32_t i = 0; i < kDim; i += 4) {
        // AVX2 has no 64-bit conversion: 2^52 + 2^51 is added to doubles, whose low bits are then
        // the whole number. Exact: |x * 2^20| is below 2^51, and the product is rounded before.
        const __m256d shift = _mm256_set1_pd(0x1.8p52);
        __m256i sums = _mm256_setzero_si256();
        for (std::uint32_t token = 0; token < tokens; ++token) {
            const __m128 h = _mm_loadu_ps(x + std::size_t{token} * kDim + i);
            const __m128 scaled = _mm_mul_ps(h, _mm_set1_ps(law::kPoolOne));
            const __m256d whole = _mm256_add_pd(_mm256_cvtps_pd(scaled), shift);
            sums = _mm256_add_epi64(
                sums, _mm256_sub_epi64(_mm256_castpd_si256(whole), _mm256_castpd_si256(shift)));
        }
        alignas(32) std::int64_t whole[4];
        _mm256_store_si256(reinterpret_cast<__m256i*>(whole), sums);
        for (std::size_t j = 0; j < 4; ++j) v[i + j] = static_cast<float>(whole[j]);
    }
    const float squares = sum_of_squares(v);
    const float inverse = squares > 0.0F ? inverse_root(squares) : 0.0F;
    for (std::uint32_t i = 0; i < kDim; i += 2 * kVector) {
        const auto code = [&](std::uint32_t at) {
            const __m256 e = _mm256_mul_ps(_mm256_load_ps(v + at), _mm256_set1_ps(inverse));
            const __m256 scaled = _mm256_mul_ps(e, _mm256_set1_ps(law::kCodeScale));
            return _mm256_max_epi32(_mm256_cvtps_epi32(scaled), _mm256_set1_epi32(-127));
        };
        const __m256i words =
            _mm256_permute4x64_epi64(_mm256_packs_epi32(code(i), code(i + kVector)), 0xD8);
        _mm_storeu_si128(
            reinterpret_cast<__m128i*>(codes + i),
            _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1)));
    }
    wipe_memory(v, sizeof v);
}

}  // namespace pramana::scoring::avx2
