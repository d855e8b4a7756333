#include "legacy_rsa.hpp"

#include "armor.hpp"
#include "legacy_rsa_key.hpp"
#include "message.hpp"
#include "session.hpp"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <bit>
#include <climits>
#include <memory>
#include <optional>

namespace pramana::sealing {
namespace {

struct FreeContext {
    void operator()(EVP_PKEY_CTX* c) const noexcept { EVP_PKEY_CTX_free(c); }
};
struct FreeKey {
    void operator()(EVP_PKEY* k) const noexcept { EVP_PKEY_free(k); }
};
struct FreeBio {
    void operator()(BIO* b) const noexcept { BIO_free(b); }
};
using Context = std::unique_ptr<EVP_PKEY_CTX, FreeContext>;
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

constexpr Error kNotForUs{Errc::kKeyNotForUs, "sealing.legacy.session_key"};

/// The number as OSSL_PARAM takes it: in the machine's order.
static_assert(std::endian::native == std::endian::little);
SecretBytes reversed(ByteView big_endian) {
    SecretBytes out = SecretBytes::copy_of(big_endian);
    std::reverse(out.expose_mutable().begin(), out.expose_mutable().end());
    return out;
}

Key make_key(const LegacyRsaKey& key) {
    SecretBytes n = reversed(key.n);
    SecretBytes e = reversed(key.e);
    SecretBytes d = reversed(key.d.expose());
    const auto number = [](const char* name, SecretBytes& value) {
        return OSSL_PARAM_construct_BN(name, value.expose_mutable().data(), value.size());
    };
    OSSL_PARAM params[] = {number(OSSL_PKEY_PARAM_RSA_N, n), number(OSSL_PKEY_PARAM_RSA_E, e),
                           number(OSSL_PKEY_PARAM_RSA_D, d), OSSL_PARAM_construct_end()};
    const Context context{EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)};
    EVP_PKEY* made = nullptr;
    PRAMANA_CHECK(context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1);
    if (EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, params) != 1) return nullptr;
    return Key{made};
}

std::optional<SecretBytes> rsa_decrypt(EVP_PKEY* key, int padding, ByteView ciphertext) {
    const Context context{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
    SecretBytes out{static_cast<std::size_t>(EVP_PKEY_get_size(key))};
    std::size_t size = out.size();
    bool good = context != nullptr && EVP_PKEY_decrypt_init(context.get()) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(context.get(), padding) == 1;
    if (padding == RSA_PKCS1_OAEP_PADDING)
        good = good && EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha256()) == 1 &&
               EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), EVP_sha256()) == 1;
    good = good && EVP_PKEY_decrypt(context.get(), out.expose_mutable().data(), &size,
                                    ciphertext.data(), ciphertext.size()) == 1;
    ERR_clear_error();
    if (!good) return std::nullopt;
    out.shrink(size);
    return out;
}

/// Cipher octet, key, two octets of checksum (RFC 9580 section 5.1.3). Empty when they do not
/// agree.
SecretBytes session_key_of(const std::optional<SecretBytes>& plain) {
    if (!plain || plain->size() < 3) return SecretBytes{};
    const ByteView all = plain->expose();
    const ByteView key = all.subspan(1, all.size() - 3);
    unsigned sum = 0;
    for (const std::uint8_t b : key) sum += b;
    const unsigned checksum = unsigned{all[all.size() - 2]} * 256U + all[all.size() - 1];
    if (cipher_key_bytes(all[0]) != key.size() || (sum & 0xFFFFU) != checksum) return SecretBytes{};
    return SecretBytes::copy_of(key);
}

/// The session key of a PKESK v3 packet for one of our keys.
SecretBytes open_session(const Packet& packet, const std::vector<LegacyRsaKey>& keys) {
    constexpr std::size_t kFixed = 10;  // version, key id, algorithm
    const ByteView body = packet.encoded;
    if (body.size() < kFixed || body[0] != 3 || body[9] == 0 || body[9] > 2) return SecretBytes{};
    const ByteView id = body.subspan(1, 8);
    const bool anonymous = std::all_of(id.begin(), id.end(), [](auto b) { return b == 0; });
    ByteView rest = body.subspan(kFixed);
    const ByteView number = take_mpi(rest);
    for (const LegacyRsaKey& key : keys) {
        if (!anonymous && !std::equal(id.begin(), id.end(), key.key_id.begin())) continue;
        if (number.empty() || number.size() > key.n.size()) continue;
        const Key made = make_key(key);
        if (made == nullptr) continue;
        Bytes padded(key.n.size() - number.size(), 0);
        append(padded, number);
        SecretBytes session = session_key_of(rsa_decrypt(made.get(), RSA_PKCS1_PADDING, padded));
        if (!session.empty()) return session;
    }
    return SecretBytes{};
}

}  // namespace

Result<SecretBytes> open_wrapped_key(ByteView armored_private_key, ByteView wrapped) {
    const OpenLimits limits;
    const Result<std::vector<LegacyRsaKey>> keys = read_legacy_rsa_keys(armored_private_key);
    if (!keys) return keys.error();
    Result<SecretBytes> text =
        is_armored(wrapped) ? SecretBytes::copy_of(wrapped) : from_base64(wrapped);
    if (!text) return text.error();
    const Result<SecretBytes> binary = dearmor(text->expose(), "PGP MESSAGE");
    if (!binary) return binary.error();
    const Result<SealedMessage> message = parse_message(binary->expose(), limits);
    if (!message) return message.error();
    for (const Packet& packet : message->public_key_sessions) {
        const SecretBytes session = open_session(packet, *keys);
        if (session.empty()) continue;
        Result<SecretBytes> opened = open_data(message->data, session.expose(), limits);
        if (opened || opened.error().code != Errc::kWrongPassword) return opened;
    }
    return kNotForUs;
}

Result<SecretBytes> open_oaep_secret(ByteView private_key_pem, ByteView ciphertext) {
    PRAMANA_CHECK(private_key_pem.size() <= INT_MAX);
    const std::unique_ptr<BIO, FreeBio> pem{
        BIO_new_mem_buf(private_key_pem.data(), static_cast<int>(private_key_pem.size()))};
    PRAMANA_CHECK(pem != nullptr);
    // A callback that never gives a password: an encrypted PEM is refused instead of asking a
    // terminal.
    const auto no_password = [](char*, int, int, void*) { return -1; };
    const Key key{PEM_read_bio_PrivateKey(pem.get(), nullptr, no_password, nullptr)};
    ERR_clear_error();
    if (key == nullptr || EVP_PKEY_is_a(key.get(), "RSA") != 1)
        return Error{Errc::kMalformedKey, "sealing.legacy.pem"};
    std::optional<SecretBytes> opened = rsa_decrypt(key.get(), RSA_PKCS1_OAEP_PADDING, ciphertext);
    if (!opened) return Error{Errc::kKeyNotForUs, "sealing.legacy.oaep"};
    return std::move(*opened);
}

}  // namespace pramana::sealing
