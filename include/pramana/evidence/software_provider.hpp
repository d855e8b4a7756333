#pragma once

#include "pramana/evidence/provider.hpp"

namespace pramana::evidence {

/// Development evidence: a signature of the validator's own key over the report. It proves nothing,
/// says so in its label, and exists only in the target pramana::evidence_dev, which the production
/// program does not link. `key` outlives the provider. Errors: kNoTee for every chain but 31337 and
/// 1337, the local test chains.
[[nodiscard]] Result<std::unique_ptr<EvidenceProvider>> make_software_provider(
    const SigningKey& key, std::uint64_t chain_id);

}  // namespace pramana::evidence
