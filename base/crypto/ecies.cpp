#include "pramana/crypto/ecies.hpp"

#include "pramana/crypto/aead.hpp"
#include "pramana/os/decided.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>

namespace pramana {
namespace {

constexpr std::uint32_t kBlock = 16;
constexpr std::size_t kMacSize = 32;
constexpr std::size_t kKeySize = 32;
/// Of the shared X, that a sender may have left out; more come once in 2^32.
constexpr std::size_t kLeadingZerosMax = 3;

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* c) const noexcept { EVP_CIPHER_CTX_free(c); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

/// SHA-512: encryption key, then mac key.
SecretBytes hash_x(ByteView x) {
    SecretBytes keys{2 * kKeySize};
    PRAMANA_CHECK(EVP_Digest(x.data(), x.size(), keys.expose_mutable().data(), nullptr,
                             EVP_sha512(), nullptr) == 1);
    return keys;
}

/// For what we encrypt: the ephemeral key is used once, so the form of X may show in the time.
SecretBytes derive_keys(const SecretBytes& x, SharedXForm form) {
    ByteView input = x.expose();
    if (form == SharedXForm::kStripped)
        while (!input.empty() && input.front() == 0) input = input.subspan(1);
    return hash_x(input);
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

/// 0xFF where the mac of `parts` under these keys is the one that was sent, otherwise 0.
std::uint8_t mac_mask(const Parts& parts, const SecretBytes& keys) {
    const Hash32 mac = hmac_sha256(keys.expose().last(kKeySize), parts.authenticated);
    const int difference = CRYPTO_memcmp(mac.bytes.data(), parts.mac.data(), kMacSize);  // 0..255
    return static_cast<std::uint8_t>((static_cast<std::uint32_t>(difference) - 1U) >> 8U);
}

/// The keys under which the mac fits. Every form of X that a sender may have hashed is tried each
/// time, and the fitting one is selected without a branch: how long this takes says nothing of X.
/// Leading zero bytes that show in the time were enough to find keys (the Raccoon attack on TLS).
Result<SecretBytes> fitting_keys(const Parts& parts, const SecretBytes& x) {
    SecretBytes chosen{2 * kKeySize};
    std::uint8_t found = 0;
    std::uint8_t zeros = 0xFF;  // whether all dropped bytes are zero
    for (std::size_t dropped = 0; dropped <= kLeadingZerosMax; ++dropped) {
        if (dropped > 0)
            zeros &= static_cast<std::uint8_t>((std::uint32_t{x.expose()[dropped - 1]} - 1U) >> 8U);
        const SecretBytes keys = hash_x(x.expose().subspan(dropped));
        const auto fits = static_cast<std::uint8_t>(mac_mask(parts, keys) & zeros & ~found);
        for (std::size_t i = 0; i < keys.size(); ++i)
            chosen.expose_mutable()[i] |= static_cast<std::uint8_t>(keys.expose()[i] & fits);
        found |= fits;
    }
    if (decided(found == 0)) return Error{Errc::kAuthTagMismatch, "crypto.ecies.mac"};
    return chosen;
}

/// Without PKCS #7 padding (RFC 5652 section 6.3). Its length is public, as that of what it pads.
/// The mac was good, so other padding is the sender's fault.
Result<SecretBytes> unpadded(SecretBytes padded) {
    const std::span<const std::uint8_t> tail = padded.expose().last(kBlock);
    const std::uint32_t count = tail.back();
    std::uint32_t wrong = ((count - 1U) | (kBlock - count)) >> 31U;  // outside of 1..16
    for (std::uint32_t i = 0; i < kBlock; ++i) {
        const std::uint32_t inside = 0U - ((i - count) >> 31U);  // all ones where i < count
        wrong |= inside & (tail[kBlock - 1 - i] ^ count);
    }
    if (decided(wrong != 0)) return Error{Errc::kMalformedKey, "crypto.ecies.padding"};
    const std::size_t size = padded.size() - count;
    published({reinterpret_cast<const std::uint8_t*>(&size), sizeof size});
    padded.shrink(size);
    return padded;
}

Result<SecretBytes> decrypt_cbc(const Parts& parts, const SecretBytes& keys) {
    const Cipher cipher{EVP_CIPHER_CTX_new()};
    PRAMANA_CHECK(cipher != nullptr);
    PRAMANA_CHECK(EVP_DecryptInit_ex2(cipher.get(), EVP_aes_256_cbc(), keys.expose().data(),
                                      parts.iv.data(), nullptr) == 1);
    PRAMANA_CHECK(EVP_CIPHER_CTX_set_padding(cipher.get(), 0) == 1);  // ours does not branch on it
    SecretBytes out{parts.cbc.size()};
    int written = 0;
    int last = 0;
    PRAMANA_CHECK(EVP_DecryptUpdate(cipher.get(), out.expose_mutable().data(), &written,
                                    parts.cbc.data(), static_cast<int>(parts.cbc.size())) == 1);
    PRAMANA_CHECK(EVP_DecryptFinal_ex(cipher.get(), out.expose_mutable().data() + written, &last) ==
                  1);
    return unpadded(std::move(out));
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
    const Result<SecretBytes> keys = fitting_keys(*parts, key.shared_x(*ephemeral));
    if (!keys) return keys.error();
    return decrypt_cbc(*parts, *keys);
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
