#pragma once

#include "pramana/attest/collateral_ledger.hpp"
#include "pramana/evidence/collateral_get.hpp"
#include "pramana/evidence/gpu_attester.hpp"
#include "pramana/evidence/ocsp_keeper.hpp"
#include "pramana/evidence/tee.hpp"

namespace pramana::evidence {

/// How NVIDIA's manifests and lists are got.
struct NvidiaEndorsing {
    CollateralGet get;         ///< null: nothing is fetched, what was kept has to do
    CollateralPost post = {};  ///< null: the revocation service is not asked
    CollateralServices services{};
    CollateralNotes notes;
    EvidenceCheck check;
    std::uint64_t lists_every_s = 21'600;  ///< a younger list or answer is not fetched again
};

/// Finds what endorses this machine's GPUs: the reference manifests of their driver and VBIOS, by
/// the names that NVIDIA's RIM service gives them, and the revocation lists of the root and of the
/// chip's authority. Manifests are kept by name for ever, lists are replaced by newer ones only;
/// what does not vouch for the reports under the check's roots is not kept. A service that fails
/// leaves the list that was kept, whose dates the gate judges. The revocation service is asked
/// about what NVIDIA issued, over nonces; its answers are kept while they hold, and a revocation
/// until a newer answer. That it fails or is silent stops nothing. Thread: one at a time. Source:
/// docs/attestation-nvidia.md "Collateral".
class NvidiaEndorser {
  public:
    explicit NvidiaEndorser(NvidiaEndorsing parts)
        : parts_{std::move(parts)},
          ocsp_{{.post = parts_.post,
                 .url = parts_.services.nvidia_ocsp,
                 .notes = parts_.notes,
                 .now = parts_.check.now,
                 .every_s = parts_.lists_every_s}} {}
    /// Takes over what was kept. Errors: kStoreCorrupt, those of the notes.
    [[nodiscard]] Status open();

    /// Errors: kEvidenceRefused (no genuine device's report, or what was fetched is not authentic,
    /// not of these devices, or outdated); kEvidenceMalformed (an answer of another form, a report
    /// without its board's numbers); kCollateralOlder; those of the GET and of the notes.
    [[nodiscard]] Result<GpuEndorsements> endorsements_of(const GpuFacts& facts,
                                                          const GpuEvidence& evidence);
    /// The newest of it as a verifier who asks nobody takes it: the member `nvidia` of collateral
    /// (docs/formats.md "Attestation"). Nothing: nothing vouched for the devices yet.
    [[nodiscard]] const std::optional<std::string>& collateral() const noexcept {
        return collateral_;
    }

  private:
    /// What one device needs, by name.
    struct Wanted {
        std::string driver_rim;
        std::string vbios_rim;
        std::vector<std::string> lists;
    };
    /// By name; of what was fetched now, until it is judged.
    using Documents = std::map<std::string, Bytes>;
    [[nodiscard]] Result<Wanted> wanted_of(const GpuReport& device) const;
    [[nodiscard]] Result<Bytes> manifest(const std::string& name, Documents& fetched) const;
    [[nodiscard]] Result<Bytes> list(const std::string& name, Documents& fetched) const;
    [[nodiscard]] Status judge(const GpuReport& device, const Wanted& wanted,
                               const GpuEndorsements& endorsements, std::string_view vbios) const;
    [[nodiscard]] std::vector<Bytes> ocsp_answers(const GpuEvidence& evidence,
                                                  const std::map<std::string, std::string>& rims);
    [[nodiscard]] Status keep(const Documents& manifests, const Documents& lists);

    const NvidiaEndorsing parts_;
    OcspKeeper ocsp_;
    attest::CollateralLedger ledger_;
    std::map<std::string, attest::UnixTime> lists_fetched_;  ///< in this process
    std::optional<std::string> collateral_;
};

}  // namespace pramana::evidence
