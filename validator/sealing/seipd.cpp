#include "seipd.hpp"

#include "pramana/crypto/aead.hpp"

#include <openssl/evp.h>

#include <climits>
#include <cstring>
#include <memory>

namespace pramana::sealing {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kChunk = 16384;  // stays in the first-level cache between cipher and hash
constexpr std::size_t kSha1Bytes = 20;
constexpr std::uint8_t kMdcHeader[2] = {0xD3, 0x14};

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* c) const noexcept { EVP_CIPHER_CTX_free(c); }
};
struct FreeDigest {
    void operator()(EVP_MD_CTX* c) const noexcept { EVP_MD_CTX_free(c); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

/// AES without a mode, encrypting only. CFB's keystream for block i is E(C[i-1]), and all C are
/// known when opening, so whole chunks go through at once; libcrypto's CFB decrypts block after
/// block (0.85 GB/s).
class BlockCipher {
  public:
    explicit BlockCipher(ByteView key) : cipher_{EVP_CIPHER_CTX_new()} {
        const EVP_CIPHER* const kind = key.size() == 16   ? EVP_aes_128_ecb()
                                       : key.size() == 24 ? EVP_aes_192_ecb()
                                                          : EVP_aes_256_ecb();
        PRAMANA_CHECK(key.size() == 16 || key.size() == 24 || key.size() == 32);
        PRAMANA_CHECK(cipher_ != nullptr &&
                      EVP_EncryptInit_ex2(cipher_.get(), kind, key.data(), nullptr, nullptr) == 1);
        PRAMANA_CHECK(EVP_CIPHER_CTX_set_padding(cipher_.get(), 0) == 1);
    }
    /// `blocks` of 16 bytes.
    void encrypt(const std::uint8_t* in, std::uint8_t* out, std::size_t blocks) const {
        int written = 0;
        const int size = static_cast<int>(blocks * kBlock);
        PRAMANA_CHECK(EVP_EncryptUpdate(cipher_.get(), out, &written, in, size) == 1 &&
                      written == size);
    }

  private:
    Cipher cipher_;
};

void xor_into(std::uint8_t* out, const std::uint8_t* a, const std::uint8_t* b, std::size_t size) {
    std::size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        std::uint64_t x = 0;
        std::uint64_t y = 0;
        std::memcpy(&x, a + i, 8);
        std::memcpy(&y, b + i, 8);
        x ^= y;
        std::memcpy(out + i, &x, 8);
    }
    for (; i < size; ++i) out[i] = static_cast<std::uint8_t>(a[i] ^ b[i]);
}

/// Plain bytes [offset, offset + size) of `ciphertext`; offset is a multiple of 16, size at most
/// kChunk.
void decrypt_chunk(const BlockCipher& cipher, ByteView ciphertext, std::size_t offset,
                   std::size_t size, std::span<std::uint8_t> keystream, std::uint8_t* out) {
    static constexpr std::array<std::uint8_t, kBlock> kZeroIv{};
    std::size_t blocks = (size + kBlock - 1) / kBlock;
    std::uint8_t* stream = keystream.data();
    const std::uint8_t* previous = ciphertext.data() + offset - kBlock;
    if (offset == 0) {
        cipher.encrypt(kZeroIv.data(), stream, 1);
        stream += kBlock;
        previous = ciphertext.data();
        --blocks;
    }
    if (blocks > 0) cipher.encrypt(previous, stream, blocks);
    xor_into(out, ciphertext.data() + offset, keystream.data(), size);
}

std::uint8_t plain_byte(const BlockCipher& cipher, ByteView ciphertext, std::size_t index) {
    std::array<std::uint8_t, kBlock> keystream{};
    if (index >= kBlock)
        std::copy_n(ciphertext.data() + (index / kBlock - 1) * kBlock, kBlock, keystream.begin());
    cipher.encrypt(keystream.data(), keystream.data(), 1);
    const auto plain = static_cast<std::uint8_t>(ciphertext[index] ^ keystream[index % kBlock]);
    wipe(keystream);  // with the ciphertext it is a block of plaintext
    return plain;
}

}  // namespace

