// What computes: the processor, and the devices that the gate admits.
#include "daemon_parts.hpp"
#include "parallel.hpp"
#include "pramana/os/log.hpp"

namespace pramana::app {
namespace {

std::string_view name_of(config::Gpu::Use use) {
    switch (use) {
        case config::Gpu::Use::kAuto: return "auto";
        case config::Gpu::Use::kNone: return "none";
        case config::Gpu::Use::kNamed: return "named";
    }
    std::abort();
}

void tell(const config::Gpu& wanted, const GpuChoice& choice) {
    log::info("app.gpu_devices", {log::Field::vetted("use", name_of(wanted.use)),
                                  log::Field::vetted("code", gpu_code_name()),
                                  {"devices", choice.uuids.size()},
                                  log::Field::vetted("none_because", choice.why_none)});
    for (const std::string& uuid : choice.missing)
        log::error("app.gpu_device.missing", {log::Field::vetted("device", uuid)});
}

}  // namespace

Outcome<std::string> check_gpus(const config::Gpu& wanted) {
    const std::string code = gpu_code_name();
    if (wanted.use == config::Gpu::Use::kNamed && !built_in_ports())
        return failure_of(Errc::kConfigInvalid,
                          "gpu.devices names devices, and this program is built without code for "
                          "GPUs.",
                          "Set gpu.devices to \"auto\" or \"none\", or take a program that is "
                          "built with PRAMANA_CUDA (docs/gpu-runtime.md).");
    return "gpu      " + std::string{name_of(wanted.use)} + ", code for GPUs: " + code + '\n';
}

Daemon::Parts::Failure Daemon::Parts::open_engine(const config::Config& config) {
    const bool possible = identity.gpus.has_value() && gpus != nullptr;
    const MakeDevicePort make = possible ? identity.gpus->make_port : built_in_ports();
    const GpuChoice choice =
        choose_gpus(config.gpu, possible ? identity.gpus->driver.get() : nullptr, bool{make});
    tell(config.gpu, choice);
    std::optional<scoring::EngineDevices> devices;
    if (!choice.uuids.empty()) {
        gpu_devices = std::make_unique<GpuDevices>(choice.uuids, make, weights, config.gpu);
        if (config.gpu.corpus)
            gpu_rows = std::make_unique<scoring::ResidentRows>(gpus->gate(), gpu_devices->rows());
        devices.emplace(scoring::EngineDevices{gpus->gate(), gpu_devices->encoders()});
    }
    scoring = std::make_unique<ScoringAdapter>(
        std::exchange(weights, nullptr), std::exchange(rulesets, {}), parallel_over_machine(),
        CorpusKeep{.directory = config.data_dir / "corpus",
                   .vault_key = SecretBytes::copy_of(identity.vault_key.expose())},
        std::exchange(references, {}), std::move(devices), gpu_rows.get());
    return std::nullopt;
}

}  // namespace pramana::app
