#pragma once

#include "pramana/pipeline/service.hpp"

namespace pramana::http {

/// Reads the body of POST /RunProof (vana-protocol.md 3.1) as every known client sends it: ids as
/// numbers or decimal texts; exactly one of `encryption_key` and `encrypted_encryption_key`;
/// `validate_permissions`, or the older `fixed_iv` + `fixed_ephemeral_key`, which name no account
/// (it is left zero: the job's DLP). What only other servers need (nonce, env_vars, secrets, fields
/// we do not know) is ignored. Errors: kBadRequest, kMalformedKey.
[[nodiscard]] Result<pipeline::KeyDeposit> read_run_proof(std::string_view body);

}  // namespace pramana::http
