// A policy's section `statement` (docs/attestation.md "Policy"): each pin is a check of its own.

#include "commands/statement_pins.hpp"

#include "commands/statement_checks.hpp"
#include "pramana/attest/appraisal.hpp"
#include "pramana/attest/policy_text.hpp"
#include "pramana/core/hex.hpp"
#include "unit/evidence/stated.hpp"

#include <gtest/gtest.h>

namespace pramana::app {
namespace {

std::string hex(const char* byte, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += byte;
    return out;
}
const std::string kA = hex("aa", 32);
const std::string kB = hex("bb", 32);

evidence::Statement stated() {
    evidence::Statement out = evidence::stated();
    out.build.binary_sha256.bytes.fill(0xaa);
    out.build.compose_sha256.emplace().bytes.fill(0xaa);
    out.build.images = {"one@sha256:1", "two@sha256:2"};
    out.config.sha256.bytes.fill(0xaa);
    out.dlps[0].ruleset.bytes.fill(0xaa);
    out.dlps[1].ruleset.bytes.fill(0xbb);
    out.dlps[1].address.bytes.fill(0x55);
    return out;
}

attest::StatementPolicy policy_of(const std::string& members) {
    const attest::PolicyReading reading =
        attest::read_policy(R"({"version":1,"statement":{)" + members + "}}");
    EXPECT_TRUE(reading.policy) << members;
    return reading.policy.value_or(attest::Policy{}).statement;
}

attest::VerdictList judged(const evidence::Statement& statement, const std::string& members) {
    attest::VerdictList verdicts{statement_checks::kTable};
    judge_pins(statement, policy_of(members), verdicts);
    return verdicts;
}

struct PinRow {
    const char* name;
    std::string members;
    const attest::Check& check;
    bool passes;
    std::string found;  ///< part of what it says that it found
};
const PinRow kPins[] = {
    {"binary", R"("binary_sha256":[")" + kB + R"(",")" + kA + R"("])", statement_checks::kBinary,
     true, kA},
    {"another_binary", R"("binary_sha256":[")" + kB + R"("])", statement_checks::kBinary, false,
     kA},
    {"compose", R"("compose_sha256":[")" + kA + R"("])", statement_checks::kCompose, true, kA},
    {"another_compose", R"("compose_sha256":[")" + kB + R"("])", statement_checks::kCompose, false,
     kA},
    {"images", R"("images":["two@sha256:2","one@sha256:1","three"])", statement_checks::kImages,
     true, "one@sha256:1, two@sha256:2"},
    {"another_image", R"("images":["one@sha256:1"])", statement_checks::kImages, false,
     "two@sha256:2"},
    {"model", R"("models":[")" + hex("33", 32) + R"("])", statement_checks::kModel, true, "3333"},
    {"another_model", R"("models":[")" + kA + R"("])", statement_checks::kModel, false, "3333"},
    {"chain", R"("chain_id":31337)", statement_checks::kChain, true, "31337"},
    {"another_chain", R"("chain_id":1480)", statement_checks::kChain, false, "31337"},
    {"registry", R"("data_registries":[")" + hex("11", 20) + R"("])", statement_checks::kRegistry,
     true, "1111"},
    {"another_registry", R"("data_registries":[")" + hex("22", 20) + R"("])",
     statement_checks::kRegistry, false, "1111"},
    {"pool", R"("tee_pools":["0x)" + hex("22", 20) + R"("])", statement_checks::kPool, true,
     "2222"},
    {"another_pool", R"("tee_pools":["0x)" + hex("11", 20) + R"("])", statement_checks::kPool,
     false, "2222"},
    {"dlp", R"("dlps":[")" + hex("55", 20) + R"("])", statement_checks::kDlps, true, "all of them"},
    {"dlp_that_is_not_served", R"("dlps":[")" + hex("55", 20) + R"(",")" + hex("66", 20) + R"("])",
     statement_checks::kDlps, false, "not served: 6666"},
    {"rulesets_of_all", R"("rulesets":[")" + kA + R"(",")" + kB + R"("])",
     statement_checks::kRulesets, true, "by one of them"},
    {"another_ruleset_of_one", R"("rulesets":[")" + kA + R"("])", statement_checks::kRulesets,
     false, "0x5555555555555555555555555555555555555555 by " + kB},
    {"rulesets_of_the_pinned_dlps",
     R"("rulesets":[")" + kB + R"("],"dlps":[")" + hex("55", 20) + R"("])",
     statement_checks::kRulesets, true, "by one of them"},
    {"rulesets_of_a_dlp_that_is_not_served",
     R"("rulesets":[")" + kB + R"("],"dlps":[")" + hex("66", 20) + R"("])",
     statement_checks::kRulesets, false, "none of these DLPs"},
    {"config", R"("config_sha256":[")" + kA + R"("])", statement_checks::kConfig, true, kA},
    {"another_config", R"("config_sha256":[")" + kB + R"("])", statement_checks::kConfig, false,
     kA},
};
class StatementPin : public testing::TestWithParam<PinRow> {};
TEST_P(StatementPin, is_a_check_with_what_was_expected_and_found) {
    const attest::Verdict verdict = judged(stated(), GetParam().members).at(GetParam().check);
    EXPECT_EQ(verdict.outcome,
              GetParam().passes ? attest::Outcome::kPassed : attest::Outcome::kFailed);
    EXPECT_NE(verdict.found.find(GetParam().found), std::string::npos) << verdict.found;
    EXPECT_FALSE(verdict.expected.empty());
}
INSTANTIATE_TEST_SUITE_P(Rows, StatementPin, testing::ValuesIn(kPins),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(StatementPins, of_an_empty_section_ask_nothing) {
    const attest::VerdictList verdicts = judged(stated(), "");
    for (const attest::Check& check :
         {statement_checks::kBinary, statement_checks::kCompose, statement_checks::kImages,
          statement_checks::kModel, statement_checks::kChain, statement_checks::kRegistry,
          statement_checks::kPool, statement_checks::kDlps, statement_checks::kRulesets,
          statement_checks::kConfig})
        EXPECT_EQ(verdicts.at(check).outcome, attest::Outcome::kNotApplicable) << check.name;
    EXPECT_FALSE(policy_of("").pins_something());
}

TEST(StatementPins, of_a_compose_document_refuse_a_platform_that_measures_none) {
    evidence::Statement bare = stated();
    bare.build.compose_sha256.reset();
    bare.build.images.clear();
    EXPECT_EQ(judged(bare, R"("compose_sha256":[")" + kA + R"("])")
                  .at(statement_checks::kCompose)
                  .outcome,
              attest::Outcome::kFailed);
    EXPECT_EQ(judged(bare, R"("images":["one@sha256:1"])").at(statement_checks::kImages).outcome,
              attest::Outcome::kFailed);
}

struct MistakeRow {
    const char* name;
    const char* members;
    const char* path;
};
const MistakeRow kMistakes[] = {
    {"unknown_member", R"("model":["aa"])", "statement.model"},
    {"short_hash", R"("models":["aa"])", "statement.models[0]"},
    {"address_of_32_bytes", R"("tee_pools":["aa"])", "statement.tee_pools[0]"},
    {"empty_list", R"("rulesets":[])", "statement.rulesets"},
    {"chain_as_text", R"("chain_id":"1")", "statement.chain_id"},
    {"image_that_is_no_text", R"("images":[1])", "statement.images[0]"},
};
class StatementPolicyMistake : public testing::TestWithParam<MistakeRow> {};
TEST_P(StatementPolicyMistake, is_named_by_its_path) {
    const attest::PolicyReading reading = attest::read_policy(
        std::string{R"({"version":1,"statement":{)"} + GetParam().members + "}}");
    ASSERT_FALSE(reading.policy);
    ASSERT_EQ(reading.problems.size(), 1U);
    EXPECT_EQ(reading.problems[0].path, GetParam().path);
}
INSTANTIATE_TEST_SUITE_P(Rows, StatementPolicyMistake, testing::ValuesIn(kMistakes),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::app
