#include "vectors/attestation.hpp"

#include "certificate.hpp"

#include "pramana/attest/snp.hpp"
#include "pramana/core/hex.hpp"

namespace pramana::vectors {
namespace {

using attest::Appraisal;
using attest::SnpReport;

/// What the README calls strict: signature and chain valid, debug bit clear, VMPL 0. Its reports
/// are of a line that our own defaults refuse, partly by a cloud's key, and no revocation list came
/// with them.
attest::SnpPolicy readme_policy() {
    attest::SnpPolicy policy;
    policy.product_lines = {attest::SnpProductLine::kMilan, attest::SnpProductLine::kGenoa,
                            attest::SnpProductLine::kTurin};
    policy.vlek_allowed = true;
    policy.revocation_required = false;
    policy.alias_check_required = false;
    return policy;
}

void expect_field(const JsonView& fields, std::string_view name, const std::string& found) {
    if (!has_member(fields, name)) return;
    const JsonView value = member(fields, name);
    const bool is_text = value.kind() == JsonKind::kString;
    expect_text(std::string{name}, found, is_text ? text(value) : std::string{value.raw()});
}

std::string number_hex(std::uint64_t value) {
    std::string digits;
    do {
        digits.insert(digits.begin(), "0123456789abcdef"[value & 15U]);
        value >>= 4U;
    } while (value != 0);
    return "0x" + digits;
}

void check_fields(const SnpReport& report, const JsonView& fields) {
    expect_field(fields, "version", std::to_string(report.version));
    expect_field(fields, "guest_svn", std::to_string(report.guest_svn));
    expect_field(fields, "policy", number_hex(report.policy));
    expect_field(fields, "debug", report.policy_bit(attest::kSnpPolicyDebug) ? "true" : "false");
    expect_field(fields, "vmpl", std::to_string(report.vmpl));
    expect_field(fields, "sig_algo", std::to_string(report.signature_algorithm));
    expect_field(fields, "cur_tcb", to_hex(report.current_tcb.view()));
    expect_field(fields, "plat", number_hex(report.platform_info));
    expect_field(fields, "flags", number_hex(report.flags));
    expect_field(fields, "report_data", to_hex(report.report_data.view()));
    expect_field(fields, "measurement", to_hex(report.measurement.view()));
    expect_field(fields, "host_data", to_hex(report.host_data.view()));
    expect_field(fields, "reported_tcb", to_hex(report.reported_tcb.view()));
    expect_field(fields, "chip", to_hex(report.chip_id.view()));
    expect_field(fields, "committed", to_hex(report.committed_tcb.view()));
    expect_field(fields, "launch", to_hex(report.launch_tcb.view()));
}

bool passed(const Appraisal& appraisal, std::string_view check) {
    for (const attest::Verdict& verdict : appraisal.verdicts.all()) {
        if (verdict.check->name == check) return verdict.outcome == attest::Outcome::kPassed;
    }
    throw Mismatch{"no check " + std::string{check}};
}

void check_expected(const Appraisal& appraisal, const std::string& endorsement,
                    const JsonView& expected) {
    expect_acceptance(appraisal, text(expected, "strict_policy"));
    if (has_member(expected, "signature_valid")) {
        const bool valid = must("signature_valid", member(expected, "signature_valid").boolean());
        expect(passed(appraisal, "snp.report.signature") == valid,
               "the signature is judged otherwise");
    }
    if (has_member(expected, "reasons")) {
        for (const JsonView& reason : member(expected, "reasons").items()) {
            if (text(reason) == "policy.debug=1") expect_failed(appraisal, "snp.policy.debug");
        }
    }
    if (!has_member(expected, "chain_issuer")) return;
    const auto certificate =
        must("endorsement", attest::read_certificate(as_bytes_view(endorsement)));
    for (const JsonView& issuer : member(expected, "chain_issuer").items()) {
        expect(as_text(certificate.issuer).find(text(issuer)) != std::string_view::npos,
               "another issuer");
        expect(passed(appraisal, "snp.chain.links"), "the chain does not hold");
    }
}

void check_report(const VectorFile& file, const JsonView& item) {
    const Bytes report = file_bytes(file, text(item, "report"));
    const bool endorsed = has_member(item, "vcek_or_vlek") && has_member(item, "ca");
    const std::string endorsement = endorsed ? file_text(file, text(item, "vcek_or_vlek")) : "";
    const std::string authorities = endorsed ? file_text(file, text(item, "ca")) : "";
    const Appraisal appraisal =
        attest::appraise_snp({.report = report,
                              .endorsement = as_bytes_view(endorsement),
                              .authorities = authorities,
                              .revocations = std::nullopt,
                              .report_data = std::nullopt},
                             attest::vendor_roots(), readme_policy(), u64(item, "verify_time"));
    check_expected(appraisal, endorsement, member(item, "expected"));
    const auto parsed = attest::parse_snp_report(report);
    if (!endorsed) expect(!parsed.has_value(), "parsing alone had to refuse it");
    if (has_member(item, "fields")) check_fields(must("report", parsed), member(item, "fields"));
}

}  // namespace

void add_snp_handlers(Suite& attestation) {
    attestation.handlers["snp/expected.json"] = [](const VectorFile& file, Report& report) {
        each_element(file, report, [&](const JsonView& item) { check_report(file, item); });
    };
}

}  // namespace pramana::vectors
