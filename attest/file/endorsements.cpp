#include "byte_reader.hpp"
#include "certificate.hpp"
#include "crl.hpp"
#include "der.hpp"

#include "pramana/attest/evidence_file.hpp"
#include "pramana/attest/ocsp.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

constexpr std::size_t kRimsMax = 64;
constexpr std::size_t kListsMax = 16;
constexpr std::size_t kOcspMax = 64;
constexpr std::size_t kTableEntriesMax = 16;
constexpr std::size_t kTableEntrySize = 24;  // GUID, offset, length

Error malformed(std::string_view site) { return {Errc::kEvidenceMalformed, site}; }

// GUIDs of the certificate table (GHCB 2.0, "Certificate Data Structure"), as they are printed.
using Guid = std::array<std::uint8_t, 16>;
constexpr Guid kVcek = {0x63, 0xda, 0x75, 0x8d, 0xe6, 0x64, 0x45, 0x64,
                        0xad, 0xc5, 0xf4, 0xb9, 0x3b, 0xe8, 0xac, 0xcd};
constexpr Guid kVlek = {0xa8, 0x07, 0x4b, 0xc2, 0xa2, 0x5a, 0x48, 0x3e,
                        0xaa, 0xe6, 0x39, 0xc0, 0x45, 0xa0, 0xb8, 0xa1};
constexpr Guid kAsk = {0x4a, 0xb7, 0xb3, 0x79, 0xbb, 0xac, 0x4f, 0xe4,
                       0xa0, 0x2f, 0x05, 0xae, 0xf3, 0x27, 0xc7, 0x82};
constexpr Guid kArk = {0xc0, 0xb4, 0x06, 0xa4, 0xa8, 0x03, 0x49, 0x52,
                       0x97, 0x43, 0x3f, 0xb6, 0x01, 0x4c, 0xd0, 0xae};

/// The same GUID where its first three fields were stored little-endian, as UEFI does.
Guid swapped(const Guid& guid) {
    Guid out = guid;
    std::reverse(out.begin(), out.begin() + 4);
    std::reverse(out.begin() + 4, out.begin() + 6);
    std::reverse(out.begin() + 6, out.begin() + 8);
    return out;
}
bool is(ByteView found, const Guid& guid) {
    return same_bytes(found, guid) || same_bytes(found, swapped(guid));
}

std::string pem_text(ByteView der) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out = "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t i = 0; i < der.size(); i += 3) {
        const std::size_t held = std::min<std::size_t>(3, der.size() - i);
        std::uint32_t word = 0;
        for (std::size_t k = 0; k < 3; ++k)
            word = word << 8U | (k < held ? std::uint32_t{der[i + k]} : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            out += k <= held ? kDigits[word >> (18U - 6U * k) & 63U] : '=';
        if (i % 48 == 45) out += '\n';
    }
    return out + "\n-----END CERTIFICATE-----\n";
}

bool holds(ByteView bytes, std::string_view text) {
    return as_text(bytes).find(text) != std::string_view::npos;
}

/// The intermediate stands in front of the root; each stands once.
void add_authority(const std::string& pem, bool intermediate, std::string& authorities) {
    if (authorities.find(pem) != std::string::npos) return;
    authorities.insert(intermediate ? 0 : authorities.size(), pem);
}

/// A certificate by whose it is: a VCEK or VLEK, an authority of AMD's, anything else is NVIDIA's.
void add_certificates(const std::vector<Bytes>& ders, std::string_view pem, Endorsements& out) {
    bool amd = false;
    for (const Bytes& der : ders) {
        const bool leaf = holds(der, "SEV-VCEK") || (holds(der, "SEV-VLEK") && !holds(der, "ARK-"));
        if (leaf)
            out.snp_endorsement = der;
        else if (holds(der, "SEV-") || holds(der, "ARK-"))
            add_authority(pem_text(der), holds(der, "SEV-"), out.snp_authorities);
        amd = amd || leaf || holds(der, "ARK-");
    }
    if (!amd) out.nvidia_chain = pem;
}

Status add_list(Bytes der, Endorsements& out) {
    if (holds(der, "ARK-")) {
        out.snp_revocations = std::move(der);
        return Done{};
    }
    if (out.revocations.size() == kListsMax) return malformed("attest.endorsements.lists");
    out.revocations.push_back(std::move(der));
    return Done{};
}

Status add_ocsp(Bytes der, Endorsements& out) {
    if (out.ocsp.size() == kOcspMax) return malformed("attest.endorsements.ocsp");
    out.ocsp.push_back(std::move(der));
    return Done{};
}

Status add_rim(std::string text, Endorsements& out) {
    if (out.rims.size() == kRimsMax) return malformed("attest.endorsements.rims");
    out.rims.push_back(std::move(text));
    return Done{};
}

/// The text of a member; empty where it is absent or null.
Result<std::string> text_of(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> value = object.member(name);
    if (!value || value->kind() == JsonKind::kNull) return std::string{};
    Result<std::string> text = value->text();
    if (!text) return malformed("attest.endorsements.text");
    return text;
}
Result<Bytes> hex_of(const JsonView& object, std::string_view name) {
    const Result<std::string> text = text_of(object, name);
    if (!text) return text.error();
    Result<Bytes> bytes = from_hex(*text);
    if (!bytes) return malformed("attest.endorsements.hex");
    return bytes;
}

