// A stand-in for libnvidia-ml.so.1, written from NVIDIA's "NVML API Reference Guide": names,
// arguments, codes and sizes as documented there, declared here a second time so that a mistake in
// the provider's own declarations is found. Built as a shared object and loaded as the real one is.
#include "nvml_stub.hpp"

#include <cstdint>
#include <cstring>

namespace {

NvmlStub stub;

enum : int {
    NVML_SUCCESS = 0,
    NVML_ERROR_UNINITIALIZED = 1,
    NVML_ERROR_INVALID_ARGUMENT = 2,
    NVML_ERROR_INSUFFICIENT_SIZE = 7,
    NVML_ERROR_ARGUMENT_VERSION_MISMATCH = 25,
};

constexpr std::uintptr_t kHandleBase = 0x1000;

/// The code that a call answers before it does anything; 0: it works.
int gate(NvmlStub::Call call) {
    ++stub.made[call];
    NvmlStub::Fault& fault = stub.faults[call];
    if (fault.code != 0 && fault.after > 0) {
        --fault.after;
    } else if (fault.code != 0 && fault.times > 0) {
        --fault.times;
        return fault.code;
    }
    return stub.running > 0 ? NVML_SUCCESS : NVML_ERROR_UNINITIALIZED;
}

/// The index behind a handle; kDevices when there is none.
unsigned index_of(const void* device) {
    const auto at = reinterpret_cast<std::uintptr_t>(device) - kHandleBase;
    return at < stub.devices ? static_cast<unsigned>(at) : NvmlStub::kDevices;
}

int put_text(const char* text, char* out, unsigned length) {
    if (out == nullptr) return NVML_ERROR_INVALID_ARGUMENT;
    const std::size_t size = std::strlen(text) + 1;
    if (size > length) return NVML_ERROR_INSUFFICIENT_SIZE;
    std::memcpy(out, text, size);
    return NVML_SUCCESS;
}

int put_number(unsigned value, unsigned* out) {
    if (out == nullptr) return NVML_ERROR_INVALID_ARGUMENT;
    *out = value;
    return NVML_SUCCESS;
}

}  // namespace

