#include "sample.hpp"

#include <gtest/gtest.h>

namespace pramana::sealing {
namespace {

// docs/formats.md "Intent"; digest by viem 2.57 hashTypedData and ethers 6.17 TypedDataEncoder,
// signature by ethers.
constexpr std::string_view kDigest =
    "16c825fb795a8e16de0412107b7c3e1c5bd1639576465abfc165d814731fe76e";
constexpr std::string_view kSignature =
    "98c47b43dc30db4bbdd88d678687dd3d891154ea751af0ac3c569ed3f77faeb0"
    "695f3b83fd36edd6a191997b33ae8dfb76c00bd540b7b1251c7aefda9b53d0dc1b";

TEST(Intent, hashes_and_signs_as_wallets_do) {
    const Intent intent = sample_intent();
    EXPECT_EQ(to_hex(intent_digest(intent).view()), kDigest);
    EXPECT_EQ(to_hex(sign_intent(intent, key_of(kWalletKey)).view()), kSignature);
    EXPECT_TRUE(verify_intent(intent, *fixed_from_hex<Signature65>(kSignature)));
}

struct IntentChange {
    const char* name;
    void (*change)(Intent&);
};
const IntentChange kChanges[] = {
    {"chain_id", [](Intent& i) { ++i.chain_id; }},
    {"dlp", [](Intent& i) { i.dlp.bytes[19] ^= 1; }},
    {"ruleset", [](Intent& i) { i.ruleset.bytes[0] ^= 1; }},
    {"sealed_sha256", [](Intent& i) { i.sealed_sha256.bytes[31] ^= 1; }},
    {"terms_sha256", [](Intent& i) { i.terms_sha256.bytes[31] ^= 1; }},
    {"expires_unix_s", [](Intent& i) { ++i.expires_unix_s; }},
    {"wallet", [](Intent& i) { i.wallet.bytes[0] ^= 1; }},
};

class IntentField : public testing::TestWithParam<IntentChange> {};

TEST_P(IntentField, is_covered_by_the_signature) {
    Intent intent = sample_intent();
    const Signature65 signature = sign_intent(intent, key_of(kWalletKey));
    GetParam().change(intent);
    EXPECT_EQ(verify_intent(intent, signature).error().code, Errc::kIntentSignature);
}

INSTANTIATE_TEST_SUITE_P(Fields, IntentField, testing::ValuesIn(kChanges),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(VerifyIntent, refuses_broken_and_foreign_signatures) {
    const Intent intent = sample_intent();
    Signature65 foreign = key_of(kValidatorKey).sign(intent_digest(intent));
    EXPECT_EQ(verify_intent(intent, foreign).error().code, Errc::kIntentSignature);
    foreign.bytes[64] = 99;
    EXPECT_EQ(verify_intent(intent, foreign).error().code, Errc::kIntentSignature);
    EXPECT_EQ(verify_intent(intent, Signature65{}).error().code, Errc::kIntentSignature);
}

struct ContextCase {
    const char* name;
    void (*change)(IntentContext&);
    Errc expected;
    std::string_view site;
};
const ContextCase kContexts[] = {
    {"chain_id", [](IntentContext& c) { ++c.chain_id; }, Errc::kIntentMismatch,
     "sealing.intent.chain_id"},
    {"dlp", [](IntentContext& c) { c.dlp.bytes[0] ^= 1; }, Errc::kIntentMismatch,
     "sealing.intent.dlp"},
    {"ruleset", [](IntentContext& c) { c.ruleset.bytes[0] ^= 1; }, Errc::kIntentMismatch,
     "sealing.intent.ruleset"},
    {"sealed_sha256", [](IntentContext& c) { c.sealed_sha256.bytes[0] ^= 1; },
     Errc::kIntentMismatch, "sealing.intent.sealed_sha256"},
    {"one_second_late", [](IntentContext& c) { ++c.now_unix_s; }, Errc::kIntentExpired,
     "sealing.intent.expires"},
};

IntentContext matching_context() {
    const Intent intent = sample_intent();
    return {intent.chain_id, intent.dlp, intent.ruleset, intent.sealed_sha256, 1767225600};
}

class CheckIntent : public testing::TestWithParam<ContextCase> {};

TEST_P(CheckIntent, refuses_another) {
    IntentContext context = matching_context();
    GetParam().change(context);
    const Status status = check_intent(sample_intent(), context);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, GetParam().expected);
    EXPECT_EQ(status.error().site, GetParam().site);
}

INSTANTIATE_TEST_SUITE_P(Contexts, CheckIntent, testing::ValuesIn(kContexts),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(CheckIntent, allows_its_own_in_its_last_second_and_before_1970) {
    IntentContext context = matching_context();
    EXPECT_TRUE(check_intent(sample_intent(), context));
    context.now_unix_s = -1;  // a clock that jumped
    EXPECT_TRUE(check_intent(sample_intent(), context));
}

// Computed with ethers 6.17: sha256(concat(label, wallet, sha256("sealed"))).
TEST(ContributionId, is_the_hash_of_wallet_and_sealed_bytes) {
    const Intent intent = sample_intent();
    EXPECT_EQ(to_hex(contribution_id(intent.wallet, intent.sealed_sha256).view()),
              "c50be903a287a2713ad97bd9f4f204b441a6e605f7de81d29b8593957bc353bd");
}

}  // namespace
}  // namespace pramana::sealing
