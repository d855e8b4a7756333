// A validator's attestation (docs/formats.md "Attestation"): each lie is refused by the check that
// is about it, and the whole is accepted only where quote and statement name each other.

#include "commands/verify_statement.hpp"

#include "attest_support/intel_evidence.hpp"
#include "commands/verify_order.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace pramana::app {
namespace {

using attest::testing_support::IntelEvidence;
using attest::testing_support::kNow;

constexpr std::size_t kReportDataAt = 520;
const std::string kChallenge(64, 'c');
const std::string kTlsKey(64, '7');

SigningKey key_of(std::uint8_t byte) {
    return SigningKey::from_bytes(SecretBytes::copy_of(Bytes(32, byte))).value();
}

/// What a validator would answer, and what lies a test tells.
struct Made {
    std::string provider = "tdx";
    std::string format = "pramana:statement:2";
    std::string signing_address = to_hex0x(key_of(1).address().view());
    std::string tls = kTlsKey;
    std::string challenge = kChallenge;
    std::function<void(attest::AttestedPart&)> lie = [](attest::AttestedPart&) {};
    bool software = false;
    std::vector<attest::IssuedKeyPart> keys = {};
    AskedFor asked = {.challenge = fixed_from_hex<Hash32>(kChallenge).value(),
                      .over_tls = true,
                      .tls_key_sha256 = fixed_from_hex<Hash32>(kTlsKey).value(),
                      .host_certified = false};

