#include "nvml_library.hpp"

#include "pramana/evidence/gpu_driver.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace pramana::evidence {
namespace {

using nvml::Code;

constexpr std::chrono::milliseconds kFirstPause{50};
/// The request in front of every report: code, parameters, challenge, slot (DMTF DSP0274 1.1).
constexpr std::size_t kRequestBytes = 37;
constexpr std::size_t kChallengeAt = 4;

Error malformed(std::string_view site) { return {Errc::kEvidenceMalformed, site}; }

/// A text that the library wrote into `buffer`: printable ASCII, ended, not empty.
Result<std::string> text_of(const auto& buffer, std::string_view site) {
    const auto end = std::ranges::find(buffer, '\0');
    if (end == buffer.end() || end == buffer.begin()) return malformed(site);
    if (!std::all_of(buffer.begin(), end, [](char c) { return c > ' ' && c < '\x7f'; }))
        return malformed(site);
    return std::string{buffer.begin(), end};
}

ComputeMode mode_of(unsigned mode) noexcept {
    if (mode == nvml::kComputeShared) return ComputeMode::kShared;
    if (mode == nvml::kComputeProhibited) return ComputeMode::kProhibited;
    if (mode == nvml::kComputeExclusiveProcess) return ComputeMode::kExclusiveProcess;
    return ComputeMode::kUnknown;
}

class NvmlDriver final : public GpuDriver {
  public:
    NvmlDriver(nvml::Library library, NvmlOptions options)
        : library_{std::move(library)}, calls_{library_.calls}, options_{std::move(options)} {}
    ~NvmlDriver() override {
        if (started_) (void)calls_.shutdown();
    }
    NvmlDriver(const NvmlDriver&) = delete;
    NvmlDriver& operator=(const NvmlDriver&) = delete;

    Status start() {
        PRAMANA_TRY(call([&] { return calls_.init(); }, "evidence.nvml.init"));
        started_ = true;
        const Result<unsigned> devices = count();
        if (!devices) return devices.error();
        return Done{};
    }

    Result<GpuFacts> facts() override {
        const std::lock_guard lock{one_at_a_time_};
        GpuFacts out;
        PRAMANA_TRY(read_system(out));
        const Result<unsigned> devices = count();
        if (!devices) return devices.error();
        for (unsigned i = 0; i < *devices; ++i) {
            Result<GpuDeviceFacts> device = read_device(i);
            if (!device) return device.error();
            const auto same = [&](const GpuDeviceFacts& d) { return d.uuid == device->uuid; };
            if (std::ranges::any_of(out.devices, same))
                return malformed("evidence.nvml.uuid_twice");
            out.devices.push_back(*std::move(device));
        }
        return out;
    }

    Result<GpuReport> report(std::string_view uuid, const GpuChallenge& challenge) override {
        const std::lock_guard lock{one_at_a_time_};
        const Result<nvml::Device> device = find(uuid);
        if (!device) return device.error();
        GpuReport out{.uuid = std::string{uuid}, .report = {}, .chain = {}};
        PRAMANA_TRY(read_report(*device, challenge, out.report));
        PRAMANA_TRY(read_chain(*device, out.chain));
        return out;
    }

    Status accept_work(bool accept) override {
        const std::lock_guard lock{one_at_a_time_};
        PRAMANA_TRY(call([&] { return calls_.set_ready_state(accept ? 1 : 0); },
                         "evidence.nvml.set_ready_state"));
        unsigned now = 0;
        PRAMANA_TRY(call([&] { return calls_.ready_state(&now); }, "evidence.nvml.ready_state"));
        if ((now == 1) != accept) return Error{Errc::kIo, "evidence.nvml.ready_state_kept"};
        return Done{};
    }

  private:
    /// Makes a call until it does not fail in passing.
    template <class Call>
    Code persist(Call&& make) {
        std::chrono::milliseconds pause = kFirstPause;
        for (unsigned attempt = 1;; ++attempt) {
            const Code code = make();
            if (!nvml::is_passing(code) || attempt >= options_.attempts_max) return code;
            options_.sleep(pause);
            pause *= 2;
        }
    }
    template <class Call>
    Status call(Call&& make, std::string_view site) {
        const Code code = persist(make);
        if (code == nvml::kSuccess) return Done{};
        return nvml::error_of(code, site);
    }
    /// False: the driver has no such thing for these devices.
    template <class Call>
    Result<bool> call_if_supported(Call&& make, std::string_view site) {
        const Code code = persist(make);
        if (code == nvml::kSuccess || code == nvml::kNotSupported) return code == nvml::kSuccess;
        return nvml::error_of(code, site);
    }

