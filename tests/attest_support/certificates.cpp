#include "attest_support/certificates.hpp"

#include "pramana/core/check.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>

namespace pramana::attest::testing_support {
namespace {

struct Free {
    void operator()(X509* p) const noexcept { X509_free(p); }
    void operator()(X509_CRL* p) const noexcept { X509_CRL_free(p); }
    void operator()(X509_NAME* p) const noexcept { X509_NAME_free(p); }
    void operator()(X509_EXTENSION* p) const noexcept { X509_EXTENSION_free(p); }
    void operator()(ASN1_STRING* p) const noexcept { ASN1_STRING_free(p); }  // time, number, octets
    void operator()(ASN1_OBJECT* p) const noexcept { ASN1_OBJECT_free(p); }
    void operator()(EVP_MD_CTX* p) const noexcept { EVP_MD_CTX_free(p); }
    void operator()(ECDSA_SIG* p) const noexcept { ECDSA_SIG_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Owned<X509_NAME> name_of(const std::string& common_name) {
    Owned<X509_NAME> name{X509_NAME_new()};
    const auto add = [&](const char* field, const std::string& text) {
        PRAMANA_CHECK(
            X509_NAME_add_entry_by_txt(name.get(), field, MBSTRING_ASC,
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()), -1, 0) == 1);
    };
    add("CN", common_name);
    add("O", "TEST ONLY");
    return name;
}

Owned<ASN1_TIME> asn1_time(UnixTime time) {
    return Owned<ASN1_TIME>{ASN1_TIME_set(nullptr, static_cast<time_t>(time))};
}
Owned<ASN1_INTEGER> asn1_number(std::uint64_t number) {
    Owned<ASN1_INTEGER> out{ASN1_INTEGER_new()};
    PRAMANA_CHECK(ASN1_INTEGER_set_uint64(out.get(), number) == 1);
    return out;
}

Owned<X509_EXTENSION> made_of(const TestExtension& extension) {
    const Owned<ASN1_OBJECT> oid{OBJ_txt2obj(extension.oid.c_str(), 1)};
    const Owned<ASN1_OCTET_STRING> value{ASN1_OCTET_STRING_new()};
    ASN1_OCTET_STRING_set(value.get(), extension.value.data(),
                          static_cast<int>(extension.value.size()));
    return Owned<X509_EXTENSION>{
        X509_EXTENSION_create_by_OBJ(nullptr, oid.get(), extension.critical ? 1 : 0, value.get())};
}

void add_standard(X509* certificate, int nid, const std::string& text) {
    const Owned<X509_EXTENSION> extension{X509V3_EXT_conf_nid(nullptr, nullptr, nid, text.c_str())};
    PRAMANA_CHECK(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

template <class Object>
Bytes encoded(Object* object, int (*write)(const Object*, unsigned char**)) {
    unsigned char* raw = nullptr;
    const int size = write(object, &raw);
    PRAMANA_CHECK(size > 0);
    Bytes out(raw, raw + size);
    OPENSSL_free(raw);
    return out;
}

const EVP_MD* digest_of(const TestKey& key) {
    return key.point().size() == 64 ? EVP_sha256() : EVP_sha384();
}

}  // namespace

TestKey::TestKey(const char* curve)
    : key_{EVP_EC_gen(curve), EVP_PKEY_free}, size_{std::string{curve} == "P-256" ? 32U : 48U} {
    PRAMANA_CHECK(key_ != nullptr);
}

Bytes TestKey::point() const {
    std::array<unsigned char, 97> raw{};
    std::size_t size = 0;
    PRAMANA_CHECK(EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY, raw.data(),
                                                  raw.size(), &size) == 1);
    PRAMANA_CHECK(size == 1 + 2 * size_ && raw[0] == 4);
    return Bytes(raw.begin() + 1, raw.begin() + static_cast<std::ptrdiff_t>(size));
}

Bytes TestKey::sign_raw(ByteView message) const {
    const Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
    std::array<unsigned char, 128> der{};
    std::size_t size = der.size();
    PRAMANA_CHECK(
        EVP_DigestSignInit(context.get(), nullptr, digest_of(*this), nullptr, key_.get()) == 1 &&
        EVP_DigestSign(context.get(), der.data(), &size, message.data(), message.size()) == 1);
    const unsigned char* at = der.data();
    const Owned<ECDSA_SIG> signature{d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size))};
    Bytes out(2 * size_);
    BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out.data(), static_cast<int>(size_));
    BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out.data() + size_, static_cast<int>(size_));
    return out;
}

Bytes make_certificate(const CertificateSpec& spec, const TestKey& subject, const TestKey& issuer) {
    const Owned<X509> certificate{X509_new()};
    X509* const x = certificate.get();
    X509_set_version(x, 2);
    X509_set_serialNumber(x, asn1_number(spec.serial).get());
    X509_set_issuer_name(x, name_of(spec.issuer).get());
    X509_set_subject_name(x, name_of(spec.subject).get());
    X509_set1_notBefore(x, asn1_time(spec.begin).get());
    X509_set1_notAfter(x, asn1_time(spec.end).get());
    X509_set_pubkey(x, subject.get());
    std::string constraints = spec.ca ? "critical,CA:TRUE" : "critical,CA:FALSE";
    if (spec.path_len) constraints += ",pathlen:" + std::to_string(*spec.path_len);
    add_standard(x, NID_basic_constraints, constraints);
    if (!spec.key_usage.empty()) add_standard(x, NID_key_usage, spec.key_usage);
    for (const TestExtension& extension : spec.extensions)
        PRAMANA_CHECK(X509_add_ext(x, made_of(extension).get(), -1) == 1);
    PRAMANA_CHECK(X509_sign(x, issuer.get(), digest_of(issuer)) > 0);
    return encoded<X509>(x, i2d_X509);
}

Bytes make_crl(const CrlSpec& spec, const TestKey& issuer) {
    const Owned<X509_CRL> crl{X509_CRL_new()};
    X509_CRL* const x = crl.get();
    X509_CRL_set_version(x, 1);
    X509_CRL_set_issuer_name(x, name_of(spec.issuer).get());
    X509_CRL_set1_lastUpdate(x, asn1_time(spec.begin).get());
    X509_CRL_set1_nextUpdate(x, asn1_time(spec.end).get());
    for (const std::uint64_t serial : spec.revoked) {
        X509_REVOKED* const entry = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(entry, asn1_number(serial).get());
        X509_REVOKED_set_revocationDate(entry, asn1_time(spec.begin).get());
        PRAMANA_CHECK(X509_CRL_add0_revoked(x, entry) == 1);
    }
    PRAMANA_CHECK(X509_CRL_add1_ext_i2d(x, NID_crl_number, asn1_number(spec.number).get(), 0, 0) ==
                  1);
    for (const TestExtension& extension : spec.extensions)
        PRAMANA_CHECK(X509_CRL_add_ext(x, made_of(extension).get(), -1) == 1);
    PRAMANA_CHECK(X509_CRL_sign(x, issuer.get(), digest_of(issuer)) > 0);
    return encoded<X509_CRL>(x, i2d_X509_CRL);
}

std::string pem_of(ByteView certificate) {
    std::vector<unsigned char> text(certificate.size() * 2 + 8);
    const int size =
        EVP_EncodeBlock(text.data(), certificate.data(), static_cast<int>(certificate.size()));
    return "-----BEGIN CERTIFICATE-----\n" + std::string(text.begin(), text.begin() + size) +
           "\n-----END CERTIFICATE-----\n";
}

}  // namespace pramana::attest::testing_support
