#include "made_snp.hpp"

#include "pramana/core/endian.hpp"

#include <algorithm>

namespace pramana::made {

namespace {

using attest::SnpProductLine;
using attest::SnpTcb;

struct Line {
    std::string root;
    std::string vcek_authority;
    std::string vlek_authority;
    std::string product;
    std::uint8_t family;
    std::uint8_t model;
};
const Line& line_of(SnpProductLine line) {
    static const Line kMilan{"ARK-Milan", "SEV-Milan", "SEV-VLEK-Milan", "Milan-B1", 0x19, 0x01};
    static const Line kGenoa{"ARK-Genoa", "SEV-Genoa", "SEV-VLEK-Genoa", "Genoa-B2", 0x19, 0x11};
    static const Line kTurin{"ARK-Turin", "SEV-Turin", "SEV-VLEK-Turin", "Turin-C1", 0x1A, 0x02};
    return line == SnpProductLine::kMilan   ? kMilan
           : line == SnpProductLine::kGenoa ? kGenoa
                                            : kTurin;
}

/// AMD's authorities have RSA keys, which are slow to make: a row asks for them.
const Key& root_key(bool rsa = false) {
    static const Key key = Key::p384();
    if (!rsa) return key;
    static const Key slow = Key::rsa2048();
    return slow;
}
const Key& authority_key(bool rsa = false) {
    static const Key key = Key::p384();
    if (!rsa) return key;
    static const Key slow = Key::rsa2048();
    return slow;
}
const Key& leaf_key() {
    static const Key key = Key::p384();
    return key;
}

void put_tcb(Bytes& report, std::size_t at, SnpProductLine line, const SnpTcb& tcb) {
    const bool turin = line == SnpProductLine::kTurin;
    const std::array<std::uint8_t, 8> raw =
        turin ? std::array<std::uint8_t, 8>{tcb.fmc, tcb.bootloader, tcb.tee, tcb.snp, 0, 0,
                                            0,       tcb.microcode}
              : std::array<std::uint8_t, 8>{tcb.bootloader, tcb.tee,      0, 0, 0, 0,
                                            tcb.snp,        tcb.microcode};
    std::ranges::copy(raw, report.begin() + static_cast<std::ptrdiff_t>(at));
}

void fill(Bytes& report, std::size_t at, std::size_t size, std::uint8_t value) {
    std::fill_n(report.begin() + static_cast<std::ptrdiff_t>(at), size, value);
}

std::size_t chip_size(SnpProductLine line) { return line == SnpProductLine::kTurin ? 8 : 64; }

Bytes body_of(const SnpOrder& order) {
    Bytes out(attest::kSnpReportSize);
    store_le(order.version, out.data());
    store_le(order.guest_svn, out.data() + 0x04);
    store_le(order.policy, out.data() + 0x08);
    store_le(order.vmpl, out.data() + 0x30);
    store_le(order.algorithm, out.data() + 0x34);
    put_tcb(out, 0x38, order.line, order.current);
    store_le(order.platform_info, out.data() + 0x40);
    store_le(order.vlek ? order.flags | 4U : order.flags, out.data() + 0x48);
    fill(out, 0x50, 64, 0xDA);
    fill(out, 0x90, 48, 0x3E);
    fill(out, 0xC0, 32, 0x40);
    fill(out, 0xE0, 48, 0x1D);
    fill(out, 0x110, 48, 0xA0);
    fill(out, 0x140, 32, 0x1E);
    fill(out, 0x160, 32, order.migration_agent ? 0x3A : 0xFF);
    put_tcb(out, 0x180, order.line, order.reported);
    if (order.version >= 3) {
        const Line& line = line_of(order.line);
        out[0x188] = order.cpuid ? order.cpuid->first : line.family;
        out[0x189] = order.cpuid ? order.cpuid->second : line.model;
        out[0x18A] = 1;
    }
    if (!order.chip_masked) fill(out, 0x1A0, chip_size(order.line), kChipByte);
    put_tcb(out, 0x1E0, order.line, order.committed);
    put_tcb(out, 0x1F0, order.line, order.launch);
    return out;
}

void sign(Bytes& report, const Key& key) {
    const Bytes raw = key.sign(ByteView{report}.first(attest::kSnpSignedSize));
    for (std::size_t i = 0; i < 48; ++i) {
        report[0x2A0 + i] = raw[47 - i];
        report[0x2A0 + 72 + i] = raw[95 - i];
    }
}

Bytes text_extension(const std::string& text) { return der(0x16, Bytes(text.begin(), text.end())); }

std::vector<Extension> amd_extensions(const SnpOrder& order) {
    const std::string base = "1.3.6.1.4.1.3704.1.";
    const Line& line = line_of(order.line);
    const SnpTcb tcb = order.certified.value_or(order.reported);
    std::vector<Extension> out = {
        {base + "1", der_number(0)},
        {base + "2", text_extension(order.product.empty() ? line.product : order.product)},
        {base + "3.1", der_number(tcb.bootloader)},
        {base + "3.2", der_number(tcb.tee)},
        {base + "3.3", der_number(tcb.snp)},
        {base + "3.8", der_number(tcb.microcode)},
    };
    if (order.line == SnpProductLine::kTurin) out.push_back({base + "3.9", der_number(tcb.fmc)});
    for (const char* reserved : {"3.4", "3.5", "3.6", "3.7"})
        out.push_back({base + reserved, der_number(0)});
    if (order.vlek)
        out.push_back({base + "5", text_extension(order.cloud)});
    else if (!order.without_chip)
        out.push_back({base + "4", Bytes(chip_size(order.line), kChipByte)});
    return out;
}

}  // namespace

attest::SnpEvidence MadeSnp::evidence() const {
    attest::SnpEvidence out{.report = report,
                            .endorsement = endorsement,
                            .authorities = authorities,
                            .revocations = std::nullopt,
                            .report_data = std::nullopt};
    if (revocations) out.revocations = ByteView{*revocations};
    return out;
}

MadeSnp make_snp(const SnpOrder& order) {
    const Line& line = line_of(order.line);
    const std::string authority = !order.authority_name.empty() ? order.authority_name
                                  : order.vlek                  ? line.vlek_authority
                                                                : line.vcek_authority;
    const Bytes ark = root(line.root, root_key(order.rsa));
    const Bytes ask = certificate({.subject = authority,
                                   .issuer = line.root,
                                   .serial = order.authority_serial,
                                   .authority = order.authority_is_one},
                                  authority_key(order.rsa), root_key(order.rsa));
    std::string name = order.vlek ? "SEV-VLEK" : "SEV-VCEK";
    if (!order.leaf_name.empty()) name = order.leaf_name;
    MadeSnp out;
    out.endorsement = certificate({.subject = name,
                                   .issuer = authority,
                                   .serial = 0,
                                   .end = order.leaf_end,
                                   .extensions = amd_extensions(order)},
                                  leaf_key(), authority_key(order.rsa));
    out.authorities = pem({ask, ark});
    out.roots.amd = {ark};
    out.report = body_of(order);
    if (order.before) order.before(out.report);
    sign(out.report, order.wrong_signer ? Key::p384() : leaf_key());
    if (order.after) order.after(out.report);
    out.revocations = revocations({.issuer = line.root}, root_key(order.rsa));
    return out;
}

Bytes snp_revocations(SnpProductLine line, const CrlOrder& order) {
    CrlOrder list = order;
    list.issuer = line_of(line).root;
    return revocations(list, root_key());
}
Bytes foreign_revocations(SnpProductLine line) {
    return revocations({.issuer = line_of(line).root}, authority_key());
}

attest::SnpPolicy snp_policy() {
    attest::SnpPolicy policy;
    policy.product_lines.insert(SnpProductLine::kMilan);
    return policy;
}

}  // namespace pramana::made
