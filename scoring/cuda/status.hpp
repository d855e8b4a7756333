#pragma once

#include "pramana/core/result.hpp"

#include <cuda_runtime_api.h>

namespace pramana::scoring::cuda {

/// kNoGpu, kGpuDriverOld, kBusy (no memory), else kDeviceLost.
[[nodiscard]] inline Error error_of(cudaError_t code, std::string_view site) {
    switch (code) {
        case cudaErrorNoDevice:
        case cudaErrorInsufficientDriver:
        case cudaErrorInitializationError:
            return {code == cudaErrorInsufficientDriver ? Errc::kGpuDriverOld : Errc::kNoGpu, site};
        case cudaErrorMemoryAllocation: return {Errc::kBusy, site};
        default: return {Errc::kDeviceLost, site};
    }
}

[[nodiscard]] inline Status status_of(int code, std::string_view site) {
    if (code == cudaSuccess) return Done{};
    return error_of(static_cast<cudaError_t>(code), site);
}

}  // namespace pramana::scoring::cuda
