#pragma once

#include "pramana/core/bytes.hpp"

#include <span>
#include <string>
#include <vector>

namespace pramana::scoring {
struct Kernels;
}

namespace pramana::parity {

/// One operation of one backend, over shapes and values chosen to hurt.
struct OperationRow {
    std::string backend;
    std::string operation;
    std::uint64_t numbers;
    std::uint64_t mismatches;  ///< numbers with other bits; -0 is not 0
    std::string first;         ///< case and place of the first difference, if any
};
struct OperationReport {
    std::vector<OperationRow> rows;
    Hash32 digest;  ///< SHA-256 of everything that the reference gave, little-endian
};

struct NamedKernels {
    std::string name;
    const scoring::Kernels* kernels;
};
/// Every backend that this machine has.
[[nodiscard]] std::vector<NamedKernels> available_kernels();

/// Compares each operation of the encoder with the reference.
[[nodiscard]] OperationReport compare_operations(std::span<const NamedKernels> candidates);

}  // namespace pramana::parity
