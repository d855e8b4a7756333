#pragma once

#include "public_key.hpp"
#include "times.hpp"

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace pramana::attest {

inline constexpr std::size_t kCertificateBytesMax = std::size_t{16} * 1024;
inline constexpr std::size_t kChainCertificatesMax = 8;
inline constexpr std::size_t kPemBytesMax = std::size_t{128} * 1024;
inline constexpr std::size_t kExtensionsMax = 64;

struct Extension {
    ByteView oid;  ///< DER content
    bool critical = false;
    ByteView value;  ///< inside the OCTET STRING
};

/// An X.509 v3 certificate (RFC 5280), read strictly. The views point into `der`: moving keeps
/// them, copying would not. Thread: const, any thread.
struct Certificate {
    Certificate() = default;
    Certificate(Certificate&&) noexcept = default;
    Certificate& operator=(Certificate&&) noexcept = default;
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;
    ~Certificate() = default;

    Bytes der;
    ByteView tbs;                  ///< what the signature covers
    ByteView serial;               ///< big-endian without a sign byte; AMD's can be one zero byte
    ByteView issuer;               ///< DER Name
    ByteView subject;              ///< DER Name
    std::string_view common_name;  ///< of the subject; empty when there is none
    Window validity;
    std::optional<PublicKey> key;  ///< always there after read_certificate
    SignatureScheme scheme = SignatureScheme::kEcdsaSha256;
    ByteView signature;  ///< DER Ecdsa-Sig-Value or RSA bytes
    std::vector<Extension> extensions;
    bool is_ca = false;                      ///< basicConstraints
    std::optional<std::uint64_t> path_len;   ///< pathLenConstraint
    std::optional<std::uint16_t> key_usage;  ///< bit 0 (digitalSignature) is the highest bit

    /// The value of the extension; nullptr when there is none. `oid` is DER content.
    [[nodiscard]] const Extension* extension(ByteView oid) const noexcept;
};

/// Errors: kEvidenceMalformed: also for an algorithm that no evidence here uses, a duplicate
/// extension, another version than 3, more than kCertificateBytesMax bytes.
[[nodiscard]] Result<Certificate> read_certificate(ByteView der);

/// The same certificate again; what it views lies in its own bytes.
[[nodiscard]] Certificate copy_of(const Certificate& certificate);

/// The last common name of a DER Name; empty: it has none. nullopt: the Name does not parse, or
/// holds other than printable ASCII, which no vendor's does and which could deceive whoever reads a
/// verdict.
[[nodiscard]] std::optional<std::string_view> read_common_name(ByteView name);

/// Every certificate of a PEM text, in the order sent: 1 to kChainCertificatesMax. White space and
/// NULs around them are ignored, other text is not. Of certificates in `known` the bytes are
/// compared and not read again. Errors: kEvidenceMalformed.
[[nodiscard]] Result<std::vector<Certificate>> read_pem_chain(
    std::string_view pem, std::span<const Certificate> known = {});

/// The bytes of each certificate of a PEM text. Errors: kEvidenceMalformed.
[[nodiscard]] Result<std::vector<Bytes>> read_pem(std::string_view pem);

// keyUsage bits (RFC 5280 section 4.2.1.3), as in Certificate::key_usage.
inline constexpr std::uint16_t kUsageDigitalSignature = 0x8000;
inline constexpr std::uint16_t kUsageCertSign = 0x0400;
inline constexpr std::uint16_t kUsageCrlSign = 0x0200;

/// Reads an AlgorithmIdentifier of a signature. nullopt: one that no evidence here uses.
[[nodiscard]] std::optional<SignatureScheme> read_scheme(ByteView algorithm_identifier_der);

/// Whether `issuer`'s key made this signature over `signed_bytes`; ECDSA signatures in DER.
[[nodiscard]] bool signed_by(const PublicKey& issuer, SignatureScheme scheme, ByteView signed_bytes,
                             ByteView signature);

}  // namespace pramana::attest
