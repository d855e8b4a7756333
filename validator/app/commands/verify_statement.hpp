#pragma once

#include "pramana/attest/evidence_file.hpp"
#include "pramana/evidence/attestation.hpp"

#include <optional>

namespace pramana::app {

/// What whoever asked knows of its own about an attestation.
struct AskedFor {
    std::optional<Hash32> challenge;  ///< that was sent; nothing: a recorded answer
    bool over_tls = false;
    std::optional<Hash32> tls_key_sha256;  ///< that the connection ended at
    /// Whether a known authority has certified the host's name, as browsers check it.
    bool host_certified = false;
};

/// Appraises what a validator says about itself against what the evidence has to be over: hash,
/// challenge, GPU evidence, keys, and that the evidence is of a TEE and not of a developer. That
/// the evidence really is over it is the quote's own check. Pure.
/// @param file  the evidence of the same answer
[[nodiscard]] attest::Appraisal appraise_statement(const evidence::AttestationAnswer& answer,
                                                   const attest::EvidenceFile& file,
                                                   const AskedFor& asked);

/// The report data that the evidence has to have, and the nonce of each GPU; computed, never read.
/// Source: docs/formats.md "Statement".
[[nodiscard]] attest::Expectation expectation_of(const evidence::AttestationParts& parts);

}  // namespace pramana::app