    Result<unsigned> count() {
        unsigned devices = 0;
        if (const Status done =
                call([&] { return calls_.device_count(&devices); }, "evidence.nvml.count");
            !done)
            return done.error();
        if (devices == 0) return Error{Errc::kNoGpu, "evidence.nvml.count"};
        if (devices > kGpusMax) return malformed("evidence.nvml.count");
        return devices;
    }

    Status read_system(GpuFacts& out) {
        std::array<char, nvml::kDriverVersionBytes> version{};
        PRAMANA_TRY(call(
            [&] {
                version.fill('\0');
                return calls_.driver_version(version.data(), version.size());
            },
            "evidence.nvml.driver_version"));
        Result<std::string> text = text_of(version, "evidence.nvml.driver_version");
        if (!text) return text.error();
        out.driver_version = *std::move(text);
        PRAMANA_TRY(read_protection(out));
        unsigned accepting = 0;
        PRAMANA_TRY(call_if_supported([&] { return calls_.ready_state(&accepting); },
                                      "evidence.nvml.ready_state"));
        out.accepting_work = accepting == 1;
        out.mps_server = mps_server();
        return Done{};
    }

    /// A driver without confidential computing answers "not supported": then it is off.
    Status read_protection(GpuFacts& out) {
        nvml::SystemState state;
        PRAMANA_TRY(call_if_supported([&] { return calls_.state(&state); }, "evidence.nvml.state"));
        out.production = state.environment == nvml::kEnvironmentProduction;
        out.confidential = state.feature == nvml::kFeatureEnabled;
        out.developer_tools = state.developer_tools != nvml::kDeveloperToolsOff;
        return read_settings(out);
    }

    /// The newer call for the same; where there is one, the two have to agree.
    Status read_settings(GpuFacts& out) {
        if (calls_.settings == nullptr) return Done{};
        nvml::SystemSettings settings;
        settings.version = nvml::kSettingsVersion;
        const Result<bool> has =
            call_if_supported([&] { return calls_.settings(&settings); }, "evidence.nvml.settings");
        if (!has) return has.error();
        if (!*has) return Done{};
        const bool agree =
            out.production == (settings.environment == nvml::kEnvironmentProduction) &&
            out.confidential == (settings.feature == nvml::kFeatureEnabled) &&
            out.developer_tools == (settings.developer_tools != nvml::kDeveloperToolsOff);
        if (!agree) return malformed("evidence.nvml.settings");
        out.multi_gpu_mode = settings.multi_gpu_mode;
        return Done{};
    }

    /// CUDA connects to an MPS server when it finds one, whatever this program wants.
    [[nodiscard]] bool mps_server() const {
        if (std::getenv("CUDA_MPS_PIPE_DIRECTORY") != nullptr) return true;
        return ::access((options_.mps_directory + "/control").c_str(), F_OK) == 0;
    }

    Result<nvml::Device> device_at(unsigned index) {
        nvml::Device device = nullptr;
        if (const Status done = call([&] { return calls_.device_by_index(index, &device); },
                                     "evidence.nvml.device");
            !done)
            return done.error();
        if (device == nullptr) return malformed("evidence.nvml.device");
        return device;
    }

    Result<std::string> uuid_of(nvml::Device device) {
        std::array<char, nvml::kUuidBytes> uuid{};
        if (const Status done = call(
                [&] {
                    uuid.fill('\0');
                    return calls_.uuid(device, uuid.data(), uuid.size());
                },
                "evidence.nvml.uuid");
            !done)
            return done.error();
        Result<std::string> text = text_of(uuid, "evidence.nvml.uuid");
        if (text && !text->starts_with("GPU-")) return malformed("evidence.nvml.uuid");
        return text;
    }

    Result<nvml::Device> find(std::string_view uuid) {
        const Result<unsigned> devices = count();
        if (!devices) return devices.error();
        for (unsigned i = 0; i < *devices; ++i) {
            const Result<nvml::Device> device = device_at(i);
            if (!device) return device.error();
            const Result<std::string> name = uuid_of(*device);
            if (!name) return name.error();
            if (*name == uuid) return *device;
        }
        return Error{Errc::kDeviceLost, "evidence.nvml.device_gone"};
    }

