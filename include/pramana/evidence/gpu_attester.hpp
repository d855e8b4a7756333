#pragma once

#include "pramana/evidence/gpu_gate.hpp"

#include <functional>

namespace pramana::evidence {

/// What a round of appraisal came to.
struct GpuRound {
    GpuJudgement judgement;
    std::optional<GpuEvidence> evidence;  ///< what was judged
};

/// Finds what endorses these devices: manifests of their versions, current lists. Errors stop the
/// round. What is missing is for the appraisal to refuse.
using EndorsementsOf =
    std::function<Result<GpuEndorsements>(const GpuFacts& facts, const GpuEvidence& evidence)>;

/// Takes evidence from the driver to the gate. Thread: one at a time.
class GpuAttester {
  public:
    /// All outlive this.
    GpuAttester(GpuDriver& driver, GpuGate& gate, EndorsementsOf endorsements_of);

    /// One appraisal of all devices: facts, a report from each, facts again, judgement. Where
    /// nothing but the ready state is missing, it is set and everything is done once more, so that
    /// the gate opens only on evidence that was taken while the driver accepts work.
    /// @param statement  as gpu_challenge() takes it
    /// Errors: those of the driver, which close the gate; those of the endorsements, which leave it
    /// as it is.
    [[nodiscard]] Result<GpuRound> appraise(const Hash32& statement);
    /// Has the gate look at the driver; every few seconds.
    void poll();

  private:
    [[nodiscard]] Result<GpuRound> round(const Hash32& statement);
    [[nodiscard]] Error failed(const Error& error);
    GpuDriver& driver_;
    GpuGate& gate_;
    EndorsementsOf endorsements_of_;
};

}  // namespace pramana::evidence
