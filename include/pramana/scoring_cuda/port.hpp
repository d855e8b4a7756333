#pragma once

#include "pramana/scoring_cuda/runtime.hpp"

namespace pramana::scoring::cuda {

/// What a machine has, as the CUDA runtime says it.
struct CudaDevice {
    int ordinal = 0;
    std::string name;
    std::string uuid;    ///< "GPU-" and five groups of hex digits, as NVML writes it
    int capability = 0;  ///< 90 for compute capability 9.0
    int driver = 0;      ///< CUDA version of the driver, 13000 for 13.0
    int clock_khz = 0;   ///< highest clock of the multiprocessors
    int memory_khz = 0;  ///< highest clock of the memory
    int multiprocessors = 0;
    std::size_t memory_bytes = 0;
};
/// Asks the driver, which is loaded when this is first called: a program that never does runs
/// without one. Errors: kNoGpu (no driver or no device), kGpuDriverOld (older than this program's
/// CUDA 13). Thread: any.
[[nodiscard]] Result<std::vector<CudaDevice>> cuda_devices();

/// What this program was compiled with, as "CUDA 13.0".
[[nodiscard]] std::string cuda_version();

struct CudaPortOptions {
    int ordinal = 0;
    std::string uuid = {};  ///< decides instead of the ordinal unless it is empty
    bool pinned = true;  ///< staging in pinned memory; in confidential mode it makes no difference
    bool graphs = true;  ///< one CUDA graph a shape, made in open(); else the kernels one by one
};
/// The encoder on one CUDA device.
[[nodiscard]] std::unique_ptr<DevicePort> make_cuda_port(std::shared_ptr<const Model> model,
                                                         CudaPortOptions options = {});

}  // namespace pramana::scoring::cuda
