#pragma once

#include "pramana/crypto/ecies.hpp"
#include "pramana/sealing/file_key.hpp"
#include "pramana/sealing/intent.hpp"

#include <optional>
#include <string>

namespace pramana::sealing {

/// An envelope is at most this long, as JSON text.
inline constexpr std::size_t kEnvelopeBytesMax = 16U << 10U;

/// What it may say of the contributor's ownership is at most this long.
inline constexpr std::size_t kEnvelopeOwnershipMax = 2048;

/// What travels beside the sealed bytes of an upload; sealed and public data only (docs/formats.md
/// "Envelope").
struct Envelope {
    Intent intent;
    Signature65 intent_signature;
    Bytes sealed_key;  ///< ECIES to the validator's key, see seal_file_key
    /// A witness statement (docs/ownership.md), a JSON object as it was sent; empty: none.
    std::string ownership{};

    friend bool operator==(const Envelope&, const Envelope&) = default;
};

/// Reads the JSON text strictly: exactly the documented members, each once, in any order
/// (`ownership` may be missing); numbers are integers below 2^53; hex of either case, with or
/// without 0x. Verifies nothing: see verify_intent and check_intent. Errors: kMalformedEnvelope.
[[nodiscard]] Result<Envelope> parse_envelope(ByteView json);

/// The canonical text: members in the documented order, lower-case hex, no white space.
[[nodiscard]] std::string write_envelope(const Envelope& envelope);

/// A file key, and what a client used to encrypt its copy on chain, if it says so.
struct FileKeyBundle {
    SecretBytes file_key;  ///< the password text, 1..1024 bytes
    std::optional<PermissionSecret> permission;
    /// 32 bytes that a witness tagged the opened file with (docs/ownership.md).
    std::optional<SecretBytes> ownership_salt{};
};

/// Seals the file key to a validator for one intent: ECIES of "pramana:key:1" || intent digest ||
/// u16 length || key || optionally iv(16) || ephemeral key(32) || optionally salt(32). Errors:
/// kMalformedKey (length).
[[nodiscard]] Result<Bytes> seal_file_key(const PublicKey& validator, const Intent& intent,
                                          const FileKeyBundle& bundle);

/// Opens it. A key that was captured elsewhere does not open under another intent.
/// Errors: kKeyNotForUs (does not open with our key, or altered), kIntentMismatch (sealed for
/// another intent), kMalformedEnvelope (opens, but does not parse).
[[nodiscard]] Result<FileKeyBundle> open_file_key(const SigningKey& validator, const Intent& intent,
                                                  ByteView sealed_key);

}  // namespace pramana::sealing
