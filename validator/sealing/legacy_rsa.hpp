#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

/// RSA formats of the network's past, for owners who still hold such keys and data. Nothing that
/// comes over HTTP reaches this header: PKCS#1 v1.5 decryption behind an API is a padding oracle.
namespace pramana::sealing {

/// The file key that the 2024 flow wrapped as an OpenPGP message to the RSA key of a DLP.
///
/// @param armored_private_key an unprotected v4 transferable secret key, armored
/// @param wrapped             the message, armored, or the base64 of that text as it lies on chain
/// Errors: kMalformedKey (the private key), kMalformedMessage, kUnsupportedPacket, kNoIntegrity,
/// kCostLimit, kKeyNotForUs (no session key opens, whatever the reason), kAuthTagMismatch. Source:
/// RFC 9580 sections 5.1.1 and 5.5.5.1.
[[nodiscard]] Result<SecretBytes> open_wrapped_key(ByteView armored_private_key, ByteView wrapped);

/// One value of RunProof's `secrets`: RSA-OAEP with SHA-256 and MGF1-SHA-256, no label (RFC 8017
/// section 7.1). Errors: kMalformedKey (not an RSA private key in PEM), kKeyNotForUs.
[[nodiscard]] Result<SecretBytes> open_oaep_secret(ByteView private_key_pem, ByteView ciphertext);

}  // namespace pramana::sealing
