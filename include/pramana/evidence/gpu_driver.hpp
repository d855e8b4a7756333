#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::evidence {

/// What a report is asked over; NVIDIA's documents call it nonce.
using GpuChallenge = FixedBytes<struct GpuChallengeTag, 32>;

/// NVML's compute mode: who may have a context on a device.
enum class ComputeMode : std::uint8_t { kShared, kProhibited, kExclusiveProcess, kUnknown };

/// What the driver says of one device. It is the driver's word: only a report is the device's.
struct GpuDeviceFacts {
    std::string uuid;  ///< "GPU-" and five groups of hex digits
    std::string vbios_version;
    std::uint32_t architecture = 0;  ///< 9 Hopper, 10 Blackwell
    ComputeMode compute_mode = ComputeMode::kUnknown;
    bool partitioned = false;         ///< MIG is on, or will be after the next reset
    std::uint32_t mps_processes = 0;  ///< processes that share the device through MPS
    friend bool operator==(const GpuDeviceFacts&, const GpuDeviceFacts&) = default;
};

/// What the driver says of all devices together.
struct GpuFacts {
    std::string driver_version;
    bool production = false;       ///< not a simulated environment
    bool confidential = false;     ///< confidential computing is on
    bool developer_tools = false;  ///< debuggers may read the device
    bool accepting_work = false;   ///< the ready state; a driver that is loaded begins without it
    bool mps_server = false;       ///< an MPS server can be reached from this process
    std::optional<std::uint32_t> multi_gpu_mode;  ///< 0 none, 1 protected PCIe, 2 NVLink encryption
    std::vector<GpuDeviceFacts> devices;          ///< in the driver's order, each uuid once
    friend bool operator==(const GpuFacts&, const GpuFacts&) = default;
};

/// One device's evidence as the driver hands it out.
struct GpuReport {
    std::string uuid;
    Bytes report;       ///< SPDM request and answer; attest::parse_nvidia_report() reads it
    std::string chain;  ///< PEM, device certificate first
    friend bool operator==(const GpuReport&, const GpuReport&) = default;
};

/// The driver of NVIDIA devices. Thread: any; one call at a time reaches the driver.
class GpuDriver {
  public:
    virtual ~GpuDriver() = default;
    /// Errors: kNoGpu, kDeviceLost, kBusy (every attempt failed so), kEvidenceMalformed (an answer
    /// that contradicts itself), kIo.
    [[nodiscard]] virtual Result<GpuFacts> facts() = 0;
    /// Evidence of one device over `challenge`, which has to stand in the report's request. Errors:
    /// as facts(); kEvidenceMalformed also for a report over another challenge or of another size.
    [[nodiscard]] virtual Result<GpuReport> report(std::string_view uuid,
                                                   const GpuChallenge& challenge) = 0;
    /// Sets the ready state, without which a driver in confidential mode takes no work. Errors: as
    /// facts(); kIo also where this process may not.
    [[nodiscard]] virtual Status accept_work(bool accept) = 0;
};

inline constexpr std::uint32_t kGpusMax = 64;

struct NvmlOptions {
    /// As dlopen() takes it. Nothing from the configuration or the environment goes here.
    std::string library = "libnvidia-ml.so.1";
    unsigned attempts_max = 4;
    std::function<void(std::chrono::milliseconds)> sleep = {};  ///< a test counts the pauses
    /// Where an MPS server listens unless CUDA_MPS_PIPE_DIRECTORY says otherwise.
    std::string mps_directory = "/tmp/nvidia-mps";
};

/// Loads NVIDIA's management library and starts it. Errors: kNoGpu (no library, no driver, no
/// device), kGpuDriverOld (a call is missing, or library and driver are of two versions), kBusy,
/// kIo. Stand-in: tests/unit/evidence/nvml_stub.cpp. Not run on hardware.
[[nodiscard]] Result<std::unique_ptr<GpuDriver>> open_nvml(NvmlOptions options = {});

}  // namespace pramana::evidence
