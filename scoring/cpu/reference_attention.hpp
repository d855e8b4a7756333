#pragma once

#include "cpu/kernels.hpp"

namespace pramana::scoring {

/// Kernels::attention of the reference.
void attention_reference(const float* qkv, std::uint32_t tokens, const AttentionView& scratch,
                         float* out);

}  // namespace pramana::scoring
