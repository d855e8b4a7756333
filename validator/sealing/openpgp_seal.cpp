#include "packets.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/sealing/openpgp.hpp"
#include "s2k.hpp"
#include "seipd.hpp"
#include "session.hpp"

namespace pramana::sealing {
namespace {

constexpr std::uint8_t kAes256 = 9;
constexpr std::uint8_t kSha256 = 8;
constexpr std::size_t kPlaintextMax = std::size_t{1} << 30U;

/// SKESK v4: cipher, S2K, and the session key with its cipher octet in front, under the derived
/// key.
Result<Bytes> password_packet(const S2k& s2k, std::uint8_t count, ByteView password,
                              const SecretBytes& session_key) {
    const Result<SecretBytes> derived = derive_key(s2k, password, 32);
    if (!derived) return derived.error();
    SecretBytes named{1 + session_key.size()};
    named.expose_mutable()[0] = kAes256;
    std::copy(session_key.expose().begin(), session_key.expose().end(),
              named.expose_mutable().begin() + 1);
    Bytes body = {4, kAes256, static_cast<std::uint8_t>(s2k.kind), s2k.hash};
    append(body, s2k.salt);
    body.push_back(count);
    append(body, cfb_encrypt(derived->expose(), named.expose()));
    Bytes out;
    append_header(out, Tag::kPasswordSession, body.size());
    append(out, body);
    return out;
}

SecretBytes literal_packet(ByteView plaintext, std::uint32_t created_unix_s) {
    constexpr std::size_t kLiteralHeader = 6;  // mode, length of the name, date
    Bytes header;
    append_header(header, Tag::kLiteral, kLiteralHeader + plaintext.size());
    header.push_back('b');
    header.push_back(0);
    append_be(header, created_unix_s);
    SecretBytes packet{header.size() + plaintext.size()};
    const auto at = std::copy(header.begin(), header.end(), packet.expose_mutable().begin());
    std::copy(plaintext.begin(), plaintext.end(), at);
    return packet;
}

}  // namespace

Result<Bytes> seal_message(ByteView plaintext, ByteView password, const SealOptions& options) {
    if (password.empty() || password.size() > kPasswordBytesMax)
        return Error{Errc::kMalformedKey, "sealing.openpgp.password_length"};
    if (plaintext.size() > kPlaintextMax) return Error{Errc::kTooLarge, "sealing.openpgp.size"};
    S2k s2k{S2k::Kind::kIterated, kSha256, {}, decode_count(options.s2k_count_byte)};
    random_bytes(s2k.salt);
    SecretBytes session_key{32};
    random_bytes(session_key.expose_mutable());
    Result<Bytes> out = password_packet(s2k, options.s2k_count_byte, password, session_key);
    if (!out) return out;
    const SecretBytes literal = literal_packet(plaintext, options.created_unix_s);
    const Bytes sealed = seal_seipd(session_key.expose(), literal.expose());
    append_header(*out, Tag::kEncryptedIntegrity, 1 + sealed.size());
    out->push_back(1);
    append(*out, sealed);
    return out;
}

}  // namespace pramana::sealing
