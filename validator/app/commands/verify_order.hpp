#pragma once

#include "options.hpp"
#include "verify_fetch.hpp"
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
    std::optional<attest::UnixTime> endorsed_at{};  ///< by the word of whom they came from
    attest::Policy policy;
    std::optional<attest::CollateralLedger> ledger;
};

/// The files that say by what evidence is judged: of endorsements, policy and ledger. Nothing:
/// those that came along, the strict defaults, and no record of earlier ones.
struct JudgedBy {
    std::optional<std::string> collateral, policy, ledger;
};

/// The order to judge what was read. Failures: as the parts that do not read.
[[nodiscard]] Outcome<VerifyOrder> order_about(FetchedEvidence evidence, const JudgedBy& by);

/// Reads `operand`, a file or URL, and what the options collateral, policy, ledger and ca-file
/// name. Endorsements that came along are used where none are named.
[[nodiscard]] Outcome<VerifyOrder> read_verify_order(const Arguments& arguments,
                                                     const std::string& operand);

/// Appraises all of it. Programs give attest::vendor_roots(). A statement's own report data and
/// nonces replace those of `expectation`. `policy` is the name to show. Pure.
[[nodiscard]] Verification verify(const VerifyOrder& order, const attest::PinnedRoots& roots,
                                  attest::UnixTime now, const attest::Expectation& expectation,
                                  const std::optional<std::string>& policy);

/// Notes what an accepted verification rested on in `order.ledger`, which there is, and durably in
/// the file at `path`, so that nothing older passes from now on. Failure: nothing was written.
[[nodiscard]] std::optional<Failure> note_endorsements(VerifyOrder& order,
                                                       const attest::PinnedRoots& roots,
                                                       const std::string& path);

}  // namespace pramana::app
