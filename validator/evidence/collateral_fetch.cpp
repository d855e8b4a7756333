#include "collateral_fetch.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

namespace pramana::evidence {
namespace {

constexpr std::size_t kDocumentBytesMax = std::size_t{1} << 20U;
constexpr std::size_t kListBytesMax = std::size_t{4} << 20U;
constexpr std::size_t kCertificateBytesMax = std::size_t{64} << 10U;
constexpr std::size_t kTurinChipBytes = 8;

constexpr Error fail(std::string_view site) noexcept {
    return Error{Errc::kEvidenceMalformed, site};
}

/// %XX resolved, as Intel writes PEM into a header field.
Result<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const Result<Bytes> byte = from_hex(text.substr(i + 1, 2));
        if (!byte || byte->size() != 1) return fail("evidence.collateral.percent");
        out += static_cast<char>(byte->front());
        i += 2;
    }
    return out;
}

Result<std::string> header_pem(const CollateralReply& reply, const char* name) {
    const auto found = reply.headers.find(name);
    if (found == reply.headers.end()) return fail("evidence.collateral.issuer_chain");
    return percent_decoded(found->second);
}

/// DER, or its hex as caching services answer.
Bytes der_of(Bytes body) {
    const std::string_view text = as_text(body);
    const Result<Bytes> raw = from_hex(text.substr(0, text.find_last_not_of("\r\n \t") + 1));
    return raw && !raw->empty() ? *raw : std::move(body);
}

/// {"<name>": {…}, "signature": hex}: the object byte for byte, and the signature.
struct SignedDocument {
    std::string text;
    Bytes signature;
};
Result<SignedDocument> signed_document(const CollateralReply& reply, std::string_view name) {
    const Result<JsonView> root = read_json(as_text(reply.body), 16);
    if (!root) return fail("evidence.collateral.json");
    const std::optional<JsonView> document = root->member(name);
    const std::optional<JsonView> signature = root->member("signature");
    if (!document || document->kind() != JsonKind::kObject || !signature)
        return fail("evidence.collateral.document");
    const Result<std::string> hex = signature->text();
    Result<Bytes> raw = hex ? from_hex(*hex) : hex.error();
    if (!raw) return fail("evidence.collateral.signature");
    return SignedDocument{std::string{document->raw()}, *std::move(raw)};
}

std::string_view kds_name(attest::SnpProductLine line) {
    switch (line) {
        case attest::SnpProductLine::kMilan: return "Milan";
        case attest::SnpProductLine::kGenoa: return "Genoa";
        case attest::SnpProductLine::kTurin: return "Turin";
    }
    std::abort();
}

std::string vcek_path(const attest::SnpReport& report, attest::SnpProductLine line,
                      const attest::SnpTcb& tcb) {
    const bool turin = line == attest::SnpProductLine::kTurin;
    const ByteView chip =
        turin ? report.chip_id.view().first(kTurinChipBytes) : report.chip_id.view();
    std::string path = to_hex(chip) + '?';
    if (turin) path += "fmcSPL=" + std::to_string(tcb.fmc) + '&';
    return path + "blSPL=" + std::to_string(tcb.bootloader) + "&teeSPL=" + std::to_string(tcb.tee) +
           "&snpSPL=" + std::to_string(tcb.snp) + "&ucodeSPL=" + std::to_string(tcb.microcode);
}

/// Where AMD's service has what is about a report's processor.
struct KdsPlace {
    attest::SnpProductLine line;
    bool vlek;
    std::string of_line;
};
Result<KdsPlace> place_of(const CollateralServices& services, const attest::SnpReport& report) {
    if (!report.cpuid_family || !report.cpuid_model) return fail("evidence.collateral.line");
    const std::optional<attest::SnpProductLine> line =
        attest::snp_product_line_of_cpuid(*report.cpuid_family, *report.cpuid_model);
    if (!line) return fail("evidence.collateral.line");
    const bool vlek = report.signing_key() == attest::SnpSigningKey::kVlek;
    return KdsPlace{
        *line, vlek,
        services.amd_kds + (vlek ? "/vlek/v1/" : "/vcek/v1/") + std::string{kds_name(*line)}};
}

}  // namespace

