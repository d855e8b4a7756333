#include "vectors/attestation.hpp"

#include "certificate.hpp"
#include "intel/quote.hpp"

#include "pramana/attest/intel.hpp"
#include "pramana/core/hex.hpp"

#include <map>

namespace pramana::vectors {
namespace {

using attest::Appraisal;

/// `pinned`: the roots that the case's evidence has to end in.
Appraisal appraise(const VectorFile& file, const JsonView& item,
                   const attest::PinnedRoots& pinned) {
    const auto collateral = must(
        "collateral", attest::read_intel_collateral(file_text(file, text(item, "collateral"))));
    const attest::IntelEndorsements endorsements = attest::prepare(collateral, pinned);
    return attest::appraise_intel(file_bytes(file, text(item, "quote")), *endorsements,
                                  u64(item, "verify_time"), {}, std::nullopt);
}

/// Whether everything but the policy's own questions holds.
bool is_valid(const Appraisal& appraisal) {
    for (const attest::Verdict& verdict : appraisal.verdicts.all()) {
        const std::string_view name = verdict.check->name;
        const bool of_policy = name.starts_with("intel.td.") || name.starts_with("intel.sgx.") ||
                               name == "intel.tcb.status" || name == "intel.tcb.advisories";
        if (!of_policy && (verdict.outcome == attest::Outcome::kFailed ||
                           verdict.outcome == attest::Outcome::kNotReached))
            return false;
    }
    return true;
}

void expect_status(const Appraisal& appraisal, std::string_view expected) {
    expect(appraisal.tcb_status.has_value(), "no TCB status");
    expect_text("TCB status", name_of(*appraisal.tcb_status), expected);
}

/// Members of `fields` that are facts, ours by theirs.
void check_facts(const Appraisal& appraisal, const JsonView& fields) {
    const std::map<std::string, std::string, std::less<>> names = {
        {"user_data", "user_data"},
        {"fmspc", "fmspc"},
        {"cpusvn", "cpu_svn"},
        {"pcesvn", "pce_svn"},
        {"ppid", "ppid"},
        {"tee_tcb_svn", "tee_tcb_svn"},
        {"mr_seam", "mr_seam"},
        {"mr_signer_seam", "mr_signer_seam"},
        {"seam_attributes", "seam_attributes"},
        {"td_attributes", "td_attributes"},
        {"xfam", "xfam"},
        {"mr_td", "mr_td"},
        {"mr_config_id", "mr_config_id"},
        {"mr_owner", "mr_owner"},
        {"mr_owner_config", "mr_owner_config"},
        {"rtmr0", "rtmr0"},
        {"rtmr1", "rtmr1"},
        {"rtmr2", "rtmr2"},
        {"rtmr3", "rtmr3"},
        {"report_data", "report_data"},
        {"tee_tcb_svn2", "tee_tcb_svn2"},
        {"mr_service_td", "mr_service_td"},
        {"mrenclave", "mr_enclave"},
        {"mrsigner", "mr_signer"},
        {"attributes", "attributes"},
        {"version", "quote_version"},
    };
    for (const JsonView::Member& field : fields.members()) {
        const auto name = names.find(field.name);
        if (name != names.end()) expect_fact(appraisal, name->second, number_text(field.value));
    }
}

/// "2025-02-06T23:25:51Z" of "2025-02-06 23:25:51+00:00".
std::string as_iso(const std::string& spaced) {
    expect(spaced.size() == 25, "a time of another form");
    return spaced.substr(0, 10) + 'T' + spaced.substr(11, 8) + 'Z';
}

/// Members of `fields` that only the parsed quote has.
void check_structure(const VectorFile& file, const JsonView& item, const JsonView& fields) {
    const Bytes bytes = file_bytes(file, text(item, "quote"));
    attest::Quote quote;
    const attest::Problem problem = attest::read_quote(bytes, quote);
    expect(!problem, problem.value_or(""));
    const auto number = [&](std::string_view name, std::uint64_t found) {
        expect_text(std::string{name}, std::to_string(found), std::to_string(u64(fields, name)));
    };
    number("body_type", quote.body_type);
    number("body_size", quote.body_size);
    number("total", bytes.size());
    number("sig_len", quote.signature_data_size);
    number("trailing", quote.trailing);
    number("auth_data_len", quote.qe_auth.size());
    expect_text("tee", quote.tee == attest::kTeeTdx ? "0x81" : "0x0", text(fields, "tee"));
    const JsonView qe = member(fields, "qe");
    expect_bytes("qe.mrsigner", quote.qe.mr_signer, hex(qe, "mrsigner"));
    expect_bytes("qe.mrenclave", quote.qe.mr_enclave, hex(qe, "mrenclave"));
    expect_bytes("qe.attr", quote.qe.attributes, hex(qe, "attr"));
    expect_text("qe.prodid", std::to_string(quote.qe.isv_prod_id),
                std::to_string(u64(qe, "prodid")));
    expect_text("qe.isvsvn", std::to_string(quote.qe.isv_svn), std::to_string(u64(qe, "isvsvn")));
    const auto chain = must("chain", attest::read_pem_chain(quote.pck_chain));
    const std::string serial = to_hex(chain.front().serial);
    const std::string wanted = text(fields, "serial").substr(2);
    expect_text("serial", serial, wanted.size() % 2 == 0 ? wanted : '0' + wanted);
    const std::vector<JsonView> valid = member(fields, "pck_valid").items();
    expect(valid.size() == 2, "pck_valid has two ends");
    expect_text("pck begins", attest::time_text(chain.front().validity.begin),
                as_iso(text(valid[0])));
    expect_text("pck ends", attest::time_text(chain.front().validity.end), as_iso(text(valid[1])));
}

void check_genuine(const VectorFile& file, Report& report) {
    each_element(file, report, [&](const JsonView& item) {
        const Appraisal appraisal = appraise(file, item, attest::vendor_roots());
        const JsonView expected = member(item, "expected");
        expect_acceptance(appraisal, text(expected, "strict_policy"));
        expect(is_valid(appraisal) ==
                   must("evidence_valid", member(expected, "evidence_valid").boolean()),
               "evidence_valid differs");
        expect_status(appraisal, text(expected, "tcb_status"));
        for (const JsonView& finding : member(expected, "attribute_findings").items())
            expect_failed(appraisal, appraisal.kind == "sgx" ? "intel.sgx." + text(finding)
                                                             : "intel.td." + text(finding));
        expect(!appraisal.accepted() || appraisal.valid_until.has_value(), "no end of validity");
        if (!has_member(item, "fields")) return;
        check_facts(appraisal, member(item, "fields"));
        check_structure(file, item, member(item, "fields"));
    });
}

void check_mutations(const VectorFile& file, Report& report) {
    each_element(file, report, [&](const JsonView& item) {
        std::optional<Appraisal> appraisal;
        // Collateral that is no JSON of the documented form is refused before any appraisal.
        const auto collateral =
            attest::read_intel_collateral(file_text(file, text(item, "collateral")));
        if (collateral) appraisal = appraise(file, item, attest::vendor_roots());
        const std::string expected = text(item, "expected");
        const bool accepted = appraisal && appraisal->accepted();
        if (expected == "same-or-strict-reject") return;
        expect(expected == "same" || expected == "reject", "an unknown verdict " + expected);
        // Every base of these mutations is a quote that is accepted.
        if (expected == "same")
            expect_acceptance(*appraisal, "accept");
        else
            expect(!accepted, "accepted, expected reject");
    });
}

/// What each word for a result means here: a TCB status, or the checks of which one has to fail.
const std::map<std::string, std::vector<std::string>, std::less<>>& failing_checks() {
    static const std::map<std::string, std::vector<std::string>, std::less<>> words = {
        {"module-mismatch", {"intel.module.identity"}},
        {"qe-mismatch", {"intel.qe.identity", "intel.qe_identity.match"}},
        {"bad-qe-binding", {"intel.qe.binding"}},
        {"bad-quote-signature", {"intel.quote.signature"}},
        {"PckRevoked", {"intel.pck.not_revoked"}},
        {"IntermediateRevoked", {"intel.pck.ca_not_revoked"}},
        {"CrlExpired", {"intel.crl.root_dates", "intel.crl.pck_dates"}},
        {"CrlBadSignature", {"intel.crl.root", "intel.crl.pck"}},
        {"PckExpired", {"intel.pck.dates"}},
        {"PckNotYetValid", {"intel.pck.dates"}},
        {"CollateralExpired", {"intel.tcb_info.dates", "intel.qe_identity.dates"}},
        {"CollateralNotYetValid", {"intel.tcb_info.dates", "intel.qe_identity.dates"}},
        {"bad-tcbinfo-signature", {"intel.tcb_info.signature", "intel.tcb_info.signer"}},
        {"tcbinfo-mismatch", {"intel.tcb_info.match"}},
        {"bad-tcbinfo", {"intel.tcb_info.format"}},
        {"untrusted-root", {"intel.pck.root"}},
    };
    return words;
}

void expect_one_failed(const Appraisal& appraisal, const std::vector<std::string>& checks) {
    const attest::Verdict* const first = appraisal.verdicts.first_failure();
    expect(first != nullptr, "no check failed");
    for (const std::string& check : checks)
        if (first->check->name == check) return;
    throw Mismatch{"the first failure is " + std::string{first->check->name} + ": " + first->found};
}

void check_synthetic(const VectorFile& file, Report& report) {
    each_element(file, report, [&](const JsonView& item) {
        const attest::PinnedRoots test_root{.intel = {file_bytes(file, text(item, "root"))},
                                            .amd = {},
                                            .nvidia_device = {},
                                            .nvidia_rim = {}};
        const Appraisal appraisal = appraise(file, item, test_root);
        const JsonView expected = member(item, "expected");
        expect_acceptance(appraisal, text(expected, "strict_policy"));
        const std::string result = text(expected, "result");
        const auto words = failing_checks().find(result);
        if (words != failing_checks().end())
            expect_one_failed(appraisal, words->second);
        else
            expect_status(appraisal, result);
        // The vendor's roots are what production has: nothing under the test root may pass there.
        expect(!appraise(file, item, attest::vendor_roots()).accepted(),
               "accepted under the vendor's root");
    });
}

}  // namespace

void add_intel_handlers(Suite& attestation) {
    attestation.handlers["tdx/expected.json"] = check_genuine;
    attestation.handlers["tdx/mutations.json"] = check_mutations;
    attestation.handlers["tdx-synthetic/expected.json"] = check_synthetic;
}

}  // namespace pramana::vectors
