// What the machine is: its device, the state of confidential mode, and whether the tool that finds
// races and leaks is there.
#include "gpu/machine.hpp"

#include "pramana/scoring_cuda/port.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <dlfcn.h>
#include <unistd.h>

namespace pramana::gpu {
namespace {

/// NVIDIA's management library, by name: a machine without it gets a report all the same.
/// Source: NVML API reference, nvmlSystemGetConfComputeState, nvmlDeviceGetClockInfo.
class Nvml {
  public:
    Nvml() : library_{::dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL)} {
        const auto start = call<int (*)()>("nvmlInit_v2");
        ready_ = start != nullptr && start() == 0;
    }
    ~Nvml() {
        if (const auto end = call<int (*)()>("nvmlShutdown"); ready_ && end != nullptr) (void)end();
        if (library_ != nullptr) (void)::dlclose(library_);
    }
    Nvml(const Nvml&) = delete;
    Nvml& operator=(const Nvml&) = delete;
    [[nodiscard]] bool ready() const noexcept { return ready_; }
    template <class Function>
    [[nodiscard]] Function call(const char* name) const {
        return library_ == nullptr ? nullptr : reinterpret_cast<Function>(::dlsym(library_, name));
    }

  private:
    void* library_;
    bool ready_ = false;
};

struct ConfidentialState {
    unsigned environment;
    unsigned feature;
    unsigned developer_tools;
};

void read_clocks(Report& report, const Nvml& nvml) {
    void* device = nullptr;
    const auto handle = nvml.call<int (*)(unsigned, void**)>("nvmlDeviceGetHandleByIndex_v2");
    const auto clock = nvml.call<int (*)(void*, unsigned, unsigned*)>("nvmlDeviceGetClockInfo");
    if (handle == nullptr || clock == nullptr || handle(0, &device) != 0) return;
    constexpr std::array<std::pair<unsigned, const char*>, 2> kClocks = {
        {{1, "multiprocessors now"}, {2, "memory now"}}};
    for (const auto& [which, name] : kClocks)
        if (unsigned mhz = 0; clock(device, which, &mhz) == 0)
            report.measured("clocks", name, mhz, "MHz");
}

std::filesystem::path beside_this(const char* name) {
    std::error_code failed;
    return std::filesystem::read_symlink("/proc/self/exe", failed).parent_path() / name;
}

std::string sanitizer() {
    for (const char* place :
         {"/usr/local/cuda/bin/compute-sanitizer", "/usr/bin/compute-sanitizer"})
        if (::access(place, X_OK) == 0) return place;
    return std::system("command -v compute-sanitizer > /dev/null 2>&1") == 0  // NOLINT: no input
               ? "compute-sanitizer"
               : "";
}

}  // namespace

bool describe_machine(Report& report) {
    const auto devices = scoring::cuda::cuda_devices();
    if (!devices) {
        std::printf(
            "gpu_report: there is no CUDA device (%s): nothing was compared or measured; "
            "--emulated compares on the processor\n",
            std::string{devices.error().site}.c_str());
        return false;
    }
    const scoring::cuda::CudaDevice& device = devices->front();
    report.about("device", device.name);
    report.about("compute_capability", std::to_string(device.capability / 10) + "." +
                                           std::to_string(device.capability % 10));
    report.about("cuda_of_driver", std::to_string(device.driver / 1000) + "." +
                                       std::to_string(device.driver % 1000 / 10));
    report.about("multiprocessors", std::to_string(device.multiprocessors));
    report.about("clock_mhz_max", std::to_string(device.clock_khz / 1000));
    report.about("memory_clock_mhz_max", std::to_string(device.memory_khz / 1000));
    report.about("memory_mib", std::to_string(device.memory_bytes >> 20U));
    report.about("processors", std::to_string(std::thread::hardware_concurrency()));
    return true;
}

int become_emulation(char** argv) {
    const std::string program = beside_this("gpu_report_emulated").string();
    ::execv(program.c_str(), argv);
    std::fprintf(stderr, "gpu_report: %s is not there: build the target gpu_report_emulated\n",
                 program.c_str());
    return 64;
}

void read_confidential_mode(Context& context) {
    const Nvml nvml;
    if (!nvml.ready())
        return context.report.left_out("confidential",
                                       "libnvidia-ml.so.1 is not there or answers "
                                       "with an error");
    std::array<char, 96> version{};
    const auto driver = nvml.call<int (*)(char*, unsigned)>("nvmlSystemGetDriverVersion");
    if (driver != nullptr && driver(version.data(), version.size() - 1) == 0)
        context.report.about("driver", version.data());
    read_clocks(context.report, nvml);
    const auto ask = nvml.call<int (*)(ConfidentialState*)>("nvmlSystemGetConfComputeState");
    ConfidentialState state{};
    if (ask == nullptr || ask(&state) != 0)
        return context.report.left_out("confidential",
                                       "the driver does not say the state of "
                                       "confidential mode");
    context.report.about("confidential_mode", state.feature != 0 ? "on" : "off");
    context.report.about("environment", std::to_string(state.environment));
    context.report.about("developer_tools", state.developer_tools != 0 ? "on" : "off");
}

void run_sanitizer(Context& context) {
    const std::string tool = sanitizer();
    if (tool.empty()) return context.report.left_out("sanitizer", "compute-sanitizer is not there");
    for (const char* kind : {"memcheck --leak-check full", "racecheck", "initcheck", "synccheck"}) {
        const std::string command = "timeout 90 " + tool + " --error-exitcode 9 --tool " + kind +
                                    " '" + beside_this("gpu_report").string() +
                                    "' --tiny --only parity --documents 20 --cases 1 --json '" +
                                    context.options.json + ".sanitizer' > /dev/null 2>&1";
        const int result = std::system(command.c_str());  // NOLINT: no input of anybody's
        const int code = WIFEXITED(result) ? WEXITSTATUS(result) : 255;
        if (code == 124)
            context.report.left_out("sanitizer", std::string{kind} + " had not ended after 90 s");
        else
            context.report.compared("sanitizer", kind, 1, code == 0 ? 0 : 1,
                                    code == 0 ? "" : "exit code " + std::to_string(code));
    }
}

}  // namespace pramana::gpu
