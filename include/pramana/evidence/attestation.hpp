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

/// An answer as it was sent, taken apart. Nothing is appraised.
struct AttestationAnswer {
    AttestationParts parts;
    Statement statement;  ///< parts.statement, by parse_statement()
    // What the answer says of itself, as sent: a liar's hashes are of something else.
    std::string statement_sha256;
    std::string gpu_evidence_sha256;  ///< empty: it says that there is none
    std::string report_data;

    /// Whether every hash is the one of the parts. Errors: kHashMismatch.
    [[nodiscard]] Status check_hashes() const;
};

/// The one reader of an answer: all parts there and of their kind, the statement by
/// parse_statement(). Members that it does not know are ignored, and hashes are not compared: for
/// whoever tells each of them apart. Thread: any. Errors: kEvidenceMalformed.
[[nodiscard]] Result<AttestationAnswer> read_attestation_answer(std::string_view json);

/// The parts of an answer whose hashes are right. Errors: those of read_attestation_answer() and of
/// check_hashes().
[[nodiscard]] Result<AttestationParts> read_attestation(std::string_view json);

}  // namespace pramana::evidence
