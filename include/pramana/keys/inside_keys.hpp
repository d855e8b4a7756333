#pragma once

#include "pramana/keys/keyring.hpp"
#include "pramana/keys/sealing_root.hpp"

#include <filesystem>

namespace pramana::keys {

/// The names of what keys leave in a data directory.
inline constexpr const char* kSealedKeysName = "keys.sealed";  ///< docs/formats.md "Sealed keys"
inline constexpr const char* kBootEpochName = "keys.epoch";
inline constexpr const char* kVaultCheckName = "keys.check";

/// Keys that were made in this enclave. The first time new ones are drawn and written, sealed under
/// the root, to `directory` (which is made, mode 0700); later they are read back. Errors:
/// kKeysForeign (sealed under another root: another machine or image, or not ours), those of the
/// root and of files. Thread: one process at a time.
[[nodiscard]] Result<SourceKeys> keys_from_inside(const std::filesystem::path& directory,
                                                  const SealingRoot& root);

/// Keys for this boot only, where the platform keeps no secret. The epoch is one above that of the
/// boot before, which the directory remembers, and at least `epoch_min`: no epoch names two keys.
/// Errors: those of files.
[[nodiscard]] Result<SourceKeys> keys_for_one_boot(const std::filesystem::path& directory,
                                                   std::uint32_t epoch_min);

/// Writes imported material as the directory's sealed keys. What was there is kept under
/// "keys.sealed.before-<unix time>". Errors: those of the root and of files.
[[nodiscard]] Status keep_inside(const std::filesystem::path& directory, const SealingRoot& root,
                                 const KeyMaterial& material, std::int64_t now_unix_s);

/// Whether the data directory was sealed with this vault key. The first call on a directory writes
/// the check value. Errors: kKeysForeign (another key: nothing in it could be opened), those of
/// files.
[[nodiscard]] Status check_vault(const std::filesystem::path& directory, const SecretBytes& vault);

}  // namespace pramana::keys
