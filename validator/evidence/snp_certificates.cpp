#include "pramana/evidence/snp_certificates.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace pramana::evidence {
namespace {

constexpr std::size_t kTableBytesMax = 64U << 10U;
constexpr std::size_t kGuidSize = 16;
constexpr std::size_t kEntrySize = kGuidSize + 4 + 4;
constexpr std::size_t kPemLine = 64;

// The bytes as they stand in the table.
constexpr std::string_view kVcek = "63da758de6644564adc5f4b93be8accd";
constexpr std::string_view kVlek = "a8074bc2a25a483eaae639c045a0b8a1";
constexpr std::string_view kAsk = "4ab7b379bbac4fe4a02f05aef327c782";
constexpr std::string_view kArk = "c0b406a4a803495297433fb6014cd0ae";

constexpr Error kMalformed{Errc::kEvidenceMalformed, "evidence.snp.certificates"};

/// Takes a certificate once.
bool take(Bytes& into, ByteView certificate) {
    if (!into.empty() || certificate.empty()) return false;
    append(into, certificate);
    return true;
}

}  // namespace

std::string certificate_pem(ByteView der) {
    std::string base64(4 * ((der.size() + 2) / 3) + 1, '\0');
    const int length = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()),
                                         der.data(), static_cast<int>(der.size()));
    base64.resize(static_cast<std::size_t>(length));
    std::string pem = "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t at = 0; at < base64.size(); at += kPemLine)
        pem += base64.substr(at, kPemLine) + '\n';
    return pem + "-----END CERTIFICATE-----\n";
}

Result<SnpCertificates> read_snp_certificates(ByteView table) {
    SnpCertificates out;
    if (table.empty()) return out;
    if (table.size() > kTableBytesMax) return kMalformed;
    Bytes ask;
    Bytes ark;
    for (std::size_t at = 0;; at += kEntrySize) {
        if (table.size() - at < kEntrySize) return kMalformed;
        const ByteView guid = table.subspan(at, kGuidSize);
        if (std::ranges::all_of(guid, [](std::uint8_t b) { return b == 0; })) break;
        const std::size_t offset = load_le<std::uint32_t>(table.data() + at + kGuidSize);
        const std::size_t length = load_le<std::uint32_t>(table.data() + at + kGuidSize + 4);
        if (offset > table.size() || length > table.size() - offset) return kMalformed;
        const ByteView certificate = table.subspan(offset, length);
        const std::string name = to_hex(guid);
        bool taken = true;
        if (name == kVcek || name == kVlek) taken = take(out.endorsement, certificate);
        if (name == kAsk) taken = take(ask, certificate);
        if (name == kArk) taken = take(ark, certificate);
        if (!taken) return kMalformed;
    }
    if (!ask.empty()) out.authorities += certificate_pem(ask);
    if (!ark.empty()) out.authorities += certificate_pem(ark);
    return out;
}

}  // namespace pramana::evidence
