#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <array>
#include <memory>
#include <optional>

struct ec_point_st;
struct evp_pkey_st;

namespace pramana::attest {

enum class KeyKind : std::uint8_t { kP256, kP384, kRsa };

/// Signature algorithms of all evidence that is appraised here. Anything else is refused by name.
enum class SignatureScheme : std::uint8_t {
    kEcdsaSha256,   ///< FIPS 186-4 on P-256, and SHA-256
    kEcdsaSha384,   ///< on P-384, and SHA-384
    kRsaPssSha384,  ///< RFC 8017 section 8.1, MGF1 with SHA-384, salt of 48 bytes
};

/// Two big-endian numbers of the curve's size side by side: 64 bytes on P-256, 96 on P-384.
struct RawSignature {
    std::array<std::uint8_t, 96> bytes{};
    std::size_t size = 0;
    [[nodiscard]] ByteView view() const noexcept { return ByteView{bytes}.first(size); }
};

/// A DER ECDSA-Sig-Value (RFC 3279 section 2.2.3), strictly: two positive integers in shortest form
/// and nothing after them. nullopt: malformed, or a number larger than the curve's.
[[nodiscard]] std::optional<RawSignature> read_der_signature(KeyKind curve, ByteView der);

/// A public key that only verifies. Thread: const, any thread.
class PublicKey {
  public:
    /// x ‖ y big-endian. Errors: kEvidenceMalformed: another length, or a point that is not on the
    /// curve.
    [[nodiscard]] static Result<PublicKey> from_point(KeyKind curve, ByteView xy);
    /// A DER SubjectPublicKeyInfo: named P-256 or P-384 and an uncompressed point, or RSA of 2048
    /// to 4096 bits. Errors: kEvidenceMalformed, also for every other algorithm.
    [[nodiscard]] static Result<PublicKey> from_spki(ByteView der);

    [[nodiscard]] KeyKind kind() const noexcept { return kind_; }
    /// x ‖ y; empty for RSA.
    [[nodiscard]] ByteView point() const noexcept;

    /// True if and only if `signature` is one of this key over `message`. ECDSA signatures are raw
    /// r ‖ s; r and s outside 1..n-1 are refused. Both s and n - s verify: a signature is no
    /// identity.
    [[nodiscard]] bool verify(SignatureScheme scheme, ByteView message, ByteView signature) const;

  private:
    PublicKey() = default;
    KeyKind kind_ = KeyKind::kP256;
    std::array<std::uint8_t, 96> xy_{};
    std::shared_ptr<const ec_point_st> point_;  ///< on the curve
    std::shared_ptr<evp_pkey_st> rsa_;
};

}  // namespace pramana::attest
