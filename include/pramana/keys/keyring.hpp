#pragma once

#include "pramana/crypto/secp256k1.hpp"
#include "pramana/keys/key_material.hpp"
#include "pramana/keys/public_keys.hpp"

#include <memory>
#include <optional>

namespace pramana::keys {

/// Which epochs are in use.
struct Epochs {
    std::uint32_t current = 0;                ///< signs what is new
    std::optional<std::uint32_t> previous{};  ///< finishes what it began
};

/// What a source gave, before keys are made of it.
struct SourceKeys {
    Source source = Source::kInside;
    KeyMaterial material;
    bool survive_restart = true;
    /// Set by a source that counts the epochs itself (keys for one boot).
    std::optional<Epochs> epochs{};
    Bytes dstack_app_id{};
    std::vector<IssuedKey> issued{};
};

/// The private keys of one epoch.
struct EpochKeys {
    std::uint32_t epoch = 0;
    std::unique_ptr<SigningKey> signing;
    std::unique_ptr<SigningKey> encryption;
    SecretBytes tls;  ///< make_tls_identity() makes the key and its certificate of it
};

/// All keys of a running validator. Move-only.
struct Keyring {
    EpochKeys current;
    std::optional<EpochKeys> previous{};
    SecretBytes vault;  ///< 32 bytes
    PublicKeys public_keys;
};

/// Makes the keys of both epochs. `domain`: kProductionDomain, or the development program's own.
/// Errors: kNotFound (an epoch that the source does not have), kMalformedKey (a secret that is no
/// private key: once in 2^128).
[[nodiscard]] Result<Keyring> make_keyring(const SourceKeys& from, const Epochs& epochs,
                                           std::string_view domain);

}  // namespace pramana::keys
