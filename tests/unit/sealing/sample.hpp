#pragma once

#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/sealing/intent.hpp"

namespace pramana::sealing {

/// The first and second key of the public mnemonic "test test … junk".
inline constexpr std::string_view kWalletKey =
    "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
inline constexpr std::string_view kValidatorKey =
    "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
/// What that wallet answers to kFileKeyMessage; made with ethers 6.
inline constexpr std::string_view kFileKey =
    "0x8ece315f91aca4024ab01b963fcd0f7ef5620b6255746799951079aa2eab6ec4"
    "6715942b75fea83f6d9fea2220f9f6b1254be2825cbf060f1bc25f9f31fee3281c";

inline SigningKey key_of(std::string_view hex) {
    return std::move(*SigningKey::from_bytes(SecretBytes::copy_of(*from_hex(hex))));
}

/// The intent of docs/formats.md "Intent": the worked vector.
inline Intent sample_intent() {
    Intent intent;
    intent.chain_id = 31337;
    intent.dlp = *fixed_from_hex<Address>("0x5fbdb2315678afecb367f032d93f642f64180aa3");
    intent.ruleset = sha256("ruleset");
    intent.sealed_sha256 = sha256("sealed");
    intent.terms_sha256 = sha256("terms");
    intent.expires_unix_s = 1767225600;
    intent.wallet = *fixed_from_hex<Address>("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    return intent;
}

}  // namespace pramana::sealing
