#include "key_sources.hpp"

#include "pramana/keys/dstack_keys.hpp"
#include "pramana/keys/inside_keys.hpp"
#include "pramana/keys/tls_identity.hpp"
#include "pramana/net/url.hpp"

namespace pramana::app {
namespace {

constexpr std::int64_t kCertificateEarly_s = 3'600;
constexpr std::int64_t kCertificateLife_s = 397LL * 86'400;

attest::DstackKeyPolicy policy_of(const config::Keys& keys) {
    return {.kms_roots = keys.kms_roots};
}

Result<evidence::DstackGuest> find_guest() {
    return evidence::DstackGuest::find(evidence::dstack_sockets());
}

Result<keys::SourceKeys> made_inside(const config::Config& config) {
    const Result<std::unique_ptr<keys::SealingRoot>> root = production_sealing_root(config);
    if (!root) return root.error();
    if (*root != nullptr) return keys::keys_from_inside(config.data_dir, **root);
    if (config.keys.for_one_boot)
        return keys::keys_for_one_boot(config.data_dir, config.keys.current);
    return Error{Errc::kKeysNotKept, "app.keys.inside"};
}

}  // namespace

Result<std::shared_ptr<const http::TlsCredentials>> tls_credentials(const config::Config& config,
                                                                    const Identity& identity,
                                                                    std::int64_t now_unix_s) {
    if (!config.listen.tls) return std::shared_ptr<const http::TlsCredentials>{};
    const Result<net::Url> url = net::parse_url(config.public_base_url);
    if (!url) return Error{Errc::kConfigInvalid, "app.keys.tls_host"};
    Result<keys::TlsIdentity> made = keys::make_tls_identity(
        identity.tls_secret, {.dns_name = url->host,
                              .not_before_unix_s = now_unix_s - kCertificateEarly_s,
                              .not_after_unix_s = now_unix_s + kCertificateLife_s});
    if (!made) return Error{Errc::kConfigInvalid, "app.keys.tls_host"};
    auto out = std::make_shared<http::TlsCredentials>();
    out->private_key_der = std::move(made->private_key_der);
    out->certificate_der = std::move(made->certificate_der);
    return std::shared_ptr<const http::TlsCredentials>{std::move(out)};
}

keys::Epochs epochs_of(const config::Keys& keys) {
    return {.current = keys.current, .previous = keys.previous};
}

Result<std::unique_ptr<keys::SealingRoot>> production_sealing_root(const config::Config& config) {
    Result<evidence::DstackGuest> guest = find_guest();
    if (guest) return keys::dstack_sealing_root(*std::move(guest), policy_of(config.keys));
    Result<std::unique_ptr<keys::SealingRoot>> firmware = keys::open_snp_sealing_root();
    if (firmware) return firmware;
    return std::unique_ptr<keys::SealingRoot>{};
}

Result<keys::SourceKeys> production_source_keys(const config::Config& config) {
    switch (config.keys.source) {
        case config::KeySource::kInside: return made_inside(config);
        case config::KeySource::kFile: return Error{Errc::kConfigInvalid, "app.keys.file"};
        case config::KeySource::kDstack: break;
    }
    const Result<evidence::DstackGuest> guest = find_guest();
    if (!guest) return guest.error();
    return keys::keys_from_dstack(*guest, policy_of(config.keys), epochs_of(config.keys));
}

Result<Identity> open_keys(const config::Config& config, const KeyPlatform& platform) {
    Result<keys::SourceKeys> source = platform.source_keys(config);
    if (!source) return source.error();
    Result<keys::Keyring> ring =
        keys::make_keyring(*source, epochs_of(config.keys), platform.domain);
    if (!ring) return ring.error();
    Identity identity;
    identity.signing = std::move(ring->current.signing);
    identity.encryption = std::move(ring->current.encryption);
    identity.tls_secret = std::move(ring->current.tls);
    if (ring->previous) {
        identity.previous = std::move(ring->previous->signing);
        identity.previous_encryption = std::move(ring->previous->encryption);
    }
    identity.vault_key = std::move(ring->vault);
    identity.public_keys = std::move(ring->public_keys);
    identity.public_keys.backup_recipients = config.keys.backup_recipients;
    return identity;
}

}  // namespace pramana::app
