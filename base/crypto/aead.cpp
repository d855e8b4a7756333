#include "pramana/crypto/aead.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>

#include <climits>
#include <memory>

namespace pramana {
namespace {

constexpr std::size_t kIvSize = 12;
constexpr std::size_t kTagSize = 16;

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* c) const noexcept { EVP_CIPHER_CTX_free(c); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

int checked_int(std::size_t size) {
    PRAMANA_CHECK(size <= INT_MAX);
    return static_cast<int>(size);
}

}  // namespace

SealingKey::SealingKey(SecretBytes key) : key_{std::move(key)} { PRAMANA_CHECK(key_.size() == 32); }

Bytes SealingKey::seal(ByteView plaintext, ByteView associated) const {
    Bytes out(kIvSize + plaintext.size() + kTagSize);
    random_bytes(std::span{out}.first(kIvSize));
    const Cipher cipher{EVP_CIPHER_CTX_new()};
    int written = 0;
    PRAMANA_CHECK(cipher != nullptr);
    PRAMANA_CHECK(EVP_EncryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), key_.expose().data(),
                                      out.data(), nullptr) == 1);
    PRAMANA_CHECK(EVP_EncryptUpdate(cipher.get(), nullptr, &written, associated.data(),
                                    checked_int(associated.size())) == 1);
    PRAMANA_CHECK(EVP_EncryptUpdate(cipher.get(), out.data() + kIvSize, &written, plaintext.data(),
                                    checked_int(plaintext.size())) == 1);
    PRAMANA_CHECK(EVP_EncryptFinal_ex(cipher.get(), out.data() + kIvSize + written, &written) == 1);
    PRAMANA_CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG,
                                      static_cast<int>(kTagSize),
                                      out.data() + kIvSize + plaintext.size()) == 1);
    return out;
}

Result<SecretBytes> SealingKey::open(ByteView sealed, ByteView associated) const {
    if (sealed.size() < kIvSize + kTagSize)
        return Error{Errc::kAuthTagMismatch, "crypto.aead.length"};
    SecretBytes out{sealed.size() - kIvSize - kTagSize};
    PRAMANA_TRY(open_into(sealed, associated, out.expose_mutable()));
    return out;
}

Status SealingKey::open_into(ByteView sealed, ByteView associated,
                             std::span<std::uint8_t> out) const {
    if (sealed.size() < kIvSize + kTagSize || out.size() != sealed.size() - kIvSize - kTagSize)
        return Error{Errc::kAuthTagMismatch, "crypto.aead.length"};
    const ByteView ciphertext = sealed.subspan(kIvSize, out.size());
    std::array<std::uint8_t, kTagSize> tag;
    std::copy(sealed.end() - kTagSize, sealed.end(), tag.begin());
    const Cipher cipher{EVP_CIPHER_CTX_new()};
    int written = 0;
    std::uint8_t unused = 0;
    PRAMANA_CHECK(cipher != nullptr);
    PRAMANA_CHECK(EVP_DecryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), key_.expose().data(),
                                      sealed.data(), nullptr) == 1);
    PRAMANA_CHECK(EVP_DecryptUpdate(cipher.get(), nullptr, &written, associated.data(),
                                    checked_int(associated.size())) == 1);
    if (!ciphertext.empty())
        PRAMANA_CHECK(EVP_DecryptUpdate(cipher.get(), out.data(), &written, ciphertext.data(),
                                        checked_int(ciphertext.size())) == 1);
    PRAMANA_CHECK(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG,
                                      static_cast<int>(kTagSize), tag.data()) == 1);
    if (EVP_DecryptFinal_ex(cipher.get(), &unused, &written) != 1) {
        wipe(out);
        return Error{Errc::kAuthTagMismatch, "crypto.aead.tag"};
    }
    return Done{};
}

SecretBytes hkdf_sha256(ByteView input_key, ByteView salt, ByteView info, std::size_t length) {
    struct FreeContext {
        void operator()(EVP_PKEY_CTX* c) const noexcept { EVP_PKEY_CTX_free(c); }
    };
    const std::unique_ptr<EVP_PKEY_CTX, FreeContext> kdf{
        EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr)};
    SecretBytes out{length};
    std::size_t produced = length;
    PRAMANA_CHECK(kdf != nullptr && EVP_PKEY_derive_init(kdf.get()) == 1);
    PRAMANA_CHECK(EVP_PKEY_CTX_set_hkdf_md(kdf.get(), EVP_sha256()) == 1);
    PRAMANA_CHECK(EVP_PKEY_CTX_set1_hkdf_key(kdf.get(), input_key.data(),
                                             checked_int(input_key.size())) == 1);
    if (!salt.empty())
        PRAMANA_CHECK(
            EVP_PKEY_CTX_set1_hkdf_salt(kdf.get(), salt.data(), checked_int(salt.size())) == 1);
    if (!info.empty())
        PRAMANA_CHECK(
            EVP_PKEY_CTX_add1_hkdf_info(kdf.get(), info.data(), checked_int(info.size())) == 1);
    PRAMANA_CHECK(EVP_PKEY_derive(kdf.get(), out.expose_mutable().data(), &produced) == 1 &&
                  produced == length);
    return out;
}

Hash32 hmac_sha256(ByteView key, ByteView message) {
    Hash32 out;
    unsigned length = 0;
    PRAMANA_CHECK(HMAC(EVP_sha256(), key.data(), checked_int(key.size()), message.data(),
                       message.size(), out.bytes.data(), &length) != nullptr);
    return out;
}

void random_bytes(std::span<std::uint8_t> out) {
    PRAMANA_CHECK(RAND_bytes(out.data(), checked_int(out.size())) == 1);
}

}  // namespace pramana
