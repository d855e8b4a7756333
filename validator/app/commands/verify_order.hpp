#pragma once

#include "options.hpp"
#include "verify_files.hpp"
#include "verify_statement.hpp"
#include "verify_text.hpp"

namespace pramana::app {

/// What is judged, by what, and where it came from.
struct VerifyOrder {
    attest::EvidenceFile file;
    std::optional<evidence::AttestationAnswer> answer;  ///< that the evidence came in
    AskedFor asked;
    std::string source;
    attest::Endorsements endorsements;
    attest::Policy policy;
    std::optional<attest::CollateralLedger> ledger;
};

/// Reads `operand`, a file or URL, and what the options collateral, policy, ledger and ca-file
/// name. Endorsements that came along are used where none are named.
[[nodiscard]] Outcome<VerifyOrder> read_verify_order(const Arguments& arguments,
                                                     const std::string& operand);

/// Appraises all of it. Programs give attest::vendor_roots(). A statement's own report data and
/// nonces replace those of `expectation`. `policy` is the name to show. Pure.
[[nodiscard]] Verification verify(const VerifyOrder& order, const attest::PinnedRoots& roots,
                                  attest::UnixTime now, const attest::Expectation& expectation,
                                  const std::optional<std::string>& policy);

}  // namespace pramana::app
