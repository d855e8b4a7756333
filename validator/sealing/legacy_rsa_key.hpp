#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"
#include "pramana/os/secret_bytes.hpp"

#include <vector>

namespace pramana::sealing {

/// An unprotected RSA key of an OpenPGP secret key or subkey packet (RFC 9580 section 5.5.3,
/// version 4).
struct LegacyRsaKey {
    std::array<std::uint8_t, 8> key_id{};
    Bytes n;  ///< big-endian, like all three
    Bytes e;
    SecretBytes d;
};

/// All RSA keys of an armored transferable secret key. Errors: kMalformedKey.
[[nodiscard]] Result<std::vector<LegacyRsaKey>> read_legacy_rsa_keys(ByteView armored);

/// A multiprecision integer from the front of `in`, which moves behind it (section 3.2); empty when
/// cut off.
[[nodiscard]] ByteView take_mpi(ByteView& in) noexcept;

}  // namespace pramana::sealing
