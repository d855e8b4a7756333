#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/crypto/secp256k1.hpp"

#include <cstdint>

namespace pramana::sealing {

/// What a wallet allows: this file may be opened for this DLP under this ruleset until then, and
/// for nothing else. Signed as EIP-712 typed data (docs/formats.md "Intent").
struct Intent {
    std::uint64_t chain_id = 0;  ///< in the EIP-712 domain, so a wallet shows and checks it
    Address dlp;
    Hash32 ruleset;                    ///< digest of the ruleset
    Hash32 sealed_sha256;              ///< of the sealed bytes
    Hash32 terms_sha256;               ///< of the terms that the contributor agreed to
    std::uint64_t expires_unix_s = 0;  ///< the last second in which it is valid
    Address wallet;                    ///< who signs, and owns the file

    friend bool operator==(const Intent&, const Intent&) = default;
};

/// keccak256(0x1901 || domain separator || struct hash): what the wallet signs and what the file
/// key is bound to. Source: EIP-712; domain {name "Pramana", version "1", chainId}.
[[nodiscard]] Hash32 intent_digest(const Intent& intent);

/// Signs with the wallet's key; for our own client. `intent.wallet` is the key's address.
[[nodiscard]] Signature65 sign_intent(const Intent& intent, const SigningKey& wallet);

/// Whether `signature` recovers to `intent.wallet`. Contract wallets (EIP-1271) are not supported.
/// Errors: kIntentSignature.
[[nodiscard]] Status verify_intent(const Intent& intent, const Signature65& signature);

/// What the contribution at hand is, as the validator knows it from its own configuration, bytes
/// and chain.
struct IntentContext {
    std::uint64_t chain_id = 0;
    Address dlp;
    Hash32 ruleset;
    Hash32 sealed_sha256;
    std::int64_t now_unix_s = 0;
};

/// Whether the intent allows exactly this. Errors: kIntentMismatch (`site` names the field),
/// kIntentExpired.
[[nodiscard]] Status check_intent(const Intent& intent, const IntentContext& context);

/// SHA-256("pramana:contribution:1" || wallet || SHA-256(sealed bytes)).
[[nodiscard]] ContributionId contribution_id(const Address& wallet, const Hash32& sealed_sha256);

}  // namespace pramana::sealing
