#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/attest/nvidia_report.hpp"
#include "pramana/attest/nvidia_rim.hpp"
#include "pramana/attest/roots.hpp"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace pramana::attest {

/// What made a report. All have the same root, so the chain alone does not tell a switch from a
/// GPU.
enum class NvidiaDevice : std::uint8_t { kHopperGpu, kBlackwellGpu, kSwitch };
/// "hopper_gpu", "blackwell_gpu", "switch".
[[nodiscard]] std::string_view name_of(NvidiaDevice device) noexcept;
[[nodiscard]] std::optional<NvidiaDevice> nvidia_device_of(std::string_view word) noexcept;

/// How the GPU protects its links: alone in a VM, with others whose links are encrypted, or with
/// others behind switches that are trusted (protected PCIe). kUnstated: drivers before 550 do not
/// say.
enum class NvidiaMode : std::uint8_t { kSingle, kMulti, kProtectedPcie, kUnstated };
/// "single", "multi", "protected_pcie", "unstated".
[[nodiscard]] std::string_view name_of(NvidiaMode mode) noexcept;
[[nodiscard]] std::optional<NvidiaMode> nvidia_mode_of(std::string_view word) noexcept;

/// What is accepted of NVIDIA evidence; the defaults accept nothing that has a known hole.
struct NvidiaPolicy {
    std::set<NvidiaDevice> devices = {NvidiaDevice::kHopperGpu, NvidiaDevice::kBlackwellGpu};
    std::set<NvidiaMode> modes = {NvidiaMode::kSingle, NvidiaMode::kMulti};
    bool nonce_required = true;
    bool fwid_required = true;        ///< reports of drivers before 550 have none
    bool rims_required = true;        ///< the driver's (not for a switch) and the VBIOS's
    bool revocation_required = true;  ///< lists of the root and of the chip's authority
    bool ocsp_required = false;  ///< answers about device and manifests; one that is sent counts
    std::set<std::string> driver_versions;  ///< empty: any with a matching RIM
    std::set<std::string> vbios_versions;
    /// Serial numbers of device certificates, lower-case hex. Empty: any genuine device.
    std::set<std::string> device_serials;
};

/// Evidence and the endorsements that came with it or were fetched; all of it is input to judge.
struct NvidiaEvidence {
    ByteView report;                ///< request and answer, see parse_nvidia_report()
    std::string_view chain;         ///< PEM, device certificate first; the root may be left out
    std::optional<ByteView> nonce;  ///< what the requester chose, 32 bytes
    std::optional<std::string_view> driver_rim;
    std::optional<std::string_view> vbios_rim;
    std::span<const Bytes> revocations;  ///< DER lists
    std::span<const Bytes> ocsp = {};    ///< DER answers, see read_ocsp_answer()
};

/// What comparing a report with golden measurements came to. Indices count from 0, as in the RIM.
struct RimComparison {
    std::vector<unsigned> compared;
    std::vector<unsigned> skipped;      ///< index 35 on a GPU whose NVDEC0 is off
    std::vector<unsigned> mismatching;  ///< also where the report has no such block
};
/// Compares every active measurement of the RIM.
[[nodiscard]] RimComparison compare_with_rim(const NvidiaReport& report, const Rim& rim);

/// Appraises one report: authentic, current, device, firmware, binding. Pure: no clock, no network.
/// Thread: any. Source: docs/attestation-nvidia.md.
[[nodiscard]] Appraisal appraise_nvidia(const NvidiaEvidence& evidence, const PinnedRoots& roots,
                                        const NvidiaPolicy& policy, UnixTime now);

/// Devices that compute together. One genuine GPU shown several times is not several GPUs.
struct NvidiaSetAppraisal {
    Appraisal set;  ///< of the whole: number, distinct devices, one kind
    std::vector<Appraisal> devices;
    [[nodiscard]] bool accepted() const noexcept { return set.accepted(); }
};
/// `expected`: how many devices there are. The set is accepted only if each device is.
[[nodiscard]] NvidiaSetAppraisal appraise_nvidia_set(std::span<const NvidiaEvidence> evidence,
                                                     std::size_t expected, const PinnedRoots& roots,
                                                     const NvidiaPolicy& policy, UnixTime now);

}  // namespace pramana::attest
