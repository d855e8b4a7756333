// How current is the platform? Rows by Intel's DCAP
// documentation (TCB status merge, TD relaunch) and docs/attestation.md.

#include "attest_support/intel_evidence.hpp"
#include "intel/merge.hpp"

#include <gtest/gtest.h>

namespace pramana::attest {
namespace {

using testing_support::appraise;
using testing_support::IntelEvidence;
using Evidence = IntelEvidence;
using enum TcbStatus;

constexpr auto kNameOfRow = [](const auto& row) { return std::string{row.param.name}; };

void set_module(Evidence& e, std::uint8_t version, std::uint8_t svn) {
    e.td_report[0] = svn;
    e.td_report[1] = version;
}
void set_running_module(Evidence& e, std::uint8_t version, std::uint8_t svn, std::uint8_t loader) {
    e.version = 5;
    e.body_type = 3;
    e.td_report[584] = svn;
    e.td_report[585] = version;
    e.td_report[586] = loader;
}

struct TcbRow {
    const char* name;
    void (*change)(Evidence&);
    std::optional<TcbStatus> status;
    const char* first_failure;  ///< "": accepted
};
const TcbRow kTcbRows[] = {
    {"newest", [](Evidence&) {}, kUpToDate, ""},
    {"software_hardening", [](Evidence& e) { e.levels[0].status = "SWHardeningNeeded"; },
     kSwHardeningNeeded, ""},
    {"configuration", [](Evidence& e) { e.levels[0].status = "ConfigurationNeeded"; },
     kConfigurationNeeded, "intel.tcb.status"},
    {"one_sgx_component_low", [](Evidence& e) { e.pck_svns[4] = 3; }, kOutOfDate,
     "intel.tcb.status"},
    {"pce_low", [](Evidence& e) { e.pck_pce_svn = 12; }, kOutOfDateConfigurationNeeded,
     "intel.tcb.status"},
    {"tdx_component_2_low", [](Evidence& e) { e.td_report[2] = 2; }, kOutOfDate,
     "intel.tcb.status"},
    {"lowest_level_revoked", [](Evidence& e) { e.pck_svns = {1, 1, 1, 1, 1, 1, 0, 1}; }, kRevoked,
     "intel.tcb.status"},
    {"below_every_level", [](Evidence& e) { e.pck_svns = {}; }, kNoMatchingLevel,
     "intel.platform.tcb"},
    {"tdx_below_every_level", [](Evidence& e) { e.td_report[2] = 0; }, kNoMatchingLevel,
     "intel.platform.tcb"},
    // Components 0 and 1 belong to the module where it has a version of its own.
    {"module_3_with_a_lower_svn", [](Evidence& e) { set_module(e, 3, 3); }, kUpToDate, ""},
    {"module_0_compares_all", [](Evidence& e) { set_module(e, 0, 5); }, kUpToDate, ""},
    {"module_0_below",
     [](Evidence& e) {
         set_module(e, 0, 4);
         e.levels.resize(1);
     },
     kNoMatchingLevel, "intel.platform.tcb"},
    {"module_0_needs_no_identity",
     [](Evidence& e) {
         set_module(e, 0, 5);
         e.modules.clear();
     },
     kUpToDate, ""},
    {"module_old", [](Evidence& e) { set_module(e, 1, 5); }, kOutOfDate, "intel.tcb.status"},
    {"module_revoked", [](Evidence& e) { set_module(e, 1, 3); }, kRevoked, "intel.tcb.status"},
    {"module_below_every_level", [](Evidence& e) { set_module(e, 1, 1); }, kNoMatchingLevel,
     "intel.module.tcb"},
    {"module_unknown", [](Evidence& e) { set_module(e, 7, 9); }, {}, "intel.module.identity"},
    {"module_of_version_16_is_TDX_10",
     [](Evidence& e) {
         set_module(e, 16, 6);
         e.modules[1].id = "TDX_10";
     },
     kUpToDate, ""},
    {"module_id_in_small_letters",
     [](Evidence& e) {
         set_module(e, 0xab, 6);
         e.modules[1].id = "tdx_ab";
     },
     kUpToDate, ""},
    {"module_of_another_signer",
     [](Evidence& e) { e.td_report[64] = 1; },
     {},
     "intel.module.identity"},
    {"seam_attributes", [](Evidence& e) { e.td_report[112] = 1; }, {}, "intel.module.identity"},
    {"seam_attributes_that_the_identity_wants",
     [](Evidence& e) {
         e.td_report[112] = 1;
         e.modules[1].attributes = "0100000000000000";
     },
     {},
     "intel.module.identity"},
    {"module_old_and_configuration",
     [](Evidence& e) {
         set_module(e, 1, 5);
         e.levels[0].status = "ConfigurationNeeded";
     },
     kOutOfDateConfigurationNeeded, "intel.tcb.status"},
    {"qe_old", [](Evidence& e) { e.qe_report[258] = 3; }, kOutOfDate, "intel.tcb.status"},
    {"qe_revoked", [](Evidence& e) { e.qe_report[258] = 2; }, kRevoked, "intel.tcb.status"},
    {"qe_below_every_level", [](Evidence& e) { e.qe_report[258] = 1; }, kNoMatchingLevel,
     "intel.qe.tcb"},
    {"qe_newer", [](Evidence& e) { e.qe_report[259] = 1; }, kUpToDate, ""},
    {"qe_of_another_signer", [](Evidence& e) { e.qe_report[128] = 0; }, {}, "intel.qe.identity"},
    {"qe_of_another_product", [](Evidence& e) { e.qe_report[256] = 1; }, {}, "intel.qe.identity"},
    {"qe_miscselect", [](Evidence& e) { e.qe_report[19] = 1; }, {}, "intel.qe.identity"},
    {"qe_debug", [](Evidence& e) { e.qe_report[48] |= 2; }, {}, "intel.qe.identity"},
    {"qe_attributes_outside_the_mask", [](Evidence& e) { e.qe_report[63] = 0xff; }, kUpToDate, ""},
    {"levels_lowest_first", [](Evidence& e) { std::ranges::reverse(e.levels); }, kUpToDate, ""},
    {"module_levels_lowest_first", [](Evidence& e) { std::ranges::reverse(e.modules[1].levels); },
     kUpToDate, ""},
    // TD report 1.5: the TD is old because it was launched before the module was updated.
    {"launch_again",
     [](Evidence& e) {
         set_module(e, 1, 5);
         set_running_module(e, 1, 6, 3);
     },
     kTdRelaunchAdvised, "intel.tcb.status"},
    {"launch_again_on_another_module",
     [](Evidence& e) {
         set_module(e, 1, 5);
         set_running_module(e, 3, 3, 3);
     },
     kTdRelaunchAdvised, "intel.tcb.status"},
    {"launch_again_and_configure",
     [](Evidence& e) {
         set_module(e, 1, 5);
         set_running_module(e, 1, 6, 3);
         e.levels[0].status = "ConfigurationNeeded";
     },
     kTdRelaunchAdvisedConfigurationNeeded, "intel.tcb.status"},
    {"module_still_old",
     [](Evidence& e) {
         set_module(e, 1, 5);
         set_running_module(e, 1, 5, 3);
     },
     kOutOfDate, "intel.tcb.status"},
    {"loader_still_old",
     [](Evidence& e) {
         set_module(e, 1, 5);
         set_running_module(e, 1, 6, 2);
     },
     kOutOfDate, "intel.tcb.status"},
    {"running_module_unknown",
     [](Evidence& e) {
         set_module(e, 1, 5);
         set_running_module(e, 7, 9, 3);
     },
     kNoMatchingLevel, "intel.tcb.status"},
    {"running_module_0",
     [](Evidence& e) {
         set_module(e, 1, 5);
         set_running_module(e, 0, 5, 3);
     },
     kTdRelaunchAdvised, "intel.tcb.status"},
    {"no_advice_with_an_old_qe",
     [](Evidence& e) {
         set_module(e, 1, 5);
         set_running_module(e, 1, 6, 3);
         e.qe_report[258] = 3;
     },
     kOutOfDate, "intel.tcb.status"},
    {"no_advice_when_the_platform_is_old",
     [](Evidence& e) {
         set_module(e, 1, 5);
         set_running_module(e, 1, 6, 3);
         e.pck_svns[4] = 3;
     },
     kOutOfDate, "intel.tcb.status"},
};
class IntelTcb : public testing::TestWithParam<TcbRow> {};
TEST_P(IntelTcb, has_this_status) {
    IntelEvidence evidence;
    GetParam().change(evidence);
    const Appraisal appraisal = appraise(evidence);
    EXPECT_EQ(appraisal.tcb_status, GetParam().status) << to_text(appraisal);
    const Verdict* const first = appraisal.verdicts.first_failure();
    EXPECT_EQ(first == nullptr ? "" : first->check->name, GetParam().first_failure);
    EXPECT_EQ(appraisal.accepted(), GetParam().first_failure[0] == '\0');
}
INSTANTIATE_TEST_SUITE_P(Rows, IntelTcb, testing::ValuesIn(kTcbRows), kNameOfRow);

struct MergeRow {
    const char* name;
    TcbStatus platform, part, merged;
};
// Intel DCAP, "TCB status" of TDX module and QE: not a maximum of severities.
const MergeRow kMergeRows[] = {
    {"both_current", kUpToDate, kUpToDate, kUpToDate},
    {"hardening_kept", kSwHardeningNeeded, kUpToDate, kSwHardeningNeeded},
    {"part_old", kUpToDate, kOutOfDate, kOutOfDate},
    {"hardening_and_old", kSwHardeningNeeded, kOutOfDate, kOutOfDate},
    {"configuration_and_old", kConfigurationNeeded, kOutOfDate, kOutOfDateConfigurationNeeded},
    {"both_needed_and_old", kConfigurationAndSwHardeningNeeded, kOutOfDate,
     kOutOfDateConfigurationNeeded},
    {"old_and_old", kOutOfDate, kOutOfDate, kOutOfDate},
    {"old_configuration_and_old", kOutOfDateConfigurationNeeded, kOutOfDate,
     kOutOfDateConfigurationNeeded},
    {"platform_old_part_current", kOutOfDate, kUpToDate, kOutOfDate},
    {"part_revoked", kUpToDate, kRevoked, kRevoked},
    {"platform_revoked", kRevoked, kUpToDate, kRevoked},
    {"revoked_and_old", kRevoked, kOutOfDate, kRevoked},
    {"relaunch_kept", kTdRelaunchAdvised, kUpToDate, kTdRelaunchAdvised},
};
class IntelMerge : public testing::TestWithParam<MergeRow> {};
TEST_P(IntelMerge, follows_intels_table) {
    EXPECT_EQ(merged(GetParam().platform, GetParam().part), GetParam().merged);
}
INSTANTIATE_TEST_SUITE_P(Rows, IntelMerge, testing::ValuesIn(kMergeRows), kNameOfRow);

TEST(IntelAdvisories, are_those_of_platform_module_and_quoting_enclave) {
    IntelEvidence evidence;
    evidence.pck_svns[4] = 3;
    set_module(evidence, 1, 5);
    evidence.qe_report[258] = 3;
    EXPECT_EQ(appraise(evidence).advisories,
              (std::vector<std::string>{"TEST-SA-1", "TEST-SA-2", "TEST-SA-3"}));
}

}  // namespace
}  // namespace pramana::attest
