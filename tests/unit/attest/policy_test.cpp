#include "pramana/attest/policy.hpp"

#include <gtest/gtest.h>

namespace pramana::attest {
namespace {

TEST(Policy, the_defaults_are_strict) {
    const PolicyReading reading = read_policy(R"({"version":1})");
    ASSERT_TRUE(reading.policy);
    const IntelPolicy& intel = reading.policy->intel;
    EXPECT_EQ(intel.tcb_statuses, (std::set{TcbStatus::kUpToDate, TcbStatus::kSwHardeningNeeded}));
    EXPECT_EQ(intel.td_attributes_allowed & kTdAttributesNever, 0U);
    EXPECT_EQ(intel.td_attributes_required, 1ULL << 28U);
    EXPECT_FALSE(intel.sgx_debug);
}

TEST(Policy, reads_every_member_of_intel) {
    const std::string text =
        R"({"version":1,"intel":{"tcb_statuses":["UpToDate"],"advisories_refused":["INTEL-SA-1"],)"
        R"("tcb_evaluation_data_number_min":17,"collateral_age_s_max":86400,)"
        R"("fmspcs_refused":["00806F050000"],"platforms":["811dca2a26b952e85bb6448b097ba4fd"],)"
        R"("td_attributes_required":"0x10000000","td_attributes_allowed":"0x50000000",)"
        R"("xfam_required":"0x3","xfam_allowed":"0x602e7","mr_td":[")" +
        std::string(96, 'a') + R"("],"rtmr3":[")" + std::string(96, '0') +
        R"("],"sgx_debug":false,"mr_enclave":[")" + std::string(64, 'b') +
        R"("],"isv_prod_id":2,"isv_svn_min":3}})";
    const PolicyReading reading = read_policy(text);
    ASSERT_TRUE(reading.problems.empty()) << reading.problems[0].path;
    const IntelPolicy& intel = reading.policy->intel;
    EXPECT_EQ(intel.tcb_statuses, std::set{TcbStatus::kUpToDate});
    EXPECT_EQ(intel.advisories_refused, std::set<std::string>{"INTEL-SA-1"});
    EXPECT_EQ(intel.tcb_evaluation_data_number_min, 17U);
    EXPECT_EQ(intel.collateral_age_s_max, 86400U);
    EXPECT_EQ(intel.fmspcs_refused, std::set<std::string>{"00806f050000"});
    EXPECT_EQ(intel.platforms.size(), 1U);
    EXPECT_EQ(intel.xfam_allowed, 0x602e7U);
    EXPECT_EQ(intel.mr_td, Allowed{Bytes(48, 0xaa)});
    EXPECT_EQ(intel.rtmr3, Allowed{Bytes(48, 0)});
    EXPECT_EQ(intel.mr_enclave, Allowed{Bytes(32, 0xbb)});
    EXPECT_EQ(intel.isv_prod_id, 2U);
    EXPECT_EQ(intel.isv_svn_min, 3U);
}

struct BadPolicy {
    const char* name;
    const char* text;
    const char* path;
};
// One row for each rule of docs/attestation.md "Policy".
const BadPolicy kBadPolicies[] = {
    {"not_json", "{", ""},
    {"duplicate", R"({"version":1,"version":1})", ""},
    {"not_an_object", "[]", ""},
    {"no_version", "{}", "version"},
    {"other_version", R"({"version":2})", "version"},
    {"unknown_vendor", R"({"version":1,"arm":{}})", "arm"},
    {"unknown_member", R"({"version":1,"intel":{"mrtd":[]}})", "intel.mrtd"},
    {"unknown_status", R"({"version":1,"intel":{"tcb_statuses":["Fine"]}})", "intel.tcb_statuses"},
    {"revoked", R"({"version":1,"intel":{"tcb_statuses":["Revoked"]}})", "intel.tcb_statuses"},
    {"no_status", R"({"version":1,"intel":{"tcb_statuses":[]}})", "intel.tcb_statuses"},
    {"short_register", R"({"version":1,"intel":{"mr_td":["aa"]}})", "intel.mr_td[0]"},
    {"empty_list", R"({"version":1,"intel":{"mr_td":[]}})", "intel.mr_td"},
    {"not_hex", R"({"version":1,"intel":{"platforms":["zz"]}})", "intel.platforms[0]"},
    {"debug_allowed", R"({"version":1,"intel":{"td_attributes_allowed":"0x10000001"}})",
     "intel.td_attributes_allowed"},
    {"migratable", R"({"version":1,"intel":{"td_attributes_required":"0x20000000"}})",
     "intel.td_attributes_allowed"},
    {"bad_mask", R"({"version":1,"intel":{"xfam_allowed":"17"}})", "intel.xfam_allowed"},
    {"large_number", R"({"version":1,"intel":{"isv_svn_min":65536}})", "intel.isv_svn_min"},
    {"not_a_flag", R"({"version":1,"intel":{"sgx_debug":1}})", "intel.sgx_debug"},
};

class PolicyRefuses : public testing::TestWithParam<BadPolicy> {};
TEST_P(PolicyRefuses, and_names_the_member) {
    const PolicyReading reading = read_policy(GetParam().text);
    EXPECT_FALSE(reading.policy);
    ASSERT_FALSE(reading.problems.empty());
    EXPECT_EQ(reading.problems[0].path, GetParam().path);
}
INSTANTIATE_TEST_SUITE_P(Rows, PolicyRefuses, testing::ValuesIn(kBadPolicies),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::attest
