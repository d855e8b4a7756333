#pragma once

#include "failure.hpp"
#include "pramana/evidence/attestation.hpp"

#include <string>
#include <string_view>

namespace pramana::app {

/// Whether a text says that it is what GET /v1/attestation answers, of whatever version.
[[nodiscard]] bool is_attestation(std::string_view text);

/// The answer as evidence::read_attestation_answer() reads it: its statement is canonical, its
/// hashes are not compared and nothing is appraised. `source` is for the failure: 65, with a next
/// step of its own for another version and for a statement that is not canonical.
[[nodiscard]] Outcome<evidence::AttestationAnswer> attestation_in(std::string_view json,
                                                                  const std::string& source);

}  // namespace pramana::app
