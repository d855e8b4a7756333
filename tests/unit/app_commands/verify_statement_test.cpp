// A validator's attestation (docs/formats.md "Attestation"): each lie is refused by the check that
// is about it, and the whole is accepted only where quote and statement name each other.

#include "commands/verify_statement.hpp"

#include "attest_support/intel_evidence.hpp"
#include "commands/verify_order.hpp"
#include "pramana/attest/policy_text.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/evidence/gpu_evidence.hpp"
#include "unit/evidence/stated.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace pramana::app {
namespace {

using attest::testing_support::IntelEvidence;
using attest::testing_support::kNow;
using evidence::AttestationAnswer;

constexpr std::size_t kReportDataAt = 520;
const Hash32 kChallenge = Hash32{{0xcc}};
const Hash32 kTlsKey = Hash32{{0x77}};

Bytes bytes_of(const Hash32& hash) { return {hash.bytes.begin(), hash.bytes.end()}; }

/// What a validator would answer, and what lies a test tells.
struct Made {
    evidence::Statement statement = [] {
        evidence::Statement out = evidence::stated();
        out.tls_key_sha256 = kTlsKey;
        return out;
    }();
    Bytes challenge = bytes_of(kChallenge);
    std::optional<std::string> gpus = {};
    std::function<void(AttestationAnswer&)> lie = [](AttestationAnswer&) {};
    bool software = false;
    std::vector<attest::IssuedKeyPart> keys = {};
    AskedFor asked = {.challenge = kChallenge,
                      .over_tls = true,
                      .tls_key_sha256 = kTlsKey,
                      .host_certified = false};

    /// Written and read by the validator's own code, then the lie.
    [[nodiscard]] AttestationAnswer answer() const {
        const evidence::AttestationParts parts{
            .statement = evidence::to_canonical_json(statement).value(),
            .challenge = challenge,
            .evidence = R"({"kind":"tdx","quote":"0400"})",
            .gpu_evidence = gpus};
        AttestationAnswer out = evidence::read_attestation_answer(evidence::to_json(parts)).value();
        lie(out);
        return out;
    }
    attest::StatementPolicy policy = {};
    std::string_view quote_kind = "tdx";
    std::optional<std::string> measured_compose = {};
    std::optional<std::string> app_compose = {};

    [[nodiscard]] attest::Appraisal judged() const {
        return appraise_statement({.answer = answer(),
                                   .file = file(),
                                   .quote_kind = software ? "" : quote_kind,
                                   .asked = asked,
                                   .policy = policy,
                                   .measured_compose = measured_compose,
                                   .app_compose = app_compose});
    }
    [[nodiscard]] attest::EvidenceFile file() const {
        attest::EvidenceFile out;
        out.form = "the attestation of a validator";
        if (software)
            out.development = "software";
        else
            out.quote = Bytes{4, 0};
        out.keys = keys;
        return out;
    }
};

PublicKey point_of(std::uint8_t last) {
    SecretBytes raw{32};
    raw.expose_mutable()[31] = last;
    return SigningKey::from_bytes(std::move(raw))->public_key();
}
/// Of evidence::stated() the keys are those of 1 and 2.
attest::IssuedKeyPart issued(const std::string& use, std::uint8_t key, const char* version = "1") {
    const PublicKey known = point_of(key);
    return {.use = use,
            .public_key = {known.bytes.begin(), known.bytes.end()},
            .purpose = "pramana-" + use + "-v" + version,
            .signature_chain = {}};
}

const std::string kCompose(64, 'a');
/// A dstack compose document with one image.
std::string compose_with(const std::string& image) {
    return R"({"runner":"docker-compose","docker_compose_file":"services:\n  a:\n    image: )" +
           image + R"(\n"})";
}
void measure(Made& made) {
    made.statement.build.compose_sha256 = fixed_from_hex<Hash32>(kCompose).value();
    made.statement.build.images = {"a@sha256:1"};
    made.measured_compose = kCompose;
    made.app_compose = compose_with("a@sha256:1");
}

void rotate(Made& made) {
    made.statement.previous_keys = {.signing = point_of(3), .encryption = point_of(4), .epoch = 0};
    made.statement.keys.epoch = 1;
}

