#pragma once

#include "pramana/evidence/collateral_get.hpp"
#include "pramana/evidence/tee.hpp"

#include <chrono>

namespace pramana::evidence {

/// How the certificates of AMD's that a host does not hand out are got.
struct SnpEndorsing {
    CollateralGet get;  ///< null: nothing is fetched
    CollateralServices services{};
    /// Kept here, so that a restart needs nobody; replaced whole. Empty: nowhere.
    std::filesystem::path file;
    /// Of a fetch that failed, with growing pauses: the service limits how often it is asked.
    unsigned attempts_max = 4;
    std::chrono::milliseconds first_pause{3'000};
    /// After attempts that all failed nobody asks for so long; who wants evidence gets the error.
    std::chrono::seconds rest{60};
    std::function<void(std::chrono::milliseconds)> sleep{};  ///< null: really
};

/// Completes SEV-SNP evidence whose certificate table has no endorsement key or no authorities:
/// with what was kept, or by one fetch from AMD's key distribution service for this chip and its
/// reported TCB. What is taken has vouched for a report of this machine under the check's roots
/// before it is kept; a file that does not, of another chip or an older TCB, is passed over. Other
/// evidence, and evidence that is complete, goes through unchanged. A VLEK only the host has:
/// evidence under one stays as it is. Errors of quote(): those of `inner`; kFetchFailed, kTimeout,
/// kFetchForbidden, kFetchTooLarge; kEvidenceMalformed; kEvidenceRefused (what the service answered
/// does not vouch for the report).
[[nodiscard]] std::unique_ptr<EvidenceProvider> make_endorsed_provider(
    std::unique_ptr<EvidenceProvider> inner, SnpEndorsing endorsing, EvidenceCheck check);

}  // namespace pramana::evidence
