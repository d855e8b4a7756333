#pragma once

#include "cpu/kernels.hpp"

namespace pramana::scoring::amx {

// The entries of Kernels that use tiles; `linear` wants the packing of amx.cpp. The others are
// those of AVX-512.
void linear(const LinearView& layer, const QuantisedRows& x, std::size_t rows,
            Activation activation, float* out);
void attention(const float* qkv, std::uint32_t tokens, const AttentionView& scratch, float* out);
void heads(const LinearView& layer, const QuantisedRows& x, const std::uint32_t* lengths,
           std::size_t texts, float* memory, const AttentionView& scratch, float* out);

}  // namespace pramana::scoring::amx