struct LieRow {
    const char* name;
    Made made;
    const char* failed;  ///< the first check that fails; empty: none
};
Made with(const std::function<void(Made&)>& change) {
    Made made;
    change(made);
    return made;
}
Made showing(const std::vector<attest::IssuedKeyPart>& keys) {
    return with([keys](Made& m) { m.keys = keys; });
}
const LieRow kLies[] = {
    {"true", Made{}, ""},
    {"another_hash",
     with([](Made& m) { m.lie = [](auto& answer) { answer.statement_sha256[0] ^= 1; }; }),
     "statement.hash"},
    {"not_the_one_asked_for", with([](Made& m) { m.asked.statement = kTlsKey; }), "statement.hash"},
    {"a_replayed_answer", with([](Made& m) { m.challenge = Bytes(32, 0xdd); }),
     "statement.challenge"},
    {"no_challenge_answered", with([](Made& m) { m.challenge = {}; }), "statement.challenge"},
    {"gpu_evidence_slipped_in",
     with([](Made& m) { m.lie = [](auto& answer) { answer.parts.gpu_evidence = "{}"; }; }),
     "statement.gpu_evidence"},
    {"a_hash_of_gpu_evidence_that_is_not_there",
     with([](Made& m) { m.lie = [](auto& answer) { answer.gpu_evidence_sha256 = "00"; }; }),
     "statement.gpu_evidence"},
    {"other_report_data",
     with([](Made& m) { m.lie = [](auto& answer) { answer.report_data[0] ^= 1; }; }),
     "statement.report_data"},
    {"development", with([](Made& m) {
         m.software = true;
         m.statement.provider = "software";
     }),
     "statement.evidence"},
    {"another_provider", with([](Made& m) { m.statement.provider = "sev_snp"; }),
     "statement.evidence"},
    {"an_enclave", with([](Made& m) { m.quote_kind = "sgx"; }), "statement.evidence"},
    {"a_quote_that_is_none", with([](Made& m) { m.quote_kind = "intel"; }), "statement.evidence"},
    {"keys_of_the_key_service", showing({issued("signing", 1), issued("encryption", 2)}), ""},
    {"keys_swapped", showing({issued("signing", 2), issued("encryption", 1)}),
     "statement.issued_keys"},
    {"keys_of_both_epochs_while_one_takes_over", with([](Made& m) {
         rotate(m);
         m.keys = {issued("signing", 1), issued("encryption", 2), issued("signing", 3),
                   issued("encryption", 4)};
     }),
     ""},
    {"keys_of_the_present_epoch_alone_while_one_takes_over", with([](Made& m) {
         rotate(m);
         m.keys = {issued("signing", 1), issued("encryption", 2)};
     }),
     "statement.issued_keys"},
    {"keys_of_an_epoch_that_is_not_stated",
     showing({issued("signing", 1), issued("encryption", 2), issued("signing", 3),
              issued("encryption", 4)}),
     "statement.issued_keys"},
    {"a_key_twice",
     showing({issued("signing", 1), issued("encryption", 2), issued("signing", 1)}),
     "statement.issued_keys"},
    {"keys_of_the_key_service_that_nobody_shows",
     with([](Made& m) { m.statement.key_origin.source = "dstack"; }), "statement.issued_keys"},
    {"keys_in_a_file", with([](Made& m) { m.statement.key_origin.source = "file"; }),
     "statement.keys.kept"},
    {"keys_that_were_outside", with([](Made& m) { m.statement.key_origin.imported = true; }),
     "statement.keys.kept"},
    {"keys_that_were_outside_and_may", with([](Made& m) {
         m.statement.key_origin.imported = true;
         m.policy.imported_keys_allowed = true;
     }),
     ""},
    {"keys_that_a_stranger_may_have", with([](Made& m) {
         m.statement.key_origin.backup_recipients = {compressed_key(point_of(5))};
     }),
     "statement.keys.kept"},
    {"keys_that_somebody_may_have_whom_the_policy_lists", with([](Made& m) {
         m.statement.key_origin.backup_recipients = {compressed_key(point_of(5))};
         m.policy.backup_recipients = {compressed_key(point_of(6)), compressed_key(point_of(5))};
     }),
     ""},
    {"a_key_for_another_purpose", showing({issued("signing", 1), issued("encryption", 2, "2")}),
     "statement.issued_keys"},
    {"one_key_only", showing({issued("signing", 1)}), "statement.issued_keys"},
    {"another_tls_key", with([](Made& m) { m.asked.tls_key_sha256 = Hash32{}; }),
     "statement.tls_key"},
    {"no_tls_key_and_nobody_knows_the_host",
     with([](Made& m) { m.statement.tls_key_sha256.reset(); }), "statement.tls_key"},
    {"no_tls_key_and_a_known_host", with([](Made& m) {
         m.statement.tls_key_sha256.reset();
         m.asked.host_certified = true;
     }),
     ""},
    {"measured", with(measure), ""},
    {"another_compose_than_was_measured", with([](Made& m) {
         measure(m);
         m.measured_compose = std::string(64, 'b');
     }),
     "statement.build.measured"},
    {"a_compose_that_nobody_measured", with([](Made& m) {
         measure(m);
         m.measured_compose.reset();
     }),
     "statement.build.measured"},
    {"a_measured_compose_that_it_does_not_name",
     with([](Made& m) { m.measured_compose = kCompose; }), "statement.build.measured"},
    {"other_images_than_the_documents", with([](Made& m) {
         measure(m);
         m.app_compose = compose_with("b@sha256:2");
     }),
     "statement.build.images_measured"},
    {"images_that_no_document_shows", with([](Made& m) {
         measure(m);
         m.app_compose.reset();
     }),
     "statement.build.images_measured"},
    {"a_document_that_is_none", with([](Made& m) {
         measure(m);
         m.app_compose = "[]";
     }),
     "statement.build.images_measured"},
};
class Statement : public testing::TestWithParam<LieRow> {};
TEST_P(Statement, is_judged_by_the_check_that_is_about_it) {
    const attest::Appraisal appraisal = GetParam().made.judged();
    const attest::Verdict* const failed = appraisal.verdicts.first_failure();
    EXPECT_EQ(failed == nullptr ? "" : failed->check->name, GetParam().failed)
        << attest::to_text(appraisal);
    EXPECT_EQ(appraisal.accepted(), failed == nullptr);
}
INSTANTIATE_TEST_SUITE_P(Rows, Statement, testing::ValuesIn(kLies),
                         [](const auto& row) { return std::string{row.param.name}; });