    [[nodiscard]] attest::EvidenceFile file() const {
        JsonObject statement;
        statement.text("encryption_key", to_hex0x(key_of(2).public_key().view()))
            .text("format", format)
            .text("provider", provider)
            .text("signing_address", signing_address)
            .text("signing_key", to_hex0x(key_of(1).public_key().view()));
        if (!tls.empty()) statement.text("tls_key_sha256", tls);
        attest::EvidenceFile out;
        out.form = "the attestation of a validator";
        attest::AttestedPart& part = out.attested.emplace();
        part.statement = statement.str();
        part.statement_sha256 = to_hex(sha256(part.statement).view());
        part.challenge = challenge;
        part.report_data = to_hex(*expectation_of(out).report_data);
        if (software)
            out.development = "software";
        else
            out.quote = Bytes{4, 0};
        out.keys = keys;
        lie(part);
        return out;
    }
};

attest::IssuedKeyPart issued(const char* use, std::uint8_t key) {
    const SigningKey made = key_of(key);
    const ByteView point = made.public_key().view();
    return {.use = use,
            .public_key = {point.begin(), point.end()},
            .purpose = "p",
            .signature_chain = {}};
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
const LieRow kLies[] = {
    {"true", Made{}, ""},
    {"another_format", with([](Made& m) { m.format = "pramana:statement:1"; }), "statement.form"},
    {"another_hash",
     with([](Made& m) { m.lie = [](auto& part) { part.statement_sha256[0] ^= 1; }; }),
     "statement.hash"},
    {"a_replayed_answer", with([](Made& m) { m.challenge = std::string(64, 'd'); }),
     "statement.challenge"},
    {"no_challenge_answered", with([](Made& m) { m.challenge = ""; }), "statement.challenge"},
    {"gpu_evidence_slipped_in",
     with([](Made& m) { m.lie = [](auto& part) { part.gpu_evidence = "{}"; }; }),
     "statement.gpu_evidence"},
    {"a_hash_of_gpu_evidence_that_is_not_there",
     with([](Made& m) { m.lie = [](auto& part) { part.gpu_evidence_sha256 = "00"; }; }),
     "statement.gpu_evidence"},
    {"other_report_data",
     with([](Made& m) { m.lie = [](auto& part) { part.report_data[0] ^= 1; }; }),
     "statement.report_data"},
    {"development", with([](Made& m) {
         m.software = true;
         m.provider = "software";
     }),
     "statement.evidence"},
    {"another_provider", with([](Made& m) { m.provider = "sev_snp"; }), "statement.evidence"},
    {"address_of_another_key",
     with([](Made& m) { m.signing_address = to_hex0x(key_of(3).address().view()); }),
     "statement.signing_key"},
    {"keys_of_the_key_service",
     with([](Made& m) { m.keys = {issued("signing", 1), issued("encryption", 2)}; }), ""},
    {"keys_swapped",
     with([](Made& m) { m.keys = {issued("signing", 2), issued("encryption", 1)}; }),
     "statement.issued_keys"},
    {"one_key_only", with([](Made& m) { m.keys = {issued("signing", 1)}; }),
     "statement.issued_keys"},
    {"another_tls_key", with([](Made& m) { m.asked.tls_key_sha256 = Hash32{}; }),
     "statement.tls_key"},
    {"no_tls_key_and_nobody_knows_the_host", with([](Made& m) { m.tls = ""; }),
     "statement.tls_key"},
    {"no_tls_key_and_a_known_host", with([](Made& m) {
         m.tls = "";
         m.asked.host_certified = true;
     }),
     ""},
};
class Statement : public testing::TestWithParam<LieRow> {};
TEST_P(Statement, is_judged_by_the_check_that_is_about_it) {
    const attest::Appraisal appraisal =
        appraise_statement(GetParam().made.file(), GetParam().made.asked);
    const attest::Verdict* const failed = appraisal.verdicts.first_failure();
    EXPECT_EQ(failed == nullptr ? "" : failed->check->name, GetParam().failed)
        << attest::to_text(appraisal);
    EXPECT_EQ(appraisal.accepted(), failed == nullptr);
}
INSTANTIATE_TEST_SUITE_P(Rows, Statement, testing::ValuesIn(kLies),
                         [](const auto& row) { return std::string{row.param.name}; });

// SHA-512 over tag, challenge, GPU hash and text, computed by Python's hashlib.
TEST(StatementExpectation, is_the_documented_hash) {
    attest::EvidenceFile file;
    file.attested.emplace().statement = "{}";
    file.gpus = {{.report = {}, .chain = {}, .uuid = "GPU-1"}};
    const attest::Expectation expected = expectation_of(file);
    EXPECT_EQ(to_hex(*expected.report_data),
              "1c75e042ca8c75600a26e007627fbdb9a50ebe3f466c49a7f21433b48e7b6c09"
              "376d0b4381e8e4b1ec584eed4debcadf84d1bbe6d2728d6b67bc995ce45928af");
    ASSERT_EQ(expected.nonces.size(), 1U);
    EXPECT_EQ(to_hex(expected.nonces[0]),
              "527794b5e2c5ae9b500a43906e20caa989bc29d4cd41480609f28743e2ad0a38");
}

TEST(Verification, accepts_a_quote_over_the_statement_and_no_other) {
    Made made;
    const attest::EvidenceFile stated = made.file();
    for (const bool over_it : {true, false}) {
        IntelEvidence evidence;
        if (over_it)
            std::ranges::copy(*expectation_of(stated).report_data,
                              evidence.td_report.begin() + kReportDataAt);
        const IntelEvidence::Made quote = evidence.make();
        VerifyOrder order;
        order.file = stated;
        order.file.quote = quote.quote;
        order.asked = made.asked;
        order.endorsements.intel = quote.collateral;
        const Verification result = verify(order, quote.roots, kNow, {}, std::nullopt);
        EXPECT_EQ(result.accepted(), over_it) << text_of(result);
        EXPECT_EQ(result.not_pinned().size(), 4U);
        EXPECT_NE(text_of(result).find(over_it ? "\nACCEPTED until "
                                               : "\nNOT ACCEPTED: intel.report_data failed"),
                  std::string::npos);
        EXPECT_FALSE(verify(order, attest::vendor_roots(), kNow, {}, std::nullopt).accepted());
    }
}

}  // namespace
}  // namespace pramana::app
