#pragma once

#include "ownership_gate.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/crypto/secp256k1.hpp"
#include "pramana/net/fetcher.hpp"
#include "pramana/pipeline/ports.hpp"
#include "pramana/sealing/envelope.hpp"
#include "pramana/sealing/openpgp.hpp"

namespace pramana::app {

/// Envelopes, keys and sealed files, opened with the validator's key, or with the one before it:
/// what was sealed to that one is still on its way. Both outlive it.
class OpenerAdapter final : public pipeline::OpenerPort {
  public:
    OpenerAdapter(const SigningKey& key, const SigningKey* previous, OwnershipGate gate)
        : key_{key}, previous_{previous}, gate_{std::move(gate)} {}
    Result<pipeline::VerifiedIntent> verify_envelope(ByteView envelope) override;
    Result<std::optional<pipeline::OwnershipShown>> ownership(
        const Hash32& ruleset, ByteView envelope, std::optional<std::int64_t> now) override;
    Status owned_content(const Hash32& ruleset, ByteView envelope,
                         const SecretBytes& opened) override;
    Result<pipeline::FileKey> open_envelope(ByteView envelope) override;
    Result<SecretBytes> open_key(ByteView encrypted_key) override;
    Result<Address> signer_of(const SecretBytes& key, std::string_view message) override;
    Result<bool> matches_permission(const SecretBytes& key,
                                    const pipeline::PermissionSecret& secret,
                                    std::string_view dlp_public_key,
                                    std::string_view permission_on_chain) override;
    pipeline::KeyedHashes keyed_hashes(const SecretBytes& key, FileId file,
                                       const pipeline::ContentHashes& content) override;
    Result<SecretBytes> decrypt(ByteView sealed, const SecretBytes& key) override;

  private:
    [[nodiscard]] Result<sealing::FileKeyBundle> open_bundle(ByteView envelope) const;
    const SigningKey& key_;
    const SigningKey* const previous_;
    const OwnershipGate gate_;
    const sealing::OpenLimits limits_;
};

/// AES-256-GCM under a key that only this enclave derives.
class VaultAdapter final : public pipeline::VaultPort {
  public:
    explicit VaultAdapter(SecretBytes key) : key_{std::move(key)} {}
    Bytes seal(const SecretBytes& opened, std::string_view place) override {
        return key_.seal(opened.expose(), as_bytes_view(place));
    }
    Result<SecretBytes> open(ByteView sealed, std::string_view place) override {
        return key_.open(sealed, as_bytes_view(place));
    }

  private:
    SealingKey key_;
};

class FetchAdapter final : public pipeline::FetchPort {
  public:
    explicit FetchAdapter(std::unique_ptr<net::Fetcher> fetcher) : fetcher_{std::move(fetcher)} {}
    Result<Bytes> fetch(std::string_view url, std::size_t bytes_max) override {
        return fetcher_->fetch(url, bytes_max);
    }

  private:
    std::unique_ptr<net::Fetcher> fetcher_;
};

}  // namespace pramana::app