extern "C" {

struct nvmlConfComputeSystemState_t {
    std::uint32_t environment, ccFeature, devToolsMode;
};
struct nvmlSystemConfComputeSettings_v1_t {
    std::uint32_t version, environment, ccFeature, devToolsMode, multiGpuMode;
};
struct nvmlConfComputeGpuCertificate_t {
    std::uint32_t certChainSize, attestationCertChainSize;
    std::uint8_t certChain[4096], attestationCertChain[5120];
};
struct nvmlConfComputeGpuAttestationReport_t {
    std::uint32_t isCecAttestationReportPresent, attestationReportSize, cecAttestationReportSize;
    std::uint8_t nonce[32], attestationReport[8192], cecAttestationReport[4096];
};

NvmlStub* nvml_stub() { return &stub; }

int nvmlInit_v2() {
    ++stub.running;
    const int code = gate(NvmlStub::kInit);
    if (code != NVML_SUCCESS) --stub.running;
    return code;
}
int nvmlShutdown() {
    if (stub.running == 0) return NVML_ERROR_UNINITIALIZED;
    --stub.running;
    return NVML_SUCCESS;
}
int nvmlSystemGetDriverVersion(char* version, unsigned length) {
    if (const int code = gate(NvmlStub::kDriverVersion)) return code;
    return put_text(stub.driver_version, version, length);
}
int nvmlDeviceGetCount_v2(unsigned* count) {
    if (const int code = gate(NvmlStub::kCount)) return code;
    return put_number(stub.devices, count);
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
    if (const int code = gate(NvmlStub::kHandle)) return code;
    if (index >= stub.devices || device == nullptr) return NVML_ERROR_INVALID_ARGUMENT;
    *device = reinterpret_cast<void*>(kHandleBase + index);  // NOLINT: an opaque handle
    return NVML_SUCCESS;
}
int nvmlDeviceGetUUID(void* device, char* uuid, unsigned length) {
    if (const int code = gate(NvmlStub::kUuid)) return code;
    const unsigned at = index_of(device);
    if (at == NvmlStub::kDevices) return NVML_ERROR_INVALID_ARGUMENT;
    return put_text(stub.uuid[at], uuid, length);
}
int nvmlDeviceGetVbiosVersion(void* device, char* version, unsigned length) {
    if (const int code = gate(NvmlStub::kVbios)) return code;
    const unsigned at = index_of(device);
    if (at == NvmlStub::kDevices) return NVML_ERROR_INVALID_ARGUMENT;
    return put_text(stub.vbios[at], version, length);
}
int nvmlDeviceGetArchitecture(void* device, unsigned* architecture) {
    if (const int code = gate(NvmlStub::kArchitecture)) return code;
    const unsigned at = index_of(device);
    if (at == NvmlStub::kDevices) return NVML_ERROR_INVALID_ARGUMENT;
    return put_number(stub.architecture[at], architecture);
}
int nvmlDeviceGetComputeMode(void* device, unsigned* mode) {
    if (const int code = gate(NvmlStub::kComputeMode)) return code;
    const unsigned at = index_of(device);
    if (at == NvmlStub::kDevices) return NVML_ERROR_INVALID_ARGUMENT;
    return put_number(stub.compute_mode[at], mode);
}
int nvmlDeviceGetMigMode(void* device, unsigned* current, unsigned* pending) {
    if (const int code = gate(NvmlStub::kMig)) return code;
    const unsigned at = index_of(device);
    if (at == NvmlStub::kDevices) return NVML_ERROR_INVALID_ARGUMENT;
    if (const int code = put_number(stub.mig[at], current)) return code;
    return put_number(stub.mig_pending[at], pending);
}
int nvmlDeviceGetMPSComputeRunningProcesses_v3(void* device, unsigned* count, void* rows) {
    if (const int code = gate(NvmlStub::kMps)) return code;
    const unsigned at = index_of(device);
    if (at == NvmlStub::kDevices || count == nullptr) return NVML_ERROR_INVALID_ARGUMENT;
    const unsigned room = *count;
    *count = stub.mps[at];
    if (stub.mps[at] > room) return NVML_ERROR_INSUFFICIENT_SIZE;
    if (stub.mps[at] > 0 && rows == nullptr) return NVML_ERROR_INVALID_ARGUMENT;
    return NVML_SUCCESS;
}
int nvmlSystemGetConfComputeState(nvmlConfComputeSystemState_t* state) {
    if (const int code = gate(NvmlStub::kState)) return code;
    if (state == nullptr) return NVML_ERROR_INVALID_ARGUMENT;
    *state = {stub.environment, stub.feature, stub.developer_tools};
    return NVML_SUCCESS;
}
#ifndef NVML_STUB_WITHOUT_SETTINGS
int nvmlSystemGetConfComputeSettings(nvmlSystemConfComputeSettings_v1_t* settings) {
    if (const int code = gate(NvmlStub::kSettings)) return code;
    if (settings == nullptr) return NVML_ERROR_INVALID_ARGUMENT;
    const std::uint32_t version = 20U | (1U << 24U);
    if (settings->version != version) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
    *settings = {version, stub.environment, stub.feature, stub.settings_developer_tools,
                 stub.multi_gpu_mode};
    return NVML_SUCCESS;
}
#endif
int nvmlSystemGetConfComputeGpusReadyState(unsigned* accepting) {
    if (const int code = gate(NvmlStub::kReadyState)) return code;
    return put_number(stub.ready, accepting);
}
int nvmlSystemSetConfComputeGpusReadyState(unsigned accepting) {
    if (const int code = gate(NvmlStub::kSetReadyState)) return code;
    if (accepting > 1) return NVML_ERROR_INVALID_ARGUMENT;
    if (stub.ready_sticks != 0) stub.ready = accepting;
    return NVML_SUCCESS;
}
int nvmlDeviceGetConfComputeGpuCertificate(void* device, nvmlConfComputeGpuCertificate_t* out) {
    if (const int code = gate(NvmlStub::kCertificates)) return code;
    const unsigned at = index_of(device);
    if (at == NvmlStub::kDevices || out == nullptr) return NVML_ERROR_INVALID_ARGUMENT;
    out->certChainSize = 0;
    out->attestationCertChainSize = stub.chain(at, out->attestationCertChain);
    return NVML_SUCCESS;
}
#ifndef NVML_STUB_WITHOUT_REPORT
int nvmlDeviceGetConfComputeGpuAttestationReport(void* device,
                                                 nvmlConfComputeGpuAttestationReport_t* out) {
    if (const int code = gate(NvmlStub::kReport)) return code;
    const unsigned at = index_of(device);
    if (at == NvmlStub::kDevices || out == nullptr) return NVML_ERROR_INVALID_ARGUMENT;
    out->isCecAttestationReportPresent = 0;
    out->cecAttestationReportSize = 0;
    out->attestationReportSize = stub.report(at, out->nonce, out->attestationReport);
    return NVML_SUCCESS;
}
#endif

}  // extern "C"
