// ECDSA goes through EC_KEY: OpenSSL 3.0's EVP_PKEY costs as much to make as a P-256 verification
// takes to run, and evidence brings new keys every time. Deprecated there, not removed.
#define OPENSSL_API_COMPAT 0x10101000L

#include "public_key.hpp"

#include "der.hpp"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <algorithm>

namespace pramana::attest {
namespace {

struct Free {
    void operator()(EC_KEY* p) const noexcept { EC_KEY_free(p); }
    void operator()(EC_POINT* p) const noexcept { EC_POINT_free(p); }
    void operator()(ECDSA_SIG* p) const noexcept { ECDSA_SIG_free(p); }
    void operator()(EVP_MD_CTX* p) const noexcept { EVP_MD_CTX_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 4096;
constexpr int kSaltBytes = 48;

std::size_t field_bytes(KeyKind curve) noexcept { return curve == KeyKind::kP256 ? 32 : 48; }

// DER content of the object identifiers (RFC 5480, RFC 3279).
constexpr std::array<std::uint8_t, 7> kEcPublicKey = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
constexpr std::array<std::uint8_t, 8> kPrime256v1 = {0x2a, 0x86, 0x48, 0xce,
                                                     0x3d, 0x03, 0x01, 0x07};
constexpr std::array<std::uint8_t, 5> kSecp384r1 = {0x2b, 0x81, 0x04, 0x00, 0x22};
constexpr std::array<std::uint8_t, 9> kRsaEncryption = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                                        0x0d, 0x01, 0x01, 0x01};

/// A key object of the curve for this thread: copying the curve costs more than the rest.
EC_KEY* scratch_key(KeyKind curve) {
    thread_local const Owned<EC_KEY> p256{EC_KEY_new_by_curve_name(NID_X9_62_prime256v1)};
    thread_local const Owned<EC_KEY> p384{EC_KEY_new_by_curve_name(NID_secp384r1)};
    EC_KEY* const key = curve == KeyKind::kP256 ? p256.get() : p384.get();
    PRAMANA_CHECK(key != nullptr);
    return key;
}

/// The point, if it is one of the curve.
Owned<EC_POINT> decoded(const EC_GROUP* group, ByteView xy) {
    std::array<std::uint8_t, 97> encoded{4};  // uncompressed, SEC 1 section 2.3.3
    std::ranges::copy(xy, encoded.begin() + 1);
    Owned<EC_POINT> point{EC_POINT_new(group)};
    if (!point || EC_POINT_oct2point(group, point.get(), encoded.data(), 1 + xy.size(),
                                     nullptr) != 1)  // checks that it is on the curve
        return nullptr;
    return point;
}

Owned<ECDSA_SIG> decoded_signature(KeyKind curve, ByteView raw) {
    const std::size_t size = field_bytes(curve);
    if (raw.size() != 2 * size) return nullptr;
    Owned<ECDSA_SIG> signature{ECDSA_SIG_new()};
    BIGNUM* const r = BN_bin2bn(raw.data(), static_cast<int>(size), nullptr);
    BIGNUM* const s = BN_bin2bn(raw.data() + size, static_cast<int>(size), nullptr);
    if (!signature || r == nullptr || s == nullptr || ECDSA_SIG_set0(signature.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return nullptr;
    }
    return signature;
}

/// r or s of 0 and of n or more: refused here by rule, not left to the library.
bool in_range(const EC_GROUP* group, const ECDSA_SIG* signature) {
    const BIGNUM* const order = EC_GROUP_get0_order(group);
    for (const BIGNUM* part : {ECDSA_SIG_get0_r(signature), ECDSA_SIG_get0_s(signature)})
        if (BN_is_zero(part) || BN_cmp(part, order) >= 0) return false;
    return true;
}

bool verify_ec(KeyKind curve, const EC_POINT* point, ByteView digest, ByteView raw) {
    EC_KEY* const key = scratch_key(curve);
    const EC_GROUP* const group = EC_KEY_get0_group(key);
    const Owned<ECDSA_SIG> signature = decoded_signature(curve, raw);
    if (!signature || !in_range(group, signature.get())) return false;
    if (EC_KEY_set_public_key(key, point) != 1) return false;
    return ECDSA_do_verify(digest.data(), static_cast<int>(digest.size()), signature.get(), key) ==
           1;
}

bool verify_rsa(evp_pkey_st* key, ByteView message, ByteView signature) {
    const Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
    EVP_PKEY_CTX* options = nullptr;
    return context &&
           EVP_DigestVerifyInit(context.get(), &options, EVP_sha384(), nullptr, key) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(options, EVP_sha384()) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(options, kSaltBytes) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                            message.size()) == 1;
}

// The one-shot functions look the algorithm up by its name each time, which costs as much as the
// hash of a quote.
std::array<std::uint8_t, SHA256_DIGEST_LENGTH> sha256_of(ByteView message) {
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
    SHA256_CTX context;
    ::SHA256_Init(&context);
    ::SHA256_Update(&context, message.data(), message.size());
    ::SHA256_Final(digest.data(), &context);
    return digest;
}

}  // namespace

std::optional<RawSignature> read_der_signature(KeyKind curve, ByteView der) {
    const std::size_t size = field_bytes(curve);
    DerReader outer{der};
    DerReader numbers = outer.enter(kDerSequence);
    const std::optional<ByteView> r = der_unsigned(numbers.next(kDerInteger).content);
    const std::optional<ByteView> s = der_unsigned(numbers.next(kDerInteger).content);
    if (!outer.done() || !numbers.done() || !r || !s || r->size() > size || s->size() > size)
        return std::nullopt;
    RawSignature raw{.bytes = {}, .size = 2 * size};
    std::ranges::copy(*r, raw.bytes.begin() + static_cast<std::ptrdiff_t>(size - r->size()));
    std::ranges::copy(*s, raw.bytes.begin() + static_cast<std::ptrdiff_t>(2 * size - s->size()));
    return raw;
}

Result<PublicKey> PublicKey::from_point(KeyKind curve, ByteView xy) {
    const Error malformed{Errc::kEvidenceMalformed, "attest.key.point"};
    if (curve == KeyKind::kRsa || xy.size() != 2 * field_bytes(curve)) return malformed;
    PublicKey key;
    key.kind_ = curve;
    std::ranges::copy(xy, key.xy_.begin());
    key.point_ = decoded(EC_KEY_get0_group(scratch_key(curve)), xy);
    if (!key.point_) return malformed;
    return key;
}

Result<PublicKey> PublicKey::from_spki(ByteView der) {
    const Error malformed{Errc::kEvidenceMalformed, "attest.key.spki"};
    DerReader outer{der};
    DerReader spki = outer.enter(kDerSequence);
    DerReader algorithm = spki.enter(kDerSequence);
    const ByteView oid = algorithm.next(kDerOid).content;
    const std::optional<ByteView> bits = der_whole_bits(spki.next(kDerBitString).content);
    if (!outer.done() || !spki.done() || !bits) return malformed;
    if (same_bytes(oid, kEcPublicKey)) {
        const ByteView curve = algorithm.next(kDerOid).content;
        const bool p256 = same_bytes(curve, kPrime256v1);
        if (!algorithm.done() || (!p256 && !same_bytes(curve, kSecp384r1)) || (*bits)[0] != 4)
            return malformed;
        return from_point(p256 ? KeyKind::kP256 : KeyKind::kP384, bits->subspan(1));
    }
    if (!same_bytes(oid, kRsaEncryption)) return malformed;
    const unsigned char* at = der.data();
    PublicKey key;
    key.kind_ = KeyKind::kRsa;
    key.rsa_ = std::shared_ptr<evp_pkey_st>{d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())),
                                            EVP_PKEY_free};
    if (!key.rsa_ || EVP_PKEY_get_base_id(key.rsa_.get()) != EVP_PKEY_RSA) return malformed;
    const int bits_of_key = EVP_PKEY_get_bits(key.rsa_.get());
    if (bits_of_key < kRsaBitsMin || bits_of_key > kRsaBitsMax) return malformed;
    return key;
}

ByteView PublicKey::point() const noexcept {
    if (kind_ == KeyKind::kRsa) return {};
    return ByteView{xy_}.first(2 * field_bytes(kind_));
}

bool PublicKey::verify(SignatureScheme scheme, ByteView message, ByteView signature) const {
    switch (scheme) {
        case SignatureScheme::kEcdsaSha256:
            return kind_ == KeyKind::kP256 &&
                   verify_ec(kind_, point_.get(), sha256_of(message), signature);
        case SignatureScheme::kEcdsaSha384: {
            std::array<std::uint8_t, SHA384_DIGEST_LENGTH> digest{};
            ::SHA384(message.data(), message.size(), digest.data());
            return kind_ == KeyKind::kP384 && verify_ec(kind_, point_.get(), digest, signature);
        }
        case SignatureScheme::kRsaPssSha384:
            return kind_ == KeyKind::kRsa && verify_rsa(rsa_.get(), message, signature);
    }
    std::abort();
}

}  // namespace pramana::attest
