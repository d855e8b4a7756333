#include "pramana/evidence/provider.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

namespace pramana::evidence {

Result<std::unique_ptr<EvidenceProvider>> detect_tee() {
    return Error{Errc::kNoTee, "evidence.detect"};
}

Result<std::string> attestation_json(EvidenceProvider& provider, std::string_view statement_text,
                                     ByteView challenge) {
    if (!challenge.empty() && challenge.size() != 32)
        return Error{Errc::kBadRequest, "evidence.challenge"};
    const Hash32 hash = statement_hash(statement_text);
    const ReportBytes report = report_bytes(hash, challenge);
    const Result<std::string> evidence = provider.quote(report);
    if (!evidence) return evidence.error();
    JsonObject json;
    json.raw("statement", statement_text)
        .text("statement_sha256", to_hex(hash.view()))
        .text("challenge", to_hex(challenge))
        .text("report_data", to_hex(report.view()))
        .raw("evidence", *evidence);
    return json.str();
}

}  // namespace pramana::evidence
