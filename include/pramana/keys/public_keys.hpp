#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::keys {

/// Where private keys come from. docs/keys.md "Sources".
enum class Source : std::uint8_t {
    kDstack,  ///< dstack's GetKey: the same on every start and replica of the application
    kInside,  ///< made in this enclave, kept sealed to a key of the platform, or for one boot only
    kFile,    ///< pramana-dev only
};
/// "dstack", "inside", "file".
[[nodiscard]] std::string_view name_of(Source source) noexcept;

/// The public half of one key epoch.
struct PublicIdentity {
    std::uint32_t epoch = 0;
    PublicKey signing_key;    ///< signs proofs and transactions
    Address signing_address;  ///< of signing_key; what the pool and the registries list
    PublicKey encryption_key;
    Hash32 tls_spki_sha256;  ///< SHA-256 of the certificate's SubjectPublicKeyInfo (DER)
};

/// How dstack's KMS vouches for a key: appraise_dstack_key() judges it, docs/attestation-dstack.md.
struct IssuedKey {
    std::string path;  ///< as asked of GetKey
    std::string purpose;
    Bytes public_key;                      ///< compressed, 33 bytes
    std::array<Bytes, 2> signature_chain;  ///< r || s || recovery id, 65 bytes each
};

/// Everything about the validator's keys that others may see; what a statement is made of.
struct PublicKeys {
    Source source = Source::kFile;
    PublicIdentity current;
    std::optional<PublicIdentity> previous{};
    /// Whether the next start has the same keys. False: made for this boot only.
    bool survive_restart = true;
    /// Whether they came in with `keys import`: then they were outside of this enclave once.
    bool imported = false;
    /// Compressed keys to which `keys export` may seal a backup; empty: to none.
    std::vector<Bytes> backup_recipients{};
    Bytes dstack_app_id{};            ///< 20 bytes; empty without dstack
    std::vector<IssuedKey> issued{};  ///< signing and encryption keys of both epochs; empty without
                                      ///< dstack
};

}  // namespace pramana::keys
