#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

namespace pramana {

/// AES-256-GCM with a key of 32 bytes; what the enclave writes to disk. Each seal draws a fresh
/// 96-bit gcm_iv, so a key may seal at most 2^32 records (NIST SP 800-38D section 8.3). Layout:
/// gcm_iv(12) || ciphertext || tag(16). Thread: const use from any thread.
class SealingKey {
  public:
    /// `key` has 32 bytes.
    explicit SealingKey(SecretBytes key);
    /// `associated` says what and where the record is (table, key, epoch, place), so that none can
    /// be moved.
    [[nodiscard]] Bytes seal(ByteView plaintext, ByteView associated) const;
    /// Errors: kAuthTagMismatch.
    [[nodiscard]] Result<SecretBytes> open(ByteView sealed, ByteView associated) const;
    /// The same into memory of the caller, sealed.size() - 28 bytes; wiped when it fails.
    /// Errors: kAuthTagMismatch (also for another length).
    [[nodiscard]] Status open_into(ByteView sealed, ByteView associated,
                                   std::span<std::uint8_t> out) const;

  private:
    SecretBytes key_;
};

/// HKDF-SHA256 (RFC 5869).
[[nodiscard]] SecretBytes hkdf_sha256(ByteView input_key, ByteView salt, ByteView info,
                                      std::size_t length);
/// HMAC-SHA256 (RFC 2104): how hashes of content that leave the enclave are keyed.
[[nodiscard]] Hash32 hmac_sha256(ByteView key, ByteView message);
/// From OpenSSL's generator; public use (ids, ivs).
void random_bytes(std::span<std::uint8_t> out);

}  // namespace pramana
