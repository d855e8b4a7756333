#pragma once

#include "pramana/crypto/secp256k1.hpp"

namespace pramana {

/// ECIES on secp256k1 in the layout of eccrypto, which every Vana client writes:
///
///     iv(16) || ephemeral public key(65, or 33) || AES-256-CBC/PKCS#7 || mac(32)
///
/// K = SHA-512(X of the shared point); the first half encrypts, the second keys HMAC-SHA-256 over
/// everything before the mac. There is no associated data: what a ciphertext is for must stand in
/// its plaintext.
inline constexpr std::size_t kEciesIvSize = 16;
/// A ciphertext longer than this is refused before any work; keys are a few hundred bytes.
inline constexpr std::size_t kEciesBytesMax = 1U << 20U;

/// How X is fed to SHA-512. Browser builds of eccrypto drop the leading zero bytes of X (1 key in
/// 256); node builds, the SDK since 2025-11 and Python hash all 32.
enum class SharedXForm : std::uint8_t { kPadded, kStripped };

/// Opens `sealed` with our key: X padded, or stripped of up to three leading zero bytes. All forms
/// are tried every time and compared in constant time before anything is decrypted, so that the
/// time does not depend on X (tests/ctime). Errors:
/// kMalformedKey (lengths, ephemeral key off the curve, padding under a valid mac),
/// kAuthTagMismatch (altered, or made for another key: the two cannot be told apart). Thread: any.
[[nodiscard]] Result<SecretBytes> ecies_decrypt(const SigningKey& key, ByteView sealed);

/// Seals to `recipient` with a fresh iv and a fresh ephemeral key whose X has no leading zero byte,
/// so that every client opens it. `plaintext` is shorter than kEciesBytesMax.
[[nodiscard]] Bytes ecies_encrypt(const PublicKey& recipient, ByteView plaintext);

/// The same with a given iv and ephemeral key, bit for bit: how a client's ciphertext on chain is
/// reproduced and compared. Never for our own messages.
[[nodiscard]] Bytes ecies_encrypt_fixed(const PublicKey& recipient, ByteView plaintext,
                                        const std::array<std::uint8_t, kEciesIvSize>& iv,
                                        const SigningKey& ephemeral, SharedXForm form);

}  // namespace pramana
