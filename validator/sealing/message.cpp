#include "message.hpp"

namespace pramana::sealing {
namespace {

/// More recipients than that have no business in a contribution.
constexpr std::size_t kPublicKeySessionsMax = 16;

Error malformed(std::string_view site) noexcept { return {Errc::kMalformedMessage, site}; }
Error unsupported(std::string_view site) noexcept { return {Errc::kUnsupportedPacket, site}; }

Error unsupported_cipher(std::uint8_t cipher) noexcept {
    switch (cipher) {
        case 1: return unsupported("sealing.openpgp.cipher_idea");
        case 2: return unsupported("sealing.openpgp.cipher_3des");
        case 3: return unsupported("sealing.openpgp.cipher_cast5");
        case 4: return unsupported("sealing.openpgp.cipher_blowfish");
        case 10: return unsupported("sealing.openpgp.cipher_twofish");
        case 11:
        case 12:
        case 13: return unsupported("sealing.openpgp.cipher_camellia");
        default: return unsupported("sealing.openpgp.cipher_unknown");
    }
}

Result<PasswordPacket> read_password_packet(ByteView body) {
    if (body.empty()) return malformed("sealing.skesk.length");
    if (body[0] == 5) return unsupported("sealing.openpgp.skesk_v5");
    if (body[0] == 6) return unsupported("sealing.openpgp.skesk_v6");
    if (body[0] != 4) return unsupported("sealing.openpgp.skesk_version");
    if (body.size() < 2) return malformed("sealing.skesk.length");
    PasswordPacket packet;
    packet.cipher = body[1];
    ByteView rest = body.subspan(2);
    const Result<S2k> s2k = read_s2k(rest);
    if (!s2k) return s2k.error();
    if (cipher_key_bytes(packet.cipher) == 0) return unsupported_cipher(packet.cipher);
    packet.s2k = *s2k;
    packet.encrypted_key = rest;
    // One octet names the cipher of the session key; AES keys and those of the refused ciphers have
    // these sizes.
    if (!rest.empty() && rest.size() != 17 && rest.size() != 25 && rest.size() != 33)
        return malformed("sealing.skesk.encrypted_key");
    return packet;
}

/// Refuses what cannot hold SEIPD v1, naming it.
Status check_data(const Packet& packet) {
    if (packet.tag == Tag::kEncryptedNoIntegrity)
        return Error{Errc::kNoIntegrity, "sealing.openpgp.sed_packet"};
    if (packet.tag == Tag::kEncryptedAead) return unsupported("sealing.openpgp.aead_packet");
    if (packet.tag != Tag::kEncryptedIntegrity) return malformed("sealing.message.tag");
    if (packet.size == 0) return malformed("sealing.seipd.length");
    if (packet.head()[0] == 2) return unsupported("sealing.openpgp.seipd_v2");
    if (packet.head()[0] != 1) return unsupported("sealing.openpgp.seipd_version");
    return Done{};
}

/// Counts a password packet, and reads it if we can.
Status add_password(SealedMessage& message, const Packet& packet, const OpenLimits& limits) {
    if (++message.cost.password_packets > limits.password_packets_max)
        return Error{Errc::kCostLimit, "sealing.message.password_packets"};
    const Result<PasswordPacket> password = read_password_packet(packet.encoded);
    if (!password && password.error().code != Errc::kUnsupportedPacket) return password.error();
    if (!password) {
        message.skipped = password.error();
        return Done{};
    }
    message.cost.s2k_bytes += s2k_cost(password->s2k, cipher_key_bytes(password->cipher));
    if (message.cost.s2k_bytes > limits.s2k_bytes_max)
        return Error{Errc::kCostLimit, "sealing.message.s2k_bytes"};
    message.passwords.push_back(*password);
    return Done{};
}

/// Reads the session-key packets that stand before the data; the first other packet ends it.
Result<Packet> read_sessions(PacketReader& reader, SealedMessage& message,
                             const OpenLimits& limits) {
    for (;;) {
        Result<Packet> packet = reader.next();
        if (!packet) return packet.error();
        switch (packet->tag) {
            case Tag::kMarker: break;
            case Tag::kPasswordSession: PRAMANA_TRY(add_password(message, *packet, limits)); break;
            case Tag::kPublicKeySession:
                if (message.public_key_sessions.size() == kPublicKeySessionsMax)
                    return Error{Errc::kCostLimit, "sealing.message.public_key_packets"};
                message.public_key_sessions.push_back(*packet);
                break;
            default: return packet;
        }
    }
}

}  // namespace

std::size_t cipher_key_bytes(std::uint8_t cipher) noexcept {
    return cipher >= 7 && cipher <= 9 ? std::size_t{16} + (std::size_t{cipher} - 7) * 8 : 0;
}

Result<SealedMessage> parse_message(ByteView binary, const OpenLimits& limits) {
    SealedMessage message;
    PacketReader reader{binary};
    const Result<Packet> data = read_sessions(reader, message, limits);
    if (!data) return data.error();
    PRAMANA_TRY(check_data(*data));
    message.data = *data;
    if (!reader.at_end()) return malformed("sealing.message.trailing");
    if (message.passwords.empty() && message.skipped) return *message.skipped;
    if (message.passwords.empty() && message.public_key_sessions.empty())
        return malformed("sealing.message.no_session_key");
    return message;
}

}  // namespace pramana::sealing
