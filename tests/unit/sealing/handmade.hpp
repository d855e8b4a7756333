#pragma once

#include "packets.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/sealing/openpgp.hpp"
#include "s2k.hpp"
#include "seipd.hpp"

/// Builds messages packet by packet, good and bad, for the tests of the reader. The session key is
/// fixed.
namespace pramana::sealing::handmade {

inline constexpr std::string_view kPassword = "pass word";
inline const Bytes kSessionKey(32, 0x42);

inline Bytes packet(Tag tag, ByteView body) {
    Bytes out;
    append_header(out, tag, body.size());
    append(out, body);
    return out;
}

/// New format, in pieces of 2^power octets; the rest goes last with a definite length.
inline Bytes partial_packet(Tag tag, ByteView body, unsigned power) {
    Bytes out = {static_cast<std::uint8_t>(0xC0U | static_cast<unsigned>(tag))};
    const std::size_t piece = std::size_t{1} << power;
    while (body.size() >= piece) {
        out.push_back(static_cast<std::uint8_t>(224U + power));
        append(out, body.first(piece));
        body = body.subspan(piece);
    }
    Bytes last;
    append_header(last, tag, body.size());
    append(out, ByteView{last}.subspan(1));
    append(out, body);
    return out;
}

/// Old format with a length of 1, 2 or 4 octets (type 0, 1, 2), or none (type 3).
inline Bytes old_packet(Tag tag, ByteView body, unsigned type) {
    Bytes out = {static_cast<std::uint8_t>(0x80U | (static_cast<unsigned>(tag) << 2U) | type)};
    if (type == 0) out.push_back(static_cast<std::uint8_t>(body.size()));
    if (type == 1) append_be(out, static_cast<std::uint16_t>(body.size()));
    if (type == 2) append_be(out, static_cast<std::uint32_t>(body.size()));
    append(out, body);
    return out;
}

inline Bytes literal_body(std::string_view text, char mode = 'b', std::string_view name = "") {
    Bytes out = {static_cast<std::uint8_t>(mode), static_cast<std::uint8_t>(name.size())};
    append(out, name);
    append_be(out, std::uint32_t{0});
    append(out, text);
    return out;
}
inline Bytes literal(std::string_view text) { return packet(Tag::kLiteral, literal_body(text)); }

/// SKESK v4 for `password`: AES-256, S2K salted SHA-256, the session key encrypted.
inline Bytes skesk_body(std::string_view password = kPassword) {
    const S2k s2k{S2k::Kind::kSalted, 8, {1, 2, 3, 4, 5, 6, 7, 8}, 0};
    const SecretBytes derived = std::move(*derive_key(s2k, as_bytes_view(password), 32));
    Bytes named = {9};
    append(named, kSessionKey);
    Bytes out = {4, 9, 1, 8};
    append(out, s2k.salt);
    append(out, cfb_encrypt(derived.expose(), named));
    return out;
}
inline Bytes skesk(std::string_view password = kPassword) {
    return packet(Tag::kPasswordSession, skesk_body(password));
}

/// Body of SEIPD v1 over `packets`.
inline Bytes seipd_body(ByteView packets) {
    Bytes out = {1};
    append(out, seal_seipd(kSessionKey, packets));
    return out;
}
inline Bytes seipd(ByteView packets) {
    return packet(Tag::kEncryptedIntegrity, seipd_body(packets));
}

inline Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes out;
    for (const Bytes& part : parts) append(out, part);
    return out;
}

/// A whole message around `packets`.
inline Bytes message(ByteView packets) { return joined({skesk(), seipd(packets)}); }

inline Result<SecretBytes> open(ByteView sealed, const OpenLimits& limits = {}) {
    return open_message(sealed, as_bytes_view(kPassword), limits);
}
/// The opened text, or the name of the error.
inline std::string text_of(const Result<SecretBytes>& opened) {
    return std::string{opened ? as_text(opened->expose()) : name_of(opened.error().code)};
}

}  // namespace pramana::sealing::handmade
