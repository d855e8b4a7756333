#include "armor.hpp"
#include "contents.hpp"
#include "message.hpp"
#include "pramana/sealing/openpgp.hpp"
#include "seipd.hpp"
#include "session.hpp"

namespace pramana::sealing {
namespace {

/// A message and the memory behind it when it came as text.
struct Binary {
    SecretBytes owned;
    ByteView bytes;
};

Result<Binary> binary_of(ByteView sealed) {
    if (!is_armored(sealed)) return Binary{SecretBytes{}, sealed};
    Result<SecretBytes> decoded = dearmor(sealed, "PGP MESSAGE");
    if (!decoded) return decoded.error();
    const ByteView bytes = decoded->expose();
    return Binary{std::move(*decoded), bytes};
}

Result<SealedMessage> parse_for_password(ByteView binary, const OpenLimits& limits) {
    Result<SealedMessage> message = parse_message(binary, limits);
    if (message && message->passwords.empty())
        return Error{Errc::kUnsupportedPacket, "sealing.openpgp.public_key_only"};
    return message;
}

/// The key of one password packet; empty when the password is not its.
Result<SecretBytes> session_key(const PasswordPacket& packet, ByteView password) {
    Result<SecretBytes> derived = derive_key(packet.s2k, password, cipher_key_bytes(packet.cipher));
    if (!derived || packet.encrypted_key.empty()) return derived;
    const SecretBytes plain = cfb_decrypt(derived->expose(), packet.encrypted_key);
    const ByteView key = plain.expose().subspan(1);
    if (cipher_key_bytes(plain.expose()[0]) != key.size()) return SecretBytes{};
    return SecretBytes::copy_of(key);
}

}  // namespace

Result<SecretBytes> open_data(const Packet& data, ByteView key, const OpenLimits& limits) {
    Bytes gathered;
    ByteView body = data.encoded;
    if (data.partial) {
        gathered.resize(data.size);
        copy_body(data, gathered);
        body = gathered;
    }
    const ByteView ciphertext = body.subspan(1);  // the version octet was read
    if (ciphertext.size() < kSeipdPrefixBytes + kSeipdMdcBytes)
        return Error{Errc::kMalformedMessage, "sealing.seipd.length"};
    if (!key_fits(key, ciphertext)) return Error{Errc::kWrongPassword, "sealing.seipd.key"};
    Result<SecretBytes> opened = open_seipd(key, ciphertext);
    if (!opened) return opened.error();
    const std::size_t end = opened->size() - kSeipdMdcBytes;
    return literal_content(std::move(*opened), kSeipdPrefixBytes, end, data.size, limits);
}

Result<MessageCost> inspect_message(ByteView sealed, const OpenLimits& limits) {
    const Result<Binary> binary = binary_of(sealed);
    if (!binary) return binary.error();
    const Result<SealedMessage> message = parse_for_password(binary->bytes, limits);
    if (!message) return message.error();
    return message->cost;
}

Result<SecretBytes> open_message(ByteView sealed, ByteView password, const OpenLimits& limits) {
    if (password.empty() || password.size() > kPasswordBytesMax)
        return Error{Errc::kMalformedKey, "sealing.openpgp.password_length"};
    const Result<Binary> binary = binary_of(sealed);
    if (!binary) return binary.error();
    const Result<SealedMessage> message = parse_for_password(binary->bytes, limits);
    if (!message) return message.error();
    Error last{Errc::kWrongPassword, "sealing.openpgp.password"};
    for (const PasswordPacket& packet : message->passwords) {
        const Result<SecretBytes> key = session_key(packet, password);
        if (!key) return key.error();
        if (key->empty()) continue;
        Result<SecretBytes> opened = open_data(message->data, key->expose(), limits);
        if (opened) return opened;
        // A foreign packet yields a key that seems to fit once in 2^23: the next one may be ours.
        if (opened.error().code == Errc::kAuthTagMismatch)
            last = opened.error();
        else if (opened.error().code != Errc::kWrongPassword)
            return opened;
    }
    // The password may belong to the packet that we cannot use.
    if (last.code == Errc::kWrongPassword) return message->skipped.value_or(last);
    return last;
}

}  // namespace pramana::sealing
