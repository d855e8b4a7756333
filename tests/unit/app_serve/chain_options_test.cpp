#include "serve/chain_options.hpp"

#include <gtest/gtest.h>

namespace pramana::app {
namespace {

struct DeclarationRow {
    const char* name;
    std::string_view layout;
    std::string_view event;
    std::string_view said;  ///< "" = fine
    std::string_view pool_proof_event = {};
};
// docs/operations.md "Configuration", chain.job_layout and chain.job_event.
const DeclarationRow kDeclarations[] = {
    {"todays_pool", "", "", ""},
    {"another_order", "(address teeAddress,uint8 status,uint256 fileId)", "", ""},
    {"no_list", "fileId", "", "no list in parentheses"},
    {"no_such_type", "(number fileId,uint8 status,address teeAddress)", "", "names a type"},
    {"number_for_an_address", "(uint256 fileId,uint8 status,uint256 teeAddress)", "",
     "are addresses"},
    {"twice", "(uint256 fileId,uint8 status,uint8 status,address teeAddress)", "", "twice"},
    {"without_the_worker", "(uint256 fileId,uint8 status)", "", "must be in it"},
    {"no_event", "", "JobSubmitted", "chain.job_event"},
    {"no_proof_event", "", "", "chain.pool_proof_event", "ProofAdded(uint256 indexed)"},
};
class Declarations : public testing::TestWithParam<DeclarationRow> {};
TEST_P(Declarations, are_refused_with_what_is_wrong) {
    config::Chain chain;
    chain.job_layout = GetParam().layout;
    chain.job_event = GetParam().event;
    chain.pool_proof_event = GetParam().pool_proof_event;
    const Outcome<Done> checked = check_declarations(chain);
    ASSERT_EQ(bool{checked}, GetParam().said.empty());
    if (checked) return;
    EXPECT_NE(checked.failure().sentence.find(GetParam().said), std::string::npos)
        << checked.failure().sentence;
    EXPECT_EQ(checked.failure().code, "config_invalid");
    EXPECT_EQ(checked.failure().exit_code, 78);
}
INSTANTIATE_TEST_SUITE_P(Rows, Declarations, testing::ValuesIn(kDeclarations),
                         [](const auto& row) { return std::string{row.param.name}; });

// A limit of 20 coins does not fit 64 bits, and is a limit all the same.
TEST(SubmitterOptions, what_a_transaction_may_cost_is_passed_on_whole) {
    config::Chain chain;
    chain.tx_cost_wei_max = Wei::product(20, 1'000'000'000'000'000'000);
    EXPECT_EQ(submitter_options_of(chain, {}).fees.tx_cost_max, chain.tx_cost_wei_max);
    chain.tx_cost_wei_max = Wei::of(7);
    EXPECT_EQ(submitter_options_of(chain, {}).fees.tx_cost_max, Wei::of(7));
}

// The submitter raises slot_old as well: with a limit of its own an alarm could not be put off.
TEST(SubmitterOptions, alarms_rise_where_the_configuration_says) {
    config::Alarms alarms;
    EXPECT_EQ(submitter_options_of({}, alarms).slot_age_max_s, 600U);
    alarms.slot_age_max = std::chrono::seconds{7'200};
    alarms.proofs_left_min = 7;
    EXPECT_EQ(submitter_options_of({}, alarms).slot_age_max_s, 7'200U);
    EXPECT_EQ(submitter_options_of({}, alarms).proofs_left_min, 7U);
}

}  // namespace
}  // namespace pramana::app
