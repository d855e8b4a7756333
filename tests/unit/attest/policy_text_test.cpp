// Policies that are made from evidence and explained in words.

#include "pramana/attest/policy_text.hpp"

#include "attest_support/intel_evidence.hpp"
#include "pramana/core/hex.hpp"

#include <gtest/gtest.h>

namespace pramana::attest {
namespace {

using testing_support::IntelEvidence;
using testing_support::kNow;

std::string hex_of(std::size_t size) { return std::string(2 * size, '1'); }

/// An appraisal that states facts; what it decided does not matter for pins.
Appraisal stating(std::string_view kind, std::vector<Fact> facts) {
    static constexpr std::array kChecks = {Check{"a.b", "m", "n"}};
    return {.kind = kind,
            .verdicts = VerdictList{kChecks},
            .tcb_status = {},
            .advisories = {},
            .facts = std::move(facts),
            .valid_until = {}};
}

TEST(PolicyPins, of_a_quote_accept_it_and_no_other_program) {
    IntelEvidence evidence;
    const Appraisal first = appraise(evidence);
    const Result<std::string> text = policy_text({}, pins_of({&first, 1}, {.this_machine = true}));
    ASSERT_TRUE(text);
    const PolicyReading reading = read_policy(*text);
    ASSERT_TRUE(reading.policy) << *text;
    EXPECT_TRUE(appraise(evidence, reading.policy->intel).accepted());
    EXPECT_EQ(reading.policy->intel.tcb_evaluation_data_number_min, evidence.tcb_number);
    EXPECT_EQ(reading.policy->intel.platforms.size(), 1U);
    IntelEvidence other;
    other.td_report[136] = 0x77;  // MRTD
    const Appraisal refused = appraise(other, reading.policy->intel);
    EXPECT_FALSE(refused.accepted());
    EXPECT_EQ(refused.verdicts.first_failure()->check->name, "intel.td.mr_td");
}

TEST(PolicyPins, with_a_log_leave_register_3_to_it) {
    const std::vector<Appraisal> both = {
        stating("tdx", {{"mr_td", hex_of(48)}, {"rtmr3", hex_of(48)}}),
        stating("dstack",
                {{"app-id", hex_of(20)},
                 {"compose-hash", hex_of(32)},
                 {"key-provider", to_hex(as_bytes_view(R"({"name":"kms","id":"AB"})"))}})};
    const Result<std::string> text = policy_text({}, pins_of(both, {}));
    ASSERT_TRUE(text);
    EXPECT_EQ(text->find("rtmr3"), std::string::npos);
    const PolicyReading reading = read_policy(*text);
    ASSERT_TRUE(reading.policy) << *text;
    EXPECT_EQ(reading.policy->evidence, (std::set<std::string>{"dstack", "tdx"}));
    EXPECT_EQ(reading.policy->dstack.compose_hashes.size(), 1U);
    EXPECT_TRUE(reading.policy->dstack.key_provider_ids.contains("ab"));
    const Result<std::string> alone = policy_text({}, pins_of({both.data(), 1}, {}));
    EXPECT_NE(alone->find("rtmr3"), std::string::npos);
}

struct BaseRow {
    const char* name;
    std::string base;  ///< without its version
    PolicyPin pin;
    std::string line;  ///< of the policy that comes of both
};
// What a policy demands already, evidence does not talk down.
const BaseRow kBases[] = {
    {"more_evidence",
     R"("evidence":["nvidia_gpu","tdx"])",
     {{}, "evidence", R"(["dstack","tdx"])", ""},
     R"("evidence": ["dstack","nvidia_gpu","tdx"])"},
    {"a_higher_number",
     R"("intel":{"tcb_evaluation_data_number_min":25})",
     {"intel", "tcb_evaluation_data_number_min", "20", ""},
     R"("tcb_evaluation_data_number_min": 25)"},
    {"a_lower_number",
     R"("intel":{"tcb_evaluation_data_number_min":15})",
     {"intel", "tcb_evaluation_data_number_min", "20", ""},
     R"("tcb_evaluation_data_number_min": 20)"},
    {"another_line",
     R"("amd":{"tcb_floors":{"turin":{"snp":4}}})",
     {"amd", "tcb_floors", R"({"genoa":{"snp":23}})", ""},
     R"("tcb_floors": {"genoa":{"snp":23},"turin":{"snp":4}})"},
    {"the_same_line",
     R"("amd":{"tcb_floors":{"genoa":{"snp":24,"tee":1,"microcode":7}}})",
     {"amd", "tcb_floors", R"({"genoa":{"bootloader":9,"snp":23,"microcode":72}})", ""},
     R"("tcb_floors": {"genoa":{"bootloader":9,"microcode":72,"snp":24,"tee":1}})"},
    {"no_imported_keys",
     R"("statement":{"imported_keys_allowed":false})",
     {"statement", "imported_keys_allowed", "true", ""},
     R"("imported_keys_allowed": false)"},
    {"another_chain_is_another",
     R"("statement":{"chain_id":9})",
     {"statement", "chain_id", "3", ""},
     R"("chain_id": 3)"},
    {"another_image_is_another",
     R"("intel":{"mr_enclave":[")" + std::string(64, '2') + R"("]})",
     {"intel", "mr_enclave", R"([")" + std::string(64, '1') + R"("])", ""},
     R"("mr_enclave": [")" + std::string(64, '1') + R"("])"},
};
class PolicyBase : public testing::TestWithParam<BaseRow> {};
TEST_P(PolicyBase, keeps_what_it_demands) {
    const BaseRow& row = GetParam();
    const Result<std::string> text = policy_text("{\"version\":1," + row.base + "}", {&row.pin, 1});
    ASSERT_TRUE(text);
    EXPECT_NE(text->find(row.line), std::string::npos) << *text;
    EXPECT_TRUE(read_policy(*text).policy) << *text;
}
INSTANTIATE_TEST_SUITE_P(Rows, PolicyBase, testing::ValuesIn(kBases),
                         [](const auto& row) { return std::string{row.param.name}; });

// AMD 57230: Siena and Bergamo have Genoa's root and TCB; a product that is not known has no floor.
TEST(PolicyPins, of_each_product_pin_the_processor_where_that_is_asked_for) {
    for (const auto& [product, floors] :
         {std::pair{"Siena-B1", 1U}, {"Bergamo-A1", 1U}, {"Turin-B0", 1U}, {"Venice-A0", 0U}}) {
        const Appraisal report =
            stating("sev_snp", {{"product", product},
                                {"endorsed_tcb", "bootloader 9, tee 0, snp 23, microcode 72"},
                                {"chip_id", hex_of(64)}});
        const PolicyReading reading =
            read_policy(*policy_text({}, pins_of({&report, 1}, {.this_machine = true})));
        ASSERT_TRUE(reading.policy) << product;
        EXPECT_EQ(reading.policy->amd.chip_ids.size(), 1U) << product;
        EXPECT_EQ(reading.policy->amd.tcb_floors.size(), floors) << product;
    }
}

TEST(PolicyPins, of_a_processor_set_the_floor_of_its_line) {
    const Appraisal report =
        stating("sev_snp", {{"product", "Genoa-B1"},
                            {"endorsed_tcb", "bootloader 9, tee 0, snp 23, microcode 72"},
                            {"measurement", hex_of(48)},
                            {"host_data", std::string(64, '0')},
                            {"chip_id", hex_of(64)}});
    const PolicyReading reading = read_policy(*policy_text({}, pins_of({&report, 1}, {})));
    ASSERT_TRUE(reading.policy);
    EXPECT_EQ(reading.policy->amd.tcb_floors.at(SnpProductLine::kGenoa).microcode, 72);
    EXPECT_EQ(reading.policy->amd.measurements.size(), 1U);
    EXPECT_TRUE(reading.policy->amd.host_data.empty()) << "zeros pin nothing";
    EXPECT_TRUE(reading.policy->amd.chip_ids.empty());
    EXPECT_EQ(read_policy(*policy_text({}, pins_of({&report, 1}, {.this_machine = true})))
                  .policy->amd.chip_ids.size(),
              1U);
}

TEST(PolicyPins, of_several_gpus_list_each_value_once) {
    const auto gpu = [](const char* driver, const char* serial) {
        return stating("nvidia_gpu", {{"device", "hopper_gpu"},
                                      {"mode", "single"},
                                      {"driver_version", driver},
                                      {"device_serial", serial}});
    };
    const std::vector<Appraisal> gpus = {gpu("1", "0a"), gpu("1", "0b"), gpu("2", "0c")};
    const PolicyReading reading =
        read_policy(*policy_text({}, pins_of(gpus, {.this_machine = true})));
    ASSERT_TRUE(reading.policy);
    EXPECT_EQ(reading.policy->nvidia.driver_versions.size(), 2U);
    EXPECT_EQ(reading.policy->nvidia.device_serials.size(), 3U);
    EXPECT_EQ(reading.policy->nvidia.devices.size(), 1U);
}

TEST(PolicyPins, of_a_statement_are_what_it_says_of_program_and_work) {
    const std::string hash(64, 'a');
    const std::string address = "0x" + std::string(40, 'b');
    const Appraisal statement = stating("statement", {{"binary_sha256", hash},
                                                      {"compose_sha256", hash},
                                                      {"images", "a@sha256:1, b@sha256:2"},
                                                      {"model", hash},
                                                      {"config_sha256", hash},
                                                      {"chain_id", "18446744073709551615"},
                                                      {"data_registry", address},
                                                      {"tee_pool", address},
                                                      {"dlps", address},
                                                      {"rulesets", hash}});
    for (const bool configuration : {false, true}) {
        const PolicyReading reading = read_policy(
            *policy_text({}, pins_of({&statement, 1}, {.configuration = configuration})));
        ASSERT_TRUE(reading.policy);
        const StatementPolicy& pinned = reading.policy->statement;
        EXPECT_TRUE(reading.policy->evidence.empty()) << "a statement is no evidence";
        EXPECT_EQ(pinned.images, (std::set<std::string>{"a@sha256:1", "b@sha256:2"}));
        EXPECT_EQ(pinned.chain_id, UINT64_MAX);
        for (const Allowed* const one :
             {&pinned.binary_sha256, &pinned.compose_sha256, &pinned.models, &pinned.rulesets,
              &pinned.dlps, &pinned.data_registries, &pinned.tee_pools})
            EXPECT_EQ(one->size(), 1U);
        EXPECT_EQ(pinned.config_sha256.size(), configuration ? 1U : 0U);
    }
}

TEST(PolicyText, keeps_what_the_base_says_beside_the_pins) {
    const std::string base =
        R"({"version":1,"evidence":["sgx"],"amd":{"product_lines":["milan"]},"intel":{"isv_svn_min":3,"mr_td":[")" +
        std::string(96, '2') + R"("]}})";
    const std::vector<PolicyPin> pins = {{"intel", "mr_td", "[\"" + hex_of(48) + "\"]", "m"}};
    const PolicyReading reading = read_policy(*policy_text(base, pins));
    ASSERT_TRUE(reading.policy);
    EXPECT_TRUE(reading.policy->evidence.contains("sgx"));
    EXPECT_FALSE(read_policy(R"({"version":1,"evidence":["tpm"]})").policy);
    EXPECT_EQ(reading.policy->intel.isv_svn_min, 3);
    EXPECT_EQ(reading.policy->intel.mr_td.size(), 1U);
    EXPECT_TRUE(reading.policy->amd.product_lines.contains(SnpProductLine::kMilan));
    EXPECT_EQ(policy_text("{}", pins).error().code, Errc::kPolicyInvalid);
}

