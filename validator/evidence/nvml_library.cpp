#include "nvml_library.hpp"

#include <dlfcn.h>

#include <cstring>

namespace pramana::evidence::nvml {
namespace {

/// Finds functions and remembers whether one was missing.
class Finder {
  public:
    explicit Finder(void* handle) : handle_{handle} {}

    template <class Function>
    void optional(Function*& out, const char* name) {
        void* const found = ::dlsym(handle_, name);
        static_assert(sizeof found == sizeof out);
        // POSIX: a function's address fits into void*.
        std::memcpy(static_cast<void*>(&out), static_cast<const void*>(&found), sizeof out);
    }
    template <class Function>
    void required(Function*& out, const char* name) {
        optional(out, name);
        complete_ = complete_ && out != nullptr;
    }
    [[nodiscard]] bool complete() const noexcept { return complete_; }

  private:
    void* handle_;
    bool complete_ = true;
};

}  // namespace

Result<Library> load(const std::string& name) {
    void* const opened = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (opened == nullptr) return Error{Errc::kNoGpu, "evidence.nvml.library"};
    Library out{.handle = {opened, [](void* handle) { (void)::dlclose(handle); }}, .calls = {}};
    Calls& calls = out.calls;
    Finder find{opened};
    find.required(calls.init, "nvmlInit_v2");
    find.required(calls.shutdown, "nvmlShutdown");
    find.required(calls.driver_version, "nvmlSystemGetDriverVersion");
    find.required(calls.device_count, "nvmlDeviceGetCount_v2");
    find.required(calls.device_by_index, "nvmlDeviceGetHandleByIndex_v2");
    find.required(calls.uuid, "nvmlDeviceGetUUID");
    find.required(calls.vbios_version, "nvmlDeviceGetVbiosVersion");
    find.required(calls.architecture, "nvmlDeviceGetArchitecture");
    find.required(calls.compute_mode, "nvmlDeviceGetComputeMode");
    find.required(calls.mig_mode, "nvmlDeviceGetMigMode");
    find.required(calls.mps_processes, "nvmlDeviceGetMPSComputeRunningProcesses_v3");
    find.required(calls.state, "nvmlSystemGetConfComputeState");
    find.optional(calls.settings, "nvmlSystemGetConfComputeSettings");
    find.required(calls.ready_state, "nvmlSystemGetConfComputeGpusReadyState");
    find.required(calls.set_ready_state, "nvmlSystemSetConfComputeGpusReadyState");
    find.required(calls.certificates, "nvmlDeviceGetConfComputeGpuCertificate");
    find.required(calls.report, "nvmlDeviceGetConfComputeGpuAttestationReport");
    if (!find.complete()) return Error{Errc::kGpuDriverOld, "evidence.nvml.symbol"};
    return out;
}

Error error_of(Code code, std::string_view site) {
    PRAMANA_CHECK(code != kSuccess);
    switch (code) {
        case kDriverNotLoaded:
        case kGpuNotFound: return {Errc::kNoGpu, site};
        case kFunctionNotFound:
        case kVersionMismatch:
        case kArgumentVersion: return {Errc::kGpuDriverOld, site};
        case kGpuIsLost:
        case kResetRequired: return {Errc::kDeviceLost, site};
        default: return {is_passing(code) ? Errc::kBusy : Errc::kIo, site};
    }
}

bool is_passing(Code code) noexcept {
    return code == kTimeout || code == kInUse || code == kInsufficientResources ||
           code == kNotReady;
}

}  // namespace pramana::evidence::nvml
