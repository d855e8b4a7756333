#pragma once

#include "pramana/evidence/provider.hpp"
#include "pramana/evidence/tee.hpp"

#include <mutex>

namespace pramana::evidence {

/// What became of the evidence that clients asked of the GPUs.
struct GpuEvidenceCounts {
    std::uint64_t handed_on = 0;
    std::uint64_t refused = 0;  ///< appraised and not accepted
    std::uint64_t failed = 0;   ///< the driver gave none
    std::string failed_check;   ///< of the newest, where it was refused: "nvidia.chain.root"
};
/// Prometheus text: pramana_gpu_evidence_total{outcome}, pramana_gpu_evidence_refused{check}.
[[nodiscard]] std::string to_metrics(const GpuEvidenceCounts& counts);

/// Hands on only evidence of GPUs that NVIDIA's hardware has signed, over the statement and the
/// freshness that were asked for: each report's chain ends in one of the roots, its firmware is the
/// certified one, the devices are distinct and in a confidential mode. What needs NVIDIA's
/// manifests and lists is for the gate and for whoever relies on it. What is refused is told in the
/// log, by the check's name, each time that this changes. Thread: any.
class CheckedGpus final : public GpuEvidenceProvider {
  public:
    CheckedGpus(std::unique_ptr<GpuEvidenceProvider> inner, EvidenceCheck check)
        : inner_{std::move(inner)}, check_{std::move(check)} {}

    /// Errors: kEvidenceRefused, kEvidenceMalformed, those of `inner`.
    [[nodiscard]] Result<std::string> collect(const Hash32& statement,
                                              const Hash32& freshness) override;
    [[nodiscard]] GpuEvidenceCounts counts() const;

  private:
    /// The first check that failed; empty: accepted.
    [[nodiscard]] Result<std::string_view> refusal(const std::string& evidence,
                                                   const Hash32& statement,
                                                   const Hash32& freshness) const;
    void note(const Result<std::string_view>& failed_check);

    const std::unique_ptr<GpuEvidenceProvider> inner_;
    const EvidenceCheck check_;
    mutable std::mutex mutex_;
    GpuEvidenceCounts counts_;
    std::optional<Errc> told_;
};

}  // namespace pramana::evidence
