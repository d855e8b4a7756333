#pragma once

#include "failure.hpp"
#include "verify_statement.hpp"

#include <string>

namespace pramana::app {

/// An answer of a validator, and what the connection showed.
struct FetchedEvidence {
    Bytes body;
    AskedFor asked;
    std::string source;  ///< the URL that was read
};

/// Whether an operand is an address on the web and not a file.
[[nodiscard]] bool is_url(std::string_view operand) noexcept;

/// GET URL/v1/attestation with a fresh random challenge; a URL that names a path below /v1/ is read
/// as it is, without one. A certificate that no known authority signed is taken as well, because
/// the evidence has to bind the connection's key then: appraise_statement() compares it.
/// Failures: 69.
[[nodiscard]] Outcome<FetchedEvidence> fetch_evidence(const std::string& url,
                                                      const std::string& ca_file);

}  // namespace pramana::app