bool key_fits(ByteView key, ByteView ciphertext) {
    if (ciphertext.size() < kSeipdPrefixBytes + kSeipdMdcBytes) return false;
    const BlockCipher cipher{key};
    const auto at = [&](std::size_t index) { return plain_byte(cipher, ciphertext, index); };
    const std::size_t mdc = ciphertext.size() - kSeipdMdcBytes;
    return (at(14) == at(16) && at(15) == at(17)) ||
           (at(mdc) == kMdcHeader[0] && at(mdc + 1) == kMdcHeader[1]);
}

Result<SecretBytes> open_seipd(ByteView key, ByteView ciphertext) {
    if (ciphertext.size() < kSeipdPrefixBytes + kSeipdMdcBytes)
        return Error{Errc::kMalformedMessage, "sealing.seipd.length"};
    const BlockCipher cipher{key};
    const Digest sha1{EVP_MD_CTX_new()};
    PRAMANA_CHECK(sha1 != nullptr && EVP_DigestInit_ex2(sha1.get(), EVP_sha1(), nullptr) == 1);
    const std::size_t hashed = ciphertext.size() - kSha1Bytes;
    SecretBytes plain{ciphertext.size()};
    SecretBytes keystream{kChunk};
    std::uint8_t* const out = plain.expose_mutable().data();
    for (std::size_t offset = 0; offset < ciphertext.size(); offset += kChunk) {
        const std::size_t size = std::min(kChunk, ciphertext.size() - offset);
        decrypt_chunk(cipher, ciphertext, offset, size, keystream.expose_mutable(), out + offset);
        const std::size_t end = std::min(offset + size, hashed);
        if (end > offset)
            PRAMANA_CHECK(EVP_DigestUpdate(sha1.get(), out + offset, end - offset) == 1);
    }
    SecretBytes expected{sizeof kMdcHeader + kSha1Bytes};
    std::copy_n(kMdcHeader, sizeof kMdcHeader, expected.expose_mutable().begin());
    PRAMANA_CHECK(EVP_DigestFinal_ex(sha1.get(), expected.expose_mutable().data() + 2, nullptr) ==
                  1);
    if (!equal_secret(expected.expose(), plain.expose().last(kSeipdMdcBytes)))
        return Error{Errc::kAuthTagMismatch, "sealing.seipd.mdc"};  // `plain` is wiped here
    return plain;
}

Bytes seal_seipd(ByteView key, ByteView packets) {
    SecretBytes plain{kSeipdPrefixBytes + packets.size() + kSeipdMdcBytes};
    const std::span<std::uint8_t> out = plain.expose_mutable();
    random_bytes(out.first(kBlock));
    out[16] = out[14];
    out[17] = out[15];
    auto at = std::copy(packets.begin(), packets.end(), out.begin() + kSeipdPrefixBytes);
    std::copy_n(kMdcHeader, sizeof kMdcHeader, at);
    PRAMANA_CHECK(EVP_Digest(out.data(), out.size() - kSha1Bytes, out.last(kSha1Bytes).data(),
                             nullptr, EVP_sha1(), nullptr) == 1);
    return cfb_encrypt(key, plain.expose());
}

SecretBytes cfb_decrypt(ByteView key, ByteView ciphertext) {
    PRAMANA_CHECK(ciphertext.size() <= kChunk);
    SecretBytes plain{ciphertext.size()};
    SecretBytes keystream{kChunk};
    const BlockCipher cipher{key};
    decrypt_chunk(cipher, ciphertext, 0, ciphertext.size(), keystream.expose_mutable(),
                  plain.expose_mutable().data());
    return plain;
}

Bytes cfb_encrypt(ByteView key, ByteView plaintext) {
    static constexpr std::array<std::uint8_t, kBlock> kZeroIv{};
    PRAMANA_CHECK(plaintext.size() <= INT_MAX);
    const EVP_CIPHER* const kind = key.size() == 16   ? EVP_aes_128_cfb128()
                                   : key.size() == 24 ? EVP_aes_192_cfb128()
                                                      : EVP_aes_256_cfb128();
    const Cipher cipher{EVP_CIPHER_CTX_new()};
    Bytes out(plaintext.size());
    int written = 0;
    PRAMANA_CHECK(cipher != nullptr && EVP_EncryptInit_ex2(cipher.get(), kind, key.data(),
                                                           kZeroIv.data(), nullptr) == 1);
    PRAMANA_CHECK(EVP_EncryptUpdate(cipher.get(), out.data(), &written, plaintext.data(),
                                    static_cast<int>(plaintext.size())) == 1);
    return out;
}

}  // namespace pramana::sealing
