#pragma once

#include "pramana/attest/evidence_file.hpp"
#include "pramana/attest/policy.hpp"
#include "pramana/evidence/attestation.hpp"

#include <optional>

namespace pramana::app {

/// What whoever asked knows of its own about an attestation.
struct AskedFor {
    std::optional<Hash32> challenge;  ///< that was sent; nothing: a recorded answer
    std::optional<Hash32> statement{};  ///< SHA-256 of the one that was asked for; nothing: any
    bool over_tls = false;
    std::optional<Hash32> tls_key_sha256;  ///< that the connection ended at
    /// Whether a known authority has certified the host's name, as browsers check it.
    bool host_certified = false;
};

/// A statement and what it is held against.
struct StatementCase {
    const evidence::AttestationAnswer& answer;
    const attest::EvidenceFile& file;  ///< the evidence of the same answer
    std::string_view quote_kind;       ///< "tdx", "sgx", as its appraisal names the quote
    const AskedFor& asked;
    const attest::StatementPolicy& policy;
    std::optional<std::string> measured_compose;  ///< hex, of dstack's log; nothing: no log
    std::optional<std::string> app_compose;       ///< the document that is said to hash to it
};

/// Appraises what a validator says about itself against what the evidence has to be over: hash,
/// challenge, GPU evidence, keys, measured build, and that the evidence is of a TEE and not of a
/// developer; and against what the policy pins of it. That the evidence really is over it is the
/// quote's own check. Pure.
[[nodiscard]] attest::Appraisal appraise_statement(const StatementCase& asked_about);
/// What a policy with pins of a statement says about evidence without one.
[[nodiscard]] attest::Appraisal no_statement();

/// The report data that the evidence has to have, and the nonce of each GPU; computed, never read.
/// Source: docs/formats.md "Statement".
[[nodiscard]] attest::Expectation expectation_of(const evidence::AttestationParts& parts);

}  // namespace pramana::app
