#include "legacy_rsa.hpp"

#include "handmade.hpp"

#include <gtest/gtest.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>

// Keys and messages are built here by RFC 9580 sections 5.1 and 5.5; tests/oracle takes those of
// other programs.
namespace pramana::sealing {
namespace {

using namespace handmade;

struct FreeKey {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

EVP_PKEY* our_key() {
    static const Key kKey{EVP_RSA_gen(2048)};
    return kKey.get();
}
EVP_PKEY* other_key() {
    static const Key kKey{EVP_RSA_gen(2048)};
    return kKey.get();
}

Bytes number_of(EVP_PKEY* key, const char* name) {
    BIGNUM* number = nullptr;
    PRAMANA_CHECK(EVP_PKEY_get_bn_param(key, name, &number) == 1);
    Bytes out(static_cast<std::size_t>(BN_num_bytes(number)));
    BN_bn2bin(number, out.data());
    BN_free(number);
    return out;
}

/// A multiprecision integer: its length in bits, its octets without leading zeros.
Bytes mpi(const Bytes& number) {
    unsigned bits = static_cast<unsigned>(number.size()) * 8;
    for (std::uint8_t top = number[0]; (top & 0x80U) == 0;
         top = static_cast<std::uint8_t>(top << 1U))
        --bits;
    Bytes out;
    append_be(out, static_cast<std::uint16_t>(bits));
    append(out, number);
    return out;
}

std::string base64(ByteView bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    out.resize(
        static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                                 bytes.data(), static_cast<int>(bytes.size()))));
    return out;
}
std::string armor(const std::string& kind, ByteView bytes) {
    return "-----BEGIN " + kind + "-----\n\n" + base64(bytes) + "\n-----END " + kind + "-----\n";
}

Bytes public_part(EVP_PKEY* key, std::uint8_t algorithm = 1) {
    Bytes out = {4, 0, 0, 0, 0, algorithm};
    append(out, mpi(number_of(key, OSSL_PKEY_PARAM_RSA_N)));
    append(out, mpi(number_of(key, OSSL_PKEY_PARAM_RSA_E)));
    return out;
}

Bytes secret_key(EVP_PKEY* key, Tag tag = Tag::kSecretSubkey, std::uint8_t protection = 0,
                 std::uint8_t algorithm = 1) {
    Bytes body = public_part(key, algorithm);
    body.push_back(protection);
    append(body, mpi(number_of(key, OSSL_PKEY_PARAM_RSA_D)));
    return packet(tag, body);
}
std::string private_key(const Bytes& packets) { return armor("PGP PRIVATE KEY BLOCK", packets); }

Bytes key_id(EVP_PKEY* key) {
    const Bytes part = public_part(key);
    Bytes hashed = {0x99};
    append_be(hashed, static_cast<std::uint16_t>(part.size()));
    append(hashed, part);
    Bytes fingerprint(20);
    PRAMANA_CHECK(EVP_Digest(hashed.data(), hashed.size(), fingerprint.data(), nullptr, EVP_sha1(),
                             nullptr) == 1);
    return Bytes(fingerprint.end() - 8, fingerprint.end());
}

Bytes encrypted(EVP_PKEY* key, int padding, ByteView plain) {
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context{
        EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr), EVP_PKEY_CTX_free};
    PRAMANA_CHECK(EVP_PKEY_encrypt_init(context.get()) == 1 &&
                  EVP_PKEY_CTX_set_rsa_padding(context.get(), padding) == 1);
    if (padding == RSA_PKCS1_OAEP_PADDING)
        PRAMANA_CHECK(EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha256()) == 1 &&
                      EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), EVP_sha256()) == 1);
    Bytes out(256);
    std::size_t size = out.size();
    PRAMANA_CHECK(EVP_PKEY_encrypt(context.get(), out.data(), &size, plain.data(), plain.size()) ==
                  1);
    return out;
}

/// PKESK v3 for `key`, addressed to `id`; the checksum may be wrong.
Bytes session_packet(EVP_PKEY* key, const Bytes& id, unsigned checksum_error = 0) {
    Bytes plain = {9};
    append(plain, kSessionKey);
    append_be(plain, static_cast<std::uint16_t>(32 * 0x42 + checksum_error));
    Bytes number = encrypted(key, RSA_PKCS1_PADDING, plain);
    while (number[0] == 0) number.erase(number.begin());
    Bytes body = {3};
    append(body, id);
    body.push_back(1);
    append(body, mpi(number));
    return packet(Tag::kPublicKeySession, body);
}

std::string open_with(const std::string& key, ByteView message) {
    const std::string wrapped = armor("PGP MESSAGE", message);
    return text_of(open_wrapped_key(as_bytes_view(key), as_bytes_view(wrapped)));
}

