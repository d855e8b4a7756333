#include "intel/quote.hpp"

#include "byte_reader.hpp"

namespace pramana::attest {
namespace {

constexpr std::size_t kEnclaveReportBytes = 384;
constexpr std::size_t kTdReport10Bytes = 584;
constexpr std::size_t kTdReport15Bytes = 648;
constexpr std::uint16_t kEcdsaP256 = 2;
constexpr std::uint16_t kQeReportCertification = 6;
constexpr std::uint16_t kPckChain = 5;

enum BodyType : std::uint16_t { kSgxReport = 1, kTdReport10 = 2, kTdReport15 = 3 };

EnclaveReport read_enclave_report(ByteView whole) {
    ByteReader reader{whole};
    EnclaveReport report;
    report.whole = whole;
    report.cpu_svn = reader.take(16);
    report.misc_select = reader.take_le<std::uint32_t>();
    (void)reader.take(28);
    report.attributes = reader.take(16);
    report.mr_enclave = reader.take(32);
    (void)reader.take(32);
    report.mr_signer = reader.take(32);
    (void)reader.take(96);
    report.isv_prod_id = reader.take_le<std::uint16_t>();
    report.isv_svn = reader.take_le<std::uint16_t>();
    (void)reader.take(60);
    report.report_data = reader.take(64);
    PRAMANA_CHECK(reader.at_end());
    return report;
}

TdReport read_td_report(ByteView whole) {
    ByteReader reader{whole};
    TdReport report;
    report.tee_tcb_svn = reader.take(16);
    report.mr_seam = reader.take(48);
    report.mr_signer_seam = reader.take(48);
    report.seam_attributes = reader.take(8);
    report.td_attributes = reader.take_le<std::uint64_t>();
    report.xfam = reader.take_le<std::uint64_t>();
    report.mr_td = reader.take(48);
    report.mr_config_id = reader.take(48);
    report.mr_owner = reader.take(48);
    report.mr_owner_config = reader.take(48);
    for (ByteView& rtmr : report.rtmr) rtmr = reader.take(48);
    report.report_data = reader.take(64);
    if (whole.size() == kTdReport15Bytes) {
        report.tee_tcb_svn2 = reader.take(16);
        report.mr_service_td = reader.take(48);
    }
    PRAMANA_CHECK(reader.at_end());
    return report;
}

std::size_t size_of_body(std::uint16_t type) noexcept {
    switch (type) {
        case kSgxReport: return kEnclaveReportBytes;
        case kTdReport10: return kTdReport10Bytes;
        case kTdReport15: return kTdReport15Bytes;
        default: return 0;
    }
}

/// The header up to the body descriptor, which only v5 has.
Problem read_header(ByteReader& reader, Quote& out) {
    out.version = reader.take_le<std::uint16_t>();
    const auto key_type = reader.take_le<std::uint16_t>();
    out.tee = reader.take_le<std::uint32_t>();
    (void)reader.take(4);  // v3: QE and PCE SVN, which decide nothing; later reserved
    out.qe_vendor = reader.take(16);
    out.user_data = reader.take(20);
    if (!reader.ok()) return "shorter than the 48 bytes of a header";
    if (out.version < 3 || out.version > 5)
        return "version " + std::to_string(out.version) + ", which is none of 3, 4 and 5";
    if (key_type != kEcdsaP256)
        return "attestation key type " + std::to_string(key_type) + ", not 2 (ECDSA on P-256)";
    if (out.tee != kTeeSgx && (out.tee != kTeeTdx || out.version == 3))
        return "TEE type " + std::to_string(out.tee) + ", which this version does not have";
    return std::nullopt;
}

Problem read_body(ByteReader& reader, Quote& out) {
    out.body_type = out.tee == kTeeSgx ? kSgxReport : kTdReport10;
    out.body_size = size_of_body(out.body_type);
    if (out.version == 5) {
        out.body_type = reader.take_le<std::uint16_t>();
        out.body_size = reader.take_le<std::uint32_t>();
        if (!reader.ok()) return "ends inside the body descriptor";
        if (size_of_body(out.body_type) == 0 || out.body_size != size_of_body(out.body_type))
            return "a body of type " + std::to_string(out.body_type) + " and " +
                   std::to_string(out.body_size) + " bytes, which do not belong together";
        if ((out.body_type == kSgxReport) != (out.tee == kTeeSgx))
            return "a body of another TEE than the header names";
    }
    const ByteView body = reader.take(out.body_size);
    if (!reader.ok()) return "ends inside the report body";
    if (out.body_type == kSgxReport)
        out.enclave = read_enclave_report(body);
    else
        out.td = read_td_report(body);
    return std::nullopt;
}

/// QE report, its signature, auth data and certification data; they have to fill `reader` exactly.
Problem read_qe_part(ByteReader& reader, Quote& out) {
    const ByteView report = reader.take(kEnclaveReportBytes);
    out.qe_signature = reader.take(64);
    out.qe_auth = reader.take(reader.take_le<std::uint16_t>());
    const auto type = reader.take_le<std::uint16_t>();
    const auto size = reader.take_le<std::uint32_t>();
    if (!reader.ok()) return "ends inside the quoting enclave's part";
    if (type != kPckChain)
        return "certification data of type " + std::to_string(type) + ", not 5 (PCK chain)";
    if (size != reader.rest().size())
        return "a PCK chain of " + std::to_string(size) + " bytes where " +
               std::to_string(reader.rest().size()) + " are left";
    out.qe = read_enclave_report(report);
    out.pck_chain = as_text(reader.take(size));
    return std::nullopt;
}

Problem read_signature_data(ByteView bytes, Quote& out) {
    ByteReader reader{bytes};
    out.signature = reader.take(64);
    out.attestation_key = reader.take(64);
    if (out.version == 3) return read_qe_part(reader, out);
    const auto type = reader.take_le<std::uint16_t>();
    const auto size = reader.take_le<std::uint32_t>();
    if (!reader.ok()) return "ends inside the signature data";
    if (type != kQeReportCertification)
        return "certification data of type " + std::to_string(type) + ", not 6 (QE report)";
    if (size != reader.rest().size())
        return "certification data of " + std::to_string(size) + " bytes where " +
               std::to_string(reader.rest().size()) + " are left";
    return read_qe_part(reader, out);
}

}  // namespace

Problem read_quote(ByteView bytes, Quote& out) {
    out = {};
    if (bytes.size() > kQuoteBytesMax) return "longer than 64 KiB";
    ByteReader reader{bytes};
    if (Problem problem = read_header(reader, out)) return problem;
    if (Problem problem = read_body(reader, out)) return problem;
    out.signed_bytes = bytes.first(bytes.size() - reader.rest().size());
    out.signature_data_size = reader.take_le<std::uint32_t>();
    const ByteView signature_data = reader.take(out.signature_data_size);
    if (!reader.ok())
        return "signature data of " + std::to_string(out.signature_data_size) +
               " bytes, more than what follows";
    out.trailing = reader.rest().size();
    return read_signature_data(signature_data, out);
}

}  // namespace pramana::attest
