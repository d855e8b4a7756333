#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

namespace pramana::sealing {

/// How a password becomes a key (RFC 9580 section 3.7).
struct S2k {
    enum class Kind : std::uint8_t { kSimple = 0, kSalted = 1, kIterated = 3 };
    Kind kind = Kind::kSimple;
    std::uint8_t hash =
        0;  ///< hash algorithm id, section 9.5; one of those that digest_bytes knows
    std::array<std::uint8_t, 8> salt{};
    std::uint64_t count = 0;  ///< bytes to hash, decoded; kIterated only
};

/// Bytes of the digest of a hash algorithm id; 0 when it is not read.
[[nodiscard]] std::size_t digest_bytes(std::uint8_t hash) noexcept;

/// The bytes that a count octet stands for: 1,024 to 65,011,712.
[[nodiscard]] constexpr std::uint64_t decode_count(std::uint8_t octet) noexcept {
    return (std::uint64_t{16} + (octet & 15U)) << ((octet >> 4U) + 6U);
}

/// Bytes that deriving a key of `key_bytes` hashes, but for the password's own length.
[[nodiscard]] std::uint64_t s2k_cost(const S2k& s2k, std::size_t key_bytes) noexcept;

/// Reads an S2K specifier from the front of `in` and moves `in` behind it.
/// Errors: kMalformedMessage, kUnsupportedPacket (Argon2, private kinds, other hashes).
[[nodiscard]] Result<S2k> read_s2k(ByteView& in);

/// Errors: kUnsupportedPacket (the libcrypto at hand lacks the hash).
[[nodiscard]] Result<SecretBytes> derive_key(const S2k& s2k, ByteView password,
                                             std::size_t key_bytes);

}  // namespace pramana::sealing
