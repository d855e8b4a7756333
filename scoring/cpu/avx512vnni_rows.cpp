#include "cpu/avx512vnni_math.hpp"
#include "cpu/law_constants.hpp"

namespace pramana::scoring::avx512 {

Tail load_tail() noexcept {
    Tail tail;
    for (int power = 0; power < 5; ++power) tail.power[power] = _mm512_load_ps(law::kTail[power]);
    return tail;
}

namespace {

/// out = LayerNorm(v).
void normalise(const NormView& weights, __m512 (&v)[kRowVectors], float* out) {
    const __m512 mean = _mm512_set1_ps(sum(v) * law::kOneOverDim);
    for (auto& part : v) part = _mm512_sub_ps(part, mean);
    const float variance = sum_of_squares(v) * law::kOneOverDim;
    const __m512 inverse = _mm512_set1_ps(inverse_root(variance + law::kNormEpsilon));
    for (std::uint32_t i = 0; i < kRowVectors; ++i) {
        const __m512 gamma = _mm512_loadu_ps(weights.gamma + i * kVector);
        const __m512 beta = _mm512_loadu_ps(weights.beta + i * kVector);
        _mm512_storeu_ps(out + i * kVector,
                         _mm512_fmadd_ps(_mm512_mul_ps(v[i], inverse), gamma, beta));
    }
}

}  // namespace

void embed(const EmbeddingView& weights, const std::uint16_t* ids, std::size_t tokens, float* x) {
    for (std::size_t token = 0; token < tokens; ++token) {
        const std::size_t id = ids[token];
        const std::int8_t* codes = weights.word_codes + id * kDim;
        const float* position = weights.positions + token * kDim;
        const __m512 scale = _mm512_set1_ps(weights.word_scales[id]);
        __m512 v[kRowVectors];
        for (std::uint32_t i = 0; i < kRowVectors; ++i) {
            const auto* raw = reinterpret_cast<const __m128i*>(codes + i * kVector);
            const __m512 code = _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(raw)));
            v[i] = _mm512_fmadd_ps(code, scale, _mm512_loadu_ps(position + i * kVector));
        }
        normalise(weights.norm, v, x + token * kDim);
    }
}

void quantise_rows(const float* x, std::size_t rows, std::uint32_t dim, const float* smoothing,
                   const QuantisedRows& out) {
    const __m512 one = _mm512_set1_ps(1.0F);
    const auto load = [smoothing, one](const float* row, std::uint32_t k) {
        const __m512 factor = smoothing == nullptr ? one : _mm512_loadu_ps(smoothing + k);
        return _mm512_mul_ps(_mm512_loadu_ps(row + k), factor);  // times 1 changes no bit
    };
    for (std::size_t row = 0; row < rows; ++row) {
        const float* v = x + row * dim;
        __m512 low = _mm512_setzero_ps();
        __m512 high = _mm512_setzero_ps();
        for (std::uint32_t k = 0; k < dim; k += kVector) {
            const __m512 part = load(v, k);
            low = _mm512_min_ps(low, part);
            high = _mm512_max_ps(high, part);
        }
        const float least = _mm512_reduce_min_ps(low);
        const float range = _mm512_reduce_max_ps(high) - least;
        const bool tiny = range < law::kRangeMin;
        const float inverse = tiny ? 0.0F : 255.0F / range;
        out.scales[row] = tiny ? 0.0F : range / 255.0F;
        out.zeros[row] = _mm_cvtss_si32(_mm_set_ss(-least * inverse));
        const __m512 factor = _mm512_set1_ps(inverse);
        const __m512i zero = _mm512_set1_epi32(out.zeros[row]);
        for (std::uint32_t k = 0; k < dim; k += kVector) {
            const __m512i code = _mm512_cvtps_epi32(_mm512_mul_ps(load(v, k), factor));
            const __m512i shifted =
                _mm512_max_epi32(_mm512_add_epi32(code, zero), _mm512_setzero_si512());
            auto* to = reinterpret_cast<__m128i*>(out.codes + row * dim + k);
            _mm_storeu_si128(to, _mm512_cvtusepi32_epi8(shifted));  // saturates at 255
        }
    }
}

void add_norm(const NormView& weights, const float* y, std::size_t rows, float* x) {
    for (std::size_t row = 0; row < rows; ++row) {
        float* to = x + row * kDim;
        __m512 v[kRowVectors];
        for (std::uint32_t i = 0; i < kRowVectors; ++i)
            v[i] = _mm512_add_ps(_mm512_loadu_ps(to + i * kVector),
                                 _mm512_loadu_ps(y + row * kDim + i * kVector));
        normalise(weights, v, to);
    }
}

void pool(const float* x, std::uint32_t tokens, std::int8_t* codes) {
    const __m512 unit = _mm512_set1_ps(law::kPoolOne);
    __m512 v[kRowVectors];
    for (std::uint32_t i = 0; i < kRowVectors; ++i) {
        __m512i sums[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
        for (std::uint32_t token = 0; token < tokens; ++token) {
            const __m512 h = _mm512_loadu_ps(x + std::size_t{token} * kDim + i * kVector);
            const __m512 scaled = _mm512_mul_ps(h, unit);
            sums[0] = _mm512_add_epi64(sums[0], _mm512_cvtps_epi64(_mm512_castps512_ps256(scaled)));
            sums[1] =
                _mm512_add_epi64(sums[1], _mm512_cvtps_epi64(_mm512_extractf32x8_ps(scaled, 1)));
        }
        v[i] = _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtepi64_ps(sums[0])),
                                  _mm512_cvtepi64_ps(sums[1]), 1);
    }
    const float squares = sum_of_squares(v);
    const __m512 inverse = _mm512_set1_ps(squares > 0.0F ? inverse_root(squares) : 0.0F);
    for (std::uint32_t i = 0; i < kRowVectors; ++i) {
        const __m512 e = _mm512_mul_ps(v[i], inverse);
        const __m512i code = _mm512_cvtps_epi32(_mm512_mul_ps(e, _mm512_set1_ps(law::kCodeScale)));
        const __m512i least = _mm512_max_epi32(code, _mm512_set1_epi32(-127));
        auto* to = reinterpret_cast<__m128i*>(codes + i * kVector);
        _mm_storeu_si128(to, _mm512_cvtsepi32_epi8(least));  // saturates at 127
    }
}

}  // namespace pramana::scoring::avx512
