#pragma once

#include "pramana/crypto/ecies.hpp"

#include <string_view>

namespace pramana::sealing {

/// The message that a wallet signs to make its file key (vana-sdk, exact text).
inline constexpr std::string_view kFileKeyMessage = "Please sign to retrieve your encryption key";
/// The message behind the per-scope keys of the newest protocol.
inline constexpr std::string_view kMasterKeyMessage = "vana-master-key-v1";
/// A file key is an OpenPGP password of 1 to this many bytes.
inline constexpr std::size_t kFileKeyBytesMax = 1024;

/// What the text of a file key looks like.
enum class FileKeyForm : std::uint8_t {
    kSignature,  ///< 0x and 130 hex digits: a wallet signature, whose signer can be recovered
    kScopeKey,   ///< 64 lower-case hex digits: derived for one scope, says nothing about its wallet
    kOther,
};
[[nodiscard]] FileKeyForm form_of_file_key(ByteView key) noexcept;

/// The wallet whose EIP-191 signature of `message` the key is. Costs 34 us, so it stands before the
/// key derivation. v may be 00, 01, 1b or 1c. Errors: kMalformedKey (not a signature, or one that
/// recovers to nobody).
[[nodiscard]] Result<Address> signer_of_file_key(ByteView key, std::string_view message);

/// Whether `owner` made the key. Errors: kMalformedKey (not signature-shaped), kKeyNotOwners.
[[nodiscard]] Status check_file_key_owner(ByteView key, const Address& owner,
                                          std::string_view message = kFileKeyMessage);

/// The password of refined files: 0x || hex(HKDF-SHA256(65 signature bytes, no salt,
/// "query-engine", 64)). Errors: kMalformedKey (the file key is not signature-shaped).
[[nodiscard]] Result<SecretBytes> refinement_key(ByteView file_key);

/// The password of a file of one scope: hex(HKDF-SHA256(65 bytes, salt "vana", "scope:" || scope,
/// 32)), lower case. `master_signature` is the text 0x… of the signature of kMasterKeyMessage.
/// Errors: kMalformedKey.
[[nodiscard]] Result<SecretBytes> scope_key(ByteView master_signature, std::string_view scope);

/// With what a client encrypted the file key for the permission on chain. Whoever has both can open
/// that copy.
struct PermissionSecret {
    std::array<std::uint8_t, kEciesIvSize> iv{};
    SecretBytes ephemeral_key;  ///< 32 bytes
};

/// Encrypts `file_key` to `dlp_key` again with the client's iv and ephemeral key and compares with
/// the hex text that lies on chain (filePermissions), both X forms, in constant time. Errors:
/// kMalformedKey (the ephemeral key is none; the text on chain is not hex is a plain `false`).
[[nodiscard]] Result<bool> permission_matches(ByteView file_key, const PublicKey& dlp_key,
                                              const PermissionSecret& secret,
                                              std::string_view on_chain_hex);

}  // namespace pramana::sealing
