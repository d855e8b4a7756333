#pragma once

#include "vectors/suite.hpp"

#include "pramana/crypto/secp256k1.hpp"

namespace pramana::vectors {

/// The public test key in `object[name]`, 32 bytes of hex.
[[nodiscard]] inline SigningKey signing_key(const JsonView& object, std::string_view name) {
    return must("key", SigningKey::from_bytes(SecretBytes::copy_of(hex(object, name))));
}

/// The signature is the one that the key makes (RFC 6979), and it recovers to `signer`.
inline void expect_signature(const Hash32& digest, const SigningKey& key,
                             const Signature65& signature, const Address& signer) {
    expect_bytes("signature", key.sign(digest).view(), signature.view());
    expect_bytes("recovered signer", must("recovery", recover_address(digest, signature)).view(),
                 signer.view());
}

}  // namespace pramana::vectors
