#pragma once

#include "pramana/evidence/checked_gpus.hpp"
#include "pramana/evidence/gpu_attester.hpp"

#include <memory>

namespace pramana::app {

/// The GPUs of this machine: their evidence for clients, and the gate that tokens pass, which it
/// keeps appraised. Thread: round() one; the rest any.
class GpuRounds {
  public:
    struct Parts {
        evidence::GpuDriver& driver;
        evidence::EvidenceCheck check;  ///< whose roots count
        const Clock& clock;
        std::function<Hash32()> statement;  ///< the current one
        evidence::EndorsementsOf endorsements_of;
    };
    /// `parts` outlive it. Errors: kIo (the kernel's boot id).
    [[nodiscard]] static Result<std::unique_ptr<GpuRounds>> open(Parts parts);

    [[nodiscard]] evidence::GpuEvidenceProvider& evidence() noexcept { return checked_; }
    [[nodiscard]] evidence::GpuGate& gate() noexcept { return gate_; }
    /// Looks at the driver, and appraises where the gate is closed; a refusal is tried again after
    /// a minute. Call it every few seconds.
    void round();
    /// Prometheus text (docs/gpu-gate.md).
    [[nodiscard]] std::string metrics();

  private:
    GpuRounds(Parts parts, const Hash32& boot);
    void tell_change();
    [[nodiscard]] Result<evidence::GpuEndorsements> endorsements_or_none(
        const evidence::GpuFacts& facts, const evidence::GpuEvidence& reports);

    const Parts parts_;
    evidence::CheckedGpus checked_;
    evidence::GpuGate gate_;
    evidence::GpuAttester attester_;
    std::chrono::steady_clock::time_point appraise_again_{};
    std::string told_;
};

}  // namespace pramana::app
