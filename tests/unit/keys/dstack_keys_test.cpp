#include "pramana/keys/dstack_keys.hpp"

#include "made_agent.hpp"
#include "pramana/keys/sealing_root.hpp"

#include <gtest/gtest.h>

namespace pramana::keys {
namespace {

attest::DstackKeyPolicy pinned(const MadeKms& kms) {
    return {.kms_roots = {compressed_key(kms.root().public_key())}};
}

TEST(DstackKeys, are_the_same_at_every_start_and_others_in_every_epoch) {
    const MadeKms kms;
    const MadeAgent agent{kms};
    const Result<SourceKeys> one = keys_from_dstack(agent.guest(), pinned(kms), {.current = 0});
    const Result<SourceKeys> two =
        keys_from_dstack(agent.guest(), pinned(kms), {.current = 1, .previous = 0});
    ASSERT_TRUE(one && two);
    const Keyring first = *make_keyring(*one, {.current = 0}, kProductionDomain);
    const Keyring second = *make_keyring(*two, {.current = 1, .previous = 0}, kProductionDomain);
    EXPECT_EQ(first.public_keys.current.signing_key, second.public_keys.previous->signing_key);
    EXPECT_EQ(first.public_keys.current.tls_spki_sha256,
              second.public_keys.previous->tls_spki_sha256);
    EXPECT_NE(first.public_keys.current.signing_key, second.public_keys.current.signing_key);
    EXPECT_NE(second.public_keys.current.signing_key, second.public_keys.current.encryption_key);
    EXPECT_TRUE(equal_secret(first.vault.expose(), second.vault.expose()));
    EXPECT_EQ(first.public_keys.source, Source::kDstack);
    EXPECT_EQ(first.public_keys.dstack_app_id, kms.app_id);
}

TEST(DstackKeys, show_how_the_kms_vouches_for_signing_and_encryption) {
    const MadeKms kms;
    const MadeAgent agent{kms};
    const SourceKeys keys =
        *keys_from_dstack(agent.guest(), pinned(kms), {.current = 2, .previous = 1});
    ASSERT_EQ(keys.issued.size(), 4U);
    EXPECT_EQ(keys.issued[0].path, "pramana/v1/signing/2");
    EXPECT_EQ(keys.issued[3].path, "pramana/v1/encryption/1");
    for (const IssuedKey& issued : keys.issued) {
        const attest::DstackKeyEvidence evidence{
            .public_key = issued.public_key,
            .purpose = issued.purpose,
            .app_id = keys.dstack_app_id,
            .signature_chain = {issued.signature_chain[0], issued.signature_chain[1]}};
        EXPECT_TRUE(attest::appraise_dstack_key(evidence, pinned(kms)).accepted()) << issued.path;
    }
}

struct ForeignRow {
    const char* name;
    MadeKms kms;
    std::vector<std::uint8_t> roots;  ///< private keys of the pinned roots
};
const ForeignRow kForeign[] = {
    {"no_root_pinned", {}, {}},
    {"another_root", {.root_number = 8}, {7}},
    {"of_another_application", {.said_app_id = Bytes(20, 0xB2)}, {7}},
    {"for_another_purpose", {.signed_purpose = "pramana-tls-v1"}, {7}},
};
class ForeignDstackKey : public testing::TestWithParam<ForeignRow> {};
TEST_P(ForeignDstackKey, is_refused_before_it_is_used) {
    const MadeAgent agent{GetParam().kms};
    attest::DstackKeyPolicy policy;
    for (const std::uint8_t number : GetParam().roots)
        policy.kms_roots.push_back(
            compressed_key(MadeKms{.root_number = number}.root().public_key()));
    const Result<SourceKeys> keys = keys_from_dstack(agent.guest(), policy, {.current = 0});
    ASSERT_FALSE(keys);
    EXPECT_EQ(name_of(keys.error().code), name_of(Errc::kEvidenceRefused));
    EXPECT_EQ(agent.keys_given(), 1U) << "the first key already";
}
INSTANTIATE_TEST_SUITE_P(Rows, ForeignDstackKey, testing::ValuesIn(kForeign),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(DstackSealingRoot, is_a_key_of_its_own_path) {
    const MadeKms kms;
    const MadeAgent agent{kms};
    const auto root = dstack_sealing_root(agent.guest(), pinned(kms));
    const Result<SecretBytes> key = root->key();
    ASSERT_TRUE(key);
    const Result<SecretBytes> same =
        dstack_secret(agent.guest(), pinned(kms), kms.app_id, Purpose::kSealing, 0);
    EXPECT_TRUE(equal_secret(key->expose(), same->expose()));
    EXPECT_EQ(root->kind(), "dstack");
    const auto foreign = dstack_sealing_root(agent.guest(), {});
    EXPECT_FALSE(foreign->key()) << "nobody vouches for it";
}

}  // namespace
}  // namespace pramana::keys
