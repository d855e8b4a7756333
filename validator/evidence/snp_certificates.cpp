#include "pramana/evidence/snp_certificates.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>

namespace pramana::evidence {
namespace {

constexpr std::size_t kTableBytesMax = 64U << 10U;
constexpr std::size_t kGuidSize = 16;
constexpr std::size_t kEntrySize = kGuidSize + 4 + 4;
constexpr std::size_t kPemLine = 64;
constexpr std::size_t kAuthoritiesMax = 2;  ///< ASK or ASVK, ARK

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

/// The GUID of a table's entry for this endorsement key; empty: it is none.
std::string_view guid_of_endorsement(const Bytes& der) {
    const unsigned char* at = der.data();
    const std::unique_ptr<X509, decltype(&::X509_free)> certificate{
        ::d2i_X509(nullptr, &at, static_cast<long>(der.size())), &::X509_free};
    std::array<char, 16> name{};
    if (!certificate || at != der.data() + der.size() ||
        ::X509_NAME_get_text_by_NID(::X509_get_subject_name(certificate.get()), NID_commonName,
                                    name.data(), name.size()) <= 0)
        return {};
    const std::string_view subject{name.data()};
    if (subject == "SEV-VCEK") return kVcek;
    return subject == "SEV-VLEK" ? kVlek : std::string_view{};
}

/// The certificates in a PEM text, DER. Errors: kEvidenceMalformed.
Result<std::vector<Bytes>> der_of_pem(const std::string& text) {
    const std::unique_ptr<BIO, decltype(&::BIO_free)> memory{
        ::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &::BIO_free};
    std::vector<Bytes> out;
    for (;;) {
        char* name = nullptr;
        char* header = nullptr;
        unsigned char* raw = nullptr;
        long size = 0;
        if (::PEM_read_bio(memory.get(), &name, &header, &raw, &size) != 1) break;
        const bool plain = std::string_view{name} == "CERTIFICATE" && *header == '\0';
        out.emplace_back(raw, raw + size);
        ::OPENSSL_free(name);
        ::OPENSSL_free(header);
        ::OPENSSL_free(raw);
        if (!plain || out.size() > kAuthoritiesMax) return kMalformed;
    }
    return out;
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

Result<Bytes> snp_certificate_table(const SnpCertificates& certificates) {
    struct Item {
        std::string_view guid;
        Bytes der;
    };
    std::vector<Item> items;
    if (!certificates.endorsement.empty()) {
        const std::string_view guid = guid_of_endorsement(certificates.endorsement);
        if (guid.empty()) return kMalformed;
        items.push_back({guid, certificates.endorsement});
    }
    Result<std::vector<Bytes>> authorities = der_of_pem(certificates.authorities);
    if (!authorities) return authorities.error();
    if (authorities->empty() != certificates.authorities.empty()) return kMalformed;
    for (std::size_t i = 0; i < authorities->size(); ++i)
        items.push_back({i == 0 ? kAsk : kArk, std::move((*authorities)[i])});
    Bytes table((items.size() + 1) * kEntrySize);
    for (std::size_t i = 0; i < items.size(); ++i) {
        std::uint8_t* const entry = table.data() + i * kEntrySize;
        std::ranges::copy(*from_hex(items[i].guid), entry);
        store_le(static_cast<std::uint32_t>(table.size()), entry + kGuidSize);
        store_le(static_cast<std::uint32_t>(items[i].der.size()), entry + kGuidSize + 4);
        append(table, items[i].der);
    }
    if (table.size() > kTableBytesMax) return kMalformed;
    return table;
}

}  // namespace pramana::evidence
