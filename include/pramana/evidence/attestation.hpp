#pragma once

#include "pramana/evidence/statement.hpp"

namespace pramana::evidence {

inline constexpr std::string_view kAttestationFormat = "pramana:attestation:2";
inline constexpr std::size_t kAttestationBytesMax = std::size_t{1} << 20U;

/// What GET /v1/attestation answers, in the parts that it is made of; JSON texts go in and come out
/// byte for byte, because hashes cover them. docs/formats.md "Attestation".
struct AttestationParts {
    std::string statement;                      ///< its canonical text
    Bytes challenge{};                          ///< 0 or 32 bytes
    std::string evidence;                       ///< a JSON object
    std::optional<std::string> gpu_evidence{};  ///< a JSON object
    std::string key_evidence = "[]";            ///< a JSON list
    std::optional<std::string> collateral{};    ///< a JSON object
    std::int64_t taken_unix_s = 0;

    [[nodiscard]] std::optional<Hash32> gpu_evidence_sha256() const;
    /// What the evidence has to be over.
    [[nodiscard]] ReportBytes report() const;
};

[[nodiscard]] std::string to_json(const AttestationParts& parts);

/// Reads an answer: all parts there and of their kind, the statement by parse_statement(), and
/// every hash in it computed again. Members that it does not know are ignored. Nothing is
/// appraised. Thread: any. Errors: kEvidenceMalformed, kHashMismatch (statement_sha256,
/// gpu_evidence_sha256 or report_data is of something else).
[[nodiscard]] Result<AttestationParts> read_attestation(std::string_view json);

}  // namespace pramana::evidence
