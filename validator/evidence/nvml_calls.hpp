#pragma once

#include <array>
#include <cstdint>

/// The calls of NVIDIA's management library that are used, declared from its public reference
/// ("NVML API Reference Guide"): names, argument types and layouts are the library's binary
/// interface. Every function answers with a code, 0 is success.
namespace pramana::evidence::nvml {

using Code = int;
inline constexpr Code kSuccess = 0;
inline constexpr Code kNotSupported = 3;
inline constexpr Code kNoPermission = 4;
inline constexpr Code kInsufficientSize = 7;
inline constexpr Code kDriverNotLoaded = 9;
inline constexpr Code kTimeout = 10;
inline constexpr Code kFunctionNotFound = 13;
inline constexpr Code kGpuIsLost = 15;
inline constexpr Code kResetRequired = 16;
inline constexpr Code kVersionMismatch = 18;
inline constexpr Code kInUse = 19;
inline constexpr Code kInsufficientResources = 23;
inline constexpr Code kArgumentVersion = 25;
inline constexpr Code kNotReady = 27;
inline constexpr Code kGpuNotFound = 28;

struct DeviceHandle;
using Device = DeviceHandle*;

inline constexpr std::size_t kDriverVersionBytes = 80;
inline constexpr std::size_t kVbiosVersionBytes = 32;
inline constexpr std::size_t kUuidBytes = 96;
inline constexpr std::size_t kCertificateBytes = 0x1000;
inline constexpr std::size_t kAttestationChainBytes = 0x1400;
inline constexpr std::size_t kReportBytes = 0x2000;
inline constexpr std::size_t kCecReportBytes = 0x1000;

inline constexpr unsigned kEnvironmentProduction = 2;
inline constexpr unsigned kFeatureEnabled = 1;
inline constexpr unsigned kDeveloperToolsOff = 0;
inline constexpr unsigned kComputeShared = 0;
inline constexpr unsigned kComputeProhibited = 2;
inline constexpr unsigned kComputeExclusiveProcess = 3;

/// nvmlConfComputeSystemState_t
struct SystemState {
    unsigned environment = 0;
    unsigned feature = 0;
    unsigned developer_tools = 0;
};
static_assert(sizeof(SystemState) == 12);

/// nvmlSystemConfComputeSettings_v1_t; `version` goes in.
struct SystemSettings {
    unsigned version = 0;
    unsigned environment = 0;
    unsigned feature = 0;
    unsigned developer_tools = 0;
    unsigned multi_gpu_mode = 0;
};
static_assert(sizeof(SystemSettings) == 20);
inline constexpr unsigned kSettingsVersion = sizeof(SystemSettings) | (1U << 24U);

/// nvmlConfComputeGpuCertificate_t
struct Certificates {
    unsigned chain_size = 0;
    unsigned attestation_chain_size = 0;
    std::array<unsigned char, kCertificateBytes> chain{};
    std::array<unsigned char, kAttestationChainBytes> attestation_chain{};
};
static_assert(sizeof(Certificates) == 8 + 0x1000 + 0x1400);

/// nvmlConfComputeGpuAttestationReport_t; `challenge` (there: nonce) goes in.
struct Report {
    unsigned cec_present = 0;
    unsigned size = 0;
    unsigned cec_size = 0;
    std::array<unsigned char, 32> challenge{};
    std::array<unsigned char, kReportBytes> bytes{};
    std::array<unsigned char, kCecReportBytes> cec_bytes{};
};
static_assert(sizeof(Report) == 12 + 32 + 0x2000 + 0x1000);

/// The functions, found by name in the library. `settings` is the one that drivers before 550 lack.
struct Calls {
    Code (*init)() = nullptr;
    Code (*shutdown)() = nullptr;
    Code (*driver_version)(char* text, unsigned bytes) = nullptr;
    Code (*device_count)(unsigned* count) = nullptr;
    Code (*device_by_index)(unsigned index, Device* device) = nullptr;
    Code (*uuid)(Device device, char* text, unsigned bytes) = nullptr;
    Code (*vbios_version)(Device device, char* text, unsigned bytes) = nullptr;
    Code (*architecture)(Device device, unsigned* architecture) = nullptr;
    Code (*compute_mode)(Device device, unsigned* mode) = nullptr;
    Code (*mig_mode)(Device device, unsigned* current, unsigned* pending) = nullptr;
    Code (*mps_processes)(Device device, unsigned* count, void* rows) = nullptr;
    Code (*state)(SystemState* state) = nullptr;
    Code (*settings)(SystemSettings* settings) = nullptr;
    Code (*ready_state)(unsigned* accepting) = nullptr;
    Code (*set_ready_state)(unsigned accepting) = nullptr;
    Code (*certificates)(Device device, Certificates* certificates) = nullptr;
    Code (*report)(Device device, Report* report) = nullptr;
};

}  // namespace pramana::evidence::nvml
