#pragma once

#include "certificate.hpp"

#include "pramana/attest/verdict.hpp"

#include <span>

namespace pramana::attest {

/// Decides whether the issuers say, in one of `answers` each, that chain[first] and all above it
/// but the root are good, and narrows `out.valid_until`. What is sent counts: a revocation, an
/// answer that does not read or that is not authentic and current refuses; silence does where
/// `required`. Source: docs/attestation-nvidia.md "OCSP".
void judge_ocsp(const Check& check, std::span<const Certificate> chain, std::size_t first,
                std::span<const Bytes> answers, bool required, UnixTime now, Appraisal& out);

}  // namespace pramana::attest
