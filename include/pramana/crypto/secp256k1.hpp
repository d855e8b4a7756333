#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

namespace pramana {

/// 0x04 || X || Y.
using PublicKey = FixedBytes<struct PublicKeyTag, 65>;
/// r(32) || s(32) || v, v in {27, 28}; as wallets and the contracts write it.
using Signature65 = FixedBytes<struct SignatureTag, 65>;

/// A secp256k1 private key: wiped, move-only. Thread: const use from any thread.
class SigningKey {
  public:
    /// From OpenSSL's generator.
    static SigningKey generate();
    /// From 32 bytes, big-endian, 1..n-1; the bytes are taken over. Errors: kMalformedKey.
    static Result<SigningKey> from_bytes(SecretBytes raw);

    [[nodiscard]] const PublicKey& public_key() const noexcept { return public_key_; }
    [[nodiscard]] const Address& address() const noexcept { return address_; }
    /// RFC 6979 deterministic, low s (EIP-2).
    [[nodiscard]] Signature65 sign(const Hash32& digest) const;
    /// X coordinate of the shared point, 32 bytes with leading zeros kept.
    [[nodiscard]] SecretBytes shared_x(const PublicKey& peer) const;
    [[nodiscard]] std::span<const std::uint8_t> expose() const noexcept { return raw_.expose(); }

  private:
    SigningKey(SecretBytes raw, const PublicKey& public_key);
    SecretBytes raw_;
    PublicKey public_key_;
    Address address_;
};

/// Reads a public key of 33 (compressed), 64 (X || Y) or 65 bytes. Errors: kMalformedKey (also off
/// the curve).
[[nodiscard]] Result<PublicKey> parse_public_key(ByteView raw);
/// 02 or 03 for the parity of Y, then X: 33 bytes.
[[nodiscard]] Bytes compressed_key(const PublicKey& key);
/// Last 20 bytes of keccak256(X || Y).
[[nodiscard]] Address address_of(const PublicKey& key) noexcept;
/// The signer of `digest`. v may be 0, 1, 27 or 28; high s is refused. Errors: kMalformedKey.
[[nodiscard]] Result<PublicKey> recover_public_key(const Hash32& digest,
                                                   const Signature65& signature);
[[nodiscard]] Result<Address> recover_address(const Hash32& digest, const Signature65& signature);
/// Whether s <= n/2 (EIP-2).
[[nodiscard]] bool has_low_s(const Signature65& signature) noexcept;

/// EIP-191 version 0x45: keccak256("\x19Ethereum Signed Message:\n" || decimal byte length ||
/// message).
[[nodiscard]] Hash32 personal_message_digest(ByteView message);

}  // namespace pramana
