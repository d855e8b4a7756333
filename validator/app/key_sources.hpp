#pragma once

#include "platform.hpp"
#include "pramana/http/server.hpp"

namespace pramana::app {

/// What gives the production program its keys, by `keys.source`: dstack's guest agent, or keys made
/// inside and kept under what the platform derives (dstack's agent, then SEV-SNP's firmware), or
/// for one boot where that is accepted. Errors: kNoTee (no agent), kKeysNotKept, kConfigInvalid (a
/// key file: never here), those of pramana/keys.
[[nodiscard]] Result<keys::SourceKeys> production_source_keys(const config::Config& config);
/// Null: this platform keeps no secret for an enclave. Errors: those of looking.
[[nodiscard]] Result<std::unique_ptr<keys::SealingRoot>> production_sealing_root(
    const config::Config& config);

/// Opens the platform's keys for this configuration, without evidence. The data directory is
/// checked to be sealed by them. Errors: those of the source, kKeysForeign (the data directory is
/// another validator's).
[[nodiscard]] Result<Identity> open_keys(const config::Config& config, const KeyPlatform& platform);

/// What the server ends TLS with where `listen.tls` asks for it: the key that the statement names,
/// and a certificate for the host of public_base_url, valid from an hour ago for 397 days. Null
/// without. Errors: kConfigInvalid (a host that no certificate can name).
[[nodiscard]] Result<std::shared_ptr<const http::TlsCredentials>> tls_credentials(
    const config::Config& config, const Identity& identity, std::int64_t now_unix_s);

[[nodiscard]] keys::Epochs epochs_of(const config::Keys& keys);

}  // namespace pramana::app
