#pragma once

#include "pramana/crypto/secp256k1.hpp"
#include "pramana/keys/key_material.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace pramana::keys {

/// What stands on a backup in clear; all of it is bound to what is sealed.
struct BackupLabel {
    PublicKey recipient;
    Address signing_address;  ///< of the current epoch, so that a person recognises it
    std::uint32_t epoch = 0;
    std::uint64_t chain_id = 0;
    std::int64_t made_unix_s = 0;
    std::string domain;  ///< of the program that made it; another program refuses it
};

/// The text of a backup: docs/formats.md "Key backup". One ECDH with a fresh key, HKDF-SHA256,
/// AES-256-GCM over the material with the label as associated data.
[[nodiscard]] std::string seal_backup(const KeyMaterial& material, const BackupLabel& label);

/// The label alone; nothing is opened. Errors: kMalformedKey.
[[nodiscard]] Result<BackupLabel> read_backup_label(std::string_view text);

/// Opens a backup and checks that its current key has the address on the label. Errors:
/// kMalformedKey (not a backup), kKeyNotForUs (sealed to another key), kAuthTagMismatch (altered),
/// kKeysForeign (made by the other program, or its key is not the one on the label).
[[nodiscard]] Result<KeyMaterial> open_backup(std::string_view text, const SigningKey& recipient,
                                              std::string_view domain);

}  // namespace pramana::keys
