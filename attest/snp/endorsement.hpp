#pragma once

#include "certificate.hpp"

#include "pramana/attest/snp_report.hpp"

#include <string>

namespace pramana::attest {

/// What AMD's key service certifies about the key that signs reports.
struct SnpEndorsement {
    SnpSigningKey key = SnpSigningKey::kVcek;  ///< by the subject's common name
    std::string product_name;                  ///< "Milan-B0"
    SnpProductLine line = SnpProductLine::kMilan;
    SnpTcb tcb;         ///< the TCB that this key stands for
    Bytes hardware_id;  ///< of the chip, 64 bytes, on Turin 8; empty for a VLEK
    std::string cloud;  ///< the cloud provider that a VLEK was made for; empty for a VCEK
};

/// Reads the extensions 1.3.6.1.4.1.3704.1.* of a VCEK or VLEK certificate.
/// Errors: kEvidenceMalformed (an extension absent or of another form, another subject, a product
/// that is not known, reserved components that are not zero). Source: AMD 57230 "VCEK Certificate
/// and KDS Interface Specification".
[[nodiscard]] Result<SnpEndorsement> read_snp_endorsement(const Certificate& certificate);

}  // namespace pramana::attest
