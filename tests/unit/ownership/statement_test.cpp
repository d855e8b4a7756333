#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/crypto/keccak.hpp"
#include "pramana/ownership/appraise.hpp"
#include "sample.hpp"

#include <gtest/gtest.h>

#include <functional>

// docs/ownership.md "Witness statement".
namespace pramana::ownership {
namespace {

Statement sample() {
    return {.chain_id = 1480,
            .dlp = *fixed_from_hex<Address>("5fbdb2315678afecb367f032d93f642f64180aa3"),
            .contributor = *fixed_from_hex<Address>("70997970c51812dc3a010c7d01b50e0d17dc79c8"),
            .sealed_sha256 = sha256("sealed"),
            .content = {},
            .provider = "chatgpt",
            .method = Method::kProviderApi,
            .issued_unix_s = kNow - 60,
            .expires_unix_s = kNow + kDay};
}

Contribution contribution() {
    const Statement said = sample();
    return {.chain_id = said.chain_id,
            .dlp = said.dlp,
            .contributor = said.contributor,
            .sealed_sha256 = said.sealed_sha256,
            .content = {}};
}

Rules rules() {
    return {.witnesses = {key_of(kWitness).address()},
            .providers = {"chatgpt", "reddit"},
            .methods = {Method::kProviderApi},
            .age_s_max = kDay};
}

std::string signed_text(const Statement& said, std::string_view key = kWitness) {
    return write_statement(sign_statement(said, key_of(key)));
}

TEST(WitnessStatement, is_accepted_for_what_it_was_made_for) {
    const attest::Appraisal out =
        appraise_statement(signed_text(sample()), contribution(), rules(), kNow);
    EXPECT_EQ(made::failed_checks(out), "");
    EXPECT_TRUE(out.accepted());
    EXPECT_EQ(out.fact("witness")->value, "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    EXPECT_EQ(out.fact("provider")->value, "chatgpt");
    EXPECT_EQ(out.fact("statement")->value, to_hex(statement_digest(sample()).view()));
    EXPECT_EQ(out.valid_until, kNow - 60 + kDay);
}

// EIP-712 by hand: the words of domain and message, in order.
TEST(WitnessStatement, is_typed_data_of_its_domain) {
    const Statement said = sample();
    const auto number = [](std::uint64_t value) {
        Bytes word(24);
        append_be(word, value);
        return word;
    };
    const auto address = [](const Address& value) {
        Bytes word(12);
        append(word, value.view());
        return word;
    };
    const Hash32 domain =
        keccak256({keccak256("EIP712Domain(string name,string version,uint256 chainId,address "
                             "verifyingContract)")
                       .view(),
                   keccak256("Pramana ownership").view(), keccak256("1").view(), number(1480),
                   address(said.dlp)});
    const Hash32 message = keccak256(
        {keccak256("OwnershipStatement(address contributor,bytes32 sealedSha256,bytes32 content,"
                   "string provider,string method,uint64 issued,uint64 expires)")
             .view(),
         address(said.contributor), said.sealed_sha256.view(), Hash32{}.view(),
         keccak256("chatgpt").view(), keccak256("provider_api").view(), number(said.issued_unix_s),
         number(said.expires_unix_s)});
    const Bytes prefix = {0x19, 0x01};
    EXPECT_EQ(statement_digest(said), keccak256({prefix, domain.view(), message.view()}));
}

struct OtherCase {
    const char* name;
    std::function<void(Statement&, Contribution&, Rules&, std::uint64_t&)> change;
    std::string failed;
};
const OtherCase kOtherCases[] = {
    {"another_chain", [](auto&, auto& c, auto&, auto&) { c.chain_id = 14800; },
     "ownership.statement.chain"},
    {"another_pool", [](auto&, auto& c, auto&, auto&) { c.dlp.bytes[0] ^= 1U; },
     "ownership.statement.pool"},
    {"another_contributor", [](auto&, auto& c, auto&, auto&) { c.contributor.bytes[19] ^= 1U; },
     "ownership.statement.contributor"},
    {"another_file", [](auto&, auto& c, auto&, auto&) { c.sealed_sha256 = sha256("other"); },
     "ownership.statement.file"},
    {"another_witness",
     [](auto&, auto&, auto& r, auto&) { r.witnesses = {key_of(kStranger).address()}; },
     "ownership.statement.witness"},
    {"no_witness", [](auto&, auto&, auto& r, auto&) { r.witnesses.clear(); },
     "ownership.statement.witness"},
    {"another_provider", [](auto& s, auto&, auto&, auto&) { s.provider = "myspace"; },
     "ownership.statement.provider"},
    {"another_method", [](auto& s, auto&, auto&, auto&) { s.method = Method::kExportMail; },
     "ownership.statement.method"},
    {"too_old", [](auto&, auto&, auto&, auto& now) { now += kDay - 59; },
     "ownership.statement.issued"},
    {"made_in_the_future", [](auto& s, auto&, auto&, auto&) { s.issued_unix_s = kNow + 301; },
     "ownership.statement.issued"},
    {"expired", [](auto& s, auto&, auto&, auto&) { s.expires_unix_s = kNow - 1; },
     "ownership.statement.expires"},
    {"ends_before_it_begins",
     [](auto& s, auto&, auto&, auto&) {
         s.issued_unix_s = kNow + 200;
         s.expires_unix_s = kNow + 100;
     },
     "ownership.statement.expires"},
    {"valid_for_too_long",
     [](auto& s, auto&, auto&, auto&) { s.expires_unix_s = s.issued_unix_s + kLifetimeMax + 1; },
     "ownership.statement.expires"},
    {"content_wanted_and_not_said", [](auto&, auto&, auto& r, auto&) { r.content_required = true; },
     "ownership.statement.content"},
    {"content_wanted_and_not_at_hand",
     [](auto& s, auto&, auto& r, auto&) {
         r.content_required = true;
         s.content = sha256("tag");
     },
     "ownership.statement.content"},
    {"content_of_another_file",
     [](auto& s, auto& c, auto&, auto&) {
         c.content = OpenedContent{.sha256 = sha256("other"), .salt = sha256("salt")};
         s.content = content_tag(sha256("salt"), sha256("opened"));
     },
     "ownership.statement.content"},
    {"content_under_another_salt",
     [](auto& s, auto& c, auto&, auto&) {
         c.content = OpenedContent{.sha256 = sha256("opened"), .salt = sha256("pepper")};
         s.content = content_tag(sha256("salt"), sha256("opened"));
     },
     "ownership.statement.content"},
    {"content_that_fits",
     [](auto& s, auto& c, auto& r, auto&) {
         r.content_required = true;
         c.content = OpenedContent{.sha256 = sha256("opened"), .salt = sha256("salt")};
         s.content = content_tag(sha256("salt"), sha256("opened"));
     },
     ""},
    {"a_clock_a_little_ahead", [](auto& s, auto&, auto&, auto&) { s.issued_unix_s = kNow + 300; },
     ""},
    {"the_last_second", [](auto& s, auto&, auto&, auto&) { s.expires_unix_s = kNow; }, ""},
};
class OtherStatement : public testing::TestWithParam<OtherCase> {};
TEST_P(OtherStatement, fails_its_own_check_alone) {
    Statement said = sample();
    Contribution here = contribution();
    Rules taken = rules();
    std::uint64_t now = kNow;
    GetParam().change(said, here, taken, now);
    const attest::Appraisal out = appraise_statement(signed_text(said), here, taken, now);
    EXPECT_TRUE(made::agrees(out, GetParam().failed)) << made::failed_checks(out);
}
INSTANTIATE_TEST_SUITE_P(Cases, OtherStatement, testing::ValuesIn(kOtherCases),
                         [](const auto& row) { return std::string{row.param.name}; });

// Each member altered without a new signature: the signature recovers to a stranger.
TEST(WitnessStatement, altered_is_no_longer_of_its_witness) {
    const SignedStatement good = sign_statement(sample(), key_of(kWitness));
    const std::function<void(Statement&)> changes[] = {
        [](Statement& s) { s.chain_id = 1; },
        [](Statement& s) { s.dlp.bytes[3] ^= 1U; },
        [](Statement& s) { s.contributor.bytes[3] ^= 1U; },
        [](Statement& s) { s.sealed_sha256.bytes[3] ^= 1U; },
        [](Statement& s) { s.content = sha256("tag"); },
        [](Statement& s) { s.provider = "reddit"; },
        [](Statement& s) { s.method = Method::kExportMail; },
        [](Statement& s) { ++s.issued_unix_s; },
        [](Statement& s) { ++s.expires_unix_s; },
    };
    for (const auto& change : changes) {
        SignedStatement altered = good;
        change(altered.statement);
        const attest::Appraisal out =
            appraise_statement(write_statement(altered), contribution(), rules(), kNow);
        EXPECT_FALSE(out.accepted());
        EXPECT_FALSE(out.verdicts.passed(*out.verdicts.all()[2].check));  // the witness
    }
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    PRAMANA_CHECK(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

struct TextCase {
    const char* name;
    std::string text;
    std::string_view site;
};
std::vector<TextCase> text_cases() {
    const std::string good = signed_text(sample());
    return {
        {"empty", "", "ownership.statement.json"},
        {"a_member_more", replaced(good, "{", R"({"a":1,)"), "ownership.statement.canonical"},
        {"a_member_less", replaced(good, R"("content":null,)", ""),
         "ownership.statement.canonical"},
        {"a_member_twice", replaced(good, R"("content":null)", R"("content":null,"content":null)"),
         "ownership.statement.json"},
        {"white_space", replaced(good, ":", ": "), "ownership.statement.canonical"},
        {"something_behind", good + "\n", "ownership.statement.canonical"},
        {"upper_case_hex", replaced(good, "0x5fbd", "0x5FBD"), "ownership.statement.canonical"},
        {"an_escape", replaced(good, "chatgpt", "\\u0063hatgpt"), "ownership.statement.canonical"},
        {"another_version", replaced(good, "statement:1", "statement:2"),
         "ownership.statement.canonical"},
        {"a_key_record", write_key_record(record_of("p=x")), "ownership.statement.method"},
        {"unknown_method", replaced(good, "provider_api", "hearsay"), "ownership.statement.method"},
        {"provider_name", replaced(good, "chatgpt", "Chat GPT"), "ownership.statement.provider"},
        {"zero_content",
         replaced(good, R"("content":null)", R"("content":"0x)" + std::string(64, '0') + '"'),
         "ownership.statement.content"},
        {"too_long", good + std::string(kStatementBytesMax, ' '), "ownership.statement.length"},
    };
}
class StatementText : public testing::TestWithParam<TextCase> {};
TEST_P(StatementText, in_any_other_form_is_refused) {
    const Result<SignedStatement> read = read_statement(GetParam().text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error(), (Error{Errc::kEvidenceMalformed, ""}));
    EXPECT_EQ(read.error().site, GetParam().site);
    const attest::Appraisal out =
        appraise_statement(GetParam().text, contribution(), rules(), kNow);
    EXPECT_EQ(made::failed_checks(out), "ownership.statement.format");
}
INSTANTIATE_TEST_SUITE_P(Cases, StatementText, testing::ValuesIn(text_cases()),
                         [](const auto& row) { return std::string{row.param.name}; });

/// n - s and the other v: the same signature to a library that is lax.
Signature65 with_high_s(Signature65 signature) {
    const Bytes n = *from_hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;) {
        const int digit = n[i] - signature.bytes.at(32 + i) - borrow;
        borrow = digit < 0 ? 1 : 0;
        signature.bytes.at(32 + i) = static_cast<std::uint8_t>(digit + 256 * borrow);
    }
    signature.bytes[64] = static_cast<std::uint8_t>(27 + 28 - signature.bytes[64]);
    return signature;
}

TEST(WitnessStatement, has_one_signature_only) {
    for (const bool high : {false, true}) {
        SignedStatement twin = sign_statement(sample(), key_of(kWitness));
        if (high)
            twin.signature = with_high_s(twin.signature);
        else
            twin.signature.bytes[64] =
                static_cast<std::uint8_t>(twin.signature.bytes[64] - 27);  // v 0 or 1
        const attest::Appraisal out =
            appraise_statement(write_statement(twin), contribution(), rules(), kNow);
        EXPECT_EQ(made::failed_checks(out), "ownership.statement.signature") << high;
        EXPECT_FALSE(out.accepted());
    }
}

// The witness's other signatures say something else: none of them is a statement.
TEST(WitnessStatement, is_not_signed_by_another_kind_of_signature) {
    SignedStatement other = sign_statement(sample(), key_of(kWitness));
    const Hash32 digest = statement_digest(sample());
    other.signature = key_of(kWitness).sign(personal_message_digest(digest.view()));
    const attest::Appraisal out =
        appraise_statement(write_statement(other), contribution(), rules(), kNow);
    EXPECT_EQ(made::failed_checks(out), "ownership.statement.witness");
}

TEST(ContentTag, is_keyed_by_the_salt) {
    // Python: hmac.new(sha256(b"salt"), b"pramana:ownership:content:1" + sha256(b"opened"), sha256)
    EXPECT_EQ(to_hex(content_tag(sha256("salt"), sha256("opened")).view()),
              "5bb9032e252e0cbe801d16aa00bbeeb492593a8e04b061c497ebb0389da3592e");
}

}  // namespace
}  // namespace pramana::ownership
