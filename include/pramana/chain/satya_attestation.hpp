#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <string>
#include <string_view>

/// The off-chain attestation of existing Satya nodes, to verify proofs that others made
/// (vana-protocol.md 3.3).
namespace pramana::chain {

/// Python's `json.dumps(json.loads(text), sort_keys=True)`: keys sorted by code point, separators
/// `, ` and `: `, non-ASCII as \uXXXX, floats by Python's repr. An integer stays an integer and a
/// float a float: 0.0 and 0 are signed differently. Bounds: 1 MiB, 32 levels. Errors:
/// kMalformedChainData, also for a duplicate key, a lone surrogate and a number that is not finite,
/// which Python would take.
[[nodiscard]] Result<std::string> python_canonical_json(std::string_view text);
/// Who signed `signed_fields` (EIP-191 over its canonical text). Errors: kMalformedChainData,
/// kMalformedKey.
[[nodiscard]] Result<Address> recover_attestation_signer(std::string_view signed_fields,
                                                         const Signature65& signature);

}  // namespace pramana::chain
