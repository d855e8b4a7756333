#pragma once

#include "cpu/kernels.hpp"
#include "model/parts.hpp"
#include "pramana/scoring/operation_difference.hpp"

#include <optional>
#include <span>

namespace pramana::scoring {

/// Runs one text through both tables, operation by operation, each on what the `law` made of the
/// operation before, and compares bits. Nothing: every operation agrees.
///
/// @param ids  word-pieces with [CLS] and [SEP], 2..parts.positions of them
/// Thread: any; scratch memory is wiped.
[[nodiscard]] std::optional<OperationDifference> first_difference(
    const Model::Parts& parts, const Kernels& law, const Kernels& other,
    std::span<const std::uint16_t> ids);

}  // namespace pramana::scoring
