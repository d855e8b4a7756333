#include "pramana/keys/key_material.hpp"
#include "pramana/keys/keyring.hpp"

#include "pramana/core/hex.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <numeric>

namespace pramana::keys {
namespace {

SecretBytes counted(std::uint8_t first) {
    SecretBytes out{32};
    std::iota(out.expose_mutable().begin(), out.expose_mutable().end(), first);
    return out;
}

KeyMaterial with_seed() {
    KeyMaterial out;
    out.seed = counted(0);
    out.vault = counted(100);
    return out;
}

struct PathRow {
    const char* name;
    std::uint32_t epoch;
    std::string_view domain;
    const char* signing;
    const char* encryption;
    const char* tls;
};
// HKDF-SHA256 (RFC 5869) of the seed 00 01 … 1f, written by Python's hmac: salt = domain, info =
// path.
const PathRow kPaths[] = {
    {"first_epoch", 0, "pramana",
     "ae5bf2baf74a31d0c0f7283935d39b3c49d087f2952b71984804810ed6a0920b",
     "1115c5c0d5516004152f61bd75cc749c4f44533238d4faa356217784ca266b98",
     "2277365e0a8ff1990a3ac5a15eb741f9665a3b7002bd65745140691da0fc337a"},
    {"next_epoch", 1, "pramana", "e4a677b366f13c77a27840873e858139a0247c7b7ff29150b32ed2a726aee1d2",
     "761e2ee117e8b288d3a77b4b575de2971811d932f5e29c88b6e0150cc0b03d97",
     "7cfc6b2f8ae1654a694dec79bb6df18626f5ab283b1ea14da1183d98383462d1"},
};
class KeyPaths : public testing::TestWithParam<PathRow> {};
TEST_P(KeyPaths, draw_the_written_secrets) {
    const Result<EpochSecrets> drawn = secrets_of(with_seed(), GetParam().epoch, GetParam().domain);
    ASSERT_TRUE(drawn);
    EXPECT_EQ(to_hex(drawn->signing.expose()), GetParam().signing);
    EXPECT_EQ(to_hex(drawn->encryption.expose()), GetParam().encryption);
    EXPECT_EQ(to_hex(drawn->tls.expose()), GetParam().tls);
}
INSTANTIATE_TEST_SUITE_P(Rfc5869, KeyPaths, testing::ValuesIn(kPaths),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(KeyDomain, of_the_development_program_shares_no_key) {
    const EpochSecrets dev = *secrets_of(with_seed(), 0, "pramana-dev");
    EXPECT_EQ(to_hex(dev.signing.expose()),
              "5116239ee2dfe1512a2e215fadeecd57df5b6e04309d8f2fbf4d5db0c874c6ae");
}

TEST(KeyPath, names_purpose_and_epoch) {
    EXPECT_EQ(key_path(Purpose::kEncryption, 7), "pramana/v1/encryption/7");
    EXPECT_EQ(key_purpose(Purpose::kSigning), "pramana-signing-v1");
}

KeyMaterial with_entries() {
    KeyMaterial out = with_seed();
    for (const std::uint8_t epoch : std::array<std::uint8_t, 2>{3, 4})
        out.listed.push_back({.epoch = epoch,
                              .signing = counted(epoch),
                              .encryption = counted(static_cast<std::uint8_t>(epoch + 40)),
                              .tls = counted(static_cast<std::uint8_t>(epoch + 80))});
    return out;
}

TEST(KeyMaterial, reads_back_what_was_written) {
    KeyMaterial material = with_entries();
    material.imported = true;
    const Result<KeyMaterial> read = decode_key_material(encode(material));
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->imported);
    EXPECT_TRUE(equal_secret(read->seed.expose(), material.seed.expose()));
    EXPECT_TRUE(equal_secret(read->vault.expose(), material.vault.expose()));
    ASSERT_EQ(read->listed.size(), 2U);
    EXPECT_EQ(read->listed[1].epoch, 4U);
    EXPECT_TRUE(equal_secret(read->listed[1].tls.expose(), material.listed[1].tls.expose()));
    EXPECT_TRUE(equal_secret(secrets_of(*read, 3, "any")->signing.expose(), counted(3).expose()))
        << "a listed epoch is not drawn";
}

using Change = std::function<void(Bytes&)>;
struct MalformedRow {
    const char* name;
    Change change;
};
const MalformedRow kMalformed[] = {
    {"empty", [](Bytes& raw) { raw.clear(); }},
    {"version", [](Bytes& raw) { raw[0] = 2; }},
    {"unknown_flag", [](Bytes& raw) { raw[1] |= 4U; }},
    {"one_byte_less", [](Bytes& raw) { raw.pop_back(); }},
    {"one_byte_more", [](Bytes& raw) { raw.push_back(0); }},
    {"count_above_the_entries", [](Bytes& raw) { raw[67] = 3; }},
    {"count_above_the_bound", [](Bytes& raw) { raw[66] = 0xFF; }},
    {"an_epoch_twice", [](Bytes& raw) { raw[171] = 3; }},
    {"a_seed_that_is_not_there", [](Bytes& raw) { raw[1] = 0; }},
    {"no_key_at_all",
     [](Bytes& raw) {
         raw[1] = 0;
         std::fill_n(raw.begin() + 2, 32, std::uint8_t{0});
         raw[67] = 0;
         raw.resize(68);
     }},
};
class MalformedMaterial : public testing::TestWithParam<MalformedRow> {};
TEST_P(MalformedMaterial, is_refused) {
    const SecretBytes good = encode(with_entries());
    Bytes raw{good.expose().begin(), good.expose().end()};
    GetParam().change(raw);
    const Result<KeyMaterial> read = decode_key_material(SecretBytes::copy_of(raw));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::kMalformedKey);
}
INSTANTIATE_TEST_SUITE_P(Rows, MalformedMaterial, testing::ValuesIn(kMalformed),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(Keyring, has_both_epochs_and_their_public_halves) {
    SourceKeys source;
    source.material = with_seed();
    const Result<Keyring> ring = make_keyring(source, {.current = 1, .previous = 0}, "pramana");
    ASSERT_TRUE(ring);
    EXPECT_EQ(ring->public_keys.current.epoch, 1U);
    EXPECT_EQ(ring->public_keys.previous->epoch, 0U);
    EXPECT_EQ(ring->public_keys.current.signing_key, ring->current.signing->public_key());
    EXPECT_EQ(ring->public_keys.current.signing_address, ring->current.signing->address());
    EXPECT_NE(ring->public_keys.current.signing_key, ring->public_keys.current.encryption_key);
    EXPECT_NE(ring->public_keys.current.tls_spki_sha256,
              ring->public_keys.previous->tls_spki_sha256);
    EXPECT_TRUE(equal_secret(ring->vault.expose(), counted(100).expose()))
        << "the data directory's key is the same in every epoch";
}

TEST(Keyring, without_the_epoch_is_refused) {
    SourceKeys source;
    source.material = with_entries();
    source.material.seed = {};
    EXPECT_TRUE(make_keyring(source, {.current = 4, .previous = 3}, "pramana"));
    const Result<Keyring> ring = make_keyring(source, {.current = 5}, "pramana");
    ASSERT_FALSE(ring);
    EXPECT_EQ(ring.error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace pramana::keys