Status add_amd(const JsonView& amd, Endorsements& out) {
    Result<Bytes> endorsement = hex_of(amd, "endorsement");
    Result<std::string> authorities = text_of(amd, "authorities");
    Result<Bytes> revocations = hex_of(amd, "revocations");
    if (!endorsement || !authorities || !revocations) return malformed("attest.endorsements.amd");
    if (!endorsement->empty()) out.snp_endorsement = std::move(*endorsement);
    if (!authorities->empty()) out.snp_authorities = std::move(*authorities);
    if (!revocations->empty()) out.snp_revocations = std::move(*revocations);
    return Done{};
}

/// Each hex text of a list.
Status add_each(const JsonView& object, std::string_view name, Status (*add)(Bytes, Endorsements&),
                Endorsements& out) {
    const std::optional<JsonView> list = object.member(name);
    for (const JsonView& item : list ? list->items() : std::vector<JsonView>{}) {
        const Result<std::string> text = item.text();
        Result<Bytes> der = text ? from_hex(*text) : text.error();
        if (!der) return malformed("attest.endorsements.list");
        PRAMANA_TRY(add(std::move(*der), out));
    }
    return Done{};
}

Status add_nvidia(const JsonView& nvidia, Endorsements& out) {
    Result<std::string> chain = text_of(nvidia, "chain");
    if (!chain) return chain.error();
    if (!chain->empty()) out.nvidia_chain = std::move(*chain);
    const std::optional<JsonView> rims = nvidia.member("rims");
    for (const JsonView::Member& rim : rims ? rims->members() : std::vector<JsonView::Member>{}) {
        Result<std::string> text = rim.value.text();
        if (!text) return malformed("attest.endorsements.rim");
        PRAMANA_TRY(add_rim(std::move(*text), out));
    }
    PRAMANA_TRY(add_each(nvidia, "revocations", add_list, out));
    return add_each(nvidia, "ocsp", add_ocsp, out);
}

Status add_json(std::string_view text, Endorsements& out) {
    const Result<JsonView> root = read_json(text);
    if (!root || root->kind() != JsonKind::kObject) return malformed("attest.endorsements.json");
    bool known = false;
    const auto given = [&](std::string_view name) -> std::optional<JsonView> {
        const std::optional<JsonView> value = root->member(name);
        known = known || value.has_value();
        return value && value->kind() != JsonKind::kNull ? value : std::nullopt;
    };
    const bool bare = root->member("tcb_info") || root->member("pck_crl");
    const std::optional<JsonView> intel = bare ? std::optional{*root} : given("intel");
    if (intel) {
        Result<IntelCollateral> collateral = read_intel_collateral(intel->raw());
        if (!collateral) return collateral.error();
        out.intel = std::move(*collateral);
        known = true;
    }
    if (const std::optional<JsonView> amd = given("amd")) PRAMANA_TRY(add_amd(*amd, out));
    if (const std::optional<JsonView> nvidia = given("nvidia"))
        PRAMANA_TRY(add_nvidia(*nvidia, out));
    if (known) return Done{};
    // dstack's compose documents are JSON too; whatever else it is has the wrong hash.
    if (!root->member("manifest_version") && !root->member("docker_compose_file"))
        return malformed("attest.endorsements.unknown");
    out.app_compose = text;
    return Done{};
}

}  // namespace

Status add_endorsements(ByteView document, Endorsements& out) {
    if (document.size() > kEvidenceFileBytesMax) return malformed("attest.endorsements.size");
    std::string_view text = as_text(document);
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\r'))
        text.remove_prefix(1);
    if (text.starts_with('{')) return add_json(as_text(document), out);
    if (text.starts_with("-----BEGIN CERTIFICATE-----")) {
        const Result<std::vector<Bytes>> ders = read_pem(text);
        if (!ders) return ders.error();
        add_certificates(*ders, text, out);
        return Done{};
    }
    if (text.starts_with("<?xml") || text.starts_with("<SoftwareIdentity") ||
        text.starts_with("<ns0:SoftwareIdentity"))
        return add_rim(std::string{text}, out);
    if (read_crl(document)) return add_list(Bytes(document.begin(), document.end()), out);
    if (is_ocsp_answer(document)) return add_ocsp(Bytes(document.begin(), document.end()), out);
    if (read_certificate(document)) {
        const Bytes der(document.begin(), document.end());
        add_certificates({der}, pem_text(der), out);
        return Done{};
    }
    return malformed("attest.endorsements.unknown");
}

Status add_snp_certificates(ByteView table, Endorsements& out) {
    std::string authorities;
    std::optional<Bytes> ark;
    for (std::size_t i = 0; i < kTableEntriesMax; ++i) {
        if (table.size() < (i + 1) * kTableEntrySize) return malformed("attest.snp_table.cut");
        ByteReader entry{table.subspan(i * kTableEntrySize, kTableEntrySize)};
        const ByteView guid = entry.take(16);
        const auto offset = entry.take_le<std::uint32_t>();
        const auto size = entry.take_le<std::uint32_t>();
        if (std::ranges::all_of(guid, [](std::uint8_t b) { return b == 0; })) {
            if (ark) authorities += pem_text(*ark);  // behind the intermediate
            if (!authorities.empty()) out.snp_authorities = std::move(authorities);
            return Done{};
        }
        if (offset > table.size() || size > table.size() - offset)
            return malformed("attest.snp_table.entry");
        const ByteView der = table.subspan(offset, size);
        if (is(guid, kVcek) || is(guid, kVlek))
            out.snp_endorsement.assign(der.begin(), der.end());
        else if (is(guid, kAsk))
            authorities += pem_text(der);
        else if (is(guid, kArk))
            ark.emplace(der.begin(), der.end());
    }
    return malformed("attest.snp_table.entries");
}

}  // namespace pramana::attest
