#pragma once

#include <chrono>
#include <cstdint>

namespace pramana {

/// Time as an interface, so that tests and the simulator own it. Durations come from `steady`,
/// dates from `unix_s`.
class Clock {
  public:
    virtual ~Clock() = default;
    /// Seconds since 1970 UTC; may jump.
    [[nodiscard]] virtual std::int64_t unix_s() const = 0;
    /// Monotonic.
    [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() const = 0;
};

/// The machine's clocks. Any thread.
class SystemClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t unix_s() const override;
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override;
};

}  // namespace pramana
