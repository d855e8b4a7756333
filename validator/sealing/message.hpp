#pragma once

#include "packets.hpp"
#include "pramana/sealing/openpgp.hpp"
#include "s2k.hpp"

#include <optional>
#include <vector>

namespace pramana::sealing {

/// Bytes of the key of a symmetric cipher id (RFC 9580 section 9.3); 0 for all but AES.
[[nodiscard]] std::size_t cipher_key_bytes(std::uint8_t cipher) noexcept;

/// A password packet, SKESK v4 (section 5.3.1). Borrows from the message.
struct PasswordPacket {
    std::uint8_t cipher = 0;  ///< AES
    S2k s2k;
    ByteView encrypted_key;  ///< empty: the derived key is the session key
};

/// The outer packets of an encrypted message (section 10.3). Borrows from it.
struct SealedMessage {
    std::vector<PasswordPacket> passwords;
    std::vector<Packet> public_key_sessions;  ///< read by the legacy reader only
    std::optional<Error> skipped;             ///< why a password packet cannot be used
    MessageCost cost;
    Packet data;  ///< SEIPD v1
};

/// Parses and checks declared cost; does no cryptography. Errors: those of inspect_message, but for
/// messages to public keys only, which it returns.
[[nodiscard]] Result<SealedMessage> parse_message(ByteView binary, const OpenLimits& limits);

}  // namespace pramana::sealing
