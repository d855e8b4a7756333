// Is the evidence what the policy asks for? One row for each rule of docs/attestation.md "Policy".

#include "attest_support/intel_evidence.hpp"

#include <gtest/gtest.h>

namespace pramana::attest {
namespace {

using testing_support::appraise;
using testing_support::IntelEvidence;
using testing_support::kDay;
using testing_support::kNow;
using Evidence = IntelEvidence;
using enum TcbStatus;

constexpr auto kNameOfRow = [](const auto& row) { return std::string{row.param.name}; };

struct PolicyRow {
    const char* name;
    void (*change)(Evidence&, IntelPolicy&);
    const char* first_failure;
};
const PolicyRow kPolicyRows[] = {
    {"debug", [](Evidence& e, IntelPolicy&) { e.td_report[120] = 1; }, "intel.td.debug"},
    {"reserved_of_the_debug_group", [](Evidence& e, IntelPolicy&) { e.td_report[120] = 0x80; },
     "intel.td.debug"},
    // A policy made in code cannot allow it either.
    {"debug_allowed_in_vain",
     [](Evidence& e, IntelPolicy& p) {
         e.td_report[120] = 1;
         p.td_attributes_allowed = ~0ULL;
     },
     "intel.td.debug"},
    {"migratable", [](Evidence& e, IntelPolicy&) { e.td_report[123] = 0x30; },
     "intel.td.attributes"},
    {"migratable_allowed_in_vain",
     [](Evidence& e, IntelPolicy& p) {
         e.td_report[123] = 0x30;
         p.td_attributes_allowed = p.td_attributes_required = 0x30000000;
     },
     "intel.td.attributes"},
    {"bit_27", [](Evidence& e, IntelPolicy&) { e.td_report[123] = 0x18; }, "intel.td.attributes"},
    {"bit_27_allowed",
     [](Evidence& e, IntelPolicy& p) {
         e.td_report[123] = 0x18;
         p.td_attributes_allowed |= 1U << 27U;
     },
     ""},
    {"pks_and_key_locker", [](Evidence& e, IntelPolicy&) { e.td_report[123] = 0xd0; }, ""},
    {"perfmon", [](Evidence& e, IntelPolicy&) { e.td_report[127] = 0x80; }, ""},
    {"bit_62", [](Evidence& e, IntelPolicy&) { e.td_report[127] = 0x40; }, "intel.td.attributes"},
    {"no_sept_ve_disable", [](Evidence& e, IntelPolicy&) { e.td_report[123] = 0; },
     "intel.td.attributes"},
    {"xfam_without_sse", [](Evidence& e, IntelPolicy&) { e.td_report[128] = 1; }, "intel.td.xfam"},
    {"xfam_not_allowed", [](Evidence&, IntelPolicy& p) { p.xfam_allowed = 0x7; }, "intel.td.xfam"},
    {"service_td",
     [](Evidence& e, IntelPolicy&) {
         e.version = 5;
         e.body_type = 3;
         e.td_report[647] = 1;
     },
     "intel.td.service_td"},
    {"mr_td", [](Evidence&, IntelPolicy& p) { p.mr_td = {Bytes(48, 0x56)}; }, "intel.td.mr_td"},
    {"mr_td_listed",
     [](Evidence&, IntelPolicy& p) { p.mr_td = {Bytes(48, 0x56), Bytes(48, 0x55)}; }, ""},
    {"mr_seam", [](Evidence&, IntelPolicy& p) { p.mr_seam = {Bytes(48, 1)}; }, "intel.td.mr_seam"},
    {"mr_config_id", [](Evidence&, IntelPolicy& p) { p.mr_config_id = {Bytes(48, 1)}; },
     "intel.td.mr_config_id"},
    {"mr_owner", [](Evidence&, IntelPolicy& p) { p.mr_owner = {Bytes(48, 1)}; },
     "intel.td.mr_owner"},
    {"mr_owner_config", [](Evidence&, IntelPolicy& p) { p.mr_owner_config = {Bytes(48, 1)}; },
     "intel.td.mr_owner_config"},
    {"rtmr0", [](Evidence&, IntelPolicy& p) { p.rtmr0 = {Bytes(48, 1)}; }, "intel.td.rtmr0"},
    {"rtmr1", [](Evidence&, IntelPolicy& p) { p.rtmr1 = {Bytes(48, 1)}; }, "intel.td.rtmr1"},
    {"rtmr2", [](Evidence&, IntelPolicy& p) { p.rtmr2 = {Bytes(48, 1)}; }, "intel.td.rtmr2"},
    {"rtmr3", [](Evidence&, IntelPolicy& p) { p.rtmr3 = {Bytes(48, 1)}; }, "intel.td.rtmr3"},
    {"rtmr3_listed", [](Evidence&, IntelPolicy& p) { p.rtmr3 = {Bytes(48, 0)}; }, ""},
    {"status_not_listed", [](Evidence&, IntelPolicy& p) { p.tcb_statuses = {kSwHardeningNeeded}; },
     "intel.tcb.status"},
    {"status_listed",
     [](Evidence& e, IntelPolicy& p) {
         e.pck_svns[4] = 3;
         p.tcb_statuses.insert(kOutOfDate);
     },
     ""},
    // Revoked and a missing level are never a matter of policy, not even of one made in code.
    {"no_level_listed_in_vain",
     [](Evidence& e, IntelPolicy& p) {
         e.pck_svns = {};
         p.tcb_statuses.insert(kNoMatchingLevel);
     },
     "intel.platform.tcb"},
    {"revoked_listed_in_vain",
     [](Evidence& e, IntelPolicy& p) {
         e.qe_report[258] = 2;
         p.tcb_statuses.insert(kRevoked);
     },
     "intel.tcb.status"},
    {"advisory",
     [](Evidence& e, IntelPolicy& p) {
         e.pck_svns[4] = 3;
         p.tcb_statuses.insert(kOutOfDate);
         p.advisories_refused = {"TEST-SA-1"};
     },
     "intel.tcb.advisories"},
    {"tcb_floor", [](Evidence&, IntelPolicy& p) { p.tcb_evaluation_data_number_min = 21; },
     "intel.tcb_info.floor"},
    {"qe_floor",
     [](Evidence& e, IntelPolicy& p) {
         e.tcb_number = 21;
         p.tcb_evaluation_data_number_min = 21;
     },
     "intel.qe_identity.floor"},
    {"tcb_age", [](Evidence&, IntelPolicy& p) { p.collateral_age_s_max = kDay - 1; },
     "intel.tcb_info.dates"},
    {"family", [](Evidence&, IntelPolicy& p) { p.fmspcs_refused = {"feedfeed0000"}; },
     "intel.platform.family"},
    {"platform", [](Evidence&, IntelPolicy& p) { p.platforms = {Bytes(16, 0x12)}; },
     "intel.platform.listed"},
    {"ppid_listed", [](Evidence&, IntelPolicy& p) { p.platforms = {Bytes(16, 0x11)}; }, ""},
    {"instance_listed", [](Evidence&, IntelPolicy& p) { p.platforms = {Bytes(16, 0x22)}; }, ""},
    {"sgx_debug",
     [](Evidence& e, IntelPolicy&) {
         e.make_sgx();
         e.enclave_report[48] |= 2;
     },
     "intel.sgx.debug"},
    {"sgx_debug_accepted",
     [](Evidence& e, IntelPolicy& p) {
         e.make_sgx();
         e.enclave_report[48] |= 2;
         p.sgx_debug = true;
     },
     ""},
    {"mr_enclave",
     [](Evidence& e, IntelPolicy& p) {
         e.make_sgx();
         p.mr_enclave = {Bytes(32, 1)};
     },
     "intel.sgx.mr_enclave"},
    {"mr_signer",
     [](Evidence& e, IntelPolicy& p) {
         e.make_sgx();
         p.mr_signer = {Bytes(32, 1)};
     },
     "intel.sgx.mr_signer"},
    {"product",
     [](Evidence& e, IntelPolicy& p) {
         e.make_sgx();
         p.isv_prod_id = 1;
     },
     "intel.sgx.product"},
    {"product_version",
     [](Evidence& e, IntelPolicy& p) {
         e.make_sgx();
         p.isv_svn_min = 1;
     },
     "intel.sgx.product"},
};
class IntelByPolicy : public testing::TestWithParam<PolicyRow> {};
TEST_P(IntelByPolicy, is_accepted_or_refused_by_this_check) {
    IntelEvidence evidence;
    IntelPolicy policy;
    GetParam().change(evidence, policy);
    const Appraisal appraisal = appraise(evidence, policy);
    const Verdict* const first = appraisal.verdicts.first_failure();
    EXPECT_EQ(first == nullptr ? "" : first->check->name, GetParam().first_failure)
        << to_text(appraisal);
    EXPECT_EQ(appraisal.accepted(), GetParam().first_failure[0] == '\0');
}
INSTANTIATE_TEST_SUITE_P(Rows, IntelByPolicy, testing::ValuesIn(kPolicyRows), kNameOfRow);

TEST(IntelReportData, has_to_be_what_was_asked_for) {
    ReportData wanted{};
    wanted.fill(0x77);
    EXPECT_TRUE(appraise({}, {}, kNow, wanted).accepted());
    wanted[63] = 0;
    const Appraisal appraisal = appraise({}, {}, kNow, wanted);
    EXPECT_EQ(appraisal.verdicts.first_failure()->check->name, "intel.report_data");
}

TEST(IntelFacts, are_the_bytes_of_the_report) {
    const Appraisal appraisal = appraise({});
    EXPECT_EQ(appraisal.kind, "tdx");
    EXPECT_EQ(appraisal.fact("td_attributes")->value, "0000001000000000");
    EXPECT_EQ(appraisal.fact("fmspc")->value, "feedfeed0000");
    EXPECT_EQ(appraisal.fact("mr_td")->value, std::string(96, '5'));
    EXPECT_EQ(appraisal.fact("pck_serial")->value, "03");
}

}  // namespace
}  // namespace pramana::attest
