#pragma once

#include "cpu/kernels.hpp"
#include "pramana/scoring/encoder.hpp"

#include <span>

namespace pramana::scoring {

/// One backend as this program has it.
struct BackendEntry {
    Backend backend;                       ///< never kBest
    bool (*available)() noexcept;          ///< whether this CPU and operating system can run it
    const Kernels& (*kernels)() noexcept;  ///< enter only where available
};

/// What is compiled in, fastest first; the last one is the reference, which is always there. A new
/// backend is a line in registry.cpp and a name in Backend: everything else (choice, command line,
/// tests, reports) enumerates this.
[[nodiscard]] std::span<const BackendEntry> registry() noexcept;

/// nullptr where it is not compiled in. kBest finds the first available.
[[nodiscard]] const BackendEntry* find_backend(Backend backend) noexcept;

}  // namespace pramana::scoring
