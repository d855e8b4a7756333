#pragma once

#include "certificate.hpp"

#include <array>

namespace pramana::attest {

using Svns = std::array<std::uint8_t, 16>;

/// Intel's extension of a PCK certificate (OID 1.2.840.113741.1.13.1).
struct PckExtension {
    ByteView ppid;  ///< 16 bytes
    Svns component_svns{};
    std::uint16_t pce_svn = 0;
    ByteView cpu_svn;               ///< 16 bytes
    ByteView pce_id;                ///< 2 bytes
    ByteView fmspc;                 ///< 6 bytes
    std::uint8_t sgx_type = 0;      ///< 0 standard, 1 scalable, 2 scalable with integrity
    ByteView platform_instance_id;  ///< 16 bytes; empty on certificates of the Processor CA
};

/// The value of the extension. Errors: kEvidenceMalformed: also when a field is missing or twice
/// there.
[[nodiscard]] Result<PckExtension> read_pck_extension(ByteView value);
/// The same of a certificate. Errors: kEvidenceMalformed: it has none.
[[nodiscard]] Result<PckExtension> read_pck_extension(const Certificate& certificate);

}  // namespace pramana::attest
