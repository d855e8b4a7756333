#pragma once

#include "packets.hpp"
#include "pramana/sealing/openpgp.hpp"

namespace pramana::sealing {

/// Passwords of openpgp.hpp.
inline constexpr std::size_t kPasswordBytesMax = 1024;

/// Opens SEIPD v1 with a session key (16, 24 or 32 bytes) and returns the literal content. Shared
/// by the readers for passwords and for legacy RSA keys. Errors: kWrongPassword (the key does not
/// fit), kAuthTagMismatch, and those of literal_content.
[[nodiscard]] Result<SecretBytes> open_data(const Packet& data, ByteView key,
                                            const OpenLimits& limits);

}  // namespace pramana::sealing
