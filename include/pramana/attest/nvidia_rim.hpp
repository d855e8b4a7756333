#pragma once

#include "pramana/attest/hash48.hpp"
#include "pramana/core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace pramana::attest {

/// What one measurement may be. `index` counts from 0: the report's block `index + 1`.
struct RimMeasurement {
    unsigned index = 0;
    bool active = false;               ///< only active ones are compared
    std::vector<Hash48> alternatives;  ///< any of them is right; at least one
};

/// A reference integrity manifest of NVIDIA: a SWID tag (ISO 19770-2) with one enveloped XML
/// signature. Reading it proves nothing; rim_signature_verifies() and the chain of its certificates
/// do.
struct Rim {
    std::string product;                       ///< "GH100"
    std::string version;                       ///< colloquialVersion: of the driver or of the VBIOS
    std::string manufacturer_id;               ///< FirmwareManufacturerId
    std::vector<RimMeasurement> measurements;  ///< every index once
    std::vector<Bytes> certificates;           ///< of the signature, DER, as sent: leaf first

    [[nodiscard]] std::size_t active_count() const noexcept;
};

inline constexpr std::size_t kRimBytesMax = 1U << 20U;
inline constexpr std::size_t kRimMeasurementsMax = 256;
inline constexpr std::size_t kRimAlternativesMax = 64;

/// Reads a RIM. Of XML only elements, attributes and ASCII text are allowed: no document type,
/// entity, comment, CDATA or processing instruction but the declaration, so nothing is expanded or
/// fetched. The signature has to be of the one form that NVIDIA writes: over the whole document but
/// itself, canonical XML 1.1, SHA-384, ECDSA. Measurements are taken from the signed part only.
/// Thread: any. Errors: kEvidenceMalformed.
[[nodiscard]] Result<Rim> parse_rim(std::string_view xml);

/// Whether the signature verifies with the key of `certificate` (DER), whatever its KeyInfo says.
/// Errors: kEvidenceMalformed when `xml` is not what parse_rim() reads, or the certificate has no
/// P-384 key. Thread: any.
[[nodiscard]] Result<bool> rim_signature_verifies(std::string_view xml, ByteView certificate);

}  // namespace pramana::attest
