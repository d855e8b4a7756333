#pragma once

#include "pramana/attest/nvidia.hpp"
#include "pramana/core/appraised_device.hpp"
#include "pramana/evidence/gpu_evidence.hpp"
#include "pramana/os/clock.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace pramana::evidence {

/// Why the gate is closed, or that it is open. Names are stable: metrics and alert rules use them.
enum class GpuGateReason : std::uint8_t {
    kOpen,
    kNeverAppraised,
    kDriverFailed,      ///< the driver does not answer, or contradicts itself
    kDeviceLost,        ///< a device fell off the bus, was reset or failed while it worked
    kDevicesChanged,    ///< other devices, versions or modes than at the appraisal
    kSimulated,         ///< not a production environment
    kNotConfidential,   ///< confidential computing is off
    kDeveloperTools,    ///< debuggers may read the devices
    kNotExclusive,      ///< another compute mode than exclusive process
    kMpsServer,         ///< an MPS server may share the devices
    kPartitioned,       ///< MIG
    kNotAccepting,      ///< the ready state is off: the driver was loaded anew, or never set ready
    kEvidenceReplayed,  ///< not over the challenge of the last begin()
    kEvidenceRefused,   ///< appraised and not accepted
    kExpired,           ///< older than the limit, or an endorsement ended
};
/// "open", "never_appraised", "developer_tools", …
[[nodiscard]] std::string_view name_of(GpuGateReason reason) noexcept;

/// Endorsements of the devices at hand; input to judge like the evidence.
struct GpuEndorsements {
    std::optional<std::string> driver_rim;          ///< all GPUs of a machine run one driver
    std::map<std::string, std::string> vbios_rims;  ///< by GpuDeviceFacts::vbios_version
    std::vector<Bytes> revocations;                 ///< DER lists
    std::vector<Bytes> ocsp = {};                   ///< DER answers of the revocation service
};

/// Everything that one appraisal looks at.
struct GpuCollection {
    GpuFacts before;  ///< what the driver said before the evidence was taken
    GpuEvidence evidence;
    GpuFacts after;  ///< and after it: has to be the same
};

struct GpuJudgement {
    GpuGateReason reason = GpuGateReason::kNeverAppraised;  ///< as of the gate from now on
    /// Nothing: refused before there was anything to appraise.
    std::optional<attest::NvidiaSetAppraisal> appraisal;
    [[nodiscard]] bool open() const noexcept { return reason == GpuGateReason::kOpen; }
};

struct GpuGateStatus {
    GpuGateReason reason = GpuGateReason::kNeverAppraised;
    std::uint64_t generation = 0;
    std::vector<std::string> devices;  ///< admitted now
    std::string failed_check;          ///< of the last appraisal that was refused
    std::uint64_t accepted = 0;        ///< appraisals
    std::uint64_t refused = 0;
    std::uint64_t closings = 0;  ///< how often it was open and closed
    std::optional<attest::UnixTime> valid_until;
};
/// Prometheus text: pramana_gpu_gate_open, pramana_gpu_gate_state{reason}, pramana_gpu_devices,
/// pramana_gpu_appraisals_total{outcome}, pramana_gpu_gate_closings_total,
/// pramana_gpu_appraisal_valid_until_seconds.
[[nodiscard]] std::string to_metrics(const GpuGateStatus& status);

struct GpuGateRules {
    attest::PinnedRoots roots;  ///< production: attest::vendor_roots()
    attest::NvidiaPolicy policy;
    std::chrono::seconds age_max{24 * 3600};  ///< how long one appraisal holds
};

/// The only maker of AppraisedDevice. A state machine without input and output of its own: it opens
/// through judge() alone, on evidence over a challenge that it gave out itself and that was never
/// judged before, from exactly the devices that the driver lists, while confidential computing is
/// on, developer tools are off, every device belongs to one process, and there is neither MPS nor
/// MIG. It closes at the first sign that any of this is no longer so, and what closed it has to be
/// appraised away. Thread: any. Source: docs/gpu-gate.md.
class GpuGate final : public DeviceGate {
  public:
    /// @param boot  SHA-256 of the kernel's boot id, see boot_identity()
    /// @param clock outlives the gate
    GpuGate(GpuGateRules rules, const Hash32& boot, const Clock& clock);

    /// A challenge for one appraisal; the one of before is no longer good for any.
    [[nodiscard]] GpuFreshness begin(const Hash32& statement);
    /// Appraises and opens, or closes. Every call ends the challenge.
    GpuJudgement judge(const GpuCollection& collection, const GpuEndorsements& endorsements);
    /// What the driver says now. Never opens; closes unless it says what it said at the appraisal.
    void observe(const Result<GpuFacts>& facts);

    /// Nothing unless the gate is open and the device is one of those appraised.
    [[nodiscard]] std::optional<AppraisedDevice> admit(std::string_view uuid) override;
    void lost(const AppraisedDevice& device) override;
    [[nodiscard]] GpuGateStatus status();

  private:
    struct Challenge {
        Hash32 statement;
        GpuFreshness freshness;
    };
    struct Opening {
        GpuFacts facts;
        std::chrono::steady_clock::time_point end;
        std::optional<attest::UnixTime> valid_until;
    };
    [[nodiscard]] GpuGateReason refusal(const GpuCollection& collection,
                                        const std::optional<Challenge>& challenge) const;
    [[nodiscard]] attest::NvidiaSetAppraisal appraise(const GpuCollection& collection,
                                                      const GpuEndorsements& endorsements) const;
    void open(const GpuFacts& facts, const std::optional<attest::UnixTime>& valid_until);
    void close(GpuGateReason reason);
    void close_if_expired();

    GpuGateRules rules_;
    Hash32 boot_;
    const Clock& clock_;
    std::mutex mutex_;
    std::shared_ptr<std::atomic<std::uint64_t>> generation_;
    std::optional<Challenge> challenge_;
    std::optional<Opening> opening_;
    GpuGateStatus status_;
};

/// What a device has to be besides genuine: kOpen, or the first thing that is wrong.
[[nodiscard]] GpuGateReason condition_of(const GpuFacts& facts) noexcept;

/// SHA-256 of the kernel's boot id (/proc/sys/kernel/random/boot_id). Errors: kIo.
[[nodiscard]] Result<Hash32> boot_identity();

}  // namespace pramana::evidence
