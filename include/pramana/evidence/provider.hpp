#pragma once

#include "pramana/core/result.hpp"
#include "pramana/evidence/statement.hpp"

#include <memory>
#include <string>

namespace pramana::evidence {

/// What a platform says about the program that it runs, besides the evidence. A dstack guest has
/// measured a compose document; other platforms tell nothing here.
struct PlatformFacts {
    std::optional<Hash32> compose_sha256{};
    std::vector<std::string> images{};  ///< of the compose document, as it names them
    std::optional<UpgradeAuthority> upgrade_authority{};
};

/// Makes evidence about the environment that this process runs in (RFC 9334: an attester). Thread:
/// any.
class EvidenceProvider {
  public:
    virtual ~EvidenceProvider() = default;
    /// Stable name: "dstack_tdx", "tdx", "sev_snp", "software".
    [[nodiscard]] virtual std::string_view kind() const noexcept = 0;
    /// Evidence over `report` as a JSON object. Errors: kBusy, kTimeout, kIo, kEvidenceMalformed.
    [[nodiscard]] virtual Result<std::string> quote(const ReportBytes& report) = 0;
    /// Errors: those of quote().
    [[nodiscard]] virtual Result<PlatformFacts> platform() { return PlatformFacts{}; }
};

struct SnpEndorsing;

/// What `pramana` uses: the provider of the machine's own places (TeePlaces), completed with AMD's
/// certificates where the host hands out none (make_endorsed_provider), checked against the
/// vendors' own roots (make_checked_provider). There is nothing to configure but where the
/// certificates are fetched and kept. Errors: kNoTee.
[[nodiscard]] Result<std::unique_ptr<EvidenceProvider>> detect_tee(SnpEndorsing endorsing);

/// Makes evidence about the GPUs that compute. Thread: any.
class GpuEvidenceProvider {
  public:
    virtual ~GpuEvidenceProvider() = default;
    /// Evidence of all of them over this statement, as a JSON object (docs/formats.md
    /// "Attestation", `gpu_evidence`). Errors: kBusy, kTimeout, kIo, kDeviceLost.
    /// @param freshness  the challenge, or random
    [[nodiscard]] virtual Result<std::string> collect(const Hash32& statement,
                                                      const Hash32& freshness) = 0;
};

}  // namespace pramana::evidence
