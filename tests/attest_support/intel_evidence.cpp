#include "attest_support/intel_evidence.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"

#include <algorithm>

namespace pramana::attest::testing_support {
namespace {

using made::der;

/// SEQUENCE { 1.2.840.113741.1.13.1.<arcs>, value }
Bytes field(std::initializer_list<std::uint8_t> arcs, const Bytes& value) {
    Bytes oid = {0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01};
    oid.insert(oid.end(), arcs);
    Bytes content = der(0x06, oid);
    append(content, value);
    return der(0x30, content);
}

Bytes pck_extension_of(const IntelEvidence& evidence) {
    Bytes tcb;
    for (std::uint8_t i = 0; i < 16; ++i)
        append(tcb, field({2, static_cast<std::uint8_t>(i + 1)},
                          made::der_number(evidence.pck_svns[i])));
    append(tcb, field({2, 17}, made::der_number(evidence.pck_pce_svn)));
    append(tcb, field({2, 18}, der(0x04, evidence.pck_svns)));
    Bytes all = field({1}, der(0x04, evidence.ppid));
    append(all, field({2}, der(0x30, tcb)));
    append(all, field({3}, der(0x04, Bytes(2, 0))));
    append(all, field({4}, der(0x04, evidence.fmspc)));
    append(all, field({5}, der(0x0a, Bytes{1})));
    append(all, field({6}, der(0x04, evidence.platform_instance_id)));
    return der(0x30, all);
}

std::string quoted(std::string_view text) { return '"' + std::string{text} + '"'; }

template <class Row, class Write>
std::string array_of(const std::vector<Row>& rows, Write write) {
    std::string out = "[";
    for (const Row& row : rows) out += (out.size() > 1 ? "," : "") + write(row);
    return out + ']';
}

std::string tail_of_level(const std::string& status, const std::vector<std::string>& advisories) {
    std::string out = R"(,"tcbDate":"2029-06-01T00:00:00Z","tcbStatus":)" + quoted(status);
    if (!advisories.empty())
        out += R"(,"advisoryIDs":)" +
               array_of(advisories, [](const std::string& id) { return quoted(id); });
    return out + '}';
}

std::string components(const std::array<std::uint8_t, 16>& svns) {
    return array_of(std::vector<std::uint8_t>(svns.begin(), svns.end()),
                    [](std::uint8_t svn) { return R"({"svn":)" + std::to_string(svn) + '}'; });
}

std::string isv_levels(const std::vector<TestIsvLevel>& levels) {
    return array_of(levels, [](const TestIsvLevel& level) {
        return R"({"tcb":{"isvsvn":)" + std::to_string(level.isv_svn) + '}' +
               tail_of_level(level.status, level.advisories);
    });
}

std::string module_body(const TestModule& module) {
    return R"("mrsigner":)" + quoted(module.mr_signer) + R"(,"attributes":)" +
           quoted(module.attributes) + R"(,"attributesMask":"FFFFFFFFFFFFFFFF")";
}

std::string tcb_info_of(const IntelEvidence& e) {
    const bool tdx = e.tcb_id == "TDX";
    std::string out = R"({"id":)" + quoted(e.tcb_id) + R"(,"version":)" +
                      std::to_string(e.tcb_version) + R"(,"issueDate":)" +
                      quoted(time_text(e.tcb_issued)) + R"(,"nextUpdate":)" +
                      quoted(time_text(e.tcb_next)) + R"(,"fmspc":)" + quoted(e.tcb_fmspc) +
                      R"(,"pceId":)" + quoted(e.tcb_pce_id) +
                      R"(,"tcbType":0,"tcbEvaluationDataNumber":)" + std::to_string(e.tcb_number);
    if (tdx) {
        out += R"(,"tdxModule":{)" + module_body({}) + '}';
        out += R"(,"tdxModuleIdentities":)" + array_of(e.modules, [](const TestModule& module) {
                   return R"({"id":)" + quoted(module.id) + ',' + module_body(module) +
                          R"(,"tcbLevels":)" + isv_levels(module.levels) + '}';
               });
    }
    out += R"(,"tcbLevels":)" + array_of(e.levels, [&](const TestLevel& level) {
               return R"({"tcb":{"sgxtcbcomponents":)" + components(level.sgx) + R"(,"pcesvn":)" +
                      std::to_string(level.pce_svn) +
                      (tdx ? R"(,"tdxtcbcomponents":)" + components(level.tdx) : std::string{}) +
                      '}' + tail_of_level(level.status, level.advisories);
           });
    return out + '}';
}

std::string qe_identity_of(const IntelEvidence& e) {
    return R"({"id":)" + quoted(e.qe_id) + R"(,"version":2,"issueDate":)" +
           quoted(time_text(e.qe_issued)) + R"(,"nextUpdate":)" + quoted(time_text(e.qe_next)) +
           R"(,"tcbEvaluationDataNumber":)" + std::to_string(e.qe_number) +
           R"(,"miscselect":"00000000","miscselectMask":"FFFFFFFF",)"
           R"("attributes":"11000000000000000000000000000000",)"
           R"("attributesMask":"FBFFFFFFFFFFFFFF0000000000000000","mrsigner":)" +
           quoted(std::string(64, 'a')) + R"(,"isvprodid":2,"tcbLevels":)" +
           isv_levels(e.qe_levels) + '}';
}

Bytes body_of(const IntelEvidence& e) {
    if (e.body_type == 1) return e.enclave_report;
    return Bytes(e.td_report.begin(), e.td_report.begin() + (e.body_type == 2 ? 584 : 648));
}

Bytes qe_report_of(const IntelEvidence& e) {
    Bytes report = e.qe_report;
    Bytes bound = e.attestation_key.point();
    append(bound, e.auth_data);
    if (e.bind_key) std::ranges::copy(sha256(ByteView{bound}).bytes, report.begin() + 320);
    return report;
}

Bytes quote_of(const IntelEvidence& e, std::string_view pck_chain) {
    Bytes out;
    append_le<std::uint16_t>(out, static_cast<std::uint16_t>(e.version));
    append_le<std::uint16_t>(out, 2);
    append_le<std::uint32_t>(out, e.tee);
    append_le<std::uint32_t>(out, 0);
    append(out, from_hex("939a7233f79c4ca9940a0db3957f0607").value());
    append(out, Bytes(20, 0x44));
    const Bytes body = body_of(e);
    if (e.version == 5) {
        append_le<std::uint16_t>(out, static_cast<std::uint16_t>(e.body_type));
        append_le<std::uint32_t>(out, static_cast<std::uint32_t>(body.size()));
    }
    append(out, body);
    const Bytes signature = (e.quote_signer ? *e.quote_signer : e.attestation_key).sign(out);
    const Bytes qe_report = qe_report_of(e);
    Bytes qe_part = qe_report;
    append(qe_part, (e.qe_signer ? *e.qe_signer : e.pck_key).sign(qe_report));
    append_le<std::uint16_t>(qe_part, static_cast<std::uint16_t>(e.auth_data.size()));
    append(qe_part, e.auth_data);
    append_le<std::uint16_t>(qe_part, 5);
    append_le<std::uint32_t>(qe_part, static_cast<std::uint32_t>(pck_chain.size()));
    append(qe_part, pck_chain);
    Bytes data = signature;
    append(data, e.attestation_key.point());
    if (e.version > 3) {
        append_le<std::uint16_t>(data, 6);
        append_le<std::uint32_t>(data, static_cast<std::uint32_t>(qe_part.size()));
    }
    append(data, qe_part);
    append_le<std::uint32_t>(out, static_cast<std::uint32_t>(data.size()));
    append(out, data);
    return out;
}

}  // namespace

IntelEvidence::IntelEvidence() {
    const std::string root_name = "TEST ONLY SGX Root CA";
    const std::string ca_name = "TEST ONLY SGX PCK Platform CA";
    const UnixTime begin = kNow - 400 * kDay;
    const UnixTime end = kNow + 4000 * kDay;
    const auto certified = [&](const std::string& subject, const std::string& issuer,
                               std::uint64_t serial) {
        return made::CertificateOrder{.subject = subject,
                                      .issuer = issuer,
                                      .serial = serial,
                                      .begin = begin,
                                      .end = end,
                                      .authority = false};
    };
    root = certified(root_name, root_name, 1);
    ca = certified(ca_name, root_name, 2);
    root.authority = ca.authority = true;
    root.path_len = 1;
    ca.path_len = 0;
    pck = certified("TEST ONLY SGX PCK Certificate", ca_name, 3);
    signer = certified("TEST ONLY SGX TCB Signing", root_name, 4);
    root_crl = {.issuer = root_name, .begin = kNow - kDay, .end = kNow + 300 * kDay};
    pck_crl = {.issuer = ca_name,
               .serials = {1000, 1001},
               .begin = kNow - kDay,
               .end = kNow + 28 * kDay,
               .number = 9};
    pck_svns = {3, 3, 2, 2, 4, 1, 0, 5};
    levels = {{{3, 3, 2, 2, 4, 1, 0, 5}, {5, 0, 3}, 13, "UpToDate", {}},
              {{2, 2, 2, 2, 3, 1, 0, 5}, {5, 0, 2}, 13, "OutOfDate", {"TEST-SA-1"}},
              {{2, 2, 2, 2, 3, 1, 0, 5}, {5, 0, 2}, 5, "OutOfDateConfigurationNeeded", {}},
              {{1, 1, 1, 1, 1, 1, 0, 1}, {1, 0, 1}, 5, "Revoked", {}}};
    modules = {
        {.id = "TDX_03", .levels = {{3, "UpToDate", {}}}},
        {.id = "TDX_01",
         .levels = {{6, "UpToDate", {}}, {4, "OutOfDate", {"TEST-SA-2"}}, {2, "Revoked", {}}}}};
    qe_levels = {{4, "UpToDate", {}}, {3, "OutOfDate", {"TEST-SA-3"}}, {2, "Revoked", {}}};
    td_report.assign(648, 0);
    td_report[0] = 6;  // TEE_TCB_SVN: module TDX_01 at 6, component 2 at 3
    td_report[1] = 1;
    td_report[2] = 3;
    td_report[120 + 3] = 0x10;                                     // SEPT_VE_DISABLE
    td_report[128] = 0xe7;                                         // XFAM
    std::fill_n(td_report.begin() + 136, 48, std::uint8_t{0x55});  // MRTD
    std::fill_n(td_report.begin() + 520, 64, std::uint8_t{0x77});  // REPORTDATA
    td_report[584] = 6;                                            // TEE_TCB_SVN2
    td_report[585] = 1;
    td_report[586] = 3;
    enclave_report.assign(384, 0);
    enclave_report[48] = 5;
    std::fill_n(enclave_report.begin() + 64, 32, std::uint8_t{0x66});   // MRENCLAVE
    std::fill_n(enclave_report.begin() + 320, 64, std::uint8_t{0x77});  // REPORTDATA
    qe_report.assign(384, 0);
    qe_report[48] = 0x15;  // INIT, MODE64BIT, PROVISION_KEY: the last lies outside the mask
    std::fill_n(qe_report.begin() + 128, 32, std::uint8_t{0xaa});  // MRSIGNER
    qe_report[256] = 2;                                            // product
    qe_report[258] = 4;                                            // ISVSVN
}

void IntelEvidence::make_sgx() {
    version = 3;
    tee = 0;
    body_type = 1;
    tcb_id = "SGX";
    qe_id = "QE";
}

IntelEvidence::Made IntelEvidence::make() const {
    Made made;
    const Bytes root_der = made::certificate(root, root_key, root_key);
    const Bytes ca_der = made::certificate(ca, ca_key, root_key);
    made::CertificateOrder pck_order = pck;
    if (pck_extension)
        pck_order.extensions.push_back({"1.2.840.113741.1.13.1", pck_extension_of(*this)});
    std::string chain =
        made::pem({made::certificate(pck_order, pck_key, ca_key), ca_der, root_der});
    if (edit_pck_chain) edit_pck_chain(chain);
    made.quote = quote_of(*this, chain);
    if (edit_quote) edit_quote(made.quote);
    IntelCollateral& c = made.collateral;
    c.pck_crl_issuer_chain = made::pem({ca_der, root_der});
    c.root_ca_crl = made::revocations(root_crl, root_crl_signer ? *root_crl_signer : root_key);
    c.pck_crl = made::revocations(pck_crl, pck_crl_signer ? *pck_crl_signer : ca_key);
    c.tcb_info_issuer_chain =
        made::pem({made::certificate(signer, signer_key, root_key), root_der});
    c.qe_identity_issuer_chain = c.tcb_info_issuer_chain;
    c.tcb_info = tcb_info_of(*this);
    c.qe_identity = qe_identity_of(*this);
    if (edit_tcb_info) edit_tcb_info(c.tcb_info);
    if (edit_qe_identity) edit_qe_identity(c.qe_identity);
    c.tcb_info_signature = signer_key.sign(as_bytes_view(c.tcb_info));
    c.qe_identity_signature = signer_key.sign(as_bytes_view(c.qe_identity));
    made.roots.intel = {root_der};
    return made;
}

Appraisal appraise(const IntelEvidence& evidence, const IntelPolicy& policy, UnixTime now,
                   const std::optional<ReportData>& report_data) {
    const IntelEvidence::Made made = evidence.make();
    const IntelEndorsements endorsements = prepare(made.collateral, made.roots);
    return appraise_intel(made.quote, *endorsements, now, policy, report_data);
}

}  // namespace pramana::attest::testing_support
