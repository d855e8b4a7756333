#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

#include <cstdint>

namespace pramana::sealing {

/// What opening one message may cost. All are checked before the work they bound.
struct OpenLimits {
    /// Password packets (SKESK) in a message; each costs one key derivation.
    std::uint32_t password_packets_max = 2;
    /// Bytes that all password packets together ask to be hashed. GnuPG's default for AES-256
    /// (SHA-1, count byte 255) declares 2 x 65,011,712; openpgp.js and the Vana SDK 16,777,216.
    std::uint64_t s2k_bytes_max = 134'217'728;
    /// Bytes of the opened file.
    std::uint64_t plaintext_bytes_max = 64U << 20U;
    /// Opened bytes for each sealed byte of a compressed message; the first MiB is free.
    std::uint32_t expansion_ratio_max = 100;
    /// Compressed packets inside each other.
    std::uint32_t compression_depth_max = 2;
};

/// What a message declares about itself, from its packet headers alone.
struct MessageCost {
    std::uint32_t password_packets = 0;
    std::uint64_t s2k_bytes = 0;  ///< to be hashed if every password packet is tried
};

/// Reads the outer packets of a password-encrypted OpenPGP message, binary or armored, without any
/// key derivation or decryption: what an upload can be refused for at once. Errors:
/// kMalformedMessage, kUnsupportedPacket (SEIPD v2, AEAD, SKESK v5 and v6, Argon2, ciphers other
/// than AES, a message to public keys only; `site` names which), kNoIntegrity, kCostLimit. Thread:
/// any. Source: RFC 9580 sections 4, 5.3, 5.13 and 10.3.
[[nodiscard]] Result<MessageCost> inspect_message(ByteView sealed, const OpenLimits& limits);

/// Opens a password-encrypted OpenPGP message and returns the content of its literal packet, byte
/// for byte (text mode too). Reads SKESK v4 with and without session key; S2K simple, salted,
/// iterated; AES-128/192/256; SEIPD v1; old and new packet headers, partial lengths; ZIP and ZLIB
/// inside. Nothing of the plaintext is parsed before its integrity check (MDC) has passed, and all
/// of it is wiped when it does not.
///
/// @param password 1..1024 bytes, used as given: a Vana file key is its `0x…` text, case included
/// Errors: those of inspect_message; kMalformedKey (password length), kWrongPassword (no password
/// packet yields a key that fits the ciphertext), kAuthTagMismatch (the key fits, the MDC does not:
/// altered), kMalformedMessage (also inside, after the MDC), kDecompressionLimit, kTooLarge.
/// Thread: any; blocks for the key derivation (8.6 ms for the SDK's default).
[[nodiscard]] Result<SecretBytes> open_message(ByteView sealed, ByteView password,
                                               const OpenLimits& limits);

/// The Vana SDK's iteration count byte: 16,777,216 bytes are hashed.
inline constexpr std::uint8_t kSdkS2kCountByte = 224;
/// Enough for a password that is a wallet signature: 65,536 bytes are hashed (RFC 9580
/// section 3.7.1.3).
inline constexpr std::uint8_t kFastS2kCountByte = 96;

struct SealOptions {
    std::uint8_t s2k_count_byte = kSdkS2kCountByte;
    /// Creation time in the literal packet, seconds since 1970; 0 tells nothing.
    std::uint32_t created_unix_s = 0;
};

/// Encrypts in exactly the shape of the Vana SDK: SKESK v4 (AES-256, S2K iterated with SHA-256,
/// encrypted session key), SEIPD v1 (AES-256), one literal packet of mode b with an empty name; not
/// compressed, definite lengths. Errors: kMalformedKey (password length, as above), kTooLarge
/// (above 1 GiB).
[[nodiscard]] Result<Bytes> seal_message(ByteView plaintext, ByteView password,
                                         const SealOptions& options);

}  // namespace pramana::sealing
