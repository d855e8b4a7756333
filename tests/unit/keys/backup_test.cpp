#include "pramana/keys/key_backup.hpp"

#include "pramana/core/hex.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace pramana::keys {
namespace {

SigningKey key_of(std::uint8_t number) {
    SecretBytes raw{32};
    raw.expose_mutable()[31] = number;
    return *SigningKey::from_bytes(std::move(raw));
}

KeyMaterial material() {
    KeyMaterial out;
    out.seed = SecretBytes{32};
    out.seed.expose_mutable()[0] = 9;
    out.vault = SecretBytes{32};
    return out;
}

BackupLabel label(const SigningKey& recipient) {
    const SigningKey signing =
        *SigningKey::from_bytes(std::move(secrets_of(material(), 2, "pramana")->signing));
    return {.recipient = recipient.public_key(),
            .signing_address = signing.address(),
            .epoch = 2,
            .chain_id = 1480,
            .made_unix_s = 1'800'000'000,
            .domain = "pramana"};
}

TEST(KeyBackup, opens_with_the_recipients_key) {
    const SigningKey recipient = key_of(5);
    const std::string text = seal_backup(material(), label(recipient));
    const Result<BackupLabel> seen = read_backup_label(text);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->epoch, 2U);
    EXPECT_EQ(seen->chain_id, 1480U);
    EXPECT_EQ(seen->recipient, recipient.public_key());
    const Result<KeyMaterial> opened = open_backup(text, recipient, "pramana");
    ASSERT_TRUE(opened);
    EXPECT_TRUE(equal_secret(opened->seed.expose(), material().seed.expose()));
}

TEST(KeyBackup, shows_no_secret_and_is_never_the_same_twice) {
    const SigningKey recipient = key_of(5);
    const std::string one = seal_backup(material(), label(recipient));
    EXPECT_NE(one, seal_backup(material(), label(recipient)));
    EXPECT_EQ(one.find(to_hex(material().seed.expose())), std::string::npos);
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

struct RefusedRow {
    const char* name;
    std::function<std::string(std::string)> change;
    std::uint8_t recipient;
    std::string_view domain;
    Errc refused;
};
const RefusedRow kRefused[] = {
    {"another_key", [](std::string text) { return text; }, 6, "pramana", Errc::kKeyNotForUs},
    {"the_other_program", [](std::string text) { return text; }, 5, "pramana-dev",
     Errc::kKeysForeign},
    {"label_of_another_program",
     [](std::string text) { return replaced(std::move(text), "\"pramana\"", "\"pramana-dev\""); },
     5, "pramana-dev", Errc::kAuthTagMismatch},
    {"altered_chain", [](std::string text) { return replaced(std::move(text), "1480", "1481"); }, 5,
     "pramana", Errc::kAuthTagMismatch},
    {"altered_epoch",
     [](std::string text) { return replaced(std::move(text), "\"epoch\":2", "\"epoch\":3"); }, 5,
     "pramana", Errc::kAuthTagMismatch},
    {"altered_address",
     [](std::string text) {
         const std::size_t at = text.find("signing_address") + 20;
         text[at] = text[at] == '0' ? '1' : '0';
         return text;
     },
     5, "pramana", Errc::kAuthTagMismatch},
    {"altered_content",
     [](std::string text) {
         char& digit = text[text.find("sealed") + 40];
         digit = digit == '0' ? '1' : '0';
         return text;
     },
     5, "pramana", Errc::kAuthTagMismatch},
    {"cut_content", [](std::string text) { return text.erase(text.find("sealed") + 40, 2); }, 5,
     "pramana", Errc::kAuthTagMismatch},
    {"another_version",
     [](std::string text) { return replaced(std::move(text), "backup:1", "backup:2"); }, 5,
     "pramana", Errc::kMalformedKey},
    {"a_member_more",
     [](std::string text) { return replaced(std::move(text), "{", "{\"note\":\"x\","); }, 5,
     "pramana", Errc::kMalformedKey},
    {"no_text", [](const std::string&) { return std::string{}; }, 5, "pramana",
     Errc::kMalformedKey},
    {"too_long", [](const std::string& text) { return text + std::string(1U << 17U, ' '); }, 5,
     "pramana", Errc::kMalformedKey},
};
class RefusedBackup : public testing::TestWithParam<RefusedRow> {};
TEST_P(RefusedBackup, names_its_reason) {
    const std::string text = GetParam().change(seal_backup(material(), label(key_of(5))));
    const Result<KeyMaterial> opened =
        open_backup(text, key_of(GetParam().recipient), GetParam().domain);
    ASSERT_FALSE(opened);
    EXPECT_EQ(name_of(opened.error().code), name_of(GetParam().refused));
}
INSTANTIATE_TEST_SUITE_P(Rows, RefusedBackup, testing::ValuesIn(kRefused),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(KeyBackup, of_a_key_that_the_label_does_not_name_is_refused) {
    BackupLabel wrong = label(key_of(5));
    wrong.epoch = 3;  // sealed so: the label is genuine and says another epoch
    const Result<KeyMaterial> opened =
        open_backup(seal_backup(material(), wrong), key_of(5), "pramana");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::kKeysForeign);
}

TEST(KeyBackup, refuses_every_truncation) {
    const std::string text = seal_backup(material(), label(key_of(5)));
    for (std::size_t size = 0; size + 1 < text.size(); size += 7)
        EXPECT_FALSE(open_backup(text.substr(0, size), key_of(5), "pramana")) << size;
}

}  // namespace
}  // namespace pramana::keys
