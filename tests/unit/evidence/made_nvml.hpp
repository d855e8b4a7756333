#pragma once

#include "made_gpus.hpp"
#include "nvml_stub.hpp"

#include "pramana/evidence/gpu_driver.hpp"

#include <dlfcn.h>

#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>

/// NVIDIA's management library as a test sets it up. NVML_STUB is the stand-in's path.
namespace pramana::made {

inline unsigned put(ByteView from, unsigned char* out) {
    std::ranges::copy(from, out);
    return static_cast<unsigned>(from.size());
}
/// Chain and report of a device come from one making, as its key is made there.
inline std::string& chain_of(unsigned device) {
    static std::array<std::string, NvmlStub::kDevices> chains;
    return chains.at(device);
}
inline unsigned genuine_report(unsigned device, const unsigned char* challenge,
                               unsigned char* out) {
    const MadeNvidia made = gpu_evidence_of(device, {challenge, 32});
    chain_of(device) = made.chain;
    return put(made.report, out);
}
inline unsigned made_chain(unsigned device, unsigned char* out) {
    return put(as_bytes_view(chain_of(device)), out);
}

/// The loaded stand-in, set up as a machine of one Hopper GPU in confidential mode.
class Stub {
  public:
    explicit Stub(const char* library = NVML_STUB) : handle_{::dlopen(library, RTLD_NOW)} {
        if (handle_ == nullptr) throw std::runtime_error{::dlerror()};
        NvmlStubAccess access = nullptr;
        void* const found = ::dlsym(handle_, "nvml_stub");
        std::memcpy(static_cast<void*>(&access), static_cast<const void*>(&found), sizeof access);
        stub_ = access();
        *stub_ = {};
        stub_->driver_version = kDriverVersion.c_str();
        stub_->environment = 2;
        stub_->feature = 1;
        stub_->ready = 1;
        stub_->ready_sticks = 1;
        stub_->devices = 1;
        for (unsigned i = 0; i < NvmlStub::kDevices; ++i) {
            uuids_[i] = gpu_uuid(i);
            stub_->uuid[i] = uuids_[i].c_str();
            stub_->vbios[i] = kVbiosVersion.c_str();
            stub_->architecture[i] = 9;
            stub_->compute_mode[i] = 3;
        }
        stub_->report = genuine_report;
        stub_->chain = made_chain;
    }
    ~Stub() { (void)::dlclose(handle_); }
    Stub(const Stub&) = delete;
    Stub& operator=(const Stub&) = delete;
    NvmlStub* operator->() const { return stub_; }
    NvmlStub& operator*() const { return *stub_; }

  private:
    void* handle_;
    NvmlStub* stub_ = nullptr;
    std::array<std::string, NvmlStub::kDevices> uuids_;
};

inline evidence::NvmlOptions options(unsigned* pauses = nullptr, const char* library = NVML_STUB) {
    return {.library = library,
            .attempts_max = 4,
            .sleep =
                [pauses](std::chrono::milliseconds) {
                    if (pauses != nullptr) ++*pauses;
                },
            .mps_directory = "/nonexistent"};
}

inline std::unique_ptr<evidence::GpuDriver> opened(evidence::NvmlOptions with = options()) {
    Result<std::unique_ptr<evidence::GpuDriver>> driver = evidence::open_nvml(std::move(with));
    if (!driver) throw std::runtime_error{std::string{driver.error().site}};
    return *std::move(driver);
}

}  // namespace pramana::made