TEST(WrappedKey, opens_with_primary_key_subkey_and_anonymous_recipient) {
    const Bytes ours =
        joined({session_packet(our_key(), key_id(our_key())), seipd(literal("file key"))});
    const Bytes anonymous =
        joined({session_packet(our_key(), Bytes(8, 0)), seipd(literal("file key"))});
    const Bytes second = joined({session_packet(other_key(), key_id(other_key())), ours});
    const Bytes both = joined({secret_key(other_key(), Tag::kSecretKey),
                               packet(Tag{13}, as_bytes_view("user")), secret_key(our_key())});
    for (const Bytes& message : {ours, anonymous, second})
        for (const Bytes& keys : {both, secret_key(our_key(), Tag::kSecretKey)})
            EXPECT_EQ(open_with(private_key(keys), message), "file key");
}

TEST(WrappedKey, opens_as_it_lies_on_chain) {
    const Bytes message =
        joined({session_packet(our_key(), key_id(our_key())), seipd(literal("file key"))});
    const std::string on_chain = base64(as_bytes_view(armor("PGP MESSAGE", message)));
    const std::string key = private_key(secret_key(our_key()));
    EXPECT_EQ(text_of(open_wrapped_key(as_bytes_view(key), as_bytes_view(on_chain))), "file key");
}

TEST(WrappedKey, has_one_answer_to_every_session_key_that_does_not_open) {
    const std::string key = private_key(secret_key(our_key()));
    const Bytes data = seipd(literal("file key"));
    Bytes cut = session_packet(our_key(), key_id(our_key()));
    cut.pop_back();
    cut[2] = static_cast<std::uint8_t>(cut[2] - 1);
    const Bytes wrong[] = {
        session_packet(other_key(), key_id(other_key())),  // for somebody else
        session_packet(other_key(), key_id(our_key())),    // wrong key, bad padding
        session_packet(our_key(), key_id(our_key()), 1),   // checksum
        packet(Tag::kPublicKeySession, Bytes{2}),          // another version
        packet(Tag::kPublicKeySession, Bytes(200, 3)),     // numbers that do not fit
        cut,
    };
    for (const Bytes& session : wrong)
        EXPECT_EQ(open_with(key, joined({session, data})), "key_not_for_us");
    EXPECT_EQ(open_with(key, message(literal("x"))), "key_not_for_us");  // for a password only
}

TEST(WrappedKey, refuses_altered_data) {
    Bytes message =
        joined({session_packet(our_key(), key_id(our_key())), seipd(literal("file key"))});
    message[message.size() - 30] ^= 1;
    EXPECT_EQ(open_with(private_key(secret_key(our_key())), message), "auth_tag_mismatch");
}

TEST(LegacyKey, is_refused_when_protected_foreign_or_broken) {
    const Bytes message =
        joined({session_packet(our_key(), key_id(our_key())), seipd(literal("x"))});
    Bytes cut = secret_key(our_key());
    cut.pop_back();
    const Bytes broken[] = {
        secret_key(our_key(), Tag::kSecretSubkey, 254),    // protected by a password
        secret_key(our_key(), Tag::kSecretSubkey, 0, 18),  // not RSA
        packet(Tag::kSecretKey, Bytes{3, 0, 0, 0, 0, 1}),  // version 3
        packet(Tag::kSecretKey, Bytes{4, 0, 0, 0, 0, 1}),  // no numbers
        packet(Tag{6}, public_part(our_key())),            // a public key
        cut,
        Bytes{},
    };
    for (const Bytes& key : broken)
        EXPECT_EQ(open_with(private_key(key), message), "malformed_key");
    EXPECT_EQ(open_with("no armor", message), "malformed_key");
}

std::string pem_of(EVP_PKEY* key) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), BIO_free};
    PRAMANA_CHECK(
        PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

// RFC 8017 section 7.1; the longest message is 256 - 2 * 32 - 2 octets.
TEST(OaepSecret, opens_every_length) {
    for (const std::size_t length : {0U, 1U, 100U, 190U}) {
        const Bytes sealed = encrypted(our_key(), RSA_PKCS1_OAEP_PADDING, Bytes(length, 's'));
        EXPECT_EQ(text_of(open_oaep_secret(as_bytes_view(pem_of(our_key())), sealed)),
                  std::string(length, 's'));
    }
}

TEST(OaepSecret, refuses_other_keys_padding_lengths_and_things_that_are_no_key) {
    const Bytes sealed = encrypted(our_key(), RSA_PKCS1_OAEP_PADDING, as_bytes_view("s"));
    Bytes altered = sealed;
    altered[100] ^= 1;
    const std::string ours = pem_of(our_key());
    const std::string others = pem_of(other_key());
    EXPECT_EQ(text_of(open_oaep_secret(as_bytes_view(others), sealed)), "key_not_for_us");
    for (const Bytes& wrong : {altered, encrypted(our_key(), RSA_PKCS1_PADDING, as_bytes_view("s")),
                               Bytes(255, 1), Bytes{}})
        EXPECT_EQ(text_of(open_oaep_secret(as_bytes_view(ours), wrong)), "key_not_for_us");
    const Key elliptic{EVP_EC_gen("P-256")};
    for (const std::string& pem :
         {std::string{}, std::string{"-----BEGIN PRIVATE KEY-----\n"}, pem_of(elliptic.get())})
        EXPECT_EQ(text_of(open_oaep_secret(as_bytes_view(pem), sealed)), "malformed_key");
}

}  // namespace
}  // namespace pramana::sealing
