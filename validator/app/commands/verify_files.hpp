#pragma once

#include "attestation.hpp"
#include "pramana/attest/collateral_ledger.hpp"
#include "pramana/attest/evidence_file.hpp"

#include <optional>
#include <string>

namespace pramana::app {

/// The whole file, at most attest::kEvidenceFileBytesMax. Failures: 66 it is not there, 65.
[[nodiscard]] Outcome<Bytes> read_whole_file(const std::string& path);

/// Evidence, and the answer of a validator that it came in.
struct EvidenceIn {
    attest::EvidenceFile file;
    std::optional<evidence::AttestationAnswer> answer{};
};
/// Evidence in any of its forms (docs/commands.md "verify"). `name` is for the failure.
[[nodiscard]] Outcome<EvidenceIn> evidence_in(ByteView content, const std::string& name);

/// Endorsements from a file, or from every file of a folder (not below it, at most 64).
[[nodiscard]] Outcome<attest::Endorsements> endorsements_in(const std::string& path);

/// The policy in the file; without one the strict defaults. Failure: 78 with every problem.
[[nodiscard]] Outcome<attest::Policy> policy_in(const std::optional<std::string>& path);

/// An absent file is a ledger that has seen nothing yet.
[[nodiscard]] Outcome<attest::CollateralLedger> ledger_in(const std::string& path);

}  // namespace pramana::app