// tests/evidence/vectors.json has the report data; this is that each GPU is asked over its own
// name, the statement and the challenge, and over the sender's freshness where there is none.
TEST(StatementExpectation, is_computed_from_the_parts) {
    const Hash32 statement{{1}};
    const evidence::GpuFreshness freshness{{9}};
    Made made;
    made.gpus = evidence::to_json({.statement = statement,
                                   .freshness = freshness,
                                   .devices = {{"GPU-1", {1}, "P"}, {"GPU-2", {2}, "P"}}});
    for (const bool challenged : {true, false}) {
        if (!challenged) made.challenge = {};
        const evidence::AttestationParts parts = made.answer().parts;
        const attest::Expectation expected = expectation_of(parts);
        EXPECT_EQ(*expected.report_data, parts.report().bytes);
        ASSERT_EQ(expected.nonces.size(), 2U);
        const evidence::GpuChallenge nonce = evidence::gpu_challenge(
            evidence::statement_hash(parts.statement),
            challenged ? evidence::GpuFreshness{kChallenge.bytes} : freshness, "GPU-2");
        EXPECT_EQ(to_hex(expected.nonces[1]), to_hex(nonce.view()));
    }
}

/// An order about a validator whose quote is over its statement.
VerifyOrder order_about(const Made& made, attest::PinnedRoots& roots, bool over_it = true) {
    VerifyOrder order;
    order.file = made.file();
    order.answer = made.answer();
    order.asked = made.asked;
    IntelEvidence evidence;
    if (over_it)
        std::ranges::copy(*expectation_of(order.answer->parts).report_data,
                          evidence.td_report.begin() + kReportDataAt);
    IntelEvidence::Made quote = evidence.make();
    order.file.quote = std::move(quote.quote);
    order.endorsements.intel = std::move(quote.collateral);
    roots = std::move(quote.roots);
    return order;
}

TEST(Verification, accepts_a_quote_over_the_statement_and_no_other) {
    for (const bool over_it : {true, false}) {
        attest::PinnedRoots roots;
        const VerifyOrder order = order_about(Made{}, roots, over_it);
        const Verification result = verify(order, roots, kNow, {}, std::nullopt);
        EXPECT_EQ(result.accepted(), over_it) << text_of(result);
        EXPECT_EQ(result.not_pinned().size(), 8U);
        EXPECT_NE(text_of(result).find(over_it ? "\nACCEPTED until "
                                               : "\nNOT ACCEPTED: intel.report_data failed"),
                  std::string::npos);
        EXPECT_FALSE(verify(order, attest::vendor_roots(), kNow, {}, std::nullopt).accepted());
    }
}

// A copy of evidence passes wherever nobody compared it with a challenge of his own.
TEST(Verification, says_where_nothing_shows_that_the_evidence_is_of_now) {
    attest::PinnedRoots roots;
    VerifyOrder order = order_about(Made{}, roots);
    const auto judged = [&] { return verify(order, roots, kNow, {}, std::nullopt); };
    EXPECT_TRUE(judged().not_compared().empty());
    EXPECT_EQ(text_of(judged()).find("of now is NOT decided"), std::string::npos);
    order.asked.challenge.reset();
    EXPECT_NE(text_of(judged()).find("of now is NOT decided"), std::string::npos);
    order.answer.reset();
    EXPECT_NE(json_of(judged()).find(R"("not_compared":["intel.report_data"])"), std::string::npos);
}

