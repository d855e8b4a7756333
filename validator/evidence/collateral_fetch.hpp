#pragma once

#include "pramana/attest/intel.hpp"
#include "pramana/attest/snp_report.hpp"
#include "pramana/evidence/collateral_keeper.hpp"
#include "pramana/evidence/snp_certificates.hpp"

namespace pramana::evidence {

/// Intel's endorsements of the platform family, by the routes of its provisioning service, version
/// 4, which caching services have too.
/// @param fmspc     12 hex digits
/// @param platform  whether the "Platform CA" certified the machine, otherwise the "Processor CA"
/// Errors: those of the GET, kEvidenceMalformed.
[[nodiscard]] Result<attest::IntelCollateral> fetch_intel(const CollateralGet& get,
                                                          const CollateralServices& services,
                                                          const std::string& fmspc, bool platform);
/// Whether the issuer of the PCK certificate inside the quote is the "Platform CA". Errors:
/// kEvidenceMalformed (no certificate in it).
[[nodiscard]] Result<bool> is_platform_ca(ByteView quote);

/// AMD's certificates above a report, by the routes of its key distribution service; what the host
/// handed out is not fetched again. Errors: those of the GET, kEvidenceMalformed (a report that
/// does not say of which line its processor is, or under a VLEK, which only the host has).
[[nodiscard]] Result<SnpCertificates> fetch_snp_certificates(const CollateralGet& get,
                                                             const CollateralServices& services,
                                                             const attest::SnpReport& report,
                                                             SnpCertificates handed_out);

struct AmdCollateral {
    Bytes endorsement;
    std::string authorities;
    Bytes revocations;
};
/// The same with the revocation list.
[[nodiscard]] Result<AmdCollateral> fetch_amd(const CollateralGet& get,
                                              const CollateralServices& services,
                                              const attest::SnpReport& report,
                                              SnpCertificates handed_out);
[[nodiscard]] std::string amd_json(const AmdCollateral& collateral);

}  // namespace pramana::evidence
