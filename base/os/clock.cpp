#include "pramana/os/clock.hpp"

namespace pramana {

std::int64_t SystemClock::unix_s() const {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::chrono::steady_clock::time_point SystemClock::steady() const {
    return std::chrono::steady_clock::now();
}

}  // namespace pramana