// What a stranger writes must not read as the program's own word, nor move the terminal's cursor.
TEST(Verification, shows_a_strangers_text_as_one_line) {
    Made made;
    made.statement.build.version = "1\nACCEPTED until 2099-01-01T00:00:00Z\n\x1b[2J\xc2\x9b\x32J";
    made.challenge = Bytes(32, 0xdd);
    attest::PinnedRoots roots;
    const VerifyOrder order = order_about(made, roots);
    const Verification result = verify(order, roots, kNow, {}, std::nullopt);
    EXPECT_FALSE(result.accepted());
    const std::string text = text_of(result);
    EXPECT_NE(text.find("1?ACCEPTED until 2099-01-01T00:00:00Z??[2J??2J\n"), std::string::npos)
        << text;
    EXPECT_EQ(text.find("\nACCEPTED until 2099"), std::string::npos);
    EXPECT_TRUE(
        std::ranges::all_of(text, [](char c) { return (c >= ' ' && c <= '~') || c == '\n'; }));
}

// An enclave of anybody's, on any SGX machine, can sign over any statement.
TEST(Verification, takes_no_enclave_for_the_guest_that_a_statement_names) {
    VerifyOrder order;
    order.answer = Made{}.answer();
    order.file = Made{}.file();
    order.asked = Made{}.asked;
    IntelEvidence evidence;
    evidence.make_sgx();
    std::ranges::copy(*expectation_of(order.answer->parts).report_data,
                      evidence.enclave_report.begin() + 320);
    IntelEvidence::Made quote = evidence.make();
    order.file.quote = std::move(quote.quote);
    order.endorsements.intel = std::move(quote.collateral);
    const Verification result = verify(order, quote.roots, kNow, {}, std::nullopt);
    EXPECT_FALSE(result.accepted());
    EXPECT_NE(text_of(result).find("\nNOT ACCEPTED: statement.evidence failed"), std::string::npos)
        << text_of(result);
}

TEST(Verification, by_a_policy_made_of_a_validator_takes_it_and_no_other) {
    attest::PinnedRoots roots;
    VerifyOrder order = order_about(Made{}, roots);
    const Verification first = verify(order, roots, kNow, {}, std::nullopt);
    for (const bool configuration : {false, true}) {
        const std::vector<attest::PolicyPin> pins =
            attest::pins_of(first.parts, {.configuration = configuration});
        const Result<std::string> text = attest::policy_text({}, pins);
        ASSERT_TRUE(text);
        attest::PolicyReading reading = attest::read_policy(*text);
        ASSERT_TRUE(reading.policy) << *text;
        order.policy = *reading.policy;
        const Verification again = verify(order, roots, kNow, {}, "made");
        EXPECT_TRUE(again.accepted()) << text_of(again);
        EXPECT_TRUE(again.not_pinned().empty());
        EXPECT_EQ(order.policy.statement.config_sha256.size(), configuration ? 1U : 0U);
        EXPECT_EQ(order.policy.statement.chain_id, 31337U);
    }
    Made kept;
    kept.statement.key_origin.imported = true;
    kept.statement.key_origin.backup_recipients = {compressed_key(point_of(5))};
    attest::PinnedRoots kept_roots;
    VerifyOrder with_backup = order_about(kept, kept_roots);
    const Verification shown = verify(with_backup, kept_roots, kNow, {}, std::nullopt);
    EXPECT_FALSE(shown.accepted());
    EXPECT_NE(text_of(shown).find(to_hex0x(compressed_key(point_of(5)))), std::string::npos);
    attest::PolicyReading told =
        attest::read_policy(attest::policy_text({}, attest::pins_of(shown.parts, {})).value());
    ASSERT_TRUE(told.policy);
    with_backup.policy = *told.policy;
    EXPECT_TRUE(verify(with_backup, kept_roots, kNow, {}, "made").accepted());
    VerifyOrder bare = order;
    bare.answer.reset();
    const Verification refused = verify(bare, roots, kNow, {}, "made");
    EXPECT_FALSE(refused.accepted());
    EXPECT_NE(text_of(refused).find("\nNOT ACCEPTED: statement.there failed"), std::string::npos)
        << text_of(refused);
    Made other;
    other.statement.chain_id = 1480;
    attest::PinnedRoots other_roots;
    VerifyOrder elsewhere = order_about(other, other_roots);
    elsewhere.policy.statement = order.policy.statement;
    EXPECT_NE(text_of(verify(elsewhere, other_roots, kNow, {}, "made"))
                  .find("\nNOT ACCEPTED: statement.chain_id failed"),
              std::string::npos);
}

}  // namespace
}  // namespace pramana::app
