#pragma once

#include "pramana/attest/appraisal.hpp"
#include "pramana/attest/dstack_event_log.hpp"

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::attest {

/// What is accepted of a dstack guest, on top of what its quote proves. Any of the values; empty:
/// not pinned.
struct DstackPolicy {
    std::vector<Bytes> app_ids;         ///< 20 bytes
    std::vector<Bytes> compose_hashes;  ///< 32 bytes
    std::vector<Bytes> instance_ids;    ///< 20 bytes
    /// What the event key-provider says: "kms", "local-sgx", "tpm", "none".
    std::set<std::string> key_providers = {"kms"};
    std::set<std::string> key_provider_ids;  ///< lower-case hex, as the event has them
    /// MRCONFIGID has to repeat the compose hash (OS images from 0.5.1 on). Without this a register
    /// of zeros passes; one that says something else never does.
    bool config_id_required = true;
    /// Names of boot events that newer images may add.
    std::set<std::string> extra_boot_events;
};

/// The registers of a TD, from a quote that was appraised before: this appraisal says what they
/// mean, not that they are genuine.
struct DstackRegisters {
    std::array<Hash48, 4> rtmr;
    Hash48 mr_config_id;
};

struct DstackEvidence {
    std::string_view event_log;  ///< JSON text
    DstackRegisters registers;
    /// The app-compose document as it was deployed, byte for byte; nothing: only its hash is
    /// judged.
    std::optional<std::string_view> app_compose;
};

/// Appraises an event log against the registers: complete, in order, recomputed, and about an
/// application that the policy allows. Pure. Thread: any. Source: docs/attestation-dstack.md.
[[nodiscard]] Appraisal appraise_dstack(const DstackEvidence& evidence, const DstackPolicy& policy);

/// SHA-256 of the document as deployed: dstack's compose hash.
[[nodiscard]] Hash32 dstack_compose_hash(std::string_view app_compose);
/// The document as dstack's SDKs write it: sorted names, no white space. What `phala deploy` and
/// the SDKs hash. Errors: kEvidenceMalformed, also for numbers and names that JSON writers order or
/// spell differently.
[[nodiscard]] Result<std::string> normalised_app_compose(std::string_view app_compose);
/// MRCONFIGID of version 1: 1 || compose hash || zeros.
[[nodiscard]] Hash48 dstack_config_id(const Hash32& compose_hash) noexcept;
/// MRCONFIGID of version 2, for compose documents that name their key provider: 2 ||
/// keccak256(compose hash
/// || app id || kind of the provider as one byte || its id) || zeros. nullopt: a provider of no
/// known kind ("none", "local-sgx", "kms", "tpm").
[[nodiscard]] std::optional<Hash48> dstack_config_id(const Hash32& compose_hash,
                                                     const Address& app_id,
                                                     std::string_view key_provider,
                                                     ByteView key_provider_id);

/// What is accepted of a key that GetKey gave out.
struct DstackKeyPolicy {
    std::vector<Bytes> kms_roots;  ///< compressed secp256k1 points, 33 bytes; at least one
};

/// A derived key's public half and the two signatures that came with it.
struct DstackKeyEvidence {
    ByteView public_key;                      ///< secp256k1 of 33 or 65 bytes, or Ed25519 of 32
    std::string_view purpose;                 ///< as it was asked for
    ByteView app_id;                          ///< 20 bytes, from the event log
    std::array<ByteView, 2> signature_chain;  ///< r || s || recovery id, 65 bytes each
};

/// Appraises the chain of a derived key: the key of the application signed it for this purpose, and
/// a pinned KMS root signed the key of the application for this application id. Pure. Thread: any.
[[nodiscard]] Appraisal appraise_dstack_key(const DstackKeyEvidence& evidence,
                                            const DstackKeyPolicy& policy);

}  // namespace pramana::attest
