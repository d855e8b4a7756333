#pragma once

#include "parity/gpu/device.hpp"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace pramana::gpu {

/// Time on the device between two places of a stream.
class DeviceClock {
  public:
    DeviceClock() {
        parity::require(cudaEventCreate(&begin_), "cudaEventCreate");
        parity::require(cudaEventCreate(&end_), "cudaEventCreate");
    }
    ~DeviceClock() {
        (void)cudaEventDestroy(begin_);
        (void)cudaEventDestroy(end_);
    }
    DeviceClock(const DeviceClock&) = delete;
    DeviceClock& operator=(const DeviceClock&) = delete;
    /// Milliseconds that `work` takes, which enqueues on the default stream.
    template <class Work>
    [[nodiscard]] double milliseconds(const Work& work) {
        parity::require(cudaEventRecord(begin_, nullptr), "cudaEventRecord");
        work();
        parity::require(cudaEventRecord(end_, nullptr), "cudaEventRecord");
        parity::require(cudaEventSynchronize(end_), "cudaEventSynchronize");
        float elapsed = 0.0F;
        parity::require(cudaEventElapsedTime(&elapsed, begin_, end_), "cudaEventElapsedTime");
        return static_cast<double>(elapsed);
    }

  private:
    cudaEvent_t begin_ = nullptr;
    cudaEvent_t end_ = nullptr;
};

[[nodiscard]] inline double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Median of `rounds`, after two that do not count.
template <class Work>
[[nodiscard]] double median_milliseconds(unsigned rounds, const Work& work) {
    DeviceClock clock;
    std::vector<double> times;
    for (unsigned round = 0; round < rounds + 2; ++round) {
        const double time = clock.milliseconds(work);
        if (round >= 2) times.push_back(time);
    }
    return median(std::move(times));
}

/// Seconds of the host's clock since it was made.
class HostClock {
  public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    }

  private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace pramana::gpu
