// Evidence that tests make is accepted under the roots that they make with it, and by nothing that
// a program has: `verify` knows the vendors' roots alone, whatever comes along with the evidence.

#include "attest_support/intel_evidence.hpp"
#include "commands/verify_order.hpp"
#include "pramana/core/hex.hpp"
#include "unit/attest/made_nvidia.hpp"
#include "unit/attest/made_snp.hpp"
#include "unit/evidence/stated.hpp"

#include <gtest/gtest.h>

namespace pramana::app {
namespace {

using attest::testing_support::IntelEvidence;

/// What is judged, when, and the roots under which it is good; empty: under none.
struct Case {
    VerifyOrder order;
    attest::UnixTime now = attest::testing_support::kNow;
    std::optional<attest::PinnedRoots> roots{};
    attest::Expectation expected{};
};

Case of_intel(IntelEvidence evidence) {
    IntelEvidence::Made made = evidence.make();
    Case out{.order = {}, .roots = std::move(made.roots)};
    out.order.file = attest::read_evidence_file(made.quote).value();
    out.order.endorsements.intel = std::move(made.collateral);  // its chains hold the made root
    return out;
}

Case of_sgx() {
    IntelEvidence evidence;
    evidence.make_sgx();
    return of_intel(std::move(evidence));
}

Case of_snp() {
    made::MadeSnp made = made::make_snp({});
    Case out{.order = {}, .now = made::kNow, .roots = std::move(made.roots)};
    out.order.file = attest::read_evidence_file(made.report).value();
    out.order.endorsements.snp_endorsement = std::move(made.endorsement);
    out.order.endorsements.snp_authorities = std::move(made.authorities);
    out.order.endorsements.snp_revocations = std::move(made.revocations);
    out.order.policy.amd = made::snp_policy();
    return out;
}

Case of_nvidia() {
    made::MadeNvidia made = made::make_nvidia({});
    Case out{.order = {},
             .now = made::kNow,
             .roots = std::move(made.roots),
             .expected = {.report_data = {}, .nonces = {*made.nonce}, .devices = {}}};
    out.order.file = attest::read_evidence_file(made.report).value();
    out.order.file.gpus[0].chain = std::move(made.chain);
    out.order.endorsements.rims = {*made.driver_rim, *made.vbios_rim};
    out.order.endorsements.revocations = std::move(made.revocations);
    return out;
}

Case of_answer(std::string provider, std::string evidence) {
    evidence::Statement statement = evidence::stated();
    statement.provider = std::move(provider);
    const std::string text =
        evidence::to_json({.statement = evidence::to_canonical_json(statement).value(),
                           .evidence = std::move(evidence)});
    Outcome<EvidenceIn> read = evidence_in(as_bytes_view(text), "made");
    Case out{.order = {}};
    out.order.file = std::move(read->file);
    out.order.answer = std::move(read->answer);
    return out;
}

struct TestOnlyRow {
    const char* name;
    Case (*make)();
    const char* failed;  ///< the first check that fails under the vendors' roots
};
const TestOnlyRow kTestOnly[] = {
    {"tdx", [] { return of_intel({}); }, "intel.pck.root"},
    {"sgx", of_sgx, "intel.pck.root"},
    {"sev_snp", of_snp, "snp.chain.root"},
    {"nvidia", of_nvidia, "nvidia.chain.root"},
    {"software_in_an_answer",
     [] { return of_answer("software", R"({"kind":"software","signature":"00"})"); },
     "statement.evidence"},
    {"software_that_says_tdx",
     [] { return of_answer("tdx", R"({"kind":"software","signature":"00"})"); },
     "statement.evidence"},
};
class TestOnly : public testing::TestWithParam<TestOnlyRow> {};
TEST_P(TestOnly, evidence_is_refused_by_what_a_program_has) {
    const Case made = GetParam().make();
    if (made.roots) {
        const Verification good = verify(made.order, *made.roots, made.now, made.expected, "made");
        EXPECT_TRUE(good.accepted()) << "nothing but the root is wrong: " << text_of(good);
    }
    const Verification judged =
        verify(made.order, attest::vendor_roots(), made.now, made.expected, "made");
    EXPECT_FALSE(judged.accepted());
    ASSERT_FALSE(judged.parts.empty());
    const attest::Verdict* const failed = judged.parts.front().verdicts.first_failure();
    ASSERT_NE(failed, nullptr);
    EXPECT_EQ(failed->check->name, GetParam().failed);
    EXPECT_TRUE(text_of(judged).find("\nNOT ACCEPTED: ") != std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(Kinds, TestOnly, testing::ValuesIn(kTestOnly),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(TestOnlyEvidence, that_is_software_alone_is_no_evidence) {
    Outcome<EvidenceIn> read =
        evidence_in(as_bytes_view(R"({"kind":"software","signature":"00"})"), "made");
    ASSERT_TRUE(read);
    VerifyOrder order;
    order.file = std::move(read->file);
    const Verification judged = verify(order, attest::vendor_roots(), made::kNow, {}, std::nullopt);
    EXPECT_FALSE(judged.accepted());
    EXPECT_TRUE(judged.parts.empty());
}

}  // namespace
}  // namespace pramana::app
