// The gate of the daemon: real envelopes, statements and rulesets.
#include "serve/ownership_gate.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/scoring/ruleset_file.hpp"
#include "pramana/sealing/envelope.hpp"
#include "unit/ownership/sample.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace pramana::app {
namespace {

using ownership::kNow;
using ownership::kStranger;
using ownership::kWitness;
using pipeline::OwnershipShown;

scoring::Ruleset ruleset(std::string_view members) {
    const scoring::RulesetReading reading =
        scoring::read_ruleset_file(R"({"version":1,"name":"lab-1")" + std::string{members} + '}');
    PRAMANA_CHECK(reading.ruleset.has_value());
    return *reading.ruleset;
}

scoring::Ruleset asking() {
    return ruleset(R"(,"ownership":{"witnesses":["0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"],)"
                   R"("providers":["chatgpt"],"methods":["provider_api"],"days_max":1})");
}

struct Drawn {
    sealing::Intent intent;
    ownership::Statement said;
    std::string_view witness = kWitness;
    bool attached = true;
};

Drawn drawn() {
    Drawn out;
    out.intent.chain_id = 1480;
    out.intent.dlp = *fixed_from_hex<Address>("5fbdb2315678afecb367f032d93f642f64180aa3");
    out.intent.ruleset = asking().digest();
    out.intent.sealed_sha256 = sha256("sealed");
    out.intent.wallet = ownership::key_of(kStranger).address();
    out.said = {.chain_id = 1480,
                .dlp = out.intent.dlp,
                .contributor = out.intent.wallet,
                .sealed_sha256 = out.intent.sealed_sha256,
                .content = {},
                .provider = "chatgpt",
                .method = ownership::Method::kProviderApi,
                .issued_unix_s = kNow - 60,
                .expires_unix_s = kNow + 60};
    return out;
}

std::string envelope_of(const Drawn& drawn) {
    sealing::Envelope envelope;
    envelope.intent = drawn.intent;
    envelope.sealed_key = {1};
    if (drawn.attached)
        envelope.ownership = ownership::write_statement(
            ownership::sign_statement(drawn.said, ownership::key_of(drawn.witness)));
    return sealing::write_envelope(envelope);
}

Result<std::optional<OwnershipShown>> judged(const std::string& envelope,
                                             std::optional<std::int64_t> now = kNow) {
    const std::vector<scoring::Ruleset> served = {*scoring::Ruleset::named("default-1"), asking()};
    return OwnershipGate{served}.judge(asking().digest(), as_bytes_view(envelope), now);
}

TEST(OwnershipGate, lets_in_what_its_witness_signed) {
    const Result<std::optional<OwnershipShown>> shown = judged(envelope_of(drawn()));
    ASSERT_TRUE(shown) << shown.error().site;
    ASSERT_TRUE(*shown);
    EXPECT_EQ(**shown, (OwnershipShown{.provider = "chatgpt",
                                       .method = "provider_api",
                                       .statement = ownership::statement_digest(drawn().said)}));
}

TEST(OwnershipGate, asks_nothing_where_the_ruleset_asks_nothing) {
    const scoring::Ruleset plain = *scoring::Ruleset::named("default-2");
    const OwnershipGate gate{std::span{&plain, 1}};
    const Result<std::optional<OwnershipShown>> shown = gate.judge(plain.digest(), {}, kNow);
    ASSERT_TRUE(shown);
    EXPECT_FALSE(*shown);
    EXPECT_FALSE(ownership_rules_of(plain));
}

// A gate that was not told of a ruleset must not take it for one that asks nothing.
TEST(OwnershipGate, is_closed_to_a_ruleset_that_it_does_not_know) {
    const Result<std::optional<OwnershipShown>> shown =
        OwnershipGate{{}}.judge(asking().digest(), as_bytes_view(envelope_of(drawn())), kNow);
    ASSERT_FALSE(shown);
    EXPECT_EQ(shown.error(), (Error{Errc::kOwnershipNotShown, ""}));
    EXPECT_EQ(shown.error().site, "app.ownership.ruleset");
}

// Once it was judged, its times do not matter any more; everything else does.
TEST(OwnershipGate, looks_at_times_only_where_there_is_a_time) {
    const std::string envelope = envelope_of(drawn());
    EXPECT_FALSE(judged(envelope, kNow + 86'400));
    EXPECT_TRUE(judged(envelope, std::nullopt));
    Drawn other = drawn();
    other.said.chain_id = 1;
    EXPECT_FALSE(judged(envelope_of(other), std::nullopt));
}

struct ClosedCase {
    const char* name;
    std::function<void(Drawn&)> change;
    std::string_view site;
};
const ClosedCase kClosed[] = {
    {"nothing_attached", [](Drawn& d) { d.attached = false; }, "app.ownership.no_statement"},
    {"of_a_stranger", [](Drawn& d) { d.witness = kStranger; }, "ownership.statement.witness"},
    {"for_another_chain", [](Drawn& d) { d.said.chain_id = 1; }, "ownership.statement.chain"},
    {"for_another_dlp", [](Drawn& d) { d.said.dlp.bytes[0] ^= 1U; }, "ownership.statement.pool"},
    {"for_another_wallet", [](Drawn& d) { d.said.contributor.bytes[0] ^= 1U; },
     "ownership.statement.contributor"},
    {"for_another_file", [](Drawn& d) { d.said.sealed_sha256.bytes[0] ^= 1U; },
     "ownership.statement.file"},
    {"by_another_intent", [](Drawn& d) { d.intent.wallet.bytes[0] ^= 1U; },
     "ownership.statement.contributor"},
    {"of_another_provider", [](Drawn& d) { d.said.provider = "reddit"; },
     "ownership.statement.provider"},
    {"learned_otherwise", [](Drawn& d) { d.said.method = ownership::Method::kExportMail; },
     "ownership.statement.method"},
    {"too_old", [](Drawn& d) { d.said.issued_unix_s = kNow - 86'401; },
     "ownership.statement.issued"},
    {"over", [](Drawn& d) { d.said.expires_unix_s = kNow - 1; }, "ownership.statement.expires"},
};
class ClosedGate : public testing::TestWithParam<ClosedCase> {};
TEST_P(ClosedGate, names_its_check) {
    Drawn other = drawn();
    GetParam().change(other);
    const Result<std::optional<OwnershipShown>> shown = judged(envelope_of(other));
    ASSERT_FALSE(shown);
    EXPECT_EQ(shown.error().code, Errc::kOwnershipNotShown);
    EXPECT_EQ(shown.error().site, GetParam().site);
}
INSTANTIATE_TEST_SUITE_P(Cases, ClosedGate, testing::ValuesIn(kClosed),
                         [](const auto& row) { return std::string{row.param.name}; });

scoring::Ruleset asking_for_content() {
    return ruleset(R"(,"ownership":{"witnesses":["0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"],)"
                   R"("providers":["chatgpt"],"content":true})");
}

Drawn drawn_with_content() {
    Drawn out = drawn();
    out.intent.ruleset = asking_for_content().digest();
    out.said.content = ownership::content_tag(sha256("salt"), sha256("opened"));
    return out;
}

Status judged_content(const Drawn& drawn, std::optional<ownership::OpenedContent> content,
                      const scoring::Ruleset& ruleset = asking_for_content()) {
    return OwnershipGate{std::span{&ruleset, 1}}.judge_content(
        ruleset.digest(), as_bytes_view(envelope_of(drawn)), content);
}

// Before the file is opened only that there is a tag can be seen; then it has to fit.
TEST(OwnershipGate, holds_the_tag_against_the_content_where_it_is_asked_for) {
    const scoring::Ruleset rules = asking_for_content();
    const OwnershipGate gate{std::span{&rules, 1}};
    const auto before = [&](const Drawn& of) {
        return gate.judge(rules.digest(), as_bytes_view(envelope_of(of)), kNow);
    };
    EXPECT_TRUE(gate.asks_for_content(rules.digest()));
    EXPECT_TRUE(before(drawn_with_content()));
    EXPECT_EQ(before(drawn()).error().site, "ownership.statement.content");

    const ownership::OpenedContent opened{.sha256 = sha256("opened"), .salt = sha256("salt")};
    EXPECT_TRUE(judged_content(drawn_with_content(), opened));
    for (const std::optional<ownership::OpenedContent>& other :
         {std::optional<ownership::OpenedContent>{},
          std::optional{ownership::OpenedContent{sha256("other"), opened.salt}},
          std::optional{ownership::OpenedContent{opened.sha256, sha256("pepper")}}}) {
        const Status refused = judged_content(drawn_with_content(), other);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error(), (Error{Errc::kOwnershipNotShown, ""}));
        EXPECT_EQ(refused.error().site, "ownership.statement.content");
    }
    Drawn strange = drawn_with_content();
    strange.witness = kStranger;
    EXPECT_EQ(judged_content(strange, opened).error().site, "ownership.statement.witness");
}

TEST(OwnershipGate, looks_at_no_content_where_none_is_asked_for) {
    const scoring::Ruleset rules = asking();
    const OwnershipGate gate{std::span{&rules, 1}};
    EXPECT_FALSE(gate.asks_for_content(rules.digest()));
    EXPECT_TRUE(judged_content(drawn(), std::nullopt, rules));
    const OwnershipGate unknown{{}};
    EXPECT_TRUE(unknown.asks_for_content(rules.digest()));
    EXPECT_EQ(unknown.judge_content(rules.digest(), {}, std::nullopt).error().site,
              "app.ownership.ruleset");
}

TEST(OwnershipGate, takes_no_other_texts) {
    EXPECT_EQ(judged("").error().site, "app.ownership.no_envelope");
    EXPECT_EQ(judged("{}").error().site, "app.ownership.envelope");
    std::string spaced = envelope_of(drawn());
    spaced.insert(spaced.find(R"("provider")"), " ");
    EXPECT_EQ(judged(spaced).error().site, "ownership.statement.canonical");
}

}  // namespace
}  // namespace pramana::app
