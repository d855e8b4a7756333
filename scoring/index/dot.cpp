#include "index/dot.hpp"

#if defined(__x86_64__)
#if defined(__GNUC__) && !defined(__clang__)
// GCC 12's own _mm512_reduce_add_epi32 starts from a value that it calls undefined on purpose.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#elif defined(__aarch64__)
#include "cpu/kernels.hpp"

#include <arm_neon.h>
#endif

namespace pramana::scoring {

void dot_block_reference(const std::int8_t* queries, std::size_t query_count,
                         const std::int8_t* rows, std::size_t row_count, std::int32_t* out) {
    for (std::size_t q = 0; q < query_count; ++q) {
        const std::int8_t* a = queries + q * kCodeDim;
        for (std::size_t r = 0; r < row_count; ++r) {
            const std::int8_t* b = rows + r * kCodeDim;
            std::int32_t sum = 0;
            for (std::size_t i = 0; i < kCodeDim; ++i)
                sum += std::int32_t{a[i]} * std::int32_t{b[i]};
            out[q * row_count + r] = sum;
        }
    }
}

#if defined(__x86_64__)
namespace {

// Widened to int16 first: vpmaddubsw would saturate.
__attribute__((target("avx2"))) void dot_block_avx2(const std::int8_t* queries,
                                                    std::size_t query_count,
                                                    const std::int8_t* rows, std::size_t row_count,
                                                    std::int32_t* out) {
    for (std::size_t q = 0; q < query_count; ++q) {
        __m256i a[kCodeDim / 16];
        for (std::size_t k = 0; k < kCodeDim / 16; ++k)
            a[k] = _mm256_cvtepi8_epi16(
                _mm_loadu_si128(reinterpret_cast<const __m128i*>(queries + q * kCodeDim + k * 16)));
        for (std::size_t r = 0; r < row_count; ++r) {
            __m256i sum = _mm256_setzero_si256();
            for (std::size_t k = 0; k < kCodeDim / 16; ++k) {
                const __m256i b = _mm256_cvtepi8_epi16(_mm_loadu_si128(
                    reinterpret_cast<const __m128i*>(rows + r * kCodeDim + k * 16)));
                sum = _mm256_add_epi32(sum, _mm256_madd_epi16(a[k], b));
            }
            __m128i low =
                _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
            low = _mm_add_epi32(low, _mm_shuffle_epi32(low, 0x4E));
            low = _mm_add_epi32(low, _mm_shuffle_epi32(low, 0xB1));
            out[q * row_count + r] = _mm_cvtsi128_si32(low);
        }
    }
}

constexpr std::size_t kLanes = kCodeDim / 64;

// vpdpbusd multiplies unsigned by signed: the query is shifted by 128, and every sum starts at -128
// * sum(row).
template <std::size_t kQueries>
__attribute__((target("avx512f,avx512bw,avx512vnni"))) void dot_queries_vnni(
    const std::int8_t* queries, const std::int8_t* rows, std::size_t row_count, std::int32_t* out) {
    const __m512i shift = _mm512_set1_epi8(-128);
    __m512i a[kQueries][kLanes];
    for (std::size_t q = 0; q < kQueries; ++q)
        for (std::size_t k = 0; k < kLanes; ++k)
            a[q][k] = _mm512_xor_si512(_mm512_loadu_si512(queries + q * kCodeDim + k * 64), shift);
    for (std::size_t r = 0; r < row_count; ++r) {
        const std::int8_t* row = rows + r * kCodeDim;
        __m512i shifted = _mm512_setzero_si512();
        for (std::size_t k = 0; k < kLanes; ++k)
            shifted = _mm512_dpbusd_epi32(shifted, shift, _mm512_loadu_si512(row + k * 64));
        const __m512i start = _mm512_sub_epi32(_mm512_setzero_si512(), shifted);
        __m512i sum[kQueries];
        for (std::size_t q = 0; q < kQueries; ++q) sum[q] = start;
        for (std::size_t k = 0; k < kLanes; ++k) {
            const __m512i b = _mm512_loadu_si512(row + k * 64);
            for (std::size_t q = 0; q < kQueries; ++q)
                sum[q] = _mm512_dpbusd_epi32(sum[q], a[q][k], b);
        }
        for (std::size_t q = 0; q < kQueries; ++q)
            out[q * row_count + r] = _mm512_reduce_add_epi32(sum[q]);
    }
}

void dot_block_vnni(const std::int8_t* queries, std::size_t query_count, const std::int8_t* rows,
                    std::size_t row_count, std::int32_t* out) {
    std::size_t q = 0;
    for (; q + 4 <= query_count; q += 4)
        dot_queries_vnni<4>(queries + q * kCodeDim, rows, row_count, out + q * row_count);
    for (; q < query_count; ++q)
        dot_queries_vnni<1>(queries + q * kCodeDim, rows, row_count, out + q * row_count);
}

}  // namespace
#elif defined(__aarch64__)
namespace {

__attribute__((target("arch=armv8.2-a+dotprod"))) void dot_block_neon(const std::int8_t* queries,
                                                                      std::size_t query_count,
                                                                      const std::int8_t* rows,
                                                                      std::size_t row_count,
                                                                      std::int32_t* out) {
    for (std::size_t q = 0; q < query_count; ++q) {
        int8x16_t a[kCodeDim / 16];
        for (std::size_t k = 0; k < kCodeDim / 16; ++k)
            a[k] = vld1q_s8(queries + q * kCodeDim + k * 16);
        for (std::size_t r = 0; r < row_count; ++r) {
            int32x4_t sum[2] = {vdupq_n_s32(0), vdupq_n_s32(0)};
            for (std::size_t k = 0; k < kCodeDim / 16; ++k)
                sum[k % 2] = vdotq_s32(sum[k % 2], a[k], vld1q_s8(rows + r * kCodeDim + k * 16));
            out[q * row_count + r] = vaddvq_s32(vaddq_s32(sum[0], sum[1]));
        }
    }
}

}  // namespace
#endif

DotKernels dot_kernels() noexcept {
    DotKernels found{{{"reference", dot_block_reference}, {}, {}}, 1};
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2")) found.kernels[found.count++] = {"avx2", dot_block_avx2};
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vnni"))
        found.kernels[found.count++] = {"avx512_vnni", dot_block_vnni};
#elif defined(__aarch64__)
    if (neon_available()) found.kernels[found.count++] = {"neon", dot_block_neon};
#endif
    return found;
}

DotBlock best_dot_block() noexcept {
    const DotKernels found = dot_kernels();
    return found.kernels[found.count - 1].run;
}

}  // namespace pramana::scoring
