#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <optional>
#include <string_view>

namespace pramana::attest {

/// Processor families that share a root key (ARK) and a TCB layout. Bergamo and Siena are Genoa.
enum class SnpProductLine : std::uint8_t { kMilan, kGenoa, kTurin };
/// "milan", "genoa", "turin".
[[nodiscard]] std::string_view name_of(SnpProductLine line) noexcept;
/// Errors: nullopt for another word.
[[nodiscard]] std::optional<SnpProductLine> snp_product_line_of(std::string_view word) noexcept;
/// From CPUID's combined family and model as a version 3 report states them; nullopt = not known
/// here.
[[nodiscard]] std::optional<SnpProductLine> snp_product_line_of_cpuid(std::uint8_t family,
                                                                      std::uint8_t model) noexcept;

/// Security patch levels of AMD's firmware. Each component is compared by itself.
struct SnpTcb {
    std::uint8_t fmc = 0;  ///< Turin only
    std::uint8_t bootloader = 0;
    std::uint8_t tee = 0;
    std::uint8_t snp = 0;
    std::uint8_t microcode = 0;
    friend bool operator==(const SnpTcb&, const SnpTcb&) = default;
    /// No component is below that of `floor`.
    [[nodiscard]] bool reaches(const SnpTcb& floor) const noexcept;
    /// "bootloader 4, tee 0, snp 23, microcode 213", with "fmc n, " in front when it is not zero.
    [[nodiscard]] std::string text() const;
};
/// TCB_VERSION as a report holds it.
using SnpTcbBytes = FixedBytes<struct SnpTcbTag, 8>;
/// Reads TCB_VERSION by the line's layout. Errors: kEvidenceMalformed when a reserved byte is set.
[[nodiscard]] Result<SnpTcb> read_snp_tcb(SnpProductLine line, const SnpTcbBytes& raw);

/// Which key signed a report.
enum class SnpSigningKey : std::uint8_t { kVcek = 0, kVlek = 1, kNone = 7 };

inline constexpr std::size_t kSnpReportSize = 1184;
/// What the signature covers: everything before it.
inline constexpr std::size_t kSnpSignedSize = 0x2A0;

/// Bits of SnpReport::policy.
inline constexpr unsigned kSnpPolicySmt = 16;
inline constexpr unsigned kSnpPolicyAlwaysOne = 17;
inline constexpr unsigned kSnpPolicyMigrationAgent = 18;
inline constexpr unsigned kSnpPolicyDebug = 19;
inline constexpr unsigned kSnpPolicySingleSocket = 20;
/// Bits of SnpReport::platform_info.
inline constexpr unsigned kSnpPlatformSmt = 0;
inline constexpr unsigned kSnpPlatformAliasCheck = 5;

/// ATTESTATION_REPORT, versions 2 to 5, as it came; nothing in it is believed yet.
/// Source: AMD 56860 "SEV-SNP Firmware ABI", table ATTESTATION_REPORT; docs/attestation-snp.md.
struct SnpReport {
    std::uint32_t version = 0;
    std::uint32_t guest_svn = 0;
    std::uint64_t policy = 0;
    FixedBytes<struct SnpFamilyTag, 16> family_id;
    FixedBytes<struct SnpImageTag, 16> image_id;
    std::uint32_t vmpl = 0;
    std::uint32_t signature_algorithm = 0;  ///< 1 = ECDSA P-384 with SHA-384
    SnpTcbBytes current_tcb;
    std::uint64_t platform_info = 0;
    std::uint32_t flags = 0;
    FixedBytes<struct SnpReportDataTag, 64> report_data;
    FixedBytes<struct SnpMeasurementTag, 48> measurement;
    FixedBytes<struct SnpHostDataTag, 32> host_data;
    FixedBytes<struct SnpKeyDigestTag, 48> id_key_digest;
    FixedBytes<struct SnpKeyDigestTag, 48> author_key_digest;
    FixedBytes<struct SnpReportIdTag, 32> report_id;
    FixedBytes<struct SnpReportIdTag, 32>
        report_id_ma;  ///< of the migration agent; all ones = none
    SnpTcbBytes reported_tcb;
    std::optional<std::uint8_t> cpuid_family;  ///< from version 3 on, as are model and stepping
    std::optional<std::uint8_t> cpuid_model;
    std::optional<std::uint8_t> cpuid_stepping;
    FixedBytes<struct SnpChipTag, 64> chip_id;  ///< zero when the platform masks it
    SnpTcbBytes committed_tcb;
    std::uint8_t current_build = 0;
    std::uint8_t current_minor = 0;
    std::uint8_t current_major = 0;
    std::uint8_t committed_build = 0;
    std::uint8_t committed_minor = 0;
    std::uint8_t committed_major = 0;
    SnpTcbBytes launch_tcb;
    std::optional<std::uint64_t> launch_mitigations;   ///< from version 5 on
    std::optional<std::uint64_t> current_mitigations;  ///< from version 5 on
    Bytes signed_bytes;                                ///< the first kSnpSignedSize bytes
    /// r(48) || s(48), big-endian; nothing when the numbers do not fit P-384's 48 bytes.
    std::optional<FixedBytes<struct SnpSignatureTag, 96>> signature;
    /// Where the first byte lies that the firmware has to leave zero and did not.
    std::optional<std::size_t> reserved_set_at;

    [[nodiscard]] bool policy_bit(unsigned bit) const noexcept { return (policy >> bit & 1U) != 0; }
    [[nodiscard]] bool author_key_used() const noexcept { return (flags & 1U) != 0; }
    [[nodiscard]] bool chip_key_masked() const noexcept { return (flags & 2U) != 0; }
    /// nullopt for a value that the specification reserves.
    [[nodiscard]] std::optional<SnpSigningKey> signing_key() const noexcept;
};

/// Reads a report of exactly kSnpReportSize bytes. Pure; any thread.
/// Errors: kEvidenceMalformed (another size, a version below 2 or above 5).
[[nodiscard]] Result<SnpReport> parse_snp_report(ByteView raw);

}  // namespace pramana::attest
