#include "fees.hpp"

#include <gtest/gtest.h>

namespace pramana::chain_rpc {
namespace {

constexpr std::uint64_t kMost = UINT64_MAX;

FeePolicy policy_of(std::uint64_t tip_min, std::uint64_t tip_max, std::uint64_t ceiling) {
    FeePolicy policy;
    policy.tip_wei_min = tip_min;
    policy.tip_wei_max = tip_max;
    policy.max_fee_wei_ceiling = ceiling;
    return policy;
}

struct OfferRow {
    const char* name;
    FeeMarket market;
    std::uint64_t ceiling;
    std::optional<Fees> fees;  // none = kFeeCeiling
};
// cap = 2 * base + tip, tip in 5..50; reference chain.md section 4 rule 10.
const OfferRow kOffers[] = {
    {"usual", {100, 20}, 1000, Fees{220, 20}},
    {"no_tips_seen", {100, 0}, 1000, Fees{205, 5}},
    {"tips_gone_mad", {100, 900}, 1000, Fees{250, 50}},
    {"no_base_fee", {0, 0}, 1000, Fees{5, 5}},
    {"cap_cut", {100, 20}, 150, Fees{150, 20}},
    {"cap_just_pays", {100, 20}, 120, Fees{120, 20}},
    {"above_ceiling", {100, 20}, 119, std::nullopt},
    {"largest_base", {kMost, 0}, kMost - 1, std::nullopt},
    {"no_overflow", {kMost - 5, 0}, kMost, Fees{kMost, 5}},
};
class OfferFees : public testing::TestWithParam<OfferRow> {};
TEST_P(OfferFees, pays_six_blocks_of_rise_within_the_ceiling) {
    const Result<Fees> fees =
        offer_fees(GetParam().market, policy_of(5, 50, GetParam().ceiling), GetParam().ceiling);
    ASSERT_EQ(fees.has_value(), GetParam().fees.has_value());
    if (fees) {
        EXPECT_EQ(*fees, *GetParam().fees);
    }
    if (!fees) {
        EXPECT_EQ(fees.error().code, Errc::kFeeCeiling);
    }
}
INSTANTIATE_TEST_SUITE_P(Rows, OfferFees, testing::ValuesIn(kOffers),
                         [](const auto& row) { return std::string{row.param.name}; });

struct BumpRow {
    const char* name;
    Fees current;
    FeeMarket market;
    std::uint64_t ceiling;
    std::optional<Fees> fees;
};
// +15 % of both, rounded up, at least 1: what geth's +10 % accepts at 1 and 9 wei too (fault 18).
const BumpRow kBumps[] = {
    {"one_wei", {1, 1}, {0, 0}, 1000, Fees{5, 5}},
    {"round_numbers", {200, 20}, {0, 0}, 1000, Fees{230, 23}},
    {"rounds_up", {201, 21}, {0, 0}, 1000, Fees{232, 25}},
    {"nine_wei", {9, 9}, {0, 0}, 1000, Fees{11, 11}},
    {"zero_tip", {100, 0}, {0, 0}, 1000, Fees{115, 5}},
    {"market_is_higher", {200, 20}, {300, 40}, 1000, Fees{640, 40}},
    {"market_above_ceiling", {200, 20}, {2000, 40}, 1000, Fees{1000, 23}},
    {"at_ceiling", {869, 20}, {0, 0}, 1000, Fees{1000, 23}},
    {"above_ceiling", {870, 20}, {0, 0}, 1000, std::nullopt},
    {"no_overflow", {kMost - 1, 20}, {0, 0}, kMost - 1, std::nullopt},
};
class BumpFees : public testing::TestWithParam<BumpRow> {};
TEST_P(BumpFees, is_accepted_as_a_replacement) {
    const BumpRow& row = GetParam();
    const Result<Fees> fees =
        bump_fees(row.current, row.market, policy_of(5, 50, row.ceiling), row.ceiling);
    ASSERT_EQ(fees.has_value(), row.fees.has_value());
    if (!fees) {
        EXPECT_EQ(fees.error().code, Errc::kFeeCeiling);
        return;
    }
    EXPECT_EQ(*fees, *row.fees);
    EXPECT_GE(fees->max_fee_wei * 100, row.current.max_fee_wei * 110);
    EXPECT_GE(fees->tip_wei * 100, row.current.tip_wei * 110);
    EXPECT_LE(fees->tip_wei, fees->max_fee_wei);
}
INSTANTIATE_TEST_SUITE_P(Rows, BumpFees, testing::ValuesIn(kBumps),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(IsPricedOut, compares_cap_and_what_it_leaves_for_the_tip) {
    EXPECT_FALSE(is_priced_out({200, 20}, {100, 20}));
    EXPECT_TRUE(is_priced_out({200, 20}, {201, 0}));
    EXPECT_FALSE(is_priced_out({200, 20}, {200, 0}));
    EXPECT_TRUE(is_priced_out({200, 20}, {100, 21}));
    EXPECT_TRUE(is_priced_out({200, 20}, {190, 20})) << "the cap leaves only 10 for the tip";
}

struct CeilingRow {
    const char* name;
    std::uint64_t soft;
    std::uint64_t hard;
    Wei tx_cost;
    bool beyond_soft;
    std::uint64_t ceiling;  ///< for 1000 gas
};
constexpr Wei kNoLimit{kMost, kMost};
const CeilingRow kCeilings[] = {
    {"soft", 50, 90, kNoLimit, false, 50},
    {"patience_is_over", 50, 90, kNoLimit, true, 90},
    {"soft_above_hard", 95, 90, kNoLimit, false, 90},
    {"cost_of_one", 50, 90, Wei::of(30'999), false, 30},
    {"cost_is_hard", 50, 90, Wei::of(30'999), true, 30},
    {"cost_just_allows", 50, 90, Wei::of(50'000), false, 50},
    {"cost_below_2_to_the_64", kMost, kMost, Wei::of(kMost), false, 18'446'744'073'709'551},
    {"cost_of_18_coins_and_more", kMost, kMost, {1, 5'000}, false, 18'446'744'073'709'556},
};
class FeeCeiling : public testing::TestWithParam<CeilingRow> {};
TEST_P(FeeCeiling, is_the_lowest_that_applies) {
    FeePolicy policy = policy_of(5, 50, GetParam().hard);
    policy.max_fee_wei_soft = GetParam().soft;
    policy.tx_cost_max = GetParam().tx_cost;
    EXPECT_EQ(fee_ceiling(policy, 1000, GetParam().beyond_soft), GetParam().ceiling);
}
INSTANTIATE_TEST_SUITE_P(Rows, FeeCeiling, testing::ValuesIn(kCeilings),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(CostMax, is_that_of_the_dearest_attempt) {
    chain::Slot slot;
    slot.attempts.push_back(
        {.kind = {}, .tx_hash = {}, .raw = {}, .max_fee_wei = 7, .tip_wei = 0, .gas_max = 400'000});
    slot.attempts.push_back(
        {.kind = {}, .tx_hash = {}, .raw = {}, .max_fee_wei = 9, .tip_wei = 0, .gas_max = 21'000});
    EXPECT_EQ(cost_max_of(slot), Wei::of(2'800'000)) << "the first may still be mined";
}

struct WeiRow {
    std::uint64_t a;
    std::uint64_t b;
    Wei product;
};
// Products checked with a calculator of arbitrary precision (Python's integers).
TEST(WeiAmount, multiplies_adds_and_subtracts_without_wrapping) {
    const WeiRow rows[] = {
        {0, kMost, {0, 0}},
        {1, kMost, {0, kMost}},
        {2, kMost, {1, kMost - 1}},
        {kMost, kMost, {kMost - 1, 1}},
        {0x100000000, 0x100000000, {1, 0}},
        {0xffffffff, 0xffffffff, {0, 0xfffffffe00000001}},
        {16'777'216, 500'000'000'000, {0, 8'388'608'000'000'000'000}},
        {30'000'000, 999'999'999'999'999, {1626, 5594136148239072384}},
    };
    for (const WeiRow& row : rows) {
        EXPECT_EQ(Wei::product(row.a, row.b), row.product) << row.a << " * " << row.b;
        EXPECT_EQ(Wei::product(row.b, row.a), row.product) << row.b << " * " << row.a;
    }
    const Wei most{kMost, kMost};
    EXPECT_EQ(Wei::of(kMost) + Wei::of(1), (Wei{1, 0}));
    EXPECT_EQ(most + Wei::of(1), most) << "stays at the most";
    EXPECT_EQ((Wei{kMost, 0}) + (Wei{1, 0}), most);
    EXPECT_EQ((Wei{1, 0}) - Wei::of(1), Wei::of(kMost));
    EXPECT_EQ(Wei::of(1) - Wei::of(2), Wei{});
    EXPECT_EQ(Wei::from((Wei{3, 4}).word()), (Wei{3, 4}));
    Word256 huge;
    huge.bytes[0] = 1;
    EXPECT_EQ(Wei::from(huge), most);
}

TEST(GasWithMargin, is_a_quarter_more_and_never_above_the_cut) {
    FeePolicy policy;
    policy.gas_max = 1'000'000;
    EXPECT_EQ(*gas_with_margin(400'000, 30'000'000, policy), 500'000U);
    EXPECT_EQ(*gas_with_margin(900'000, 30'000'000, policy), 1'000'000U);
    EXPECT_EQ(*gas_with_margin(400'000, 1'800'000, policy), 450'000U);
    EXPECT_EQ(gas_with_margin(1'000'001, 30'000'000, policy).error().code, Errc::kRpcRejected);
    EXPECT_EQ(gas_with_margin(kMost, kMost, policy).error().code, Errc::kRpcRejected);
}

}  // namespace
}  // namespace pramana::chain_rpc
