#pragma once

#include "pramana/core/result.hpp"
#include "pramana/evidence/gpu_driver.hpp"
#include "pramana/evidence/provider.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::evidence {

/// 32 bytes that make the evidence of now: drawn at random by the gate for one appraisal, or a
/// client's challenge.
using GpuFreshness = FixedBytes<struct GpuFreshnessTag, 32>;

/// What a device is asked over: SHA-256("pramana:gpu:1" || statement || freshness || uuid) of 32,
/// 32 and all remaining bytes; `statement` is the SHA-256 of the canonical statement. So each
/// device names the keys of this validator, and its own name. The CPU's evidence names the hash of
/// this evidence in turn. Source: docs/attestation-providers.md "NVIDIA".
[[nodiscard]] GpuChallenge gpu_challenge(const Hash32& statement, const GpuFreshness& freshness,
                                         std::string_view uuid);

/// The evidence of all devices of a machine, taken at one time.
struct GpuEvidence {
    Hash32 statement;  ///< as in gpu_challenge()
    GpuFreshness freshness;
    std::vector<GpuReport> devices;  ///< in the driver's order, each uuid once
    friend bool operator==(const GpuEvidence&, const GpuEvidence&) = default;
};

/// {"kind":"nvidia","statement":hex,"freshness":hex,"devices":[{"uuid","report":hex,"chain":PEM}…]},
/// members in this order, no white space: one text for one evidence. Its SHA-256 is the GPU
/// evidence hash.
[[nodiscard]] std::string to_json(const GpuEvidence& evidence);
[[nodiscard]] Hash32 hash_of(const GpuEvidence& evidence);
/// Reads that text and no other form of it. Errors: kEvidenceMalformed (also above 4 MiB, more than
/// kGpusMax devices, a uuid twice).
[[nodiscard]] Result<GpuEvidence> read_gpu_evidence(std::string_view json);

/// Asks every device of `facts` in turn. Errors: those of GpuDriver::report(); nothing is kept of
/// the others then.
[[nodiscard]] Result<GpuEvidence> collect_gpu_evidence(GpuDriver& driver, const GpuFacts& facts,
                                                       const Hash32& statement,
                                                       const GpuFreshness& freshness);

/// Evidence for the attestation answer: to_json() of what all devices of the driver give now. It
/// does not touch the gate, whose challenges are its own. `driver` outlives it.
[[nodiscard]] std::unique_ptr<GpuEvidenceProvider> make_gpu_evidence_provider(GpuDriver& driver);

}  // namespace pramana::evidence
