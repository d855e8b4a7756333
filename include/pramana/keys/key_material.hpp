#pragma once

#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::keys {

/// What a key is for. Each has a path of its own, because the platform derives by path alone.
enum class Purpose : std::uint8_t {
    kSigning,     ///< proofs and transactions
    kEncryption,  ///< file keys are sealed to it
    kTls,
    kStorage,  ///< seals the data directory; has one epoch, 0, so that it survives rotations
    kSealing,  ///< keeps keys that were made inside; epoch 0
};
/// "signing", "encryption", "tls", "storage", "sealing".
[[nodiscard]] std::string_view name_of(Purpose purpose) noexcept;
/// "pramana/v1/<purpose>/<epoch>": docs/keys.md "Paths".
[[nodiscard]] std::string key_path(Purpose purpose, std::uint32_t epoch);
/// What GetKey is told the key is for: "pramana-<purpose>-v1".
[[nodiscard]] std::string key_purpose(Purpose purpose);

/// The secrets of one epoch, 32 bytes each.
struct EpochSecrets {
    std::uint32_t epoch = 0;
    SecretBytes signing;
    SecretBytes encryption;
    SecretBytes tls;
};

/// Everything that a validator's keys are made of. Epochs that are not listed come from the seed.
struct KeyMaterial {
    SecretBytes seed;   ///< 32 bytes; empty: only what is listed exists
    SecretBytes vault;  ///< 32 bytes: seals the data directory
    std::vector<EpochSecrets> listed;
    bool imported = false;
};

/// Whose keys they are: what HKDF is given before the path, so that keys of the two programs never
/// agree even over one seed.
inline constexpr std::string_view kProductionDomain = "pramana";

/// New random material. Thread: any.
[[nodiscard]] KeyMaterial new_key_material();
/// The secrets of an epoch: those listed, or HKDF-SHA256(seed, salt = domain, info = path). Errors:
/// kNotFound (not listed, and there is no seed).
[[nodiscard]] Result<EpochSecrets> secrets_of(const KeyMaterial& material, std::uint32_t epoch,
                                              std::string_view domain);

/// At most this many epochs are listed.
inline constexpr std::size_t kListedMax = 64;
/// docs/formats.md "Key material".
[[nodiscard]] SecretBytes encode(const KeyMaterial& material);
/// Errors: kMalformedKey.
[[nodiscard]] Result<KeyMaterial> decode_key_material(const SecretBytes& encoded);

}  // namespace pramana::keys