Result<attest::IntelCollateral> fetch_intel(const CollateralGet& get,
                                            const CollateralServices& services,
                                            const std::string& fmspc, bool platform) {
    attest::IntelCollateral out;
    Result<CollateralReply> reply =
        get(services.intel_pcs + "/tdx/certification/v4/tcb?fmspc=" + fmspc, kDocumentBytesMax);
    if (!reply) return reply.error();
    Result<SignedDocument> document = signed_document(*reply, "tcbInfo");
    if (!document) return document.error();
    Result<std::string> chain = header_pem(*reply, "tcb-info-issuer-chain");
    if (!chain) return chain.error();
    out.tcb_info = std::move(document->text);
    out.tcb_info_signature = std::move(document->signature);
    out.tcb_info_issuer_chain = *std::move(chain);

    reply = get(services.intel_pcs + "/tdx/certification/v4/qe/identity", kDocumentBytesMax);
    if (!reply) return reply.error();
    document = signed_document(*reply, "enclaveIdentity");
    if (!document) return document.error();
    chain = header_pem(*reply, "sgx-enclave-identity-issuer-chain");
    if (!chain) return chain.error();
    out.qe_identity = std::move(document->text);
    out.qe_identity_signature = std::move(document->signature);
    out.qe_identity_issuer_chain = *std::move(chain);

    reply = get(services.intel_pcs + "/sgx/certification/v4/pckcrl?ca=" +
                    (platform ? "platform" : "processor") + "&encoding=der",
                kListBytesMax);
    if (!reply) return reply.error();
    chain = header_pem(*reply, "sgx-pck-crl-issuer-chain");
    if (!chain) return chain.error();
    out.pck_crl = der_of(std::move(reply->body));
    out.pck_crl_issuer_chain = *std::move(chain);

    reply = get(services.intel_root_crl, kListBytesMax);
    if (!reply) return reply.error();
    out.root_ca_crl = der_of(std::move(reply->body));
    return out;
}

Result<bool> is_platform_ca(ByteView quote) {
    const std::string_view text = as_text(quote);
    const std::size_t at = text.find("-----BEGIN CERTIFICATE-----");
    if (at == text.npos) return fail("evidence.collateral.pck");
    const std::unique_ptr<BIO, decltype(&::BIO_free)> memory{
        ::BIO_new_mem_buf(text.data() + at, static_cast<int>(text.size() - at)), &::BIO_free};
    const std::unique_ptr<X509, decltype(&::X509_free)> leaf{
        ::PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr), &::X509_free};
    if (!leaf) return fail("evidence.collateral.pck");
    std::array<char, 256> name{};
    const int length = ::X509_NAME_get_text_by_NID(::X509_get_issuer_name(leaf.get()),
                                                   NID_commonName, name.data(), name.size());
    if (length <= 0) return fail("evidence.collateral.pck");
    return std::string_view{name.data(), static_cast<std::size_t>(length)}.find("Platform") !=
           std::string_view::npos;
}

Result<SnpCertificates> fetch_snp_certificates(const CollateralGet& get,
                                               const CollateralServices& services,
                                               const attest::SnpReport& report,
                                               SnpCertificates handed_out) {
    const Result<KdsPlace> place = place_of(services, report);
    if (!place) return place.error();
    if (handed_out.endorsement.empty()) {
        if (place->vlek) return fail("evidence.collateral.vlek");  // only the host has it
        const Result<attest::SnpTcb> tcb = attest::read_snp_tcb(place->line, report.reported_tcb);
        if (!tcb) return tcb.error();
        Result<CollateralReply> reply =
            get(place->of_line + '/' + vcek_path(report, place->line, *tcb), kCertificateBytesMax);
        if (!reply) return reply.error();
        handed_out.endorsement = std::move(reply->body);
    }
    if (handed_out.authorities.empty()) {
        const Result<CollateralReply> reply =
            get(place->of_line + "/cert_chain", kCertificateBytesMax);
        if (!reply) return reply.error();
        handed_out.authorities = std::string{as_text(reply->body)};
    }
    return handed_out;
}

Result<AmdCollateral> fetch_amd(const CollateralGet& get, const CollateralServices& services,
                                const attest::SnpReport& report, SnpCertificates handed_out) {
    Result<SnpCertificates> certificates =
        fetch_snp_certificates(get, services, report, std::move(handed_out));
    if (!certificates) return certificates.error();
    const Result<KdsPlace> place = place_of(services, report);
    if (!place) return place.error();
    Result<CollateralReply> reply = get(place->of_line + "/crl", kListBytesMax);
    if (!reply) return reply.error();
    return AmdCollateral{.endorsement = std::move(certificates->endorsement),
                         .authorities = std::move(certificates->authorities),
                         .revocations = std::move(reply->body)};
}

std::string amd_json(const AmdCollateral& collateral) {
    JsonObject json;
    json.text("endorsement", to_hex(collateral.endorsement))
        .text("authorities", collateral.authorities)
        .text("revocations", to_hex(collateral.revocations));
    return json.str();
}

}  // namespace pramana::evidence