    Result<GpuDeviceFacts> read_device(unsigned index) {
        const Result<nvml::Device> device = device_at(index);
        if (!device) return device.error();
        Result<std::string> uuid = uuid_of(*device);
        if (!uuid) return uuid.error();
        GpuDeviceFacts out;
        out.uuid = *std::move(uuid);
        if (const Status done = read_mode(*device, out); !done) return done.error();
        if (const Status done = read_sharing(*device, out); !done) return done.error();
        return out;
    }

    Status read_mode(nvml::Device device, GpuDeviceFacts& out) {
        std::array<char, nvml::kVbiosVersionBytes> version{};
        PRAMANA_TRY(call(
            [&] {
                version.fill('\0');
                return calls_.vbios_version(device, version.data(), version.size());
            },
            "evidence.nvml.vbios_version"));
        Result<std::string> text = text_of(version, "evidence.nvml.vbios_version");
        if (!text) return text.error();
        out.vbios_version = *std::move(text);
        unsigned architecture = 0;
        PRAMANA_TRY(call([&] { return calls_.architecture(device, &architecture); },
                         "evidence.nvml.architecture"));
        out.architecture = architecture;
        unsigned mode = 0;
        PRAMANA_TRY(
            call([&] { return calls_.compute_mode(device, &mode); }, "evidence.nvml.compute_mode"));
        out.compute_mode = mode_of(mode);
        return Done{};
    }

    Status read_sharing(nvml::Device device, GpuDeviceFacts& out) {
        unsigned current = 0;
        unsigned pending = 0;
        PRAMANA_TRY(call_if_supported([&] { return calls_.mig_mode(device, &current, &pending); },
                                      "evidence.nvml.mig_mode"));
        out.partitioned = current != 0 || pending != 0;
        // Asked with room for none: success says none, "insufficient size" how many there are.
        unsigned processes = 0;
        const Code mps = persist([&] {
            processes = 0;
            return calls_.mps_processes(device, &processes, nullptr);
        });
        if (mps == nvml::kInsufficientSize) out.mps_processes = std::max(processes, 1U);
        const bool answered =
            mps == nvml::kSuccess || mps == nvml::kInsufficientSize || mps == nvml::kNotSupported;
        if (!answered) return nvml::error_of(mps, "evidence.nvml.mps_processes");
        return Done{};
    }

    Status read_report(nvml::Device device, const GpuChallenge& challenge, Bytes& out) {
        const auto answer = std::make_unique<nvml::Report>();
        PRAMANA_TRY(call(
            [&] {
                *answer = {};
                answer->challenge = challenge.bytes;
                return calls_.report(device, answer.get());
            },
            "evidence.nvml.report"));
        if (answer->size <= kRequestBytes || answer->size > answer->bytes.size())
            return malformed("evidence.nvml.report_size");
        const ByteView report{answer->bytes.data(), answer->size};
        if (!std::ranges::equal(report.subspan(kChallengeAt, challenge.bytes.size()),
                                challenge.bytes))
            return malformed("evidence.nvml.report_challenge");
        out.assign(report.begin(), report.end());
        return Done{};
    }

    Status read_chain(nvml::Device device, std::string& out) {
        const auto answer = std::make_unique<nvml::Certificates>();
        PRAMANA_TRY(call(
            [&] {
                *answer = {};
                return calls_.certificates(device, answer.get());
            },
            "evidence.nvml.certificates"));
        const std::size_t size = answer->attestation_chain_size;
        if (size == 0 || size > answer->attestation_chain.size())
            return malformed("evidence.nvml.certificates_size");
        out = as_text(ByteView{answer->attestation_chain.data(), size});
        while (out.ends_with('\0')) out.pop_back();
        if (out.empty()) return malformed("evidence.nvml.certificates_empty");
        return Done{};
    }

    nvml::Library library_;
    const nvml::Calls& calls_;
    NvmlOptions options_;
    bool started_ = false;
    std::mutex one_at_a_time_;
};

}  // namespace

Result<std::unique_ptr<GpuDriver>> open_nvml(NvmlOptions options) {
    if (!options.sleep)
        options.sleep = [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); };
    Result<nvml::Library> library = nvml::load(options.library);
    if (!library) return library.error();
    auto driver = std::make_unique<NvmlDriver>(*std::move(library), std::move(options));
    if (const Status started = driver->start(); !started) return started.error();
    return std::unique_ptr<GpuDriver>{std::move(driver)};
}

}  // namespace pramana::evidence
