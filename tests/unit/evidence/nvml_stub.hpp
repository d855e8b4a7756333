#pragma once

/// What the stand-in of NVIDIA's management library does, set by the test that loads it.
struct NvmlStub {
    static constexpr unsigned kDevices = 4;
    /// Calls that can be made to fail.
    enum Call : unsigned {
        kInit,
        kDriverVersion,
        kCount,
        kHandle,
        kUuid,
        kVbios,
        kArchitecture,
        kComputeMode,
        kMig,
        kMps,
        kState,
        kSettings,
        kReadyState,
        kSetReadyState,
        kCertificates,
        kReport,
        kCalls
    };
    struct Fault {
        int code;        ///< what the call answers instead
        unsigned times;  ///< how often; then it works
        unsigned after;  ///< how many calls work before
    };

    const char* driver_version;
    unsigned environment, feature, developer_tools, multi_gpu_mode, ready;
    unsigned settings_developer_tools;  ///< what the newer call says of the same
    unsigned ready_sticks;              ///< 0: setting the ready state succeeds and does nothing
    unsigned devices;
    const char* uuid[kDevices];
    const char* vbios[kDevices];
    unsigned architecture[kDevices], compute_mode[kDevices], mig[kDevices], mig_pending[kDevices];
    unsigned mps[kDevices];
    Fault faults[kCalls];
    unsigned made[kCalls];  ///< how often each call was made
    /// Writes a report over `challenge` and returns its size, or what it says that it is.
    unsigned (*report)(unsigned device, const unsigned char* challenge, unsigned char* out);
    /// Writes a chain, the same way.
    unsigned (*chain)(unsigned device, unsigned char* out);
    int running;  ///< nvmlInit less nvmlShutdown
};

/// The one instance inside of the loaded library.
using NvmlStubAccess = NvmlStub* (*)();