struct ExplainedRow {
    const char* name;
    const char* policy;
    const char* sentence;
};
const ExplainedRow kExplained[] = {
    {"strict_default", R"({"version":1})", "  refuses  TDs that the host can debug"},
    {"any_kind", R"({"version":1})", "accepts  any one kind of evidence"},
    {"kinds_that_are_pinned", R"({"version":1,"intel":{"isv_svn_min":2}})",
     "only what something is pinned of: sgx"},
    {"one_kind", R"({"version":1,"evidence":["tdx"]})",
     "  accepts  all of these together and no other kind: tdx"},
    {"no_program", R"({"version":1})", "  note     a TD of any image passes"},
    {"no_service", R"({"version":1})", "no key of it is pinned"},
    {"milan", R"({"version":1,"amd":{"product_lines":["milan"]}})", "2605.12990"},
    {"weak_status", R"({"version":1,"intel":{"tcb_statuses":["OutOfDate"]}})",
     "  note     OutOfDate is weaker than the strict default"},
    {"snp_debug", R"({"version":1,"amd":{"debug_allowed":true}})",
     "  note     debug guests pass, whose memory the host reads"},
    {"no_manifests", R"({"version":1,"nvidia":{"rims_required":false}})",
     "  note     firmware passes that no manifest describes"},
    {"no_keys", R"({"version":1,"dstack":{"key_providers":["none"]}})",
     "  note     guests pass whose keys come from nowhere"},
    {"any_statement", R"({"version":1})", "  accepts  any statement that the evidence is over"},
    {"a_chain", R"({"version":1,"statement":{"chain_id":1480}})",
     "  refuses  evidence without a statement\n"},
    {"that_chain", R"({"version":1,"statement":{"chain_id":1480}})",
     "  accepts  only this chain: 1480\n"},
    {"images", R"({"version":1,"statement":{"images":["a@sha256:1"]}})",
     "  accepts  only this image in it: a@sha256:1\n"},
};
class PolicyExplained : public testing::TestWithParam<ExplainedRow> {};
TEST_P(PolicyExplained, says_what_it_admits_and_refuses) {
    const PolicyReading reading = read_policy(GetParam().policy);
    ASSERT_TRUE(reading.policy);
    EXPECT_NE(to_text(*reading.policy).find(GetParam().sentence), std::string::npos)
        << to_text(*reading.policy);
}
INSTANTIATE_TEST_SUITE_P(Rows, PolicyExplained, testing::ValuesIn(kExplained),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::attest
