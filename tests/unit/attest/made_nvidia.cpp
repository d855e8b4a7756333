#include "made_nvidia.hpp"

#include "pramana/core/endian.hpp"

#include <algorithm>

namespace pramana::made {

Bytes rim_root();

namespace {

using attest::NvidiaField;

constexpr const char* kRootName = "NVIDIA Device Identity CA";  // used before main, by tables

const Key& key_of(int which) {
    static const std::array<Key, 5> keys = {Key::p384(), Key::p384(), Key::p384(), Key::p384(),
                                            Key::p384()};
    return keys.at(static_cast<std::size_t>(which));
}

const Bytes& top_certificate() {
    static const Bytes made = root(kRootName, key_of(4));
    return made;
}

/// FWID ::= SEQUENCE { hashAlg, digest }
Bytes fwid_of(std::uint8_t value) {
    const Bytes sha384 = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02};
    return der(0x30, joined({der(0x06, sha384), der(0x04, Bytes(48, value))}));
}

Extension fwid_extension(const NvidiaOrder& order) {
    const Bytes fwid = fwid_of(order.certified_fwid);
    if (order.blackwell_fwid)
        return {"2.23.133.5.4.1.1", der(0x30, joined({der(0x80, Bytes{'N', 'V'}),
                                                      der(0xa6, joined({fwid, fwid_of(0xEE)}))}))};
    const Bytes device_key = der(0x30, joined({der(0x30, {}), der(0x03, Bytes{0})}));
    return {"2.23.133.5.4.1", der(0x30, joined({der_number(1), device_key, fwid}))};
}

void append_u24(Bytes& out, std::size_t value) {
    append_le(out, static_cast<std::uint16_t>(value & 0xFFFFU));
    out.push_back(static_cast<std::uint8_t>(value >> 16U));
}

Bytes report_body(const NvidiaOrder& order) {
    Bytes out = {0x11, 0xE0, 0x01, 0xFF};
    append(out, Bytes(32, kNonceByte));
    out.push_back(0);
    append(out, Bytes{0x11, 0x60, 0, 0, static_cast<std::uint8_t>(order.blocks)});
    append_u24(out, std::size_t{order.blocks} * 55);
    for (unsigned i = 0; i < order.blocks; ++i) {
        append(out, Bytes{static_cast<std::uint8_t>(i + 1), 1, 51, 0, 1, 48, 0});
        const auto other = order.values.find(i);
        append(out, Bytes(48, other == order.values.end() ? static_cast<std::uint8_t>(i)
                                                          : other->second));
    }
    append(out, Bytes(32, 0xB4));
    Bytes opaque;
    for (const auto& [type, value] : order.opaque) {
        append_le(opaque, type);
        append_le(opaque, static_cast<std::uint16_t>(value.size()));
        append(opaque, value);
    }
    append_le(out, static_cast<std::uint16_t>(opaque.size()));
    append(out, opaque);
    return out;
}

}  // namespace

Bytes text_field(const std::string& text) {
    Bytes out(text.begin(), text.end());
    out.push_back(0);
    return out;
}

std::vector<std::pair<std::uint16_t, Bytes>> NvidiaOrder::default_opaque() {
    const auto number = [](NvidiaField field) { return static_cast<std::uint16_t>(field); };
    return {{number(NvidiaField::kVbiosVersion), {0x00, 0x9f, 0x00, 0x96, 0x01, 0, 0, 0}},
            {number(NvidiaField::kDriverVersion), text_field("550.90.07")},
            {number(NvidiaField::kNvdec0Status), {0xAA}},
            {number(NvidiaField::kFwid), Bytes(48, 0xF1)},
            {number(NvidiaField::kProtectedPcie), {0x55}},
            {number(NvidiaField::kFeatureFlag), {0, 0}}};
}

void NvidiaOrder::drop(NvidiaField field) {
    std::erase_if(opaque,
                  [&](const auto& row) { return row.first == static_cast<std::uint16_t>(field); });
}
void NvidiaOrder::set(NvidiaField field, Bytes value) {
    drop(field);
    opaque.emplace_back(static_cast<std::uint16_t>(field), std::move(value));
}

attest::NvidiaEvidence MadeNvidia::evidence() const {
    attest::NvidiaEvidence out{.report = report,
                               .chain = chain,
                               .nonce = std::nullopt,
                               .driver_rim = std::nullopt,
                               .vbios_rim = std::nullopt,
                               .revocations = revocations,
                               .ocsp = ocsp};
    if (nonce) out.nonce = ByteView{*nonce};
    if (driver_rim) out.driver_rim = *driver_rim;
    if (vbios_rim) out.vbios_rim = *vbios_rim;
    return out;
}

MadeNvidia make_nvidia(const NvidiaOrder& order) {
    const std::string authority =
        order.authority_name.empty() ? "NVIDIA " + order.chip + " Identity" : order.authority_name;
    const std::string provisioner = "NVIDIA " + order.chip + " Provisioner ICA 1";
    const std::string rom = order.chip + " A01 GSP BROM";
    const Key leaf_key = order.own_key ? Key::p384() : key_of(0);
    CertificateOrder leaf{
        .subject = order.chip + " A01 GSP FMC LF", .issuer = rom, .serial = order.leaf_serial};
    if (!order.leaf_without_fwid) leaf.extensions = {fwid_extension(order)};
    MadeNvidia out;
    const Bytes& top = top_certificate();
    const Bytes chip_der = certificate({.subject = authority,
                                        .issuer = kRootName,
                                        .serial = kChipAuthoritySerial,
                                        .authority = true,
                                        .key_usage = order.authority_usage_wrong ? "cRLSign" : ""},
                                       key_of(3), key_of(4));
    const Bytes provisioner_der = certificate({.subject = provisioner,
                                               .issuer = authority,
                                               .serial = kProvisionerSerial,
                                               .authority = true},
                                              key_of(2), key_of(3));
    const Bytes rom_der = certificate({.subject = rom, .issuer = provisioner, .authority = true},
                                      key_of(1), key_of(2));
    out.chain =
        pem({certificate(leaf, leaf_key, key_of(1)), rom_der, provisioner_der, chip_der, top});
    out.issued = {{rom_der, provisioner_der, key_of(2)},
                  {provisioner_der, chip_der, key_of(3)},
                  {chip_der, top, key_of(4)}};
    out.roots.nvidia_device = {top};
    out.roots.nvidia_rim = {rim_root()};
    out.report = report_body(order);
    if (order.before) order.before(out.report);
    append(out.report, (order.wrong_signer ? key_of(1) : leaf_key).sign(out.report));
    if (order.after) order.after(out.report);
    out.nonce = Bytes(32, kNonceByte);
    out.driver_rim = make_rim(driver_rim(), &out.issued);
    out.vbios_rim = make_rim(vbios_rim(), &out.issued);
    out.revocations = {nvidia_root_list({}), nvidia_chip_list({})};
    return out;
}

Bytes nvidia_root_list(const CrlOrder& order) {
    CrlOrder list = order;
    list.issuer = kRootName;
    return revocations(list, key_of(4));
}
Bytes nvidia_chip_list(const CrlOrder& order) {
    CrlOrder list = order;
    list.issuer = "NVIDIA GH100 Identity";
    return revocations(list, key_of(3));
}

}  // namespace pramana::made
