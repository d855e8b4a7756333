#include "pramana/attest/snp_report.hpp"

#include "pramana/core/endian.hpp"

#include <algorithm>
#include <array>

namespace pramana::attest {

namespace {

constexpr std::uint32_t kVersionMin = 2;
constexpr std::uint32_t kVersionMax = 5;
constexpr std::uint32_t kVersionWithCpuid = 3;
constexpr std::uint32_t kVersionWithMitigations = 5;

constexpr std::size_t kSignatureAt = 0x2A0;
constexpr std::size_t kNumberSize = 72;  ///< r and s are little-endian numbers of 576 bits
constexpr std::size_t kScalarSize = 48;  ///< of which P-384 uses 384
constexpr std::size_t kAfterSignature = kSignatureAt + 2 * kNumberSize;

struct Gap {
    std::size_t begin;
    std::size_t end;
};

/// What the firmware leaves zero in a report of this version, in order.
std::array<Gap, 6> reserved_gaps(std::uint32_t version) {
    const std::size_t after_cpuid = version >= kVersionWithCpuid ? 0x18BU : 0x188U;
    const std::size_t after_launch = version >= kVersionWithMitigations ? 0x208U : 0x1F8U;
    return {
        Gap{0x4C, 0x50},   Gap{after_cpuid, 0x1A0},         Gap{0x1EB, 0x1EC},
        Gap{0x1EF, 0x1F0}, Gap{after_launch, kSignatureAt}, Gap{kAfterSignature, kSnpReportSize}};
}

std::optional<std::size_t> first_reserved_set(ByteView raw, std::uint32_t version) {
    for (const Gap& gap : reserved_gaps(version)) {
        for (std::size_t i = gap.begin; i < gap.end; ++i) {
            if (raw[i] != 0) return i;
        }
    }
    return std::nullopt;
}

template <class Fixed>
void take(ByteView raw, std::size_t at, Fixed& out) {
    std::copy_n(raw.begin() + static_cast<std::ptrdiff_t>(at), Fixed::kSize, out.bytes.begin());
}

/// One little-endian number of 72 bytes as 48 big-endian ones; false when it is larger.
bool take_scalar(ByteView number, std::uint8_t* out) {
    for (std::size_t i = kScalarSize; i < kNumberSize; ++i) {
        if (number[i] != 0) return false;
    }
    for (std::size_t i = 0; i < kScalarSize; ++i) out[i] = number[kScalarSize - 1 - i];
    return true;
}

void take_signature(ByteView raw, SnpReport& out) {
    FixedBytes<struct SnpSignatureTag, 96> signature;
    const ByteView r = raw.subspan(kSignatureAt, kNumberSize);
    const ByteView s = raw.subspan(kSignatureAt + kNumberSize, kNumberSize);
    if (take_scalar(r, signature.bytes.data()) &&
        take_scalar(s, signature.bytes.data() + kScalarSize))
        out.signature = signature;
}

void take_guest(ByteView raw, SnpReport& out) {
    out.guest_svn = load_le<std::uint32_t>(raw.data() + 0x04);
    out.policy = load_le<std::uint64_t>(raw.data() + 0x08);
    take(raw, 0x10, out.family_id);
    take(raw, 0x20, out.image_id);
    out.vmpl = load_le<std::uint32_t>(raw.data() + 0x30);
    out.signature_algorithm = load_le<std::uint32_t>(raw.data() + 0x34);
    take(raw, 0x38, out.current_tcb);
    out.platform_info = load_le<std::uint64_t>(raw.data() + 0x40);
    out.flags = load_le<std::uint32_t>(raw.data() + 0x48);
    take(raw, 0x50, out.report_data);
    take(raw, 0x90, out.measurement);
    take(raw, 0xC0, out.host_data);
    take(raw, 0xE0, out.id_key_digest);
    take(raw, 0x110, out.author_key_digest);
    take(raw, 0x140, out.report_id);
    take(raw, 0x160, out.report_id_ma);
}

void take_platform(ByteView raw, SnpReport& out) {
    take(raw, 0x180, out.reported_tcb);
    if (out.version >= kVersionWithCpuid) {
        out.cpuid_family = raw[0x188];
        out.cpuid_model = raw[0x189];
        out.cpuid_stepping = raw[0x18A];
    }
    take(raw, 0x1A0, out.chip_id);
    take(raw, 0x1E0, out.committed_tcb);
    out.current_build = raw[0x1E8];
    out.current_minor = raw[0x1E9];
    out.current_major = raw[0x1EA];
    out.committed_build = raw[0x1EC];
    out.committed_minor = raw[0x1ED];
    out.committed_major = raw[0x1EE];
    take(raw, 0x1F0, out.launch_tcb);
    if (out.version >= kVersionWithMitigations) {
        out.launch_mitigations = load_le<std::uint64_t>(raw.data() + 0x1F8);
        out.current_mitigations = load_le<std::uint64_t>(raw.data() + 0x200);
    }
}

}  // namespace

std::string_view name_of(SnpProductLine line) noexcept {
    switch (line) {
        case SnpProductLine::kMilan: return "milan";
        case SnpProductLine::kGenoa: return "genoa";
        case SnpProductLine::kTurin: return "turin";
    }
    std::abort();
}

std::optional<SnpProductLine> snp_product_line_of(std::string_view word) noexcept {
    for (const SnpProductLine line :
         {SnpProductLine::kMilan, SnpProductLine::kGenoa, SnpProductLine::kTurin}) {
        if (word == name_of(line)) return line;
    }
    return std::nullopt;
}

std::optional<SnpProductLine> snp_product_line_of_cpuid(std::uint8_t family,
                                                        std::uint8_t model) noexcept {
    constexpr std::uint8_t kZen3And4 = 0x19;
    constexpr std::uint8_t kZen5 = 0x1A;
    const unsigned group = model >> 4U;
    if (family == kZen3And4 && group == 0x0) return SnpProductLine::kMilan;
    if (family == kZen3And4 && (group == 0x1 || group == 0xA)) return SnpProductLine::kGenoa;
    if (family == kZen5 && (group == 0x0 || group == 0x1)) return SnpProductLine::kTurin;
    return std::nullopt;
}

bool SnpTcb::reaches(const SnpTcb& floor) const noexcept {
    return fmc >= floor.fmc && bootloader >= floor.bootloader && tee >= floor.tee &&
           snp >= floor.snp && microcode >= floor.microcode;
}

std::string SnpTcb::text() const {
    std::string out = fmc == 0 ? "" : "fmc " + std::to_string(fmc) + ", ";
    out += "bootloader " + std::to_string(bootloader) + ", tee " + std::to_string(tee);
    return out + ", snp " + std::to_string(snp) + ", microcode " + std::to_string(microcode);
}

Result<SnpTcb> read_snp_tcb(SnpProductLine line, const SnpTcbBytes& raw) {
    const auto& b = raw.bytes;
    const bool turin = line == SnpProductLine::kTurin;
    const std::size_t reserved_begin = turin ? 4 : 2;
    const std::size_t reserved_end = turin ? 7 : 6;
    for (std::size_t i = reserved_begin; i < reserved_end; ++i) {
        if (b[i] != 0) return Error{Errc::kEvidenceMalformed, "attest.snp.tcb.reserved"};
    }
    if (turin) return SnpTcb{b[0], b[1], b[2], b[3], b[7]};
    return SnpTcb{0, b[0], b[1], b[6], b[7]};
}

std::optional<SnpSigningKey> SnpReport::signing_key() const noexcept {
    switch (flags >> 2U & 7U) {
        case 0: return SnpSigningKey::kVcek;
        case 1: return SnpSigningKey::kVlek;
        case 7: return SnpSigningKey::kNone;
        default: return std::nullopt;
    }
}

Result<SnpReport> parse_snp_report(ByteView raw) {
    if (raw.size() != kSnpReportSize)
        return Error{Errc::kEvidenceMalformed, "attest.snp.report.size"};
    SnpReport out;
    out.version = load_le<std::uint32_t>(raw.data());
    if (out.version < kVersionMin || out.version > kVersionMax)
        return Error{Errc::kEvidenceMalformed, "attest.snp.report.version"};
    take_guest(raw, out);
    take_platform(raw, out);
    take_signature(raw, out);
    const ByteView covered = raw.first(kSnpSignedSize);
    out.signed_bytes.assign(covered.begin(), covered.end());
    out.reserved_set_at = first_reserved_set(raw, out.version);
    // Flags above bit 4 are reserved; bits 2..4 are judged by whoever appraises.
    if (!out.reserved_set_at && (out.flags >> 5U) != 0) out.reserved_set_at = 0x48;
    return out;
}

}  // namespace pramana::attest
