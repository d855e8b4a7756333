#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace pramana::attest {

inline constexpr std::size_t kOcspBytesMax = std::size_t{64} * 1024;
inline constexpr std::size_t kOcspNonceSize = 32;

/// The certificates of a PEM text, DER, in the order sent; 1 to 8. Any thread. Errors:
/// kEvidenceMalformed.
[[nodiscard]] Result<std::vector<Bytes>> certificates_in_pem(std::string_view pem);

/// What is asked about one certificate (RFC 6960 section 4.1), DER: its id by SHA-384, and a
/// critical nonce, as NVIDIA's verifiers ask. Both certificates DER.
/// Errors: kEvidenceMalformed: one that does not read, or a nonce of another size.
[[nodiscard]] Result<Bytes> ocsp_request(ByteView certificate, ByteView issuer, ByteView nonce);

enum class OcspStatus : std::uint8_t { kGood, kRevoked, kUnknown };

/// What the issuer says of one certificate. A hold counts as revoked.
struct OcspAnswer {
    OcspStatus status = OcspStatus::kUnknown;
    UnixTime begin = 0;  ///< thisUpdate
    UnixTime end = 0;    ///< nextUpdate (without one: a day), or the end of who signed
};

/// Reads an answer (DER) as the word of `issuer` on `certificate`: signed by the issuer, or by a
/// responder to whom the issuer itself gave a certificate for just that; SHA-256 or better; at
/// `now` neither of the future (beyond 5 minutes) nor outdated. `issuer` is trusted for what it
/// is: its own chain is the caller's question. Kept answers are read without a nonce.
/// Pure; any thread. Errors: kNotFound: about other certificates; kEvidenceMalformed: of another
/// form, above kOcspBytesMax, or the service's refusal; kEvidenceRefused: not authentic, not of
/// this time, or over another nonce; the site says which. Source: RFC 6960 section 3.2.
[[nodiscard]] Result<OcspAnswer> read_ocsp_answer(ByteView answer, ByteView certificate,
                                                  ByteView issuer, UnixTime now,
                                                  const std::optional<ByteView>& nonce = {});

/// Whether these bytes have the form of an answer. Any thread.
[[nodiscard]] bool is_ocsp_answer(ByteView der);

}  // namespace pramana::attest
