#pragma once

#include "cpu/kernels.hpp"

namespace pramana::scoring::avx2 {

// The entries of Kernels for AVX2 with FMA; `linear` wants the packing of avx2.cpp.
void embed(const EmbeddingView& weights, const std::uint16_t* ids, std::size_t tokens, float* x);
void quantise_rows(const float* x, std::size_t rows, std::uint32_t dim, const float* smoothing,
                   const QuantisedRows& out);
void linear(const LinearView& layer, const QuantisedRows& x, std::size_t rows,
            Activation activation, float* out);
void attention(const float* qkv, std::uint32_t tokens, const AttentionView& scratch, float* out);
void add_norm(const NormView& weights, const float* y, std::size_t rows, float* x);
void pool(const float* x, std::uint32_t tokens, std::int8_t* codes);

}  // namespace pramana::scoring::avx2
