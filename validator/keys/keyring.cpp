#include "pramana/keys/keyring.hpp"

#include "pramana/keys/tls_identity.hpp"

namespace pramana::keys {
namespace {

Result<EpochKeys> keys_of(const SourceKeys& from, std::uint32_t epoch, std::string_view domain) {
    Result<EpochSecrets> secrets = secrets_of(from.material, epoch, domain);
    if (!secrets) return secrets.error();
    Result<SigningKey> signing = SigningKey::from_bytes(std::move(secrets->signing));
    if (!signing) return signing.error();
    Result<SigningKey> encryption = SigningKey::from_bytes(std::move(secrets->encryption));
    if (!encryption) return encryption.error();
    return EpochKeys{.epoch = epoch,
                     .signing = std::make_unique<SigningKey>(*std::move(signing)),
                     .encryption = std::make_unique<SigningKey>(*std::move(encryption)),
                     .tls = std::move(secrets->tls)};
}

PublicIdentity public_half(const EpochKeys& keys) {
    return {.epoch = keys.epoch,
            .signing_key = keys.signing->public_key(),
            .signing_address = keys.signing->address(),
            .encryption_key = keys.encryption->public_key(),
            .tls_spki_sha256 = tls_spki_sha256(keys.tls)};
}

}  // namespace

Result<Keyring> make_keyring(const SourceKeys& from, const Epochs& epochs,
                             std::string_view domain) {
    const Epochs used = from.epochs.value_or(epochs);
    Result<EpochKeys> current = keys_of(from, used.current, domain);
    if (!current) return current.error();
    Keyring ring{.current = *std::move(current),
                 .vault = SecretBytes::copy_of(from.material.vault.expose()),
                 .public_keys = {}};
    PublicKeys& known = ring.public_keys;
    known.source = from.source;
    known.current = public_half(ring.current);
    known.survive_restart = from.survive_restart;
    known.imported = from.material.imported;
    known.dstack_app_id = from.dstack_app_id;
    known.issued = from.issued;
    if (!used.previous) return ring;
    Result<EpochKeys> previous = keys_of(from, *used.previous, domain);
    if (!previous) return previous.error();
    ring.previous = *std::move(previous);
    known.previous = public_half(*ring.previous);
    return ring;
}

}  // namespace pramana::keys
