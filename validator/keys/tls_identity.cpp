#include "pramana/keys/tls_identity.hpp"

#include "pramana/core/check.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/crypto/aead.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

namespace pramana::keys {
namespace {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;
using Group = std::unique_ptr<EC_GROUP, Freed<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Freed<EC_POINT_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

constexpr std::size_t kNameBytesMax = 253;
constexpr std::size_t kPointBytes = 65;

/// The order of P-256, SEC 2 section 2.4.2.
constexpr std::array<std::uint8_t, 32> kOrder = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

/// Whether 0 < scalar < order; that it is not happens once in 2^32, so the answer may show.
bool is_scalar(std::span<const std::uint8_t> scalar) noexcept {
    std::uint32_t borrow = 0;
    std::uint32_t any = 0;
    for (std::size_t i = kOrder.size(); i-- > 0;) {
        const std::uint32_t difference = std::uint32_t{scalar[i]} - kOrder.at(i) - borrow;
        borrow = difference >> 31U;
        any |= scalar[i];
    }
    return borrow == 1 && any != 0;
}

SecretBytes scalar_of(const SecretBytes& secret) {
    for (unsigned counter = 0;; ++counter) {
        const std::string label = "pramana:tls:p256:1:" + std::to_string(counter);
        SecretBytes scalar = hkdf_sha256(secret.expose(), {}, as_bytes_view(label), kOrder.size());
        if (is_scalar(scalar.expose())) return scalar;
    }
}

Key key_of(const SecretBytes& secret) {
    const SecretBytes scalar = scalar_of(secret);
    const Group group{EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)};
    const Number number{BN_secure_new()};
    PRAMANA_CHECK(group != nullptr && number != nullptr);
    BN_set_flags(number.get(), BN_FLG_CONSTTIME);
    PRAMANA_CHECK(BN_bin2bn(scalar.expose().data(), static_cast<int>(scalar.size()),
                            number.get()) != nullptr);
    const Point point{EC_POINT_new(group.get())};
    std::array<std::uint8_t, kPointBytes> raw{};
    PRAMANA_CHECK(point != nullptr &&
                  EC_POINT_mul(group.get(), point.get(), number.get(), nullptr, nullptr, nullptr) ==
                      1 &&
                  EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                                     raw.data(), raw.size(), nullptr) == raw.size());
    const Builder builder{OSSL_PARAM_BLD_new()};
    PRAMANA_CHECK(builder != nullptr &&
                  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                                  "prime256v1", 0) == 1 &&
                  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get()) ==
                      1 &&
                  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                                   raw.data(), raw.size()) == 1);
    const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
    const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
    EVP_PKEY* made = nullptr;
    PRAMANA_CHECK(parameters != nullptr && context != nullptr &&
                  EVP_PKEY_fromdata_init(context.get()) == 1 &&
                  EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, parameters.get()) == 1);
    return Key{made};
}

Hash32 spki_hash(EVP_PKEY* key) {
    unsigned char* raw = nullptr;
    const int size = i2d_PUBKEY(key, &raw);
    PRAMANA_CHECK(size > 0);
    const Hash32 hash = sha256({raw, static_cast<std::size_t>(size)});
    OPENSSL_free(raw);
    return hash;
}

SecretBytes private_der(EVP_PKEY* key) {
    const std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freed<PKCS8_PRIV_KEY_INFO_free>> info{
        EVP_PKEY2PKCS8(key)};
    PRAMANA_CHECK(info != nullptr);
    unsigned char* raw = nullptr;
    const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &raw);
    PRAMANA_CHECK(size > 0);
    const std::span<unsigned char> bytes{raw, static_cast<std::size_t>(size)};
    SecretBytes out = SecretBytes::copy_of(bytes);
    wipe(bytes);
    OPENSSL_free(raw);
    return out;
}

bool is_name(std::string_view name) {
    return name.size() <= kNameBytesMax && std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '-' || c == ':';
           });
}

bool is_ip_address(const std::string& name) {
    const std::unique_ptr<ASN1_OCTET_STRING, Freed<ASN1_OCTET_STRING_free>> raw{
        a2i_IPADDRESS(name.c_str())};
    return raw != nullptr;
}

void add_extension(X509* certificate, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str())};
    PRAMANA_CHECK(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void add_name(X509_NAME* name, const char* field, const char* text) {
    PRAMANA_CHECK(X509_NAME_add_entry_by_txt(name, field, MBSTRING_ASC,
                                             reinterpret_cast<const unsigned char*>(text), -1, -1,
                                             0) == 1);
}

Bytes certificate_of(EVP_PKEY* key, const CertificateTerms& terms) {
    const Certificate made{X509_new()};
    PRAMANA_CHECK(made != nullptr && X509_set_version(made.get(), X509_VERSION_3) == 1);
    std::array<std::uint8_t, 16> serial{};
    random_bytes(serial);
    serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7FU) | 0x40U);  // positive, 16 bytes
    const Number number{BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr)};
    PRAMANA_CHECK(number != nullptr &&
                  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(made.get())) != nullptr);
    PRAMANA_CHECK(ASN1_TIME_set(X509_getm_notBefore(made.get()), terms.not_before_unix_s) !=
                      nullptr &&
                  ASN1_TIME_set(X509_getm_notAfter(made.get()), terms.not_after_unix_s) != nullptr);
    X509_NAME* const name = X509_get_subject_name(made.get());
    add_name(name, "CN", "pramana");
    add_name(name, "O", "self-signed: see /v1/attestation");
    PRAMANA_CHECK(X509_set_issuer_name(made.get(), name) == 1 &&
                  X509_set_pubkey(made.get(), key) == 1);
    add_extension(made.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(made.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(made.get(), NID_ext_key_usage, "serverAuth");
    if (!terms.dns_name.empty())
        add_extension(made.get(), NID_subject_alt_name,
                      (is_ip_address(terms.dns_name) ? "IP:" : "DNS:") + terms.dns_name);
    PRAMANA_CHECK(X509_sign(made.get(), key, EVP_sha256()) > 0);
    unsigned char* raw = nullptr;
    const int size = i2d_X509(made.get(), &raw);
    PRAMANA_CHECK(size > 0);
    const Bytes out(raw, raw + size);
    OPENSSL_free(raw);
    return out;
}

}  // namespace

Result<TlsIdentity> make_tls_identity(const SecretBytes& secret, const CertificateTerms& terms) {
    if (!is_name(terms.dns_name) || terms.not_after_unix_s <= terms.not_before_unix_s)
        return Error{Errc::kBadRequest, "keys.tls.terms"};
    const Key key = key_of(secret);
    TlsIdentity out;
    out.private_key_der = private_der(key.get());
    out.certificate_der = certificate_of(key.get(), terms);
    out.spki_sha256 = spki_hash(key.get());
    return out;
}

Hash32 tls_spki_sha256(const SecretBytes& secret) { return spki_hash(key_of(secret).get()); }

}  // namespace pramana::keys
