#include "pramana/evidence/gpu_gate.hpp"

#include <cstdlib>

namespace pramana::evidence {
namespace {

std::string line(std::string_view name, std::string_view type, std::string_view labels,
                 std::uint64_t value) {
    std::string out = "# TYPE " + std::string{name} + ' ' + std::string{type} + '\n';
    return out + std::string{name} + std::string{labels} + ' ' + std::to_string(value) + '\n';
}

}  // namespace

std::string_view name_of(GpuGateReason reason) noexcept {
    switch (reason) {  // no default: -Wswitch names the case somebody forgot
        case GpuGateReason::kOpen: return "open";
        case GpuGateReason::kNeverAppraised: return "never_appraised";
        case GpuGateReason::kDriverFailed: return "driver_failed";
        case GpuGateReason::kDeviceLost: return "device_lost";
        case GpuGateReason::kDevicesChanged: return "devices_changed";
        case GpuGateReason::kSimulated: return "simulated";
        case GpuGateReason::kNotConfidential: return "not_confidential";
        case GpuGateReason::kDeveloperTools: return "developer_tools";
        case GpuGateReason::kNotExclusive: return "not_exclusive";
        case GpuGateReason::kMpsServer: return "mps_server";
        case GpuGateReason::kPartitioned: return "partitioned";
        case GpuGateReason::kNotAccepting: return "not_accepting";
        case GpuGateReason::kEvidenceReplayed: return "evidence_replayed";
        case GpuGateReason::kEvidenceRefused: return "evidence_refused";
        case GpuGateReason::kExpired: return "expired";
    }
    std::abort();
}

std::string to_metrics(const GpuGateStatus& status) {
    const bool open = status.reason == GpuGateReason::kOpen;
    std::string out = line("pramana_gpu_gate_open", "gauge", "", open ? 1 : 0);
    out += line("pramana_gpu_gate_state", "gauge",
                "{reason=\"" + std::string{name_of(status.reason)} + "\"}", 1);
    out += line("pramana_gpu_devices", "gauge", "", status.devices.size());
    out +=
        line("pramana_gpu_appraisals_total", "counter", "{outcome=\"accepted\"}", status.accepted);
    out += "pramana_gpu_appraisals_total{outcome=\"refused\"} " + std::to_string(status.refused) +
           '\n';
    out += line("pramana_gpu_gate_closings_total", "counter", "", status.closings);
    if (status.valid_until)
        out += line("pramana_gpu_appraisal_valid_until_seconds", "gauge", "", *status.valid_until);
    return out;
}

}  // namespace pramana::evidence
