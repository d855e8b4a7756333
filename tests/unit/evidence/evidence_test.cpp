#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/evidence/software_provider.hpp"

#include <gtest/gtest.h>

namespace pramana::evidence {
namespace {

SigningKey test_key() {
    SecretBytes raw{32};
    raw.expose_mutable()[31] = 1;
    return *SigningKey::from_bytes(std::move(raw));
}

Statement test_statement() {
    Statement statement;
    statement.provider = "software";
    statement.build = "0.1.0";
    statement.chain_id = 31337;
    statement.data_registry.bytes.fill(0x11);
    statement.tee_pool.bytes.fill(0x22);
    statement.model.bytes.fill(0x33);
    statement.signing_address = test_key().address();
    statement.encryption_key = test_key().public_key();
    statement.upload_bytes_max = 1U << 20U;
    statement.min_bid_wei = "100";
    StatedDlp dlp;
    dlp.address.bytes.fill(0x44);
    dlp.dlp_id = UINT64_MAX;
    dlp.ruleset_name = "default-1";
    dlp.ruleset.bytes.fill(0x55);
    dlp.instruction = "pramana:1:x";
    statement.dlps = {dlp, dlp};
    return statement;
}

/// Whether the names of every object in `value` ascend.
bool sorted(const JsonView& value) {
    const std::vector<JsonView::Member> members = value.members();
    for (std::size_t i = 0; i < members.size(); ++i)
        if ((i > 0 && members[i - 1].name >= members[i].name) || !sorted(members[i].value))
            return false;
    for (const JsonView& item : value.items())
        if (!sorted(item)) return false;
    return true;
}

// Address and key of the private key 1: the generator of secp256k1 (SEC 2, section 2.4.1).
TEST(Statement, is_canonical) {
    const std::string text = to_canonical_json(test_statement());
    const Result<JsonView> json = read_json(text);
    ASSERT_TRUE(json);
    EXPECT_TRUE(sorted(*json));
    EXPECT_EQ(text.find_first_of(" \n\t"), std::string::npos);
    EXPECT_EQ(*json->member("version")->whole_number(), 1U);
    EXPECT_EQ(*json->member("signing_address")->text(),
              "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf");
    EXPECT_EQ(json->member("encryption_key")->text()->substr(0, 14), "0x0479be667ef9");
    EXPECT_EQ(json->member("dlps")->items().size(), 2U);
    EXPECT_EQ(json->member("dlps")->items()[0].member("dlp_id")->raw(), "\"18446744073709551615\"")
        << "above 2^53 as text";
    EXPECT_EQ(json->member("chain_id")->raw(), "31337");
}

TEST(Statement, every_member_changes_the_hash) {
    using Change = void (*)(Statement&);
    const Change changes[] = {
        [](Statement& s) { s.provider = "tdx"; },
        [](Statement& s) { s.build = "0.1.1"; },
        [](Statement& s) { s.chain_id = 1; },
        [](Statement& s) { s.data_registry.bytes[0] ^= 1; },
        [](Statement& s) { s.tee_pool.bytes[0] ^= 1; },
        [](Statement& s) { s.model.bytes[0] ^= 1; },
        [](Statement& s) { s.signing_address.bytes[0] ^= 1; },
        [](Statement& s) { s.encryption_key.bytes[9] ^= 1; },
        [](Statement& s) { s.key_epoch = 1; },
        [](Statement& s) { s.upload_bytes_max = 5; },
        [](Statement& s) { s.min_bid_wei = "1"; },
        [](Statement& s) { s.dlps.pop_back(); },
        [](Statement& s) { s.dlps[0].address.bytes[0] ^= 1; },
        [](Statement& s) { s.dlps[0].dlp_id = 1; },
        [](Statement& s) { s.dlps[0].ruleset_name = "x"; },
        [](Statement& s) { s.dlps[0].ruleset.bytes[0] ^= 1; },
        [](Statement& s) { s.dlps[0].instruction = "x"; },
        [](Statement& s) { s.dlps[0].corpus_id.bytes[0] ^= 1; },
        [](Statement& s) { s.dlps[0].corpus_epoch = 1; },
    };
    const Hash32 base = statement_hash(to_canonical_json(test_statement()));
    for (std::size_t i = 0; i < std::size(changes); ++i) {
        Statement changed = test_statement();
        changes[i](changed);
        EXPECT_NE(statement_hash(to_canonical_json(changed)), base) << i;
    }
}

TEST(Report, binds_the_statement_and_the_challenge) {
    const Bytes challenge(32, 7);
    const ReportBytes plain = report_bytes(Hash32{}, {});
    EXPECT_NE(plain, report_bytes(Hash32{}, challenge));
    Hash32 other;
    other.bytes[0] = 1;
    EXPECT_NE(plain, report_bytes(other, {}));
    // Computed with: { printf 'pramana:report:1'; head -c 32 /dev/zero; } | sha512sum
    EXPECT_EQ(to_hex(plain.view()).substr(0, 32), "675b5fe60e8f22eb400a315130b4568a");
}

TEST(SoftwareProvider, signs_the_report_and_says_what_it_is_worth) {
    const SigningKey key = test_key();
    const std::unique_ptr<EvidenceProvider> provider = *make_software_provider(key, 31337);
    const std::string text = to_canonical_json(test_statement());
    const Bytes challenge(32, 9);
    const std::string answer = *attestation_json(*provider, text, challenge);
    const JsonView json = *read_json(answer);
    EXPECT_EQ(json.member("statement")->raw(), text);
    EXPECT_EQ(*json.member("statement_sha256")->text(), to_hex(statement_hash(text).view()));
    EXPECT_EQ(*json.member("challenge")->text(), to_hex(challenge));
    const JsonView evidence = *json.member("evidence");
    EXPECT_EQ(*evidence.member("kind")->text(), "software");
    EXPECT_EQ(*evidence.member("label")->text(), "development evidence: proves nothing");
    const Signature65 signature =
        *fixed_from_hex<Signature65>(*evidence.member("signature")->text());
    const Hash32 digest =
        personal_message_digest(report_bytes(statement_hash(text), challenge).view());
    EXPECT_EQ(*recover_address(digest, signature), key.address());
}

TEST(SoftwareProvider, exists_for_local_test_chains_only) {
    const SigningKey key = test_key();
    EXPECT_TRUE(make_software_provider(key, 31337));
    EXPECT_TRUE(make_software_provider(key, 1337));
    for (const std::uint64_t chain : {0ULL, 1ULL, 1480ULL, 14800ULL, 31338ULL})
        EXPECT_EQ(make_software_provider(key, chain).error().code, Errc::kNoTee) << chain;
}

TEST(Attestation, refuses_challenges_of_another_size) {
    const SigningKey key = test_key();
    const std::unique_ptr<EvidenceProvider> provider = *make_software_provider(key, 1337);
    for (const std::size_t size : {1U, 31U, 33U, 64U})
        EXPECT_EQ(attestation_json(*provider, "{}", Bytes(size)).error().code, Errc::kBadRequest)
            << size;
}

TEST(Tee, is_not_found_in_this_version) { EXPECT_EQ(detect_tee().error().code, Errc::kNoTee); }

}  // namespace
}  // namespace pramana::evidence
