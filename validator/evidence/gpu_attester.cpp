#include "pramana/evidence/gpu_attester.hpp"

namespace pramana::evidence {

GpuAttester::GpuAttester(GpuDriver& driver, GpuGate& gate, EndorsementsOf endorsements_of)
    : driver_{driver}, gate_{gate}, endorsements_of_{std::move(endorsements_of)} {}

Result<GpuRound> GpuAttester::appraise(const Hash32& statement) {
    Result<GpuRound> first = round(statement);
    if (!first || first->judgement.reason != GpuGateReason::kNotAccepting) return first;
    if (const Status accepting = driver_.accept_work(true); !accepting)
        return failed(accepting.error());
    return round(statement);
}

/// The gate hears of what the driver could not do.
Error GpuAttester::failed(const Error& error) {
    gate_.observe(error);
    return error;
}

Result<GpuRound> GpuAttester::round(const Hash32& statement) {
    GpuCollection collection;
    Result<GpuFacts> before = driver_.facts();
    if (!before) return failed(before.error());
    collection.before = *std::move(before);
    Result<GpuEvidence> evidence =
        collect_gpu_evidence(driver_, collection.before, statement, gate_.begin(statement));
    if (!evidence) return failed(evidence.error());
    collection.evidence = *std::move(evidence);
    Result<GpuFacts> after = driver_.facts();
    if (!after) return failed(after.error());
    collection.after = *std::move(after);
    const Result<GpuEndorsements> endorsements =
        endorsements_of_(collection.before, collection.evidence);
    if (!endorsements) return endorsements.error();
    GpuJudgement judgement = gate_.judge(collection, *endorsements);
    return GpuRound{.judgement = std::move(judgement), .evidence = std::move(collection.evidence)};
}

void GpuAttester::poll() { gate_.observe(driver_.facts()); }

}  // namespace pramana::evidence
