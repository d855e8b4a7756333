#pragma once

namespace pramana::detail {
/// Prints the broken invariant (a literal, never data) and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;
}  // namespace pramana::detail

/// An invariant of ours. Stays on in release. For bugs only: whatever a peer can cause is a Result.
#define PRAMANA_CHECK(condition)  \
    (static_cast<bool>(condition) \
         ? static_cast<void>(0)   \
         : ::pramana::detail::check_failed(#condition, __FILE__, __LINE__))
