#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

namespace pramana::sealing {

/// SEIPD v1 (RFC 9580 section 5.13.1): AES in CFB mode with a zero iv over
///     random(block) || its last two octets again || packets || 0xD3 0x14 || SHA-1 of all before.
/// `key` has 16, 24 or 32 bytes; `ciphertext` is the packet's body after the version octet.
inline constexpr std::size_t kSeipdPrefixBytes = 18;
inline constexpr std::size_t kSeipdMdcBytes = 22;

/// Whether the key fits: the repeated octets or the MDC's header come out right. CFB heals after
/// two blocks, so a message altered in one place still fits its key, and a wrong key fits once in
/// 2^15. Four blocks of work.
[[nodiscard]] bool key_fits(ByteView key, ByteView ciphertext);

/// Decrypts and checks the MDC; returns prefix, packets and MDC. Nothing leaves on failure.
/// Errors: kMalformedMessage (too short), kAuthTagMismatch.
[[nodiscard]] Result<SecretBytes> open_seipd(ByteView key, ByteView ciphertext);

/// Encrypts `packets` under a fresh prefix.
[[nodiscard]] Bytes seal_seipd(ByteView key, ByteView packets);

/// AES-CFB with a zero iv in both directions, for the encrypted session key (section 5.3.1).
[[nodiscard]] SecretBytes cfb_decrypt(ByteView key, ByteView ciphertext);
[[nodiscard]] Bytes cfb_encrypt(ByteView key, ByteView plaintext);

}  // namespace pramana::sealing
