#pragma once

#include "pramana/core/result.hpp"

namespace pramana {

/// Turns core dumps and ptrace of this process off (RLIMIT_CORE 0, PR_SET_DUMPABLE 0). Call first
/// in main. Errors: kIo.
[[nodiscard]] Status forbid_core_dumps();

/// Takes from the environment what libcrypto and libssl would read of it: a configuration, whose
/// modules it loads, and certificates to trust. Call before anything uses them and before a second
/// thread exists: whoever starts the program inside may not choose either.
void forget_library_settings() noexcept;

/// Locks all present and future pages into memory. Errors: kMemoryLock, and nothing is locked; the
/// caller decides: production stops, development reports and goes on. A finite limit
/// (RLIMIT_MEMLOCK, often 8 MiB) without the capability to pass it counts as failure even where
/// today's pages fit: later allocations would fail instead.
[[nodiscard]] Status lock_memory();

}  // namespace pramana
