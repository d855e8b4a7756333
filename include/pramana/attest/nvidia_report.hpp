#pragma once

#include "pramana/attest/hash48.hpp"
#include "pramana/core/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pramana::attest {

/// One DMTF measurement block. `index` counts from 1, as in the report; golden measurements (RIM)
/// count from 0.
struct SpdmMeasurement {
    std::uint8_t index = 0;
    std::uint8_t value_type = 0;
    Hash48 value;
};

/// One field of the opaque data.
struct NvidiaOpaqueField {
    std::uint16_t type = 0;
    Bytes value;
};

/// Types of opaque fields that are used. Source: docs/attestation-nvidia.md, "The report".
enum class NvidiaField : std::uint16_t {
    kDriverVersion = 3,
    kVbiosVersion = 6,
    kNvdec0Status = 11,
    kChipSku = 15,
    kProject = 17,
    kProjectSku = 18,
    kFwid = 20,
    kProtectedPcie = 21,
    kSwitchIds = 22,
    kOpaqueVersion = 34,
    kFeatureFlag = 36,
};

/// A report as the driver hands it out: the SPDM 1.1 request GET_MEASUREMENTS that the driver made
/// and the device's answer, MEASUREMENTS. Nothing in it is believed yet.
struct NvidiaReport {
    FixedBytes<struct NvidiaNonceTag, 32> request_nonce;   ///< what the requester chose: freshness
    FixedBytes<struct NvidiaNonceTag, 32> response_nonce;  ///< the device's own
    std::uint8_t slot = 0;
    std::vector<SpdmMeasurement> measurements;  ///< in the order sent; every index once
    std::vector<NvidiaOpaqueField> opaque;      ///< in the order sent; every type once
    Bytes signed_bytes;                         ///< request || answer without its signature
    FixedBytes<struct NvidiaSignatureTag, 96> signature;  ///< r(48) || s(48), big-endian
    Bytes
        trailing;  ///< behind the signature; a genuine report of driver 580.95.05 has one zero byte

    /// The value of a field; nullopt when the report has none.
    [[nodiscard]] std::optional<ByteView> field(NvidiaField type) const;
    /// The value of a field as text without its padding of zero bytes; nullopt when there is none,
    /// when it is empty, or when it holds anything but printable ASCII.
    [[nodiscard]] std::optional<std::string> text(NvidiaField type) const;
    /// "96.00.9F.00.01"; nullopt when the field is absent or not 8 bytes.
    [[nodiscard]] std::optional<std::string> vbios_version() const;
    /// The measurement with this index (from 1); nullptr = the report has none.
    [[nodiscard]] const SpdmMeasurement* measurement(unsigned index) const;
};

/// The longest report: the driver's buffer (8192) and the request.
inline constexpr std::size_t kNvidiaReportBytesMax = 8192 + 37;

/// Reads a report. Lengths have to add up exactly, up to the signature, which is found by them and
/// not from the end. Pure; any thread. Errors: kEvidenceMalformed (another message, version or
/// code; a length that does not fit; a block that is not a 48-byte DMTF measurement; an index or a
/// field twice; more than 255 blocks or 64 fields).
[[nodiscard]] Result<NvidiaReport> parse_nvidia_report(ByteView raw);

}  // namespace pramana::attest
