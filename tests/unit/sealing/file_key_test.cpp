#include "pramana/sealing/file_key.hpp"
#include "sample.hpp"

#include <gtest/gtest.h>

namespace pramana::sealing {
namespace {

const Address kOwner = *fixed_from_hex<Address>("f39fd6e51aad88f6f4ce6ab8827279cfffb92266");

std::string with_v(std::string_view v) {
    return std::string{kFileKey.substr(0, 130)} + std::string{v};
}
std::string upper_case() {
    std::string text{kFileKey};
    std::transform(text.begin() + 2, text.end(), text.begin() + 2,
                   [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

struct FormCase {
    const char* name;
    std::string key;
    FileKeyForm form;
};
const FormCase kForms[] = {
    {"wallet_signature", std::string{kFileKey}, FileKeyForm::kSignature},
    {"upper_case_digits", upper_case(), FileKeyForm::kSignature},
    {"without_0x", std::string{kFileKey.substr(2)}, FileKeyForm::kOther},
    {"one_digit_short", std::string{kFileKey.substr(0, 131)}, FileKeyForm::kOther},
    {"one_digit_long", std::string{kFileKey} + "0", FileKeyForm::kOther},
    {"not_hex", with_v("1g"), FileKeyForm::kOther},
    {"scope_key", std::string(64, 'a'), FileKeyForm::kScopeKey},
    {"scope_key_upper_case", std::string(64, 'A'), FileKeyForm::kOther},
    {"passphrase", "correct horse", FileKeyForm::kOther},
    {"empty", "", FileKeyForm::kOther},
};

class FileKeyFormOf : public testing::TestWithParam<FormCase> {};
TEST_P(FileKeyFormOf, is_read_from_the_text) {
    EXPECT_EQ(form_of_file_key(as_bytes_view(GetParam().key)), GetParam().form);
}
INSTANTIATE_TEST_SUITE_P(Forms, FileKeyFormOf, testing::ValuesIn(kForms),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(FileKeyOwner, is_the_wallet_that_signed_in_every_spelling_of_v_and_case) {
    for (const std::string& key : {std::string{kFileKey}, upper_case(), with_v("01")})
        EXPECT_TRUE(check_file_key_owner(as_bytes_view(key), kOwner)) << key;
}

struct OwnerCase {
    const char* name;
    std::string key;
    std::string_view message;
    Address owner;
    Errc expected;
};
const OwnerCase kOwners[] = {
    {"other_owner", std::string{kFileKey}, kFileKeyMessage, Address{}, Errc::kKeyNotOwners},
    {"other_message", std::string{kFileKey}, kMasterKeyMessage, kOwner, Errc::kKeyNotOwners},
    {"other_v", with_v("1b"), kFileKeyMessage, kOwner, Errc::kKeyNotOwners},
    {"unknown_v", with_v("1d"), kFileKeyMessage, kOwner, Errc::kKeyNotOwners},
    {"recovers_to_nobody", "0x" + std::string(130, 'f'), kFileKeyMessage, kOwner,
     Errc::kKeyNotOwners},
    {"not_a_signature", std::string(64, 'a'), kFileKeyMessage, kOwner, Errc::kMalformedKey},
};
class FileKeyOwnerRefusal : public testing::TestWithParam<OwnerCase> {};
TEST_P(FileKeyOwnerRefusal, names_the_reason) {
    const OwnerCase& row = GetParam();
    const Status status = check_file_key_owner(as_bytes_view(row.key), row.owner, row.message);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, row.expected);
}
INSTANTIATE_TEST_SUITE_P(Owners, FileKeyOwnerRefusal, testing::ValuesIn(kOwners),
                         [](const auto& row) { return std::string{row.param.name}; });

// Node 20 crypto.hkdfSync over the 65 bytes of kFileKey.
TEST(RefinementKey, is_derived_by_hkdf) {
    EXPECT_EQ(as_text(refinement_key(as_bytes_view(kFileKey))->expose()),
              "0x6a97da51fd74417fee57d9891958059372a36c1d5ba5607931ba012edfa86efc"
              "364af9539d478721099cef13dd8650c45dc3c504f02df2fefd5ea69fbc68b714");
    EXPECT_EQ(refinement_key(as_bytes_view("0x12")).error().code, Errc::kMalformedKey);
}

// The signature of kMasterKeyMessage by the same wallet, ethers 6; Node 20 crypto.hkdfSync.
TEST(ScopeKey, is_derived_by_hkdf_for_each_scope) {
    constexpr std::string_view kMaster =
        "0x1f5c9b3bafc291e8ea7aa4e0c5700a109e68aa2431fdbea08b49f9bf91b5c7db"
        "2aaa192de5cdf866e5f9f5f39502a66bd696a1399a537eac8ffb826c00e4e1d51b";
    const auto key = [&](std::string_view scope) {
        return std::string{as_text(scope_key(as_bytes_view(kMaster), scope)->expose())};
    };
    EXPECT_EQ(key("chatgpt.conversations"),
              "5c355c6099ec48f9de61eca3771235a80c71119ab478bd663429d0902289b2ce");
    EXPECT_EQ(key(""), "5db65fe3fb3295f9795a8bffb7d3cf08fc30cf58daeb93d5318c98deadacf674");
    EXPECT_EQ(scope_key({}, "x").error().code, Errc::kMalformedKey);
}

PermissionSecret permission(std::uint8_t iv, std::string_view ephemeral) {
    PermissionSecret secret;
    secret.iv.fill(iv);
    secret.ephemeral_key = SecretBytes::copy_of(*from_hex(ephemeral));
    return secret;
}

constexpr std::string_view kPlainEphemeral =
    "1111111111111111111111111111111111111111111111111111111111111111";
/// Its shared X with kWalletKey begins with a zero byte.
constexpr std::string_view kZeroEphemeral =
    "00000000000000000000000000000000000000000000000000000000000000a3";

TEST(PermissionMatches, finds_the_key_in_both_forms_of_x) {
    const PublicKey dlp = key_of(kWalletKey).public_key();
    for (const std::string_view ephemeral : {kPlainEphemeral, kZeroEphemeral})
        for (const SharedXForm form : {SharedXForm::kPadded, SharedXForm::kStripped}) {
            const PermissionSecret secret = permission(7, ephemeral);
            const std::string on_chain = to_hex(ecies_encrypt_fixed(
                dlp, as_bytes_view(kFileKey), secret.iv, key_of(ephemeral), form));
            EXPECT_TRUE(*permission_matches(as_bytes_view(kFileKey), dlp, secret, on_chain));
        }
}

TEST(PermissionMatches, is_false_for_any_other_key_iv_ephemeral_or_text) {
    const PublicKey dlp = key_of(kWalletKey).public_key();
    const PublicKey other = key_of(kValidatorKey).public_key();
    const PermissionSecret secret = permission(7, kPlainEphemeral);
    const ByteView key = as_bytes_view(kFileKey);
    const std::string on_chain = to_hex(
        ecies_encrypt_fixed(dlp, key, secret.iv, key_of(kPlainEphemeral), SharedXForm::kPadded));
    EXPECT_FALSE(*permission_matches(as_bytes_view("another key"), dlp, secret, on_chain));
    EXPECT_FALSE(*permission_matches(key, other, secret, on_chain));
    EXPECT_FALSE(*permission_matches(key, dlp, permission(8, kPlainEphemeral), on_chain));
    EXPECT_FALSE(*permission_matches(key, dlp, permission(7, kZeroEphemeral), on_chain));
    for (const std::string& text :
         {std::string{}, on_chain.substr(2), on_chain + "00", std::string{"zz"}})
        EXPECT_FALSE(*permission_matches(key, dlp, secret, text)) << text;
}

TEST(PermissionMatches, refuses_an_ephemeral_key_that_is_none) {
    const PublicKey dlp = key_of(kWalletKey).public_key();
    for (const std::string& raw : {std::string(64, '0'), std::string(62, '1'), std::string{}})
        EXPECT_EQ(
            permission_matches(as_bytes_view(kFileKey), dlp, permission(0, raw), "00").error().code,
            Errc::kMalformedKey);
}

}  // namespace
}  // namespace pramana::sealing
