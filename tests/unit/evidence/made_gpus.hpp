#pragma once

#include "unit/attest/made_nvidia.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/evidence/gpu_gate.hpp"

#include <algorithm>
#include <string>
#include <vector>

/// GPUs made for tests, under roots that no build trusts: what their driver says and their reports.
namespace pramana::made {

inline const std::string kVbiosVersion = "96.00.9F.00.01";
inline const std::string kDriverVersion = "550.90.07";

[[nodiscard]] inline std::string gpu_uuid(unsigned index) {
    return "GPU-0b1e5ed0-0000-4000-8000-00000000000" + std::to_string(index);
}

/// What the driver of a well set up machine says.
[[nodiscard]] inline evidence::GpuFacts gpu_facts(unsigned devices) {
    evidence::GpuFacts out{.driver_version = kDriverVersion,
                           .production = true,
                           .confidential = true,
                           .developer_tools = false,
                           .accepting_work = true,
                           .mps_server = false,
                           .multi_gpu_mode = 0,
                           .devices = {}};
    for (unsigned i = 0; i < devices; ++i)
        out.devices.push_back({.uuid = gpu_uuid(i),
                               .vbios_version = kVbiosVersion,
                               .architecture = 9,
                               .compute_mode = evidence::ComputeMode::kExclusiveProcess,
                               .partitioned = false,
                               .mps_processes = 0});
    return out;
}

/// The report and chain of device `index` over `challenge`: each index is another device.
[[nodiscard]] inline MadeNvidia gpu_evidence_of(unsigned index, ByteView challenge,
                                                NvidiaOrder order = {}) {
    order.leaf_serial = 4711 + index;
    order.own_key = index > 0;
    const auto before = order.before;
    order.before = [&](Bytes& report) {
        std::ranges::copy(challenge, report.begin() + 4);
        if (before) before(report);
    };
    return make_nvidia(order);
}

/// What endorses all of them, made once: it does not depend on the challenge.
[[nodiscard]] inline const MadeNvidia& gpu_endorsed() {
    static const MadeNvidia one = make_nvidia({});
    return one;
}
[[nodiscard]] inline evidence::GpuEndorsements gpu_endorsements() {
    return {.driver_rim = gpu_endorsed().driver_rim,
            .vbios_rims = {{kVbiosVersion, *gpu_endorsed().vbios_rim}},
            .revocations = gpu_endorsed().revocations};
}
[[nodiscard]] inline evidence::GpuGateRules gpu_rules() {
    return {.roots = gpu_endorsed().roots, .policy = {}, .age_max = std::chrono::hours{24}};
}

/// A clock that a test moves.
class TestClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t unix_s() const override {
        return static_cast<std::int64_t>(kNow) + seconds_;
    }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
        return std::chrono::steady_clock::time_point{} + std::chrono::seconds{seconds_};
    }
    void advance(std::int64_t seconds) { seconds_ += seconds; }

  private:
    std::int64_t seconds_ = 0;
};

}  // namespace pramana::made
