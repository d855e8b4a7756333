#include "pramana/sealing/envelope.hpp"
#include "sample.hpp"

#include <gtest/gtest.h>

namespace pramana::sealing {
namespace {

Envelope sample_envelope() {
    const Intent intent = sample_intent();
    return {intent, sign_intent(intent, key_of(kWalletKey)), Bytes{0xAB, 0xCD}};
}

// docs/formats.md "Envelope".
constexpr std::string_view kText =
    R"({"version":1,"intent":{"chain_id":31337,)"
    R"("dlp":"0x5fbdb2315678afecb367f032d93f642f64180aa3",)"
    R"("ruleset":"99c030754b69261444a37f5d6def839a9df98ec9df8a7666625ce8029c68f7cd",)"
    R"("sealed_sha256":"c9d0036bed6744bcdf692fc980d8717d7e5f5a4f4e8266b4a84982602fb1cd09",)"
    R"("terms_sha256":"51d2361f4faea3bc8f9facdbc7d99abb555596a2e51f7b25fd3b41c93587e616",)"
    R"("expires_unix_s":1767225600,"wallet":"0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"},)"
    R"("intent_signature":"0x98c47b43dc30db4bbdd88d678687dd3d891154ea751af0ac3c569ed3f77faeb0)"
    R"(695f3b83fd36edd6a191997b33ae8dfb76c00bd540b7b1251c7aefda9b53d0dc1b","key":"abcd"})";

