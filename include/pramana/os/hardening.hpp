#pragma once

#include "pramana/core/result.hpp"

#include <cstdint>

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

/// Lets this process have `wanted` files open, connections included, or as many as the hard limit
/// (RLIMIT_NOFILE) allows; systemd's soft limit is 1,024. Returns how many. Errors: kIo.
[[nodiscard]] Result<std::uint64_t> allow_open_files(std::uint64_t wanted);

}  // namespace pramana
