#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

#include <string>
#include <string_view>

namespace pramana::keys {

/// A P-256 key for TLS and a certificate that it signed itself. The certificate proves nothing;
/// what binds it is the statement, which names the SHA-256 of its SubjectPublicKeyInfo. The key
/// is the same for the same secret, the certificate is made anew at each start.
struct TlsIdentity {
    SecretBytes private_key_der;  ///< PKCS #8
    Bytes certificate_der;
    Hash32 spki_sha256;
};

/// What the certificate says: who it is for, and when.
struct CertificateTerms {
    std::string dns_name;  ///< empty: none; an IP address is written as one
    std::int64_t not_before_unix_s = 0;
    std::int64_t not_after_unix_s = 0;
};

/// The key that HKDF-SHA256 draws from `secret` (32 bytes), and a certificate with subject and
/// issuer "CN=pramana, O=self-signed: see /v1/attestation". Errors: kBadRequest (a name of more
/// than 253 characters or of others than letters, digits, '.', '-', ':'; terms that end before they
/// begin).
[[nodiscard]] Result<TlsIdentity> make_tls_identity(const SecretBytes& secret,
                                                    const CertificateTerms& terms);
/// Only the hash that the statement names.
[[nodiscard]] Hash32 tls_spki_sha256(const SecretBytes& secret);

}  // namespace pramana::keys
