#include "commands/chain_access.hpp"
#include "commands/contribution_run.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/sealing/openpgp.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

namespace pramana::app {
namespace {

SecretBytes secret(std::string_view text) { return SecretBytes::copy_of(as_bytes_view(text)); }

// Account 0 of anvil's published test mnemonic.
constexpr std::string_view kTestKey =
    "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
SigningKey test_wallet() { return *parse_wallet(secret(kTestKey)); }

struct KeyText {
    const char* name;
    std::string text;
    bool accepted;
};
const KeyText kKeyTexts[] = {
    {"plain", std::string{kTestKey}, true},
    {"with_0x_and_newline", "0x" + std::string{kTestKey} + "\n", true},
    {"upper_case", "AC0974BEC39A17E36BA4A6B4D238FF944BACB478CBED5EFCAE784D7BF4F2FF80", true},
    {"empty", "", false},
    {"blank", " \n", false},
    {"short", std::string{kTestKey.substr(1)}, false},
    {"long", std::string{kTestKey} + "0", false},
    {"not_hex", "g" + std::string{kTestKey.substr(1)}, false},
    {"two_lines", std::string{kTestKey} + "\n" + std::string{kTestKey}, false},
    {"zero", std::string(64, '0'), false},
    {"above_the_order", std::string(64, 'f'), false},
};
class ParseWallet : public testing::TestWithParam<KeyText> {};
TEST_P(ParseWallet, takes_64_hex_digits_and_nothing_else) {
    const Result<SigningKey> key = parse_wallet(secret(GetParam().text));
    ASSERT_EQ(key.has_value(), GetParam().accepted);
    if (key)
        EXPECT_EQ(to_hex0x(key->address().view()), "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    else
        EXPECT_EQ(key.error().code, Errc::kMalformedKey);
}
INSTANTIATE_TEST_SUITE_P(Texts, ParseWallet, testing::ValuesIn(kKeyTexts),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(CheckEvidenceKind, software_only_on_test_chains) {
    EXPECT_TRUE(check_evidence_kind("software", 31337, true));
    EXPECT_TRUE(check_evidence_kind("software", 1337, true));
    EXPECT_TRUE(check_evidence_kind("tdx", 1480, false));
    EXPECT_FALSE(check_evidence_kind("software", 31337, false)) << "by the production program";
    for (const std::uint64_t chain_id : {1480U, 14800U, 1U, 0U}) {
        const Status checked = check_evidence_kind("software", chain_id, true);
        ASSERT_FALSE(checked) << chain_id;
        EXPECT_EQ(checked.error().code, Errc::kNoTee);
    }
}

// What a beginner does: the error is read by others.
TEST(LoadWallet, does_not_echo_a_key_that_stands_where_a_file_belongs) {
    for (const std::string& key : {std::string{kTestKey}, "0x" + std::string{kTestKey}}) {
        const Outcome<SigningKey> wallet = load_wallet(key, [](const std::string&) {});
        ASSERT_FALSE(wallet);
        const Failure& failure = wallet.failure();
        for (const std::string& text : {failure.sentence, failure.next_step, failure.detail})
            EXPECT_EQ(text.find(kTestKey), std::string::npos) << text;
        EXPECT_THAT(failure.next_step, testing::HasSubstr("into a file"));
    }
}

TEST(FileKey, is_the_wallets_signature_and_opens_what_it_sealed) {
    const SigningKey wallet = test_wallet();
    const SecretBytes key = file_key_of(wallet);
    EXPECT_TRUE(sealing::check_file_key_owner(key.expose(), wallet.address()));
    const Result<SealedFile> sealed = seal_file(secret("a diary"), key);
    ASSERT_TRUE(sealed);
    const Result<SecretBytes> opened = sealing::open_message(sealed->sealed, key.expose(), {});
    ASSERT_TRUE(opened);
    EXPECT_EQ(as_text(opened->expose()), "a diary");
}

TEST(SealPermission, opens_for_the_dlp_and_is_the_same_in_a_second_run) {
    const SigningKey wallet = test_wallet();
    const SigningKey dlp = SigningKey::generate();
    const SecretBytes key = file_key_of(wallet);
    Address address;
    address.bytes[0] = 1;
    Hash32 sealed;
    const Result<SealedPermission> first =
        seal_permission(wallet, key, dlp.public_key(), address, sealed);
    const Result<SealedPermission> second =
        seal_permission(wallet, key, dlp.public_key(), address, sealed);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->key_hex, second->key_hex);
    const Result<SecretBytes> opened = ecies_decrypt(dlp, *from_hex(first->key_hex));
    ASSERT_TRUE(opened);
    EXPECT_EQ(as_text(opened->expose()), as_text(key.expose()));
    const Result<bool> matches =
        sealing::permission_matches(key.expose(), dlp.public_key(), first->secret, first->key_hex);
    ASSERT_TRUE(matches);
    EXPECT_TRUE(*matches);
    sealed.bytes[0] = 1;  // another file: nothing may be shared
    const Result<SealedPermission> other =
        seal_permission(wallet, key, dlp.public_key(), address, sealed);
    ASSERT_TRUE(other);
    EXPECT_NE(other->secret.iv, first->secret.iv);
    EXPECT_NE(to_hex(other->secret.ephemeral_key.expose()),
              to_hex(first->secret.ephemeral_key.expose()));
}

TEST(MakeEnvelope, the_validator_reads_verifies_and_opens_it) {
    const SigningKey wallet = test_wallet();
    const SigningKey validator = SigningKey::generate();
    sealing::Intent intent;
    intent.chain_id = 31337;
    intent.wallet = wallet.address();
    intent.expires_unix_s = 1'800'000'000;
    sealing::FileKeyBundle bundle;
    bundle.file_key = file_key_of(wallet);
    const Result<std::string> text =
        make_envelope(wallet, validator.public_key(), intent, std::move(bundle), R"({"a":1})");
    ASSERT_TRUE(text);
    const Result<sealing::Envelope> read = sealing::parse_envelope(as_bytes_view(*text));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->intent, intent);
    EXPECT_TRUE(sealing::verify_intent(read->intent, read->intent_signature));
    EXPECT_TRUE(sealing::open_file_key(validator, intent, read->sealed_key));
    EXPECT_EQ(read->ownership, R"({"a":1})");
}

class SealedCopiesTest : public testing::Test {
  protected:
    void SetUp() override {
        directory_ = std::filesystem::temp_directory_path() /
                     ("pramana_copies_" + std::to_string(::getpid()));
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }
    SealedCopies copies(std::uint64_t chain_id, std::string_view content) const {
        ProofInstruction instruction;
        instruction.chain_id = chain_id;
        return {directory_, wallet_, instruction, secret(content)};
    }
    std::filesystem::path directory_;
    SigningKey wallet_ = test_wallet();
};

TEST_F(SealedCopiesTest, an_unfinished_run_is_found_again_until_it_is_finished) {
    SealedFile file;
    file.sealed = {1, 2, 3};
    file.sha256.bytes[0] = 9;
    EXPECT_FALSE(copies(1, "a").unfinished());
    ASSERT_TRUE(copies(1, "a").keep(file));
    ASSERT_TRUE(copies(1, "a").unfinished());
    EXPECT_EQ(copies(1, "a").unfinished()->sealed, file.sealed);
    EXPECT_FALSE(copies(1, "b").unfinished());
    EXPECT_FALSE(copies(2, "a").unfinished());
    ASSERT_TRUE(copies(1, "a").finish(file.sha256));
    EXPECT_FALSE(copies(1, "a").unfinished());
    EXPECT_EQ(copies(1, "a").finished(), file.sha256);
    EXPECT_FALSE(copies(2, "a").finished());
}

TEST_F(SealedCopiesTest, without_a_directory_nothing_is_kept) {
    const SealedCopies none{{}, wallet_, {}, secret("a")};
    EXPECT_TRUE(none.keep({}));
    EXPECT_TRUE(none.finish({}));
    EXPECT_FALSE(none.unfinished());
    EXPECT_FALSE(none.finished());
}

struct Amount {
    const char* name;
    std::string_view wei;
    const char* text;
};
const Amount kAmounts[] = {
    {"zero", "0", "0"},
    {"one_wei", "1", "0.000000000000000001"},
    {"a_tenth", "100000000000000000", "0.1"},
    {"one", "1000000000000000000", "1"},
    {"with_fraction", "1234500000000000000000", "1234.5"},
};
class CoinsOf : public testing::TestWithParam<Amount> {};
TEST_P(CoinsOf, writes_wei_as_coins) {
    EXPECT_EQ(coins_of(*chain::parse_decimal(GetParam().wei)), GetParam().text);
}
INSTANTIATE_TEST_SUITE_P(Amounts, CoinsOf, testing::ValuesIn(kAmounts),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::app