std::string replaced(std::string_view from, std::string_view to) {
    std::string text{kText};
    const std::size_t at = text.find(from);
    PRAMANA_CHECK(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

TEST(Envelope, is_written_as_documented_and_read_back) {
    EXPECT_EQ(write_envelope(sample_envelope()), kText);
    EXPECT_EQ(*parse_envelope(as_bytes_view(kText)), sample_envelope());
}

TEST(Envelope, is_read_with_white_space_other_order_case_and_prefixes) {
    std::string spaced;
    for (const char c : kText) {
        if (c == '{' || c == '}' || c == ':' || c == ',') spaced += " \t\r\n";
        spaced += c;
    }
    EXPECT_EQ(*parse_envelope(as_bytes_view(spaced + "\n")), sample_envelope());
    std::string moved = replaced(R"("version":1,)", "");
    moved.insert(moved.size() - 1, R"(,"version":1)");
    EXPECT_EQ(*parse_envelope(as_bytes_view(moved)), sample_envelope());
    const std::string checksummed = replaced("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
                                             "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    EXPECT_EQ(*parse_envelope(as_bytes_view(checksummed)), sample_envelope());
    EXPECT_EQ(*parse_envelope(as_bytes_view(replaced("abcd", "0xABCD"))), sample_envelope());
}

struct BadEnvelope {
    const char* name;
    std::string text;
};
const BadEnvelope kBad[] = {
    {"empty", ""},
    {"array", "[]"},
    {"nothing_in_it", "{}"},
    {"member_missing", replaced(R"(,"key":"abcd")", "")},
    {"intent_member_missing", replaced(R"("chain_id":31337,)", "")},
    {"member_twice", replaced(R"("version":1,)", R"("version":1,"version":1,)")},
    {"member_twice_instead", replaced(R"("key":"abcd")", R"("version":1)")},
    {"intent_member_twice",
     replaced(R"("chain_id":31337,)", R"("chain_id":31337,"chain_id":31337,)")},
    {"unknown_member", replaced(R"("version":1,)", R"("version":1,"x":1,)")},
    {"nested_too_deep", replaced(R"("abcd")", "[[[]]]")},
    {"other_member_instead", replaced("terms_sha256", "terms_sha512")},
    {"comma_missing", replaced(R"("version":1,)", R"("version":1 )")},
    {"comma_at_the_end", replaced(R"("abcd"})", R"("abcd",})")},
    {"text_after_it", std::string{kText} + "x"},
    {"second_object_after_it", std::string{kText} + std::string{kText}},
    {"other_version", replaced(R"("version":1)", R"("version":2)")},
    {"version_as_text", replaced(R"("version":1)", R"("version":"1")")},
    {"number_with_zero_before", replaced("31337", "031337")},
    {"number_with_sign", replaced("31337", "+31337")},
    {"negative_number", replaced("31337", "-1")},
    {"fraction", replaced("31337", "31337.0")},
    {"exponent", replaced("31337", "31337e0")},
    {"number_of_2_53", replaced("31337", "9007199254740992")},
    {"number_that_wraps", replaced("31337", "18446744073709582953")},
    {"null", replaced("31337", "null")},
    {"address_too_short", replaced("0x5fbdb2", "0x5fbd")},
    {"address_not_hex", replaced("0x5fbdb2", "0x5fbdg2")},
    {"hash_too_long", replaced(R"("99c0)", R"("0099c0)")},
    {"signature_too_short", replaced("dc1b", "dc")},
    {"key_empty", replaced("abcd", "")},
    {"key_odd", replaced("abcd", "abc")},
    {"key_not_text", replaced(R"("abcd")", "1234")},
    {"control_character", replaced("abcd", "ab\ncd")},
    {"ownership_as_text", replaced(R"("abcd")", R"("abcd","ownership":"x")")},
    {"ownership_as_nothing", replaced(R"("abcd")", R"("abcd","ownership":null)")},
    {"ownership_twice", replaced(R"("abcd")", R"("abcd","ownership":{},"ownership":{})")},
    {"ownership_too_deep", replaced(R"("abcd")", R"("abcd","ownership":{"a":{}})")},
    {"ownership_too_long",
     replaced(R"("abcd")",
              R"("abcd","ownership":{"a":")" + std::string(kEnvelopeOwnershipMax, 'x') + R"("})")},
    {"ownership_instead", replaced(R"("key":"abcd")", R"("ownership":{})")},
    {"too_long", std::string{kText} + std::string(kEnvelopeBytesMax, ' ')},
};

class MalformedEnvelope : public testing::TestWithParam<BadEnvelope> {};
TEST_P(MalformedEnvelope, is_refused) {
    const Result<Envelope> read = parse_envelope(as_bytes_view(GetParam().text));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::kMalformedEnvelope);
}
INSTANTIATE_TEST_SUITE_P(Texts, MalformedEnvelope, testing::ValuesIn(kBad),
                         [](const auto& row) { return std::string{row.param.name}; });

// What is in it is for who asks for it: the text stays as it was sent.
TEST(Envelope, carries_evidence_of_ownership_as_it_is) {
    const std::string text = replaced(R"("abcd")", R"("abcd","ownership":{ "b":1, "a":"x" })");
    const Result<Envelope> read = parse_envelope(as_bytes_view(text));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->ownership, R"({ "b":1, "a":"x" })");
    EXPECT_EQ(*parse_envelope(as_bytes_view(write_envelope(*read))), *read);
    EXPECT_EQ(parse_envelope(as_bytes_view(kText))->ownership, "");
}

TEST(Envelope, is_refused_when_cut_anywhere) {
    for (std::size_t i = 0; i < kText.size(); ++i)
        EXPECT_FALSE(parse_envelope(as_bytes_view(kText.substr(0, i)))) << i;
}

FileKeyBundle bundle_of(std::string_view key, bool permission, bool salt = false) {
    FileKeyBundle bundle{SecretBytes::copy_of(as_bytes_view(key)), std::nullopt};
    if (salt) bundle.ownership_salt = SecretBytes::copy_of(Bytes(32, 5));
    if (permission) {
        bundle.permission.emplace();
        bundle.permission->iv.fill(3);
        bundle.permission->ephemeral_key = SecretBytes::copy_of(Bytes(32, 9));
    }
    return bundle;
}

TEST(SealedFileKey, opens_for_its_intent) {
    const SigningKey validator = key_of(kValidatorKey);
    for (const std::string& key : {std::string{kFileKey}, std::string{"k"}, std::string(1024, 'k')})
        for (const auto& [permission, salt] : {std::pair{false, false}, std::pair{false, true},
                                               std::pair{true, false}, std::pair{true, true}}) {
            const Bytes sealed = *seal_file_key(validator.public_key(), sample_intent(),
                                                bundle_of(key, permission, salt));
            const Result<FileKeyBundle> opened = open_file_key(validator, sample_intent(), sealed);
            ASSERT_TRUE(opened);
            EXPECT_EQ(as_text(opened->file_key.expose()), key);
            ASSERT_EQ(opened->permission.has_value(), permission);
            ASSERT_EQ(opened->ownership_salt.has_value(), salt);
            if (salt) {
                EXPECT_TRUE(equal_secret(opened->ownership_salt->expose(), Bytes(32, 5)));
            }
            if (!permission) continue;
            EXPECT_EQ(opened->permission->iv[15], 3);
            EXPECT_TRUE(equal_secret(opened->permission->ephemeral_key.expose(), Bytes(32, 9)));
        }
}

TEST(SealedFileKey, does_not_open_for_another_intent_validator_or_when_altered) {
    const SigningKey validator = key_of(kValidatorKey);
    Bytes sealed =
        *seal_file_key(validator.public_key(), sample_intent(), bundle_of(kFileKey, true));
    Intent other = sample_intent();
    other.ruleset = Hash32{};
    EXPECT_EQ(open_file_key(validator, other, sealed).error().code, Errc::kIntentMismatch);
    EXPECT_EQ(open_file_key(key_of(kWalletKey), sample_intent(), sealed).error().code,
              Errc::kKeyNotForUs);
    sealed.back() ^= 1;
    EXPECT_EQ(open_file_key(validator, sample_intent(), sealed).error().code, Errc::kKeyNotForUs);
    EXPECT_EQ(open_file_key(validator, sample_intent(), {}).error().code, Errc::kKeyNotForUs);
}

TEST(SealedFileKey, refuses_lengths_that_do_not_fit) {
    const SigningKey validator = key_of(kValidatorKey);
    const Intent intent = sample_intent();
    for (const std::string& key : {std::string{}, std::string(1025, 'k')})
        EXPECT_EQ(seal_file_key(validator.public_key(), intent, bundle_of(key, false)).error().code,
                  Errc::kMalformedKey);
    FileKeyBundle short_key = bundle_of("key", true);
    short_key.permission->ephemeral_key = SecretBytes{31};
    EXPECT_EQ(seal_file_key(validator.public_key(), intent, short_key).error().code,
              Errc::kMalformedKey);
    for (const std::size_t size : {std::size_t{0}, std::size_t{31}, std::size_t{33}}) {
        FileKeyBundle salted = bundle_of("key", false, true);
        salted.ownership_salt = SecretBytes{size};
        EXPECT_EQ(seal_file_key(validator.public_key(), intent, salted).error().code,
                  Errc::kMalformedKey);
    }

    Bytes head;
    append(head, "pramana:key:1");
    append(head, intent_digest(intent).view());
    const std::string long_key = std::string("\x04\x01", 2) + std::string(1025, 'k');
    for (const std::string& tail :
         {std::string{}, std::string("\0", 1), std::string("\0\0", 2), std::string("\0\2k", 3),
          std::string("\0\1kk", 4), std::string("\0\1", 2) + std::string(32, 'k'),
          std::string("\0\1", 2) + std::string(34, 'k'),
          std::string("\0\1", 2) + std::string(50, 'k'),
          std::string("\0\1", 2) + std::string(80, 'k'),
          std::string("\0\1", 2) + std::string(82, 'k'), long_key}) {
        Bytes plain = head;
        append(plain, tail);
        const Bytes sealed = ecies_encrypt(validator.public_key(), plain);
        EXPECT_EQ(open_file_key(validator, intent, sealed).error().code, Errc::kMalformedEnvelope);
    }
}

TEST(SealedFileKey, refuses_a_bare_key_and_another_label) {
    const SigningKey validator = key_of(kValidatorKey);
    for (const std::string_view plain :
         {kFileKey, std::string_view{"pramana:key:2 and more than forty-seven bytes of it"},
          std::string_view{}})
        EXPECT_EQ(open_file_key(validator, sample_intent(),
                                ecies_encrypt(validator.public_key(), as_bytes_view(plain)))
                      .error()
                      .code,
                  Errc::kMalformedEnvelope);
}

}  // namespace
}  // namespace pramana::sealing
