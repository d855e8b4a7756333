#include "pramana/attest/nvidia.hpp"

#include "nvidia/checks.hpp"

#include <algorithm>
#include <set>

namespace pramana::attest {

namespace {

namespace checks = nvidia_checks;

std::string value_of(const Appraisal& appraisal, std::string_view name) {
    const Fact* fact = appraisal.fact(name);
    return fact == nullptr ? std::string{} : fact->value;
}

void judge_devices(const std::vector<Appraisal>& devices, VerdictList& verdicts) {
    const auto refused = std::ranges::find_if(devices, [](const auto& d) { return !d.accepted(); });
    verdicts.decide(checks::kSetDevices, !devices.empty() && refused == devices.end(),
                    "every device accepted",
                    devices.empty() ? "no device"
                    : refused == devices.end()
                        ? "every device accepted"
                        : "device " + std::to_string(refused - devices.begin()) + " refused");
}

/// Serial numbers and keys must both be distinct. A device that did not get as far as to have them
/// is not a distinct one.
void judge_distinct(const std::vector<Appraisal>& devices, VerdictList& verdicts) {
    std::set<std::string> serials;
    std::set<std::string> keys;
    for (const Appraisal& device : devices) {
        serials.insert(value_of(device, "device_serial"));
        keys.insert(value_of(device, "device_key"));
    }
    serials.erase(std::string{});
    keys.erase(std::string{});
    const std::size_t distinct = std::min(serials.size(), keys.size());
    verdicts.decide(checks::kSetDistinct, distinct == devices.size(),
                    std::to_string(devices.size()) + " devices",
                    std::to_string(distinct) + " distinct");
}

void judge_uniform(const std::vector<Appraisal>& devices, VerdictList& verdicts) {
    std::set<std::string> kinds;
    for (const Appraisal& device : devices) {
        if (value_of(device, "device") == name_of(NvidiaDevice::kSwitch)) continue;
        kinds.insert(value_of(device, "chip") + " with driver " +
                     value_of(device, "driver_version"));
    }
    std::string found;
    for (const std::string& kind : kinds) found += (found.empty() ? "" : ", ") + kind;
    verdicts.decide(checks::kSetUniform, kinds.size() <= 1, "one chip and driver",
                    found.empty() ? "no GPU" : found);
}

}  // namespace

NvidiaSetAppraisal appraise_nvidia_set(std::span<const NvidiaEvidence> evidence,
                                       std::size_t expected, const PinnedRoots& roots,
                                       const NvidiaPolicy& policy, UnixTime now) {
    NvidiaSetAppraisal out{.set = {.kind = "nvidia_set",
                                   .verdicts = VerdictList{checks::kSetTable},
                                   .tcb_status = std::nullopt,
                                   .advisories = {},
                                   .facts = {},
                                   .valid_until = std::nullopt},
                           .devices = {}};
    for (const NvidiaEvidence& one : evidence) {
        out.devices.push_back(appraise_nvidia(one, roots, policy, now));
        const std::optional<UnixTime>& until = out.devices.back().valid_until;
        if (until) out.set.valid_until = std::min(out.set.valid_until.value_or(*until), *until);
    }
    out.set.verdicts.decide(checks::kSetCount, !evidence.empty() && evidence.size() == expected,
                            std::to_string(expected) + " devices",
                            std::to_string(evidence.size()) + " devices");
    judge_devices(out.devices, out.set.verdicts);
    judge_distinct(out.devices, out.set.verdicts);
    judge_uniform(out.devices, out.set.verdicts);
    return out;
}

}  // namespace pramana::attest
