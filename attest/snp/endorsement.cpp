#include "snp/endorsement.hpp"

#include "der.hpp"

#include <array>

namespace pramana::attest {

namespace {

constexpr std::uint8_t kIa5String = 0x16;
constexpr std::size_t kTextMax = 64;
constexpr std::size_t kHardwareIdSize = 64;
constexpr std::size_t kTurinHardwareIdSize = 8;

Error malformed(std::string_view site) { return Error{Errc::kEvidenceMalformed, site}; }

/// DER content of 1.3.6.1.4.1.3704.1 and the arcs below it.
Bytes amd_oid(std::initializer_list<std::uint8_t> arcs) {
    constexpr std::array<std::uint8_t, 8> kAmd = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x9c, 0x78, 0x01};
    Bytes out;
    out.reserve(kAmd.size() + arcs.size());
    for (const std::uint8_t arc : kAmd) out.push_back(arc);
    for (const std::uint8_t arc : arcs) out.push_back(arc);
    return out;
}

/// The only DER value of an extension, which must have this tag.
std::optional<ByteView> only_value(const Certificate& certificate, const Bytes& oid,
                                   std::uint8_t tag) {
    const Extension* extension = certificate.extension(oid);
    if (extension == nullptr) return std::nullopt;
    DerReader reader{extension->value};
    const ByteView content = reader.next(tag).content;
    if (!reader.done()) return std::nullopt;
    return content;
}

/// Component `n` of the TCB, 1.3.6.1.4.1.3704.1.3.n.
std::optional<std::uint8_t> component(const Certificate& certificate, std::uint8_t n) {
    const auto content = only_value(certificate, amd_oid({3, n}), kDerInteger);
    const auto value = content ? der_small(*content) : std::nullopt;
    if (!value || *value > 0xFF) return std::nullopt;
    return static_cast<std::uint8_t>(*value);
}

std::optional<std::string> text_of_extension(const Certificate& certificate, std::uint8_t arc) {
    const auto content = only_value(certificate, amd_oid({arc}), kIa5String);
    if (!content || content->empty() || content->size() > kTextMax) return std::nullopt;
    for (const std::uint8_t byte : *content) {
        if (byte < 0x20 || byte > 0x7e) return std::nullopt;
    }
    return std::string{as_text(*content)};
}

/// "Milan-B0", "Milan": the line is what stands before the stepping. Siena has Genoa's root.
std::optional<SnpProductLine> line_of_product(std::string_view product) {
    const std::string_view name = product.substr(0, product.find('-'));
    if (name == "Milan") return SnpProductLine::kMilan;
    if (name == "Genoa" || name == "Siena" || name == "Bergamo") return SnpProductLine::kGenoa;
    if (name == "Turin") return SnpProductLine::kTurin;
    return std::nullopt;
}

Result<SnpTcb> read_tcb(const Certificate& certificate, SnpProductLine line) {
    const auto bootloader = component(certificate, 1);
    const auto tee = component(certificate, 2);
    const auto snp = component(certificate, 3);
    const auto microcode = component(certificate, 8);
    if (!bootloader || !tee || !snp || !microcode) return malformed("attest.snp.endorsement.tcb");
    for (const std::uint8_t reserved :
         {std::uint8_t{4}, std::uint8_t{5}, std::uint8_t{6}, std::uint8_t{7}}) {
        if (certificate.extension(amd_oid({3, reserved})) != nullptr &&
            component(certificate, reserved) != std::uint8_t{0})
            return malformed("attest.snp.endorsement.reserved");
    }
    const bool turin = line == SnpProductLine::kTurin;
    const auto fmc = turin ? component(certificate, 9) : std::uint8_t{0};
    if (!fmc) return malformed("attest.snp.endorsement.fmc");
    return SnpTcb{*fmc, *bootloader, *tee, *snp, *microcode};
}

/// The hardware id, which AMD puts into the extension without a DER tag of its own.
Result<Bytes> read_hardware_id(const Certificate& certificate, SnpProductLine line) {
    const Extension* extension = certificate.extension(amd_oid({4}));
    if (extension == nullptr) return malformed("attest.snp.endorsement.chip");
    const std::size_t wanted =
        line == SnpProductLine::kTurin ? kTurinHardwareIdSize : kHardwareIdSize;
    ByteView value = extension->value;
    if (value.size() != wanted) {
        DerReader reader{value};
        value = reader.next(kDerOctetString).content;
        if (!reader.done() || value.size() != wanted)
            return malformed("attest.snp.endorsement.chip");
    }
    return Bytes{value.begin(), value.end()};
}

}  // namespace

Result<SnpEndorsement> read_snp_endorsement(const Certificate& certificate) {
    SnpEndorsement out;
    if (certificate.common_name == "SEV-VCEK")
        out.key = SnpSigningKey::kVcek;
    else if (certificate.common_name == "SEV-VLEK")
        out.key = SnpSigningKey::kVlek;
    else
        return malformed("attest.snp.endorsement.subject");
    const auto product = text_of_extension(certificate, 2);
    const auto line = product ? line_of_product(*product) : std::nullopt;
    if (!line) return malformed("attest.snp.endorsement.product");
    out.product_name = *product;
    out.line = *line;
    const Result<SnpTcb> tcb = read_tcb(certificate, *line);
    if (!tcb) return tcb.error();
    out.tcb = *tcb;
    if (out.key == SnpSigningKey::kVcek) {
        Result<Bytes> id = read_hardware_id(certificate, *line);
        if (!id) return id.error();
        out.hardware_id = std::move(*id);
        return out;
    }
    const auto cloud = text_of_extension(certificate, 5);
    if (!cloud) return malformed("attest.snp.endorsement.cloud");
    out.cloud = *cloud;
    return out;
}

}  // namespace pramana::attest
