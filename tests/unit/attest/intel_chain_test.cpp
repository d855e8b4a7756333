// Is the evidence authentic and current? One row for each rule of docs/attestation.md, stages 1
// to 3.

#include "attest_support/intel_evidence.hpp"

#include <gtest/gtest.h>

namespace pramana::attest {
namespace {

using testing_support::appraise;
using testing_support::IntelEvidence;
using testing_support::kDay;
using testing_support::kNow;

using Evidence = IntelEvidence;

const made::Key& stranger() {
    static const made::Key key = made::Key::p256();
    return key;
}
void replace(std::string& text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
}

struct ChainRow {
    const char* name;
    void (*change)(Evidence&);
    const char* first_failure;  ///< "": accepted
};

const ChainRow kQuoteRows[] = {
    {"baseline_v4", [](Evidence&) {}, ""},
    {"version_5", [](Evidence& e) { e.version = 5; }, ""},
    {"version_5_report_15",
     [](Evidence& e) {
         e.version = 5;
         e.body_type = 3;
     },
     ""},
    {"sgx_version_3", [](Evidence& e) { e.make_sgx(); }, ""},
    {"sgx_version_4",
     [](Evidence& e) {
         e.make_sgx();
         e.version = 4;
     },
     ""},
    {"sgx_version_5",
     [](Evidence& e) {
         e.make_sgx();
         e.version = 5;
     },
     ""},
    {"auth_data_of_64", [](Evidence& e) { e.auth_data.assign(64, 9); }, ""},
    {"no_auth_data", [](Evidence& e) { e.auth_data.clear(); }, ""},
    {"bytes_after_it", [](Evidence& e) { e.edit_quote = [](Bytes& q) { append(q, "garbage"); }; },
     ""},
    {"nul_after_the_chain",
     [](Evidence& e) { e.edit_pck_chain = [](std::string& pem) { pem += '\0'; }; }, ""},
    {"root_left_out",
     [](Evidence& e) {
         e.edit_pck_chain = [](std::string& pem) { pem.resize(pem.rfind("-----BEGIN")); };
     },
     ""},
    {"version_2", [](Evidence& e) { e.version = 2; }, "intel.quote.format"},
    {"version_6", [](Evidence& e) { e.version = 6; }, "intel.quote.format"},
    {"tdx_in_version_3", [](Evidence& e) { e.version = 3; }, "intel.quote.format"},
    {"key_type_3", [](Evidence& e) { e.edit_quote = [](Bytes& q) { q[2] = 3; }; },
     "intel.quote.format"},
    {"tee_82", [](Evidence& e) { e.tee = 0x82; }, "intel.quote.format"},
    {"tee_of_the_other_body",
     [](Evidence& e) {
         e.version = 5;
         e.tee = 0;
     },
     "intel.quote.format"},
    {"size_of_another_body",
     [](Evidence& e) {
         e.version = 5;
         e.edit_quote = [](Bytes& q) { q[48] = 3; };
     },
     "intel.quote.format"},
    {"body_type_4",
     [](Evidence& e) {
         e.version = 5;
         e.edit_quote = [](Bytes& q) { q[48] = 4; };
     },
     "intel.quote.format"},
    {"signature_data_too_long", [](Evidence& e) { e.edit_quote = [](Bytes& q) { q[635] = 0x7f; }; },
     "intel.quote.format"},
    {"signature_data_short", [](Evidence& e) { e.edit_quote = [](Bytes& q) { --q[632]; }; },
     "intel.quote.format"},
    {"outer_type_5", [](Evidence& e) { e.edit_quote = [](Bytes& q) { q[764] = 5; }; },
     "intel.quote.format"},
    {"outer_size", [](Evidence& e) { e.edit_quote = [](Bytes& q) { ++q[766]; }; },
     "intel.quote.format"},
    {"inner_type_1", [](Evidence& e) { e.edit_quote = [](Bytes& q) { q[1220 + 32] = 1; }; },
     "intel.quote.format"},
    {"inner_size", [](Evidence& e) { e.edit_quote = [](Bytes& q) { --q[1222 + 32]; }; },
     "intel.quote.format"},
    {"longer_than_64_kib",
     [](Evidence& e) { e.edit_quote = [](Bytes& q) { q.resize(64 * 1024 + 1); }; },
     "intel.quote.format"},
    {"foreign_vendor", [](Evidence& e) { e.edit_quote = [](Bytes& q) { q[12] ^= 1; }; },
     "intel.quote.qe_vendor"},
};

const ChainRow kChainRows[] = {
    {"garbage_chain", [](Evidence& e) { e.edit_pck_chain = [](std::string& p) { p = "x"; }; },
     "intel.pck.root"},
    {"leaf_only",
     [](Evidence& e) {
         e.edit_pck_chain = [](std::string& p) { p.resize(p.find("-----END") + 26); };
     },
     "intel.pck.root"},
    {"leaf_twice",
     [](Evidence& e) {
         e.edit_pck_chain = [](std::string& p) {
             p.insert(0, p.substr(0, p.find("-----END") + 26));
         };
     },
     "intel.pck.chain"},
    {"leaf_of_another_role", [](Evidence& e) { e.pck.subject = "TEST ONLY SGX TCB Signing"; },
     "intel.pck.chain"},
    {"leaf_is_an_authority", [](Evidence& e) { e.pck.authority = true; }, "intel.pck.chain"},
    {"authority_of_another_role",
     [](Evidence& e) { e.ca.subject = e.pck.issuer = e.pck_crl.issuer = "TEST ONLY CA"; },
     "intel.pck.chain"},
    {"processor_ca",
     [](Evidence& e) {
         e.ca.subject = e.pck.issuer = e.pck_crl.issuer = "TEST ONLY SGX PCK Processor CA";
     },
     ""},
    {"authority_is_none",
     [](Evidence& e) {
         e.ca.authority = false;
         e.ca.path_len = {};
     },
     "intel.pck.chain"},
    {"authority_may_not_certify", [](Evidence& e) { e.ca.key_usage = "cRLSign"; },
     "intel.pck.chain"},
    {"root_allows_no_authority_below", [](Evidence& e) { e.root.path_len = 0; }, "intel.pck.chain"},
    {"foreign_issuer_name", [](Evidence& e) { e.pck.issuer = "TEST ONLY other"; },
     "intel.pck.chain"},
    {"unknown_critical_extension",
     [](Evidence& e) { e.pck.extensions = {{"1.2.3.4", Bytes{5, 0}, true}}; }, "intel.pck.chain"},
    {"unknown_extension_that_is_not_critical",
     [](Evidence& e) { e.pck.extensions = {{"1.2.3.4", Bytes{5, 0}, false}}; }, ""},
    {"leaf_expired", [](Evidence& e) { e.pck.end = kNow - 1; }, "intel.pck.dates"},
    {"leaf_ends_now", [](Evidence& e) { e.pck.end = kNow; }, ""},
    {"leaf_not_yet", [](Evidence& e) { e.pck.begin = kNow + 1; }, "intel.pck.dates"},
    {"authority_expired", [](Evidence& e) { e.ca.end = kNow - 1; }, "intel.pck.dates"},
    {"root_expired", [](Evidence& e) { e.root.end = kNow - 1; }, "intel.pck.dates"},
    {"no_extension", [](Evidence& e) { e.pck_extension = false; }, "intel.pck.extension"},
    {"fmspc_of_five", [](Evidence& e) { e.fmspc.pop_back(); }, "intel.pck.extension"},
    {"pce_svn_too_large", [](Evidence& e) { e.pck_pce_svn = 0x10000; }, "intel.pck.extension"},
    {"pck_revoked", [](Evidence& e) { e.pck_crl.serials.push_back(3); }, "intel.pck.not_revoked"},
    {"authority_revoked", [](Evidence& e) { e.root_crl.serials = {2}; },
     "intel.pck.ca_not_revoked"},
    {"root_crl_expired", [](Evidence& e) { e.root_crl.end = kNow - 1; }, "intel.crl.root_dates"},
    {"root_crl_future", [](Evidence& e) { e.root_crl.begin = kNow + 1; }, "intel.crl.root_dates"},
    {"root_crl_foreign", [](Evidence& e) { e.root_crl_signer = &stranger(); }, "intel.crl.root"},
    {"pck_crl_expired", [](Evidence& e) { e.pck_crl.end = kNow - 1; }, "intel.crl.pck_dates"},
    {"pck_crl_future", [](Evidence& e) { e.pck_crl.begin = kNow + 1; }, "intel.crl.pck_dates"},
    {"pck_crl_foreign", [](Evidence& e) { e.pck_crl_signer = &stranger(); }, "intel.crl.pck"},
    {"pck_crl_of_the_root",
     [](Evidence& e) {
         e.pck_crl = e.root_crl;
         e.pck_crl_signer = &e.root_key;
     },
     "intel.crl.pck"},
    {"authority_may_not_sign_lists", [](Evidence& e) { e.ca.key_usage = "keyCertSign"; },
     "intel.crl.pck"},
    // RFC 5280 section 5.2.5: a list that is not about every certificate.
    {"pck_crl_partitioned",
     [](Evidence& e) { e.pck_crl.extensions = {{"2.5.29.28", Bytes{0x30, 0}, true}}; },
     "intel.crl.pck"},
};

const ChainRow kDocumentRows[] = {
    {"signer_of_another_role",
     [](Evidence& e) { e.signer.subject = "TEST ONLY SGX PCK Platform CA"; },
     "intel.tcb_info.signer"},
    {"signer_is_an_authority", [](Evidence& e) { e.signer.authority = true; },
     "intel.tcb_info.signer"},
    {"signer_expired", [](Evidence& e) { e.signer.end = kNow - 1; }, "intel.tcb_info.signer_dates"},
    {"signer_not_yet", [](Evidence& e) { e.signer.begin = kNow + 1; },
     "intel.tcb_info.signer_dates"},
    {"signer_revoked", [](Evidence& e) { e.root_crl.serials = {4}; },
     "intel.tcb_info.signer_not_revoked"},
    {"tcb_info_version_2", [](Evidence& e) { e.tcb_version = 2; }, "intel.tcb_info.format"},
    {"tcb_info_no_levels", [](Evidence& e) { e.levels.clear(); }, "intel.tcb_info.format"},
    {"unknown_status", [](Evidence& e) { e.levels[0].status = "Fabulous"; },
     "intel.tcb_info.format"},
    {"derived_status", [](Evidence& e) { e.levels[0].status = "TDRelaunchAdvised"; },
     "intel.tcb_info.format"},
    {"module_status_outside_the_table",
     [](Evidence& e) { e.modules[1].levels[0].status = "SWHardeningNeeded"; },
     "intel.tcb_info.format"},
    {"module_twice", [](Evidence& e) { e.modules[1].id = "tdx_03"; }, "intel.tcb_info.format"},
    {"no_tdx_components",
     [](Evidence& e) {
         e.edit_tcb_info = [](std::string& j) {
             replace(j, "tdxtcbcomponents", "tdxtcbcomponentz");
         };
     },
     "intel.tcb_info.format"},
    {"fifteen_components",
     [](Evidence& e) { e.edit_tcb_info = [](std::string& j) { replace(j, R"({"svn":3},)", ""); }; },
     "intel.tcb_info.format"},
    {"level_twice",
     [](Evidence& e) {
         e.levels.push_back(e.levels[1]);
         e.levels.back().status = "UpToDate";
     },
     "intel.tcb_info.format"},
    {"module_level_twice", [](Evidence& e) { e.modules[1].levels.push_back({6, "Revoked", {}}); },
     "intel.tcb_info.format"},
    {"member_twice",
     [](Evidence& e) {
         e.edit_tcb_info = [](std::string& j) {
             replace(j, R"("version")", R"("version":3,"version")");
         };
     },
     "intel.tcb_info.format"},
    {"svn_of_256",
     [](Evidence& e) {
         e.edit_tcb_info = [](std::string& j) { replace(j, R"({"svn":3})", R"({"svn":256})"); };
     },
     "intel.tcb_info.format"},
    {"tcb_info_of_sgx", [](Evidence& e) { e.tcb_id = "SGX"; }, "intel.tcb_info.match"},
    {"other_fmspc", [](Evidence& e) { e.tcb_fmspc = "00A067110000"; }, "intel.tcb_info.match"},
    {"other_pce", [](Evidence& e) { e.tcb_pce_id = "0001"; }, "intel.tcb_info.match"},
    {"tcb_info_future", [](Evidence& e) { e.tcb_issued = kNow + 1; }, "intel.tcb_info.dates"},
    {"tcb_info_outdated", [](Evidence& e) { e.tcb_next = kNow - 1; }, "intel.tcb_info.dates"},
    {"qe_identity_future", [](Evidence& e) { e.qe_issued = kNow + 1; }, "intel.qe_identity.dates"},
    {"qe_identity_outdated", [](Evidence& e) { e.qe_next = kNow - 1; }, "intel.qe_identity.dates"},
    {"qe_identity_of_sgx", [](Evidence& e) { e.qe_id = "QE"; }, "intel.qe_identity.match"},
    {"qe_identity_version_3",
     [](Evidence& e) {
         e.edit_qe_identity = [](std::string& j) {
             replace(j, R"("version":2)", R"("version":3)");
         };
     },
     "intel.qe_identity.format"},
    {"qe_identity_no_levels", [](Evidence& e) { e.qe_levels.clear(); }, "intel.qe_identity.format"},
    {"qe_signed_by_another", [](Evidence& e) { e.qe_signer = &stranger(); }, "intel.qe.signature"},
    {"key_not_bound", [](Evidence& e) { e.bind_key = false; }, "intel.qe.binding"},
    {"bytes_after_the_binding", [](Evidence& e) { e.qe_report[352] = 1; }, "intel.qe.binding"},
    {"quote_signed_by_another", [](Evidence& e) { e.quote_signer = &stranger(); },
     "intel.quote.signature"},
    {"body_altered", [](Evidence& e) { e.edit_quote = [](Bytes& q) { q[200] ^= 1; }; },
     "intel.quote.signature"},
    {"header_altered", [](Evidence& e) { e.edit_quote = [](Bytes& q) { q[40] ^= 1; }; },
     "intel.quote.signature"},
};

class IntelChain : public testing::TestWithParam<ChainRow> {};
TEST_P(IntelChain, is_accepted_or_refused_by_this_check) {
    IntelEvidence evidence;
    GetParam().change(evidence);
    const Appraisal appraisal = appraise(evidence);
    const Verdict* const first = appraisal.verdicts.first_failure();
    EXPECT_EQ(first == nullptr ? "" : first->check->name, GetParam().first_failure)
        << to_text(appraisal);
    EXPECT_EQ(appraisal.accepted(), GetParam().first_failure[0] == '\0');
}
constexpr auto kNameOfRow = [](const auto& row) { return std::string{row.param.name}; };
INSTANTIATE_TEST_SUITE_P(Quote, IntelChain, testing::ValuesIn(kQuoteRows), kNameOfRow);
INSTANTIATE_TEST_SUITE_P(Certificates, IntelChain, testing::ValuesIn(kChainRows), kNameOfRow);
INSTANTIATE_TEST_SUITE_P(Documents, IntelChain, testing::ValuesIn(kDocumentRows), kNameOfRow);

TEST(IntelRoots, the_vendors_root_accepts_nothing_made_here) {
    const IntelEvidence::Made made = IntelEvidence{}.make();
    const IntelEndorsements endorsements = prepare(made.collateral, vendor_roots());
    const Appraisal appraisal = appraise_intel(made.quote, *endorsements, kNow, {}, std::nullopt);
    EXPECT_FALSE(appraisal.accepted());
    EXPECT_EQ(appraisal.verdicts.first_failure()->check->name, "intel.pck.root");
    for (const std::string_view name : {"intel.pck.root", "intel.crl.root", "intel.crl.pck",
                                        "intel.tcb_info.signer", "intel.qe_identity.signer"}) {
        const auto all = appraisal.verdicts.all();
        const auto row =
            std::ranges::find_if(all, [&](const Verdict& v) { return v.check->name == name; });
        ASSERT_NE(row, all.end());
        EXPECT_EQ(row->outcome, Outcome::kFailed) << name;
    }
}

TEST(IntelRoots, a_root_of_the_same_name_is_another_root) {
    IntelEvidence evidence;
    const IntelEvidence::Made made = evidence.make();
    const IntelEvidence::Made other = IntelEvidence{}.make();
    const IntelEndorsements endorsements = prepare(made.collateral, made.roots);
    const Appraisal appraisal = appraise_intel(other.quote, *endorsements, kNow, {}, std::nullopt);
    EXPECT_EQ(appraisal.verdicts.first_failure()->check->name, "intel.pck.root");
}

TEST(IntelRoots, no_root_at_all_accepts_nothing) {
    const IntelEvidence::Made made = IntelEvidence{}.make();
    const IntelEndorsements endorsements = prepare(made.collateral, {});
    EXPECT_FALSE(appraise_intel(made.quote, *endorsements, kNow, {}, std::nullopt).accepted());
}

TEST(IntelQuote, every_truncation_is_refused_by_its_form) {
    const IntelEvidence::Made made = IntelEvidence{}.make();
    const IntelEndorsements endorsements = prepare(made.collateral, made.roots);
    for (std::size_t size = 0; size < made.quote.size(); size += 7) {
        const Appraisal appraisal =
            appraise_intel(ByteView{made.quote}.first(size), *endorsements, kNow, {}, std::nullopt);
        EXPECT_FALSE(appraisal.accepted()) << size;
    }
}

TEST(IntelValidity, ends_with_the_first_of_all_ends) {
    IntelEvidence evidence;
    EXPECT_EQ(appraise(evidence).valid_until, evidence.pck_crl.end);
    evidence.qe_next = kNow + 3 * kDay;
    EXPECT_EQ(appraise(evidence).valid_until, kNow + 3 * kDay);
    IntelPolicy policy;
    policy.collateral_age_s_max = 2 * kDay;
    EXPECT_EQ(appraise(evidence, policy).valid_until, kNow + kDay);
    evidence.pck.end = kNow + 5;
    EXPECT_EQ(appraise(evidence, policy).valid_until, kNow + 5);
    const Appraisal later = appraise(evidence, policy, kNow + 6);
    EXPECT_EQ(later.verdicts.first_failure()->check->name, "intel.pck.dates");
}

TEST(IntelFreshness, is_what_the_documents_say_and_nothing_unless_all_are_authentic) {
    IntelEvidence::Made made = IntelEvidence{}.make();
    const std::optional<IntelFreshness> fresh = freshness_of(*prepare(made.collateral, made.roots));
    ASSERT_TRUE(fresh);
    EXPECT_EQ(fresh->family, "tdx:feedfeed0000");
    EXPECT_EQ(fresh->ca, "TEST ONLY SGX PCK Platform CA");
    EXPECT_EQ(fresh->tcb_info_number, 20U);
    EXPECT_EQ(fresh->qe_identity_issued, kNow - kDay);
    EXPECT_EQ(fresh->root_crl_number, 7U);
    EXPECT_EQ(fresh->pck_crl_number, 9U);
    made.collateral.tcb_info += ' ';
    EXPECT_FALSE(freshness_of(*prepare(made.collateral, made.roots)));
}

// The signature of a machine's certificate is verified once for kept collateral.
TEST(KnownMachine, is_recognised_by_every_byte_of_its_certificate) {
    Evidence evidence;
    const Evidence::Made first = evidence.make();
    const IntelEndorsements kept = prepare(first.collateral, first.roots);
    const auto failures = [&](const Evidence::Made& made) {
        const Appraisal out = appraise_intel(made.quote, *kept, kNow, {}, std::nullopt);
        const Verdict* const failure = out.verdicts.first_failure();
        return failure == nullptr ? std::string_view{} : failure->check->name;
    };
    const auto forged = [&](std::size_t at) {
        Evidence::Made made = first;
        const std::string_view quote = as_text(made.quote);
        const std::size_t pem = quote.find("-----BEGIN CERTIFICATE-----") + 28;
        std::size_t place = pem + at;
        if (quote[place] == '\n') ++place;
        made.quote[place] = quote[place] == 'A' ? 'B' : 'A';
        return made;
    };
    EXPECT_EQ(failures(first), "");
    EXPECT_EQ(failures(first), "");
    const std::size_t end =
        as_text(first.quote).find("-----END") - as_text(first.quote).find("-----BEGIN") - 28;
    for (std::size_t at = 0; at + 4 < end; at += 5) EXPECT_NE(failures(forged(at)), "") << at;
    EXPECT_EQ(failures(first), "");
}

}  // namespace
}  // namespace pramana::attest
