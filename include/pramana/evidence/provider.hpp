#pragma once

#include "pramana/core/result.hpp"
#include "pramana/evidence/statement.hpp"

#include <memory>
#include <string>

namespace pramana::evidence {

/// Makes evidence about the environment that this process runs in (RFC 9334: an attester). Thread:
/// any.
class EvidenceProvider {
  public:
    virtual ~EvidenceProvider() = default;
    /// Stable name: "software".
    [[nodiscard]] virtual std::string_view kind() const noexcept = 0;
    /// Evidence over `report` as a JSON object. Errors: kBusy, kIo.
    [[nodiscard]] virtual Result<std::string> quote(const ReportBytes& report) = 0;
};

/// The provider of the TEE that this process runs in. This version knows none yet, so it always is
/// kNoTee; the production program then refuses to serve.
[[nodiscard]] Result<std::unique_ptr<EvidenceProvider>> detect_tee();

/// The answer of GET /v1/attestation: {"statement": {…}, "statement_sha256", "challenge",
/// "report_data", "evidence": {…}}. Errors: kBadRequest (a challenge of another size than 0 or 32),
/// those of quote().
[[nodiscard]] Result<std::string> attestation_json(EvidenceProvider& provider,
                                                   std::string_view statement_text,
                                                   ByteView challenge);

}  // namespace pramana::evidence
