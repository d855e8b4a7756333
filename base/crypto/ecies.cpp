#include "pramana/crypto/ecies.hpp"

#include "pramana/crypto/aead.hpp"

#include <openssl/evp.h>

#include <memory>

namespace pramana {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kMacSize = 32;
constexpr std::size_t kKeySize = 32;

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* c) const noexcept { EVP_CIPHER_CTX_free(c); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

/// SHA-512 of X: encryption key, then mac key.
SecretBytes derive_keys(const SecretBytes& x, SharedXForm form) {
    ByteView input = x.expose();
    if (form == SharedXForm::kStripped)
        while (!input.empty() && input.front() == 0) input = input.subspan(1);
    SecretBytes keys{2 * kKeySize};
    PRAMANA_CHECK(EVP_Digest(input.data(), input.size(), keys.expose_mutable().data(), nullptr,
                             EVP_sha512(), nullptr) == 1);
    return keys;
}

/// The parts of a ciphertext, borrowed.
struct Parts {
    ByteView iv;
    ByteView ephemeral;
    ByteView cbc;
    ByteView authenticated;  ///< iv, ephemeral key and cbc
    ByteView mac;
};

Result<Parts> split(ByteView sealed) {
    constexpr std::size_t kSmallest = kEciesIvSize + 33 + kBlock + kMacSize;
    if (sealed.size() < kSmallest || sealed.size() > kEciesBytesMax)
        return Error{Errc::kMalformedKey, "crypto.ecies.length"};
    const std::size_t ephemeral = sealed[kEciesIvSize] == 0x04 ? 65 : 33;
    const std::size_t head = kEciesIvSize + ephemeral;
    if (sealed.size() < head + kBlock + kMacSize)
        return Error{Errc::kMalformedKey, "crypto.ecies.length"};
    const std::size_t cbc = sealed.size() - head - kMacSize;
    if (cbc % kBlock != 0) return Error{Errc::kMalformedKey, "crypto.ecies.blocks"};
    return Parts{sealed.first(kEciesIvSize), sealed.subspan(kEciesIvSize, ephemeral),
                 sealed.subspan(head, cbc), sealed.first(head + cbc), sealed.last(kMacSize)};
}

bool mac_matches(const Parts& parts, const SecretBytes& keys) {
    const Hash32 mac = hmac_sha256(keys.expose().last(kKeySize), parts.authenticated);
    return equal_secret(mac.view(), parts.mac);
}

Result<SecretBytes> decrypt_cbc(const Parts& parts, const SecretBytes& keys) {
    const Cipher cipher{EVP_CIPHER_CTX_new()};
    PRAMANA_CHECK(cipher != nullptr);
    PRAMANA_CHECK(EVP_DecryptInit_ex2(cipher.get(), EVP_aes_256_cbc(), keys.expose().data(),
                                      parts.iv.data(), nullptr) == 1);
    SecretBytes out{parts.cbc.size()};
    int written = 0;
    int last = 0;
    PRAMANA_CHECK(EVP_DecryptUpdate(cipher.get(), out.expose_mutable().data(), &written,
                                    parts.cbc.data(), static_cast<int>(parts.cbc.size())) == 1);
    if (EVP_DecryptFinal_ex(cipher.get(), out.expose_mutable().data() + written, &last) != 1)
        return Error{Errc::kMalformedKey,
                     "crypto.ecies.padding"};  // the sender's: the mac was good
    out.shrink(static_cast<std::size_t>(written) + static_cast<std::size_t>(last));
    return out;
}

Bytes seal_under(const SecretBytes& keys, ByteView plaintext, ByteView iv,
                 const PublicKey& ephemeral) {
    PRAMANA_CHECK(plaintext.size() < kEciesBytesMax);
    const std::size_t head = iv.size() + ephemeral.bytes.size();
    const std::size_t cbc = (plaintext.size() / kBlock + 1) * kBlock;
    Bytes out;
    out.reserve(head + cbc + kMacSize);
    append(out, iv);
    append(out, ephemeral.view());
    out.resize(head + cbc);
    const Cipher cipher{EVP_CIPHER_CTX_new()};
    int written = 0;
    int last = 0;
    PRAMANA_CHECK(cipher != nullptr);
    PRAMANA_CHECK(EVP_EncryptInit_ex2(cipher.get(), EVP_aes_256_cbc(), keys.expose().data(),
                                      iv.data(), nullptr) == 1);
    PRAMANA_CHECK(EVP_EncryptUpdate(cipher.get(), out.data() + head, &written, plaintext.data(),
                                    static_cast<int>(plaintext.size())) == 1);
    PRAMANA_CHECK(EVP_EncryptFinal_ex(cipher.get(), out.data() + head + written, &last) == 1);
    PRAMANA_CHECK(static_cast<std::size_t>(written + last) == cbc);
    const Hash32 mac = hmac_sha256(keys.expose().last(kKeySize), out);
    append(out, mac.view());
    return out;
}

}  // namespace

Result<SecretBytes> ecies_decrypt(const SigningKey& key, ByteView sealed) {
    const Result<Parts> parts = split(sealed);
    if (!parts) return parts.error();
    const Result<PublicKey> ephemeral = parse_public_key(parts->ephemeral);
    if (!ephemeral) return ephemeral.error();
    const SecretBytes x = key.shared_x(*ephemeral);
    SecretBytes keys = derive_keys(x, SharedXForm::kPadded);
    if (!mac_matches(*parts, keys)) {
        if (x.expose().front() != 0) return Error{Errc::kAuthTagMismatch, "crypto.ecies.mac"};
        keys = derive_keys(x, SharedXForm::kStripped);
        if (!mac_matches(*parts, keys)) return Error{Errc::kAuthTagMismatch, "crypto.ecies.mac"};
    }
    return decrypt_cbc(*parts, keys);
}

Bytes ecies_encrypt(const PublicKey& recipient, ByteView plaintext) {
    std::array<std::uint8_t, kEciesIvSize> iv{};
    random_bytes(iv);
    for (;;) {
        const SigningKey ephemeral = SigningKey::generate();
        const SecretBytes x = ephemeral.shared_x(recipient);
        if (x.expose().front() == 0) continue;  // some clients would hash it without the zero
        return seal_under(derive_keys(x, SharedXForm::kPadded), plaintext, iv,
                          ephemeral.public_key());
    }
}

Bytes ecies_encrypt_fixed(const PublicKey& recipient, ByteView plaintext,
                          const std::array<std::uint8_t, kEciesIvSize>& iv,
                          const SigningKey& ephemeral, SharedXForm form) {
    const SecretBytes x = ephemeral.shared_x(recipient);
    return seal_under(derive_keys(x, form), plaintext, iv, ephemeral.public_key());
}

}  // namespace pramana
