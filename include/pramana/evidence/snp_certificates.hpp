#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <string>

namespace pramana::evidence {

/// AMD's certificates as a host hands them out beside a report.
struct SnpCertificates {
    Bytes endorsement;        ///< VCEK or VLEK, DER; empty: none
    std::string authorities;  ///< ASK or ASVK, then ARK, PEM; what there is of them
};

/// Reads the certificate table of an extended report (AMD 56421 section 4.1.8.1): entries of GUID,
/// offset u32 and length u32, little-endian, up to one of zeros; the certificates behind it in DER.
/// Unknown GUIDs are skipped. An empty table gives empty fields. Errors: kEvidenceMalformed (no
/// end, a place outside, a known GUID twice, more than 64 KiB).
[[nodiscard]] Result<SnpCertificates> read_snp_certificates(ByteView table);

/// The same table of these certificates: what read_snp_certificates() reads again. Errors:
/// kEvidenceMalformed (an endorsement that is no SEV-VCEK or SEV-VLEK, authorities that are not up
/// to two certificates as PEM).
[[nodiscard]] Result<Bytes> snp_certificate_table(const SnpCertificates& certificates);

/// A DER certificate as PEM.
[[nodiscard]] std::string certificate_pem(ByteView der);

}  // namespace pramana::evidence
