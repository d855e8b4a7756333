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

/// A row as it is, or times the layer's smoothing: 16 numbers from k on.
struct Plain {
    const float* values;
    [[gnu::always_inline]] __m512 operator()(std::uint32_t k) const noexcept {
        return _mm512_loadu_ps(values + k);
    }
};
struct Smoothed {
    const float* values;
    const float* factors;
    [[gnu::always_inline]] __m512 operator()(std::uint32_t k) const noexcept {
        return _mm512_mul_ps(_mm512_loadu_ps(values + k), _mm512_loadu_ps(factors + k));
    }
};

/// A row of kDim that stays in registers between the two passes over it.
struct Held {
    template <class Row>
    [[gnu::always_inline]] explicit Held(Row row) noexcept {
#pragma GCC unroll 24
        for (std::uint32_t i = 0; i < kRowVectors; ++i) values[i] = row(i * kVector);
    }
    __m512 values[kRowVectors];
    [[gnu::always_inline]] __m512 operator()(std::uint32_t k) const noexcept {
        return values[k / kVector];
    }
};

constexpr std::uint32_t kQuad = 4 * kVector;  // what fills a register with bytes

/// How a row becomes codes.
struct RowCodes {
    float inverse;
    float scale;
    std::int32_t zero;
};

template <class Row>
[[gnu::always_inline]] inline RowCodes codes_for(const Row& row, std::uint32_t dim) noexcept {
    __m512 low[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};  // two chains: half the waiting
    __m512 high[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
    std::uint32_t k = 0;
#pragma GCC unroll 12
    for (; k + 2 * kVector <= dim; k += 2 * kVector) {
        const __m512 first = row(k);
        const __m512 second = row(k + kVector);
        low[0] = _mm512_min_ps(low[0], first);
        high[0] = _mm512_max_ps(high[0], first);
        low[1] = _mm512_min_ps(low[1], second);
        high[1] = _mm512_max_ps(high[1], second);
    }
    if (k < dim) {
        low[0] = _mm512_min_ps(low[0], row(k));
        high[0] = _mm512_max_ps(high[0], row(k));
    }
    const float least = _mm512_reduce_min_ps(_mm512_min_ps(low[0], low[1]));
    const float range = _mm512_reduce_max_ps(_mm512_max_ps(high[0], high[1])) - least;
    const bool tiny = range < law::kRangeMin;
    const float inverse = tiny ? 0.0F : 255.0F / range;
    return {inverse, tiny ? 0.0F : range / 255.0F, _mm_cvtss_si32(_mm_set_ss(-least * inverse))};
}

/// Codes are within -255..255 before the zero point and 0..510 after it: 16 bits hold them, and
/// packing to bytes clamps at 0 and 255.
template <class Row>
[[gnu::always_inline]] inline void quantise_row(const Row& row, std::uint32_t dim,
                                                const RowCodes& by, std::uint8_t* codes) noexcept {
    const __m512 inverse = _mm512_set1_ps(by.inverse);
    const __m512i zero = _mm512_set1_epi16(static_cast<std::int16_t>(by.zero));
    const __m512i order =  // packing works within 128 bits
        _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const auto code = [&](std::uint32_t k) __attribute__((always_inline)) {
        return _mm512_cvtps_epi32(_mm512_mul_ps(row(k), inverse));
    };
    std::uint32_t k = 0;
#pragma GCC unroll 6
    for (; k + kQuad <= dim; k += kQuad) {
        const __m512i first = _mm512_packs_epi32(code(k), code(k + kVector));
        const __m512i second = _mm512_packs_epi32(code(k + 2 * kVector), code(k + 3 * kVector));
        const __m512i bytes =
            _mm512_packus_epi16(_mm512_add_epi16(first, zero), _mm512_add_epi16(second, zero));
        _mm512_storeu_si512(codes + k, _mm512_permutexvar_epi32(order, bytes));
    }
    for (; k < dim; k += kVector) {
        const __m512i shifted = _mm512_max_epi32(
            _mm512_add_epi32(code(k), _mm512_set1_epi32(by.zero)), _mm512_setzero_si512());
        auto* to = reinterpret_cast<__m128i*>(codes + k);
        _mm_storeu_si128(to, _mm512_cvtusepi32_epi8(shifted));  // saturates at 255
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

namespace {

/// Row by row; make(v) reads the row at v.
template <class MakeRow>
[[gnu::always_inline]] inline void quantise_all(const float* x, std::size_t rows, std::uint32_t dim,
                                                const QuantisedRows& out, MakeRow make) noexcept {
    const auto one = [&out](std::size_t row, const auto& values, std::uint32_t size)
                         __attribute__((always_inline)) {
                             const RowCodes by = codes_for(values, size);
                             out.scales[row] = by.scale;
                             out.zeros[row] = by.zero;
                             quantise_row(values, size, by, out.codes + row * size);
                         };
    if (dim == kDim)
        for (std::size_t row = 0; row < rows; ++row) one(row, Held{make(x + row * kDim)}, kDim);
    else
        for (std::size_t row = 0; row < rows; ++row) one(row, make(x + row * dim), dim);
}

}  // namespace

void quantise_rows(const float* x, std::size_t rows, std::uint32_t dim, const float* smoothing,
                   const QuantisedRows& out) {
    if (smoothing == nullptr)
        quantise_all(x, rows, dim, out,
                     [](const float* v) __attribute__((always_inline)) { return Plain{v}; });
    else
        quantise_all(x, rows, dim, out, [smoothing](const float* v) __attribute__((always_inline)) {
            return Smoothed{v, smoothing};
        });
}

namespace {

constexpr std::size_t kAbreast = 4;  // rows whose sums are under way at the same time

/// add_norm of kAbreast rows. A row's sums are chains of additions in the law's order, and a
/// processor waits for each link; four chains fill the time.
[[gnu::always_inline]] inline void add_norm_abreast(const NormView& weights, const float* y,
                                                    float* x) noexcept {
    const auto place = [](std::size_t row, std::uint32_t i) __attribute__((always_inline)) {
        return row * kDim + std::size_t{i} * kVector;
    };
    __m512 lanes[kAbreast][2];
#pragma GCC unroll 24
    for (std::uint32_t i = 0; i < kRowVectors; ++i)
#pragma GCC unroll 4
        for (std::size_t r = 0; r < kAbreast; ++r) {
            float* at = x + place(r, i);
            const __m512 v = _mm512_add_ps(_mm512_loadu_ps(at), _mm512_loadu_ps(y + place(r, i)));
            _mm512_storeu_ps(at, v);
            lanes[r][i % 2] = i < 2 ? v : _mm512_add_ps(lanes[r][i % 2], v);
        }
    __m512 mean[kAbreast];
#pragma GCC unroll 4
    for (std::size_t r = 0; r < kAbreast; ++r)
        mean[r] = _mm512_set1_ps(fold(lanes[r][0], lanes[r][1]) * law::kOneOverDim);
#pragma GCC unroll 24
    for (std::uint32_t i = 0; i < kRowVectors; ++i)
#pragma GCC unroll 4
        for (std::size_t r = 0; r < kAbreast; ++r) {
            const __m512 d = _mm512_sub_ps(_mm512_loadu_ps(x + place(r, i)), mean[r]);
            lanes[r][i % 2] = i < 2 ? _mm512_mul_ps(d, d) : _mm512_fmadd_ps(d, d, lanes[r][i % 2]);
        }
    __m512 inverse[kAbreast];
#pragma GCC unroll 4
    for (std::size_t r = 0; r < kAbreast; ++r) {
        const float variance = fold(lanes[r][0], lanes[r][1]) * law::kOneOverDim;
        inverse[r] = _mm512_set1_ps(inverse_root(variance + law::kNormEpsilon));
    }
    for (std::uint32_t i = 0; i < kRowVectors; ++i) {
        const __m512 gamma = _mm512_loadu_ps(weights.gamma + i * kVector);
        const __m512 beta = _mm512_loadu_ps(weights.beta + i * kVector);
#pragma GCC unroll 4
        for (std::size_t r = 0; r < kAbreast; ++r) {
            float* at = x + place(r, i);
            const __m512 d = _mm512_sub_ps(_mm512_loadu_ps(at), mean[r]);
            _mm512_storeu_ps(at, _mm512_fmadd_ps(_mm512_mul_ps(d, inverse[r]), gamma, beta));
        }
    }
}

}  // namespace

void add_norm(const NormView& weights, const float* y, std::size_t rows, float* x) {
    std::size_t row = 0;
    for (; row + kAbreast <= rows; row += kAbreast)
        add_norm_abreast(weights, y + row * kDim, x + row * kDim);
    for (; row < rows; ++row) {
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
