#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <string>

namespace pramana::bench {

/// Processor time of the whole process and the wall clock, from construction on.
class RoundClock {
  public:
    RoundClock() : cpu_{cpu_now()}, wall_{std::chrono::steady_clock::now()} {}
    [[nodiscard]] double cpu_s() const { return cpu_now() - cpu_; }
    [[nodiscard]] double wall_s() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_).count();
    }

  private:
    static double cpu_now() {
        timespec now{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
    }
    double cpu_;
    std::chrono::steady_clock::time_point wall_;
};

/// Largest resident set of the process so far, in MiB.
inline double peak_mib() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// bench/run's side of a worker: says "ready", then answers each line of standard input with one
/// round: {"cpu_s", "wall_s", "work"}. `round` returns the work done.
template <class Round>
int serve_rounds(const std::string& about, Round round) {
    std::printf("{\"ready\":true%s}\n", about.c_str());
    std::fflush(stdout);
    for (std::string line; std::getline(std::cin, line);) {
        const RoundClock clock;
        const double work = round();
        std::printf("{\"cpu_s\":%.6f,\"wall_s\":%.6f,\"work\":%.0f,\"peak_mib\":%.1f}\n",
                    clock.cpu_s(), clock.wall_s(), work, peak_mib());
        std::fflush(stdout);
    }
    return 0;
}

}  // namespace pramana::bench
