#include "pramana/keys/dstack_keys.hpp"

#include "pramana/crypto/aead.hpp"

namespace pramana::keys {
namespace {

/// Gathers the keys of one source; the first error stays.
struct Gathering {
    const evidence::DstackGuest& guest;
    const attest::DstackKeyPolicy& policy;
    SourceKeys& out;

    Result<SecretBytes> listed(Purpose purpose, std::uint32_t epoch) const {
        IssuedKey issued;
        Result<SecretBytes> key =
            dstack_secret(guest, policy, out.dstack_app_id, purpose, epoch, &issued);
        if (key) out.issued.push_back(std::move(issued));
        return key;
    }
    Status add_epoch(std::uint32_t epoch) const {
        Result<SecretBytes> signing = listed(Purpose::kSigning, epoch);
        if (!signing) return signing.error();
        Result<SecretBytes> encryption = listed(Purpose::kEncryption, epoch);
        if (!encryption) return encryption.error();
        Result<SecretBytes> tls =
            dstack_secret(guest, policy, out.dstack_app_id, Purpose::kTls, epoch);
        if (!tls) return tls.error();
        out.material.listed.push_back({.epoch = epoch,
                                       .signing = *std::move(signing),
                                       .encryption = *std::move(encryption),
                                       .tls = *std::move(tls)});
        return Done{};
    }
};

}  // namespace

Result<SecretBytes> dstack_secret(const evidence::DstackGuest& guest,
                                  const attest::DstackKeyPolicy& policy, ByteView app_id,
                                  Purpose purpose, std::uint32_t epoch, IssuedKey* issued) {
    const std::string path = key_path(purpose, epoch);
    const std::string word = key_purpose(purpose);
    Result<evidence::DstackKey> key = guest.key(path, word);
    if (!key) return key.error();
    const Result<SigningKey> point =
        SigningKey::from_bytes(SecretBytes::copy_of(key->key.expose()));
    if (!point) return point.error();
    const Bytes public_key = compressed_key(point->public_key());
    const attest::DstackKeyEvidence evidence{
        .public_key = public_key,
        .purpose = word,
        .app_id = app_id,
        .signature_chain = {key->signature_chain[0], key->signature_chain[1]}};
    if (!attest::appraise_dstack_key(evidence, policy).accepted())
        return Error{Errc::kEvidenceRefused, "keys.dstack.chain"};
    if (issued != nullptr)
        *issued = {.path = path,
                   .purpose = word,
                   .public_key = public_key,
                   .signature_chain = key->signature_chain};
    return std::move(key->key);
}

Result<SourceKeys> keys_from_dstack(const evidence::DstackGuest& guest,
                                    const attest::DstackKeyPolicy& policy, const Epochs& epochs) {
    const Result<evidence::DstackInfo> about = guest.info();
    if (!about) return about.error();
    SourceKeys out;
    out.source = Source::kDstack;
    out.dstack_app_id = about->app_id;
    const Gathering gathering{guest, policy, out};
    PRAMANA_TRY(gathering.add_epoch(epochs.current));
    if (epochs.previous) PRAMANA_TRY(gathering.add_epoch(*epochs.previous));
    const Result<SecretBytes> storage =
        dstack_secret(guest, policy, out.dstack_app_id, Purpose::kStorage, 0);
    if (!storage) return storage.error();
    // What leaves GetKey is a signing key too; what seals is drawn from it.
    out.material.vault = hkdf_sha256(storage->expose(), {}, as_bytes_view("pramana:vault:1"), 32);
    return out;
}

}  // namespace pramana::keys
